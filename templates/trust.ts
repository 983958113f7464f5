// templates: the trust policy of a role that only Sentinel's stamped sessions may take.
import type { SentinelError } from "../lib/core/errors/mod.ts";
import { quoted } from "../lib/core/text/printable.ts";
import {
  checkAccount,
  checkPartition,
  checkPermissionSet,
  type Conditions,
  misuse,
  permissionSetRoles,
  type PolicyText,
  policyText,
  STAMP,
} from "./text.ts";

/** Who may assume the role. Never a whole account, and never a pattern of users. */
export type TrustedCallers =
  /** IAM users of one account, by ARN: the account whose names stand as they are (`issuer`). */
  | { kind: "iam-users"; users: readonly string[] }
  /** The entry permission set of the two-role pattern (Identity Center). */
  | { kind: "permission-set"; account: string; name: string; partition?: string }
  /** Roles by ARN: an entry role, the token vending machine's, or the role before in a chain. */
  | { kind: "roles"; roles: readonly string[] };

/** What the policy is written for. */
export interface TrustOptions {
  /** Who may come. */
  callers: TrustedCallers;
  /**
   * `first` (default): the caller carries no source identity yet, Sentinel sets it. `chained`: the
   * caller is a stamped session, and the stamp goes on with it. Chained callers are `roles`.
   */
  hop?: "first" | "chained";
  /** Let session tags in (`sentinel_tags = true`). Default false. */
  tags?: boolean;
  /** External id that callers must bring. */
  externalId?: string;
}

const WHAT = "trust policy";
const USER_ARN = /^arn:aws[a-z-]*:iam::\d{12}:user\/(?:[!-)+-.0->@-~]+\/)*([\w,.@-]{1,24})$/;
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:[!-)+-.0->@-~]+\/)*[\w+=,.@-]{1,64}$/;

/**
 * The trust policy of a protected role (IAM User Guide, "Monitor and control actions taken with
 * assumed roles").
 *
 * @throws {SentinelError} `USAGE` for callers that can't be bound
 * @example
 * ```ts
 * import { strict as assert } from "node:assert";
 * const { text } = trustPolicy({
 *   callers: { kind: "iam-users", users: ["arn:aws:iam::111122223333:user/mara"] },
 * });
 * assert.ok(text.includes("sentinel=${aws:username}=*"));
 * ```
 */
export function trustPolicy(options: TrustOptions): PolicyText {
  const { callers, hop = "first", tags = false, externalId } = options;
  checkCallers(callers, hop);
  if (externalId !== undefined) checkExternalId(externalId);
  const statements = [
    ...stampStatements(callers, hop, externalId),
    ...(tags ? [tagStatement(callers, hop)] : []),
  ];
  return policyText(statements, explain(callers, hop, tags, externalId));
}

/**
 * A key that AWS lists for one action may be missing in the other's context, and a missing key
 * refuses (Service Authorization Reference, "Condition keys for AWS STS"): the external id is asked
 * for where it is listed, `sts:AssumeRole`.
 */
function stampStatements(
  callers: TrustedCallers,
  hop: "first" | "chained",
  externalId: string | undefined,
) {
  const key = hop === "chained" ? "aws:SourceIdentity" : "sts:SourceIdentity";
  const stamped = { StringLike: { [key]: stampPattern(callers) }, ...whoMayCome(callers, hop) };
  const Sid = hop === "first" ? "SentinelStampedFirstHop" : "SentinelStampedChain";
  const base = { Effect: "Allow", Principal: { AWS: principals(callers) } };
  if (externalId === undefined) {
    const Action = ["sts:AssumeRole", "sts:SetSourceIdentity"];
    return [{ Sid, ...base, Action, Condition: stamped }];
  }
  const withId = { ...stamped, StringEquals: { "sts:ExternalId": externalId } };
  return [
    { Sid, ...base, Action: "sts:AssumeRole", Condition: withId },
    { Sid: `${Sid}Stamp`, ...base, Action: "sts:SetSourceIdentity", Condition: stamped },
  ];
}

/** By itself it lets nobody in: the stamp is asked for by the statement on `sts:AssumeRole`. */
function tagStatement(callers: TrustedCallers, hop: "first" | "chained") {
  const stamped = hop === "chained" ? { StringLike: { "aws:SourceIdentity": STAMP } } : {};
  return {
    Sid: "SentinelSessionTags",
    Effect: "Allow",
    Principal: { AWS: principals(callers) },
    Action: "sts:TagSession",
    Condition: {
      ...stamped,
      ...whoMayCome(callers, hop),
      "ForAllValues:StringLike": { "aws:TagKeys": "sentinel:*" },
    },
  };
}

/** What is asked of the caller, in global keys: they are there for each action. */
function whoMayCome(callers: TrustedCallers, hop: "first" | "chained"): Conditions {
  return {
    ...(hop === "first" && { Null: { "aws:SourceIdentity": "true" } }),
    ...(callers.kind === "permission-set" && {
      ArnLike: {
        "aws:PrincipalArn": permissionSetRoles(
          callers.partition ?? "aws",
          callers.account,
          callers.name,
        ),
      },
    }),
  };
}

function stampPattern(callers: TrustedCallers): string {
  return callers.kind === "iam-users" ? "sentinel=${aws:username}=*" : STAMP;
}

function principals(callers: TrustedCallers): readonly string[] {
  switch (callers.kind) {
    case "iam-users":
      return callers.users;
    case "roles":
      return callers.roles;
    case "permission-set":
      // A role of Identity Center can't be named: its ARN ends at random and changes when the set
      // is provisioned again. The account delegates, and `ArnLike` leaves only the set's role.
      return [`arn:${callers.partition ?? "aws"}:iam::${callers.account}:root`];
  }
}

function checkCallers(callers: TrustedCallers, hop: "first" | "chained"): void {
  if (hop === "chained" && callers.kind !== "roles") {
    throw usage(`found callers of kind "${callers.kind}" in a chain, want roles`);
  }
  if (callers.kind === "permission-set") {
    checkAccount(callers.account, WHAT);
    checkPermissionSet(callers.name, WHAT);
    checkPartition(callers.partition ?? "aws", WHAT);
    return;
  }
  const arns = callers.kind === "roles" ? callers.roles : callers.users;
  const form = callers.kind === "roles" ? ROLE_ARN : USER_ARN;
  if (arns.length === 0) throw usage("found no callers, want one or more");
  const bad = arns.find((arn) => !form.test(arn));
  if (bad !== undefined) throw badArn(bad, callers.kind);
  const accounts = new Set(arns.map((arn) => arn.split(":")[4]));
  if (callers.kind === "iam-users" && accounts.size > 1) {
    throw usage(`found users of ${accounts.size} accounts, want one: other names are not unique`);
  }
}

function badArn(arn: string, kind: "roles" | "iam-users"): SentinelError {
  if (kind === "iam-users" && !/^arn:[^:]+:iam::\d{12}:user\//.test(arn)) {
    const hint = "--user arn:aws:iam::111122223333:user/mara";
    return misuse(WHAT, `found ${quoted(arn)}, want the ARN of an IAM user`, hint);
  }
  return kind === "roles"
    ? usage(`found ${quoted(arn)}, want the ARN of a role, without wildcards`)
    : usage(
      `found ${quoted(arn)}, want the ARN of an IAM user whose name has at most 24 ` +
        "characters and no + or =: other names are stamped in a derived form",
    );
}

function checkExternalId(externalId: string): void {
  // No policy variables: `$` is none of the characters.
  if (/^[\w+=,.@:\/-]{2,1224}$/.test(externalId)) return;
  throw usage("found an external id with other characters than letters, digits and +=,.@:/-_");
}

const usage = (message: string): SentinelError => misuse(WHAT, message);

function explain(
  callers: TrustedCallers,
  hop: "first" | "chained",
  tags: boolean,
  externalId: string | undefined,
): string[] {
  return [
    ...explainCallers(callers),
    hop === "first"
      ? "binds: a session that is stamped already can't take the role again, so no cycle renews it"
      : "binds: only sessions that carry a Sentinel stamp may chain; AWS keeps the stamp unchanged",
    tags
      ? "allows (--tags): session tags whose keys begin with sentinel:, as sentinel_tags = true sends them"
      : "binds: no session tags (--tags lets Sentinel's own in)",
    ...(externalId === undefined
      ? []
      : [`binds (--external-id): callers must bring the external id ${externalId}`]),
    "exempt: nobody; break-glass grants carry a stamp too, and a way without one is another role's " +
    "(SentinelBreakGlass-*)",
    ...(hop === "chained"
      ? ["option --chained: callers are stamped already; an hour at most (role chaining)"]
      : []),
    "does not bind: how long a session lasts (that is the role's MaxSessionDuration)",
    ...(hop === "first"
      ? [
        "does not prove: that Sentinel decided; whoever may assume the role can write a well-formed " +
        "stamp by hand, and CloudTrail held against the journal shows it; only a server that alone may assume the role prevents it",
      ]
      : []),
  ];
}

function explainCallers(callers: TrustedCallers): string[] {
  switch (callers.kind) {
    case "iam-users":
      return [
        "binds: the named users, each to his own name in the stamp (checked by AWS)",
        `rests on: config.yaml says issuer: { iam_users: "${callers.users[0]?.split(":")[4]}" }`,
      ];
    case "roles":
      return [
        "binds: the named roles",
        "does not bind: the user's name in the stamp; AWS knows no user name of a role session",
      ];
    case "permission-set":
      return [
        `binds: sessions of permission set ${callers.name} of account ${callers.account}; the ` +
        "account stands as principal because such a role can't be named, ArnLike leaves only it",
        "does not bind: the user's name in the stamp; AWS knows no user name of a role session",
        "costs: a chained session, one hour at most",
      ];
  }
}
