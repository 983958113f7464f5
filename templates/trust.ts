// templates: the trust policy of a role that only Sentinel's stamped sessions may take.
import { SentinelError } from "../lib/core/errors/mod.ts";

/** Who may assume the role. Never a whole account, and never a pattern of users. */
export type TrustedCallers =
  /** IAM users of one account, by ARN: the account whose names stand as they are (`issuer`). */
  | { kind: "iam-users"; users: readonly string[] }
  /** The entry permission set of the two-role pattern (Identity Center). */
  | { kind: "permission-set"; account: string; name: string }
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

/** A policy's text, and what it does and doesn't do, line by line. */
export interface PolicyText {
  /** JSON, two spaces, a line break at its end; the same options give the same bytes. */
  text: string;
  /** One line a fact: `binds: …`, `does not bind: …`, `does not prove: …`, … */
  explains: readonly string[];
}

type Conditions = Record<string, Record<string, string | readonly string[]>>;

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
  const conditions: Conditions = {};
  const stamp = hop === "chained" ? "aws:SourceIdentity" : "sts:SourceIdentity";
  conditions["StringLike"] = { [stamp]: stampPattern(callers) };
  if (hop === "first") conditions["Null"] = { "aws:SourceIdentity": "true" };
  if (callers.kind === "permission-set") {
    conditions["ArnLike"] = { "aws:PrincipalArn": permissionSetRoles(callers) };
  }
  if (externalId !== undefined) {
    checkExternalId(externalId);
    conditions["StringEquals"] = { "sts:ExternalId": externalId };
  }
  const statement = {
    Sid: hop === "first" ? "SentinelStampedFirstHop" : "SentinelStampedChain",
    Effect: "Allow",
    Principal: { AWS: principals(callers) },
    Action: ["sts:AssumeRole", "sts:SetSourceIdentity", ...(tags ? ["sts:TagSession"] : [])],
    Condition: conditions,
  };
  const document = { Version: "2012-10-17", Statement: [statement] };
  return {
    text: `${JSON.stringify(document, null, 2)}\n`,
    explains: explain(callers, hop, tags, externalId),
  };
}

function stampPattern(callers: TrustedCallers): string {
  return callers.kind === "iam-users" ? "sentinel=${aws:username}=*" : "sentinel=*";
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
      return [`arn:aws:iam::${callers.account}:root`];
  }
}

/** With and without a region in the path. No `*` stands right before the name: it could be longer. */
function permissionSetRoles(callers: { account: string; name: string }): readonly string[] {
  const head = `arn:aws:iam::${callers.account}:role/aws-reserved/sso.amazonaws.com/`;
  const role = `AWSReservedSSO_${callers.name}_????????????????`;
  return [`${head}${role}`, `${head}*/${role}`];
}

function checkCallers(callers: TrustedCallers, hop: "first" | "chained"): void {
  if (hop === "chained" && callers.kind !== "roles") {
    throw usage(`found callers of kind "${callers.kind}" in a chain, want roles`);
  }
  if (callers.kind === "permission-set") {
    if (!/^\d{12}$/.test(callers.account)) {
      throw usage(`found account ${JSON.stringify(callers.account)}, want twelve digits`);
    }
    if (!/^[\w+=,.@-]{1,32}$/.test(callers.name)) {
      throw usage(`found permission set ${JSON.stringify(callers.name)}, want its name`);
    }
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
  return kind === "roles"
    ? usage(`found ${JSON.stringify(arn)}, want the ARN of a role, without wildcards`)
    : usage(
      `found ${JSON.stringify(arn)}, want the ARN of an IAM user whose name has at most 24 ` +
        "characters and no + or =: other names are stamped in a derived form",
    );
}

function checkExternalId(externalId: string): void {
  // No policy variables: `$` is none of the characters.
  if (/^[\w+=,.@:\/-]{2,1224}$/.test(externalId)) return;
  throw usage("found an external id with other characters than letters, digits and +=,.@:/-_");
}

function usage(what: string): SentinelError {
  return new SentinelError("USAGE", `Cannot write trust policy: ${what}`);
}

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
    ...(tags ? ["allows: session tags"] : ["binds: no session tags"]),
    ...(externalId === undefined ? [] : ["binds: callers must bring the external id"]),
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
