// doctor: what stands at the paths that Sentinel and SDKs use. Reads, and changes nothing.
import type { PathFact } from "../../core/doctor/mod.ts";
import type { SentinelDirectories } from "../os/directories.ts";
import { isOurs, lookAt, osReason } from "../os/owner.ts";

/** Every path whose owner and mode count, in Sentinel's directories. */
export function pathFacts(
  directories: SentinelDirectories,
  aws: { config: string | null; credentials: string | null },
): PathFact[] {
  const { config, state, cache } = directories;
  const files: [string, string | null][] = [
    ["configuration directory", config],
    ["config.yaml", `${config}/config.yaml`],
    ["policy", `${config}/policy.yaml`],
    ...namesIn(`${config}/policies`).map((
      n,
    ): [string, string] => ["policy", `${config}/policies/${n}`]),
    ["guardrails", `${config}/guardrails.yaml`],
    ...namesIn(`${config}/guardrails`).map((n): [string, string] => [
      "guardrails",
      `${config}/guardrails/${n}`,
    ]),
    ["journal directory", `${state}/journal`],
    ...namesIn(`${state}/journal`).filter((n) => n.endsWith(".jsonl")).map((
      n,
    ): [string, string] => [
      "journal segment",
      `${state}/journal/${n}`,
    ]),
    ["journal head", `${state}/journal/head.json`],
    ["cache directory", cache],
    ["AWS config file", aws.config],
    ["AWS credentials file", aws.credentials],
  ];
  return files.flatMap(([role, path]) => path === null ? [] : [pathFact(role, path)]);
}

/** What stands at one path. */
export function pathFact(role: string, path: string): PathFact {
  try {
    const own = lookAt(path);
    if (own === null) return { role, path, found: { kind: "absent" } };
    const info = own.isSymlink ? Deno.statSync(path) : own;
    return {
      role,
      path,
      found: {
        kind: info.isFile ? "file" : info.isDirectory ? "directory" : "other",
        mode: info.mode === null ? null : info.mode & 0o7777,
        owner: isOurs(info) ? "you" : info.uid === 0 ? "root" : "other",
        bytes: info.size,
        link: own.isSymlink,
      },
    };
  } catch (error) {
    return { role, path, found: { kind: "unseen", why: osReason(error) } };
  }
}

/** Names in a directory, sorted; none where it can't be listed. */
export function namesIn(directory: string): string[] {
  try {
    return Array.from(Deno.readDirSync(directory), ({ name }) => name)
      .filter((name) => !name.startsWith(".")).sort();
  } catch {
    return [];
  }
}
