// permissions tests: profiles and callers as the core takes them.
import type { ProfileUse, ShellUse, StoreUse, Subject } from "../../../lib/core/permissions/mod.ts";

/** An account that is nobody's. */
export const ACCOUNT = "111122223333";

/** ARN of a role. */
export const role = (name: string, account: string = ACCOUNT): string =>
  `arn:aws:iam::${account}:role/${name}`;

/** A shell's functions that name policies below a folder. */
export function shell(name: string, root: string): ShellUse {
  const folder = `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter${root}`;
  return { shell: name, root, folder };
}

/** A store in DynamoDB, everybody's. */
export function store(prefix: string, more: Partial<StoreUse> = {}): StoreUse {
  const table = `arn:aws:dynamodb:eu-central-1:${ACCOUNT}:table/${prefix}requests`;
  return { profile: null, own: true, prefix, table, origin: "config.yaml:2", ...more };
}

/** A gated profile of the caller's. */
export function profile(name: string, more: Partial<ProfileUse> = {}): ProfileUse {
  return {
    name,
    chain: [role(`SentinelProtected-${name}`)],
    tags: false,
    leaf: "keys",
    own: true,
    policy: null,
    policyOrigin: null,
    ...more,
  };
}

/** A user with long-term keys. */
export const MARA: Subject = {
  arn: `arn:aws:iam::${ACCOUNT}:user/mara`,
  kind: "user",
  name: "mara",
  userSegment: "mara",
  session: false,
  region: "eu-central-1",
  now: new Date("2026-01-05T12:00:00Z"),
};

/** A session of a role. */
export const ENTRY: Subject = {
  ...MARA,
  arn: role("team/Entry"),
  kind: "role",
  name: "Entry",
  session: true,
};
