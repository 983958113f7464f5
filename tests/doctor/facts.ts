// doctor: facts of a set-up with nothing wrong, and a way to change one thing in it.
import type { AwsFile, Facts, ProfileFact } from "../../lib/core/doctor/mod.ts";
import { readIni } from "../../lib/core/profiles/ini.ts";

export const GOOD_CONFIG = `[profile mara]
region = eu-central-1

[profile dev]
region = eu-central-1
credential_process = sentinel credentials --profile dev
sentinel_role_arn = arn:aws:iam::111122223333:role/SentinelProtected-Dev
sentinel_source_profile = mara
`;

/** A file of AWS's with this text. */
export function awsFile(text: string, which: AwsFile["which"] = "config"): AwsFile {
  const path = `/home/mara/.aws/${which}`;
  return { path, which, sections: readIni({ file: path, text }), trouble: null };
}

/** A profile with nothing wrong. */
export function profile(change: Partial<ProfileFact> = {}): ProfileFact {
  return {
    name: "dev",
    role: "arn:aws:iam::111122223333:role/SentinelProtected-Dev",
    broken: null,
    pinned: false,
    policy: {
      state: "read",
      source: "file:/home/mara/.config/sentinel/policy.yaml",
      signature: "unsigned",
      answer: { outcome: "allow", rule: "policy.yaml/allow-dev" },
    },
    caller: {
      state: "asked",
      arn: "arn:aws:iam::111122223333:user/mara",
      account: "111122223333",
      name: "mara",
      user: "mara",
      kind: "user",
    },
    clockAhead: 1,
    seal: "own secret",
    ...change,
  };
}

/** A set-up with nothing wrong, but for the change. */
export function facts(change: Partial<Facts> = {}): Facts {
  return {
    program: {
      version: "0.1.0",
      deno: "2.9.6",
      os: "linux",
      release: "6.1",
      arch: "x86_64",
      form: "bundle",
      file: "/opt/sentinel/dist/rest.js",
    },
    paths: [{
      role: "configuration directory",
      path: "/home/mara/.config/sentinel",
      found: { kind: "directory", mode: 0o700, owner: "you", bytes: 0, link: false },
    }],
    aws: [awsFile(GOOD_CONFIG)],
    journal: {
      directory: "/home/mara/.local/state/sentinel/journal",
      entries: 3,
      head: "ok",
      last: { at: "2026-01-05T09:00:00.000Z", kind: "outcome" },
      bytes: 4000,
      segments: 1,
      torn: false,
      trouble: null,
    },
    cache: { directory: "/home/mara/.cache/sentinel", files: 2 },
    shell: { shell: "zsh", rc: "/home/mara/.zshrc", findings: [], note: null, trouble: null },
    onPath: [{ path: "/usr/local/bin/sentinel", real: "/usr/local/bin/sentinel" }],
    programs: [],
    offline: false,
    only: null,
    home: "/home/mara",
    people: ["mara"],
    secrets: [],
    config: { state: "read" },
    pins: { state: "absent", path: "/etc/sentinel/pins.yaml" },
    issuer: true,
    profiles: [profile()],
    awsTrouble: null,
    environment: new Map(),
    ...change,
  };
}
