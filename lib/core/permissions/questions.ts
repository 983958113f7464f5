// permissions: what a check asks: each right on the very things that it is used on here.
import { roleParts } from "./arns.ts";
import { TABLES } from "../store/tables.ts";
import type { ProfileUse, ShellUse, StoreUse } from "./detect.ts";
import type { ContextEntry } from "./simulation.ts";
import type { About, Feature, Right, Scope } from "./types.ts";

export type { ContextEntry } from "./simulation.ts";

/** Who is looked at. */
export interface Subject {
  /** ARN of the caller's user or role. */
  readonly arn: string;
  readonly kind: "user" | "role";
  /** The user's or role's name. */
  readonly name: string;
  /** What stands in a source identity for the caller. */
  readonly userSegment: string;
  /** True for temporary credentials; long-term keys carry nothing of a session. */
  readonly session: boolean;
  /** Region of calls that have one. */
  readonly region: string;
  readonly now: Date;
}

/** One action on one resource. */
export interface Question {
  readonly feature: string;
  readonly action: string;
  readonly resource: string;
  /** True = nothing of the kind is in use here: the resource is a stand-in of the right's pattern. */
  readonly example: boolean;
  /** ARN of the role that makes this call on the way to a chained profile's; `null` = the caller. */
  readonly by: string | null;
  /** The profiles that need it; empty for what no profile names. */
  readonly profiles: readonly string[];
  /** Condition keys as the real call will carry them. */
  readonly context: readonly ContextEntry[];
  /** Condition keys, in lower case, that the real call surely lacks: that they miss is no doubt. */
  readonly absent: readonly string[];
  readonly why: string;
  /**
   * Whether the role's trust policy can allow it by itself, where it names the caller: within one
   * account a user's name does `alone`, a role's leaves its boundary in force (IAM User Guide,
   * "Evaluating identity-based policies with resource-based policies", "… with permissions
   * boundaries"). A role's session that passes on a stamp needs its own policies too.
   */
  readonly trustSuffices: "no" | "within boundary" | "alone";
  /** What has its say too and is not simulated; `null` = nothing of the resource's side. */
  readonly unseen: string | null;
}

/** What is in use here, as far as rights are used on it. */
export interface Used {
  readonly profiles: readonly ProfileUse[];
  readonly shells: readonly ShellUse[];
  readonly stores: readonly StoreUse[];
}

/** Something a right is used on. */
interface Thing {
  resource: string;
  example: boolean;
  by: string | null;
  profiles: string[];
}

/**
 * The questions of some features, in the registry's order.
 *
 * Where nothing is in use, an example that fits the right's pattern is asked about instead: a
 * wildcard in place of a resource would ask another thing than the call does.
 *
 * @param used profiles and stores that the caller's own credentials serve, and functions of shells
 * @param scope with account and region of the caller where nobody says others
 */
export function questionsFor(
  features: readonly Feature[],
  subject: Subject,
  used: Used,
  scope: Scope,
): readonly Question[] {
  return features.flatMap((feature) =>
    feature.rights.flatMap((right) =>
      thingsFor(right, feature, subject, used, scope).flatMap((thing) =>
        right.actions.map((action): Question => ({
          feature: feature.id,
          action,
          ...thing,
          trustSuffices: right.about === "protected-role"
            ? trustSuffices(action, thing, subject)
            : "no",
          context: [
            ...(thing.by === null ? callerContext(subject) : roleContext(thing.by, subject)),
            ...ownContext(right.about, feature, thing, subject, scope),
          ],
          absent: absentKeys(thing, subject),
          why: right.why,
          unseen: right.simulated.kind === "half" ? right.simulated.unseen : null,
        }))
      )
    )
  );
}

// With a request for a profile, its own base credentials reach the store.
const BY_PROFILE: ReadonlySet<About> = new Set<About>([
  "policy-parameter",
  "protected-role",
  "request-table",
]);

/** True when what the feature asks depends on the profiles that it is used for. */
export function asksByProfile({ rights }: Feature): boolean {
  return rights.some(({ about }) => BY_PROFILE.has(about));
}

function thingsFor(
  right: Right,
  feature: Feature,
  subject: Subject,
  used: Used,
  scope: Scope,
): readonly Thing[] {
  const things = usedFor(right.about, feature, subject, used);
  if (things.length > 0 || right.about === "caller-role") return merged(things);
  const [pattern = "*"] = right.resources(scope);
  return [{ resource: exampleOf(pattern, scope, subject), example: true, by: null, profiles: [] }];
}

function usedFor(
  about: About,
  feature: Feature,
  subject: Subject,
  { profiles, shells, stores }: Used,
): Thing[] {
  const thing = (resource: string, by: string | null, ...names: string[]): Thing => ({
    resource,
    example: false,
    by,
    profiles: names,
  });
  switch (about) {
    case "policy-parameter":
      return profiles.flatMap(({ name, policy }) =>
        policy === null ? [] : thing(policy, null, name)
      );
    case "protected-role":
      return profiles.flatMap(({ name, chain, tags }) =>
        chain.flatMap((roleArn, index) =>
          // Tags are passed to the last role alone.
          feature.id === "session_tags" && (!tags || index < chain.length - 1)
            ? []
            : thing(roleArn, chain[index - 1] ?? null, name)
        )
      );
    case "caller":
      return [thing(subject.arn, null)];
    case "caller-role":
      return subject.kind === "role" ? [thing(subject.arn, null)] : [];
    case "policy-folder":
      return shells.map(({ folder }) => thing(folder, null));
    case "request-table":
      return stores.map(({ table, profile }) => thing(table, null, ...namesOf(profile)));
    case "request-index":
      return stores.flatMap(({ table, profile }) =>
        TABLES.requests.indexes.map(({ name }) =>
          thing(`${table}/index/${name}`, null, ...namesOf(profile))
        )
      );
    case "policy-key":
      return [];
  }
}

const namesOf = (profile: string | null): string[] => profile === null ? [] : [profile];

// IAM User Guide, "Monitor and control actions taken with assumed roles": in a chain, setting a source
// identity is asked of both sides.
function trustSuffices(
  action: string,
  { resource, by }: Thing,
  subject: Subject,
): Question["trustSuffices"] {
  const caller = roleParts(by ?? subject.arn);
  if (caller.account !== roleParts(resource).account) return "no";
  if (by === null && subject.kind === "user") return "alone";
  return action === "sts:SetSourceIdentity" ? "no" : "within boundary";
}

/** The same thing once, with everybody who uses it. */
function merged(things: readonly Thing[]): Thing[] {
  const found = new Map<string, Thing>();
  for (const thing of things) {
    const key = JSON.stringify([thing.resource, thing.by]);
    const known = found.get(key);
    if (known === undefined) found.set(key, thing);
    else known.profiles.push(...thing.profiles);
  }
  return [...found.values()];
}

/** A name that fits a pattern: each wildcard filled in. */
function exampleOf(pattern: string, scope: Scope, subject: Subject): string {
  const parts = pattern.split(":");
  const [, , service = "", region = "", account = ""] = parts;
  const own = subject.arn.split(":")[4] ?? "";
  const filled = (text: string, value: string) => text === "*" ? value : text;
  const resource = parts.slice(5).join(":")
    .replaceAll("${aws:username}", subject.name)
    .replaceAll("*", service === "kms" ? "00000000-0000-0000-0000-000000000000" : "example")
    .replaceAll("?", "x");
  return [
    "arn",
    scope.partition,
    service,
    filled(region, subject.region),
    filled(account, own),
    resource,
  ].join(":");
}

const text = (key: string, ...values: string[]): ContextEntry => ({ key, type: "string", values });

/** Keys that each call of the caller's carries (IAM User Guide, "AWS global condition context keys"). */
function callerContext({ arn, kind, name, region, now }: Subject): ContextEntry[] {
  return [
    text("aws:PrincipalArn", arn),
    text("aws:PrincipalAccount", arn.split(":")[4] ?? ""),
    text("aws:PrincipalType", kind === "user" ? "User" : "AssumedRole"),
    ...(kind === "user" ? [text("aws:username", name)] : []),
    text("aws:RequestedRegion", region),
    { key: "aws:CurrentTime", type: "date", values: [now.toISOString()] },
    { key: "aws:SecureTransport", type: "boolean", values: ["true"] },
  ];
}

/** The same of a role on the way: its session is stamped. */
function roleContext(arn: string, subject: Subject): ContextEntry[] {
  const { name } = roleParts(arn);
  return [
    ...callerContext({ ...subject, arn, kind: "role", name }),
    text("aws:SourceIdentity", stampOf(subject)),
  ];
}

/** IAM User Guide, "AWS global condition context keys", availability. */
function absentKeys({ by }: Thing, { kind, session }: Subject): string[] {
  if (by !== null || kind === "role") return ["aws:username"];
  return session ? [] : [
    "aws:multifactorauthage",
    "aws:multifactorauthpresent",
    "aws:sourceidentity",
    "aws:tokenissuetime",
  ];
}

/** A source identity of the form that a grant sets. */
function stampOf({ userSegment }: Subject): string {
  return `sentinel=${userSegment}=direct=${"0".repeat(16)}`;
}

/** Keys of this very call. */
function ownContext(
  about: About,
  { id }: Feature,
  { resource }: Thing,
  subject: Subject,
  scope: Scope,
): ContextEntry[] {
  if (about === "protected-role") {
    const stamped = [
      text("sts:SourceIdentity", stampOf(subject)),
      text("sts:RoleSessionName", `${subject.userSegment}-${"0".repeat(32)}`),
    ];
    if (id !== "session_tags") return stamped;
    const key = "sentinel:request";
    return [
      ...stamped,
      { key: "aws:TagKeys", type: "stringList", values: [key] },
      text(`aws:RequestTag/${key}`, "0".repeat(16)),
    ];
  }
  if (about !== "policy-key") return [];
  const [, partition = "", , region = "", account = ""] = resource.split(":");
  const parameter = `${scope.policyRoot}/example`;
  return [
    text("kms:ViaService", `ssm.${region}.amazonaws.com`),
    text("kms:CallerAccount", account),
    text(
      "kms:EncryptionContext:PARAMETER_ARN",
      `arn:${partition}:ssm:${region}:${account}:parameter${parameter}`,
    ),
  ];
}
