// os: where Sentinel's own files live.
import { SentinelError } from "../../core/errors/mod.ts";

/** The three directories, as absolute paths. They need not exist. */
export interface SentinelDirectories {
  /** `config.yaml`, policies, guardrails. */
  config: string;
  /** `journal/`, `sentinel.db`. */
  state: string;
  /** What may be thrown away. */
  cache: string;
}

/**
 * `SENTINEL_HOME` as one flat directory (cache in `cache/` below it), else the XDG directories
 * (on Windows `%APPDATA%` and `%LOCALAPPDATA%`). Empty variables count as unset, and so do
 * relative XDG paths, as the XDG specification says.
 * @param os as `Deno.build.os` says it
 * @throws SentinelError `HOME_UNKNOWN` when nothing tells, or `SENTINEL_HOME` is relative
 */
export function sentinelDirectories(
  env: { get(name: string): string | undefined },
  os: string,
): SentinelDirectories {
  const flat = env.get("SENTINEL_HOME") ?? "";
  if (flat !== "") {
    if (!isAbsolute(flat, os)) {
      throw new SentinelError(
        "HOME_UNKNOWN",
        "Cannot find Sentinel's directories: found a relative SENTINEL_HOME, want an absolute path",
        { hint: 'export SENTINEL_HOME="$PWD/…"' },
      );
    }
    const home = trimmed(flat);
    return { config: home, state: home, cache: `${home}/cache` };
  }
  const base = (variable: string, below: string) => {
    const set = env.get(variable) ?? "";
    return isAbsolute(set, os) ? trimmed(set) : `${homeOf(env, os)}/${below}`;
  };
  if (os === "windows") {
    const local = `${base("LOCALAPPDATA", "AppData/Local")}/sentinel`;
    const roaming = `${base("APPDATA", "AppData/Roaming")}/sentinel`;
    return { config: roaming, state: local, cache: `${local}/cache` };
  }
  return {
    config: `${base("XDG_CONFIG_HOME", ".config")}/sentinel`,
    state: `${base("XDG_STATE_HOME", ".local/state")}/sentinel`,
    cache: `${base("XDG_CACHE_HOME", ".cache")}/sentinel`,
  };
}

function homeOf(env: { get(name: string): string | undefined }, os: string): string {
  const variable = os === "windows" ? "USERPROFILE" : "HOME";
  const home = env.get(variable) ?? "";
  if (isAbsolute(home, os)) return trimmed(home);
  const found = home === "" ? `no ${variable}` : `a relative ${variable}`;
  throw new SentinelError(
    "HOME_UNKNOWN",
    `Cannot find Sentinel's directories: found ${found}, want an absolute path`,
    { hint: "set SENTINEL_HOME to an absolute path" },
  );
}

function isAbsolute(path: string, os: string): boolean {
  return os === "windows" ? /^([A-Za-z]:[\\/]|\\\\)/.test(path) : path.startsWith("/");
}

function trimmed(path: string): string {
  return path.replace(/(?<=.)[\\/]+$/, "");
}
