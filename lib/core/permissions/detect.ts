// permissions: which features are in use here, each with its reason.
import type { Leaf } from "../profiles/types.ts";
import { quoted } from "../text/printable.ts";
import { fitsRolePattern } from "./arns.ts";
import { FEATURES } from "./registry.ts";
import type { Scope } from "./types.ts";

/** What one gated profile needs of AWS. */
export interface ProfileUse {
  readonly name: string;
  /** ARN of every role on the way, the profile's own last. */
  readonly chain: readonly string[];
  /** `sentinel_tags = true`. */
  readonly tags: boolean;
  readonly leaf: Leaf["kind"];
  /** True = the base credentials that are looked at serve it too. */
  readonly own: boolean;
  /** ARN of the parameter that holds its policy; `null` = a file does. */
  readonly policy: string | null;
  /** Where that was said: `--policy`, `SENTINEL_POLICY`, `config.yaml:2`, … */
  readonly policyOrigin: string | null;
}

/** The functions of one shell, where they name policies in Parameter Store. */
export interface ShellUse {
  /** `zsh`, `bash` or `fish`. */
  readonly shell: string;
  /** Folder of the policies, without a slash at its end. */
  readonly root: string;
  /** ARN of that folder. */
  readonly folder: string;
}

/** A store in DynamoDB. */
export interface StoreUse {
  /** The profile that it is for; `null` = for every profile that has no other. */
  readonly profile: string | null;
  /** True = the base credentials that are looked at serve it too. */
  readonly own: boolean;
  /** What its tables' names begin with. */
  readonly prefix: string;
  /** ARN of its table of requests. */
  readonly table: string;
  /** Where that was said: `--store`, `SENTINEL_STORE`, `config.yaml:2`, … */
  readonly origin: string;
}

/** A rule by which a profile without a role gets credentials. */
export interface UnstampedUse {
  readonly profile: string;
  readonly rule: string;
}

/** Everything that files, variables and flags say of what is in use. */
export interface Surroundings {
  readonly profiles: readonly ProfileUse[];
  readonly shells: readonly ShellUse[];
  readonly stores: readonly StoreUse[];
  /** Of policies that lie in files; those in Parameter Store are not read for it. */
  readonly unstamped: readonly UnstampedUse[];
  /** What could not be read, one line each: `profile "x": …`. */
  readonly broken: readonly string[];
  /** Parameters that hold a SecureString; `null` = nobody could tell. */
  readonly sealed: readonly string[] | null;
}

/** A feature that is in use, and why that is said. */
export interface Detected {
  readonly feature: string;
  readonly reasons: readonly string[];
}

/** What was found, and what makes it doubtful. */
export interface Detection {
  /** In the registry's order. */
  readonly found: readonly Detected[];
  readonly warnings: readonly string[];
}

/** Most profiles that a reason names. */
const NAMED = 5;

/**
 * The features that are in use. What can't be read makes a warning, never a failure.
 * @param scope for whose names statements would be written
 */
export function detect(surroundings: Surroundings, scope: Scope): Detection {
  const found = FEATURES.flatMap(({ id }): Detected[] => {
    const reasons = REASONS[id]?.(surroundings) ?? [];
    return reasons.length === 0 ? [] : [{ feature: id, reasons }];
  });
  return { found, warnings: warningsOf(surroundings, scope) };
}

const REASONS: Readonly<Record<string, (surroundings: Surroundings) => string[]>> = {
  identity: () => ["each call asks STS who is calling"],
  base_credentials: ({ profiles }) =>
    (["sso", "web-identity"] as const).flatMap((kind) => {
      const users = profiles.filter(({ leaf }) => leaf === kind);
      return users.length === 0 ? [] : [`${listOf(users)}: base credentials by ${kind}`];
    }),
  policy_load: ({ profiles }) => {
    const byOrigin = Map.groupBy(
      profiles.filter(({ policy }) => policy !== null),
      ({ policyOrigin }) => policyOrigin ?? "",
    );
    return Array.from(byOrigin, ([origin, users]) => `${listOf(users)}: ssm: by ${origin}`);
  },
  policy_decrypt: ({ sealed }) => (sealed ?? []).map((arn) => `${arn} is a SecureString`),
  credential_issue: ({ profiles }) => {
    const users = profiles.filter(({ chain }) => chain.length > 0);
    return users.length === 0 ? [] : [`${listOf(users)}: gated`];
  },
  session_tags: ({ profiles }) => {
    const users = profiles.filter(({ tags }) => tags);
    return users.length === 0 ? [] : [`${listOf(users)}: sentinel_tags = true`];
  },
  shell_functions: ({ shells }) =>
    shells.map(({ shell, root }) => `functions of ${shell}: --policy-root ${root}`),
  approval_store: ({ stores }) =>
    stores.map(({ profile, table, origin }) =>
      `${profile === null ? "store" : `store of profile ${profile}`} in ${table} by ${origin}`
    ),
  unstamped_session: ({ unstamped }) =>
    unstamped.map(({ profile, rule }) => `profile ${profile}: rule ${rule}: unstamped: true`),
  permissions_check: () => ["sentinel permissions check asks IAM's simulation"],
};

function listOf(users: readonly ProfileUse[]): string {
  const names = users.slice(0, NAMED).map(({ name }) => name).join(", ");
  const more = users.length > NAMED ? ` and ${users.length - NAMED} more` : "";
  return `${users.length === 1 ? "profile" : "profiles"} ${names}${more}`;
}

function warningsOf(surroundings: Surroundings, scope: Scope): string[] {
  const { profiles, shells, stores, broken, sealed } = surroundings;
  const prefixes = new Set(stores.map(({ prefix }) => prefix));
  const roles = new Set(profiles.flatMap(({ chain }) => chain));
  const outside = [...roles].filter((arn) => !fitsRolePattern(arn, scope.protectedRoles));
  const folder = `:parameter${scope.policyRoot}/`;
  const parameters = new Set(profiles.flatMap(({ policy }) => policy === null ? [] : [policy]));
  const elsewhere = [...parameters].filter((arn) => !arn.includes(folder));
  return [
    ...broken,
    ...outside.map((arn) =>
      `credential_issue: ${quoted(arn)} is none of ${quoted(scope.protectedRoles)}: ` +
      "the statements don't reach it (--roles)"
    ),
    ...elsewhere.map((arn) =>
      `policy_load: ${quoted(arn)} is not below ${quoted(scope.policyRoot)}: ` +
      "the statements don't reach it (--policy-root)"
    ),
    ...shells.filter(({ root }) => root !== scope.policyRoot).map(({ root }) =>
      `shell_functions: ${quoted(root)} is not ${quoted(scope.policyRoot)}: ` +
      "the statements don't reach it (--policy-root)"
    ),
    ...[...prefixes].filter((prefix) => prefix !== scope.tablePrefix).map((prefix) =>
      `approval_store: ${quoted(prefix)} is not ${quoted(scope.tablePrefix)}: ` +
      "the statements don't reach its tables (--table-prefix)"
    ),
    ...(sealed === null && parameters.size > 0
      ? ["policy_decrypt: can't tell whether a policy is a SecureString under a key of your own"]
      : []),
  ];
}
