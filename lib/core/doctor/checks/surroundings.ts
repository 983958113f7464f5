// doctor: variables that lead elsewhere, what enforces, and the shell.
import { line, say } from "../line.ts";
import type { Facts, Line } from "../types.ts";
import { isLoopback } from "./aws_config.ts";

/** Variables that tools use before, or in place of, a profile. */
const BEFORE_PROFILES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
const IN_PLACE = [
  "AWS_ROLE_ARN",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
];
const ELSEWHERE = /^AWS_(CONFIG_FILE|SHARED_CREDENTIALS_FILE)$/;
const ENDPOINT = /^AWS_ENDPOINT_URL(_[A-Z0-9_]+)?$/;
/** Can lead the program or its calls elsewhere; each decision records them too. */
const LEADING =
  /^(https?_proxy|all_proxy|LD_PRELOAD|LD_LIBRARY_PATH|DYLD_.*|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|DENO_(CERT|TLS_CA_STORE)|SSL_CERT_(FILE|DIR)|AWS_CA_BUNDLE)$/i;

/** Variables that lead past a profile, to other files or to another AWS. */
export function checkEnvironment({ environment }: Facts): Line[] {
  const set = (names: readonly string[]) => names.filter((name) => environment.has(name));
  const names = [...environment.keys()].sort();
  return [
    ...resolving(environment),
    ...keys(set(BEFORE_PROFILES), environment.has("AWS_SENTINEL")),
    ...listed("environment/in-place", "note", set(IN_PLACE), "tools without a profile use"),
    ...names.filter((name) => ENDPOINT.test(name)).map((name) =>
      endpoint(name, environment.get(name) ?? "")
    ),
    ...listed(
      "environment/files",
      "note",
      names.filter((n) => ELSEWHERE.test(n)),
      "AWS's files are named by",
    ),
    ...listed(
      "environment/settings",
      "note",
      names.filter((n) => n.startsWith("SENTINEL_")),
      "settings come from",
      say`sentinel config show --origin`,
    ),
    ...listed(
      "environment/leading",
      "note",
      names.filter((n) => LEADING.test(n)),
      "programs and calls may be led by",
    ),
  ];
}

function resolving(environment: ReadonlyMap<string, string>): Line[] {
  if (!environment.get("SENTINEL_RESOLVING")) return [];
  return [line(
    "environment/resolving",
    "problem",
    say`SENTINEL_RESOLVING is set: Sentinel refuses to run under a program that it started itself`,
    { fix: say`unset SENTINEL_RESOLVING` },
  )];
}

function keys(found: readonly string[], inside: boolean): Line[] {
  if (inside) {
    return [
      line(
        "environment/inside",
        "note",
        say`this shell is inside of sentinel exec: AWS_* are its own`,
      ),
    ];
  }
  if (found.length === 0) return [];
  return [line(
    "environment/keys",
    "warning",
    say`${found.join(", ")} set: most tools use them before AWS_PROFILE, and policy is not asked`,
    { fix: say`unset ${found.join(" ")}` },
  )];
}

function listed(
  id: string,
  state: "note",
  names: readonly string[],
  what: string,
  fix: Line["fix"] = null,
): Line[] {
  return names.length === 0 ? [] : [line(id, state, [what, ...say` ${names.join(", ")}`], { fix })];
}

function endpoint(name: string, url: string): Line {
  return isLoopback(url)
    ? line("environment/endpoint", "note", say`${name} leads calls to this machine`)
    : line("environment/endpoint", "warning", say`${name} leads calls elsewhere than to AWS`, {
      fix: say`unset ${name}`,
    });
}

/** What stands between a person and the role, said plainly. */
export function checkEnforcement({ profiles, pins }: Facts): Line[] {
  if (profiles.length === 0) return [];
  const pinned = profiles.filter((profile) => profile.pinned).map(({ name }) => name);
  const loose = profiles.filter((profile) => !profile.pinned).map(({ name }) => name);
  const lines: Line[] = [];
  if (pinned.length > 0) lines.push(line("enforce/pins", "ok", say`pinned: ${pinned.join(", ")}`));
  if (loose.length > 0 && pins.state !== "failed") {
    lines.push(line(
      "enforce/pins",
      "note",
      say`unpinned: ${loose.join(", ")}; alone on your own machine Sentinel stops slips, not you`,
    ));
  }
  lines.push(
    line(
      "enforce/mode",
      "note",
      say`whoever may assume a role can write a well-formed stamp by hand: it is found (CloudTrail beside the journal), not prevented`,
    ),
    line(
      "enforce/trust-policy",
      "note",
      say`a caller can't read a role's trust policy: that it wants a stamp was not seen here`,
      { fix: say`hold it against what sentinel template trust prints` },
    ),
  );
  return lines;
}

/** Is the shell set up? Without functions everything works: that they are missing is no finding. */
export function checkShell({ shell }: Facts): Line[] {
  const { rc, findings, note, trouble } = shell;
  if (shell.shell === null) {
    return [line("shell/rc", "note", say`SHELL names none that Sentinel has functions for`)];
  }
  if (trouble !== null) {
    const fix = say`sentinel shell init ${shell.shell} --check`;
    return [line("shell/rc", "could-not-look", say`${shell.shell}: ${trouble.message}`, { fix })];
  }
  const lines = findings.map(({ id, message, fix }) => {
    const what = id.replace(/^shell-/, "");
    const state = what === "rc-missing" ? "note" : "warning";
    return line(`shell/${what}`, state, say`${message}`, { fix: say`${fix}` });
  });
  if (lines.length === 0) {
    lines.push(line("shell/rc", "ok", say`${shell.shell}: ${rc ?? "its rc file"} is in order`));
  }
  return note === null ? lines : [...lines, line("shell/hint", "note", say`${note}`)];
}
