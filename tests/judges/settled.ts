// judges: differences that AWS's documentation settles against the judge, one entry each.
import { type Case, statementsOf } from "./case.ts";
import * as reading from "./readings.ts";
import { rewriteConditions } from "./rewrite.ts";

/**
 * A known difference. It excuses a case only if it applies to it and the judge, asked the rewritten
 * question, says what we say of the original.
 */
export interface Settled {
  readonly name: string;
  /** The AWS page that settles it. */
  readonly page: string;
  /** Its smallest case: a name in tests/vectors/iam/disagreements.json. */
  readonly vector: string;
  /** Does the case hold what is read in two ways? */
  readonly applies: (given: Case) => boolean;
  /** The same question, put so that the judge reads it as the page says. */
  readonly rewrite: (given: Case) => Case;
}

/** The list; a difference that isn't here fails the run. */
export const SETTLED: readonly Settled[] = [
  {
    name: "the root user needs no identity policy",
    page:
      "IAM User Guide, How AWS enforcement code logic evaluates requests to allow or deny access",
    vector: "root user without any policy",
    applies: (given) => reading.kind(given) === "root",
    rewrite: (given) => ({ ...given, identity: [reading.EVERYTHING] }),
  },
  {
    name: "the root user can't assume roles",
    page: "STS API reference, AssumeRole",
    vector: "root user and a role that trusts everybody",
    applies: (given) =>
      reading.kind(given) === "root" && reading.action(given) === "sts:assumerole",
    rewrite: reading.withoutGrant,
  },
  {
    name: "a federated user without session policy has no identity permissions",
    page: "STS API reference, GetFederationToken",
    vector: "federated user without session policy",
    applies: (given) => reading.kind(given) === "federated-user" && given.session === null,
    rewrite: (given) => ({ ...given, session: reading.NOTHING }),
  },
  {
    name: "a federated user can't call STS",
    page: "STS API reference, GetFederationToken",
    vector: "federated user and a role that trusts everybody",
    applies: (given) =>
      reading.kind(given) === "federated-user" && reading.action(given).startsWith("sts:"),
    rewrite: reading.withoutGrant,
  },
  {
    name: "a session policy doesn't limit what a resource grants the session itself",
    page:
      "IAM User Guide, How AWS enforcement code logic evaluates requests to allow or deny access",
    vector: "session named by the resource, session policy silent",
    applies: (given) =>
      given.session !== null && reading.sameAccount(given) && !reading.stampsChained(given) &&
      statementsOf(given).some(([statement, , layer]) =>
        layer === "resource" && statement.Effect === "Allow" &&
        reading.isDirect(given, statement)
      ),
    rewrite: reading.directGrantsOnly,
  },
  {
    name: "a chained sts:SetSourceIdentity is needed in the caller's policies too",
    page: "IAM User Guide, Monitor and control actions taken with assumed roles",
    vector: "chained sts:SetSourceIdentity by trust in the session alone",
    applies: (given) => reading.stampsChained(given) && reading.sameAccount(given),
    rewrite: reading.trustsAccount,
  },
  {
    name: "SCPs and RCPs don't bind service-linked roles",
    page: "AWS Organizations User Guide, Service control policies (SCPs)",
    vector: "service-linked role under an SCP that denies",
    applies: (given) => given.principal.roleArn?.includes(":role/aws-service-role/") ?? false,
    rewrite: (given) => ({ ...given, scps: [], rcps: [] }),
  },
  {
    name: "a date is the same in seconds of the epoch and in ISO 8601",
    page: "IAM User Guide, IAM JSON policy elements: Condition operators (date)",
    vector: "epoch in the request, ISO 8601 in the policy",
    applies: (given) => reading.anyCondition(given, ({ operator }) => operator.includes("Date")),
    rewrite: reading.isoDates,
  },
  {
    name: "IfExists holds without the key, under ForAnyValue too",
    page: "IAM User Guide, IAM JSON policy elements: Condition operators (IfExists)",
    vector: "ForAnyValue with IfExists and no key",
    applies: (given) =>
      reading.anyCondition(given, (condition) => reading.missesAnyIfExists(given, condition)),
    rewrite: (given) =>
      rewriteConditions(
        given,
        (condition) => reading.missesAnyIfExists(given, condition) ? true : condition,
      ),
  },
  {
    name: "an address without prefix isn't one of the other family",
    page: "IAM User Guide, IAM JSON policy elements: Condition operators (IP address)",
    vector: "NotIpAddress with a bare IPv4 address, request from IPv6",
    applies: (given) => reading.anyCondition(given, reading.isBareAddress),
    rewrite: (given) => rewriteConditions(given, reading.withPrefix),
  },
  {
    name: "a block of prefix 0 holds every address",
    page: "IAM User Guide, IAM JSON policy elements: Condition operators (IP address)",
    vector: "IpAddress with an IPv4 block of prefix 0",
    applies: (given) => reading.anyCondition(given, ({ values }) => values.some(reading.isWholeV4)),
    rewrite: (given) =>
      rewriteConditions(given, (condition) => ({
        ...condition,
        values: condition.values.flatMap((value) =>
          reading.isWholeV4(value) ? reading.HALVES : [value]
        ),
      })),
  },
  {
    name: "${*} is an asterisk where nothing is a wildcard",
    page: "IAM User Guide, IAM policy elements: Variables and tags",
    vector: "an asterisk written out in StringEquals",
    applies: (given) => reading.anyCondition(given, reading.writesOutInEquals),
    rewrite: (given) => rewriteConditions(given, reading.withAsterisk),
  },
  {
    name: "variables are plain text in documents before 2012-10-17",
    page: "IAM User Guide, IAM JSON policy elements: Version",
    vector: "a variable in a document without version",
    applies: (given) =>
      statementsOf(given).some(([statement, { Version }]) =>
        reading.isOldVersion(Version) && JSON.stringify(statement).includes("${")
      ),
    rewrite: reading.literalVariables,
  },
  {
    name: "an empty string is an empty set",
    page: "IAM User Guide, Set operators for multivalued context keys",
    vector: "ForAllValues and a key of one empty string",
    applies: (given) =>
      reading.anyCondition(given, (condition) => reading.isEmptySet(given, condition)),
    rewrite: (given) =>
      rewriteConditions(
        given,
        (condition) =>
          reading.isEmptySet(given, condition)
            ? condition.operator.startsWith("ForAll")
            : condition,
      ),
  },
  {
    name: "a * that ends a part of an ARN goes on beyond the colon, in RCPs too",
    page: "IAM User Guide, IAM JSON policy elements: Resource",
    vector: "RCP that denies by an ARN that ends early in a wildcard",
    applies: reading.hasShortArn,
    rewrite: reading.wholeArns,
  },
  {
    name: "a role is named with its path",
    page: "IAM User Guide, IAM identifiers",
    vector: "role's session, its role's name without path trusted",
    applies: reading.namesPathless,
    rewrite: reading.renamePathless,
  },
];

/** The entries that apply, in each choice of them, fewest first. */
export function choicesFor(given: Case): Settled[][] {
  const open = SETTLED.filter((entry) => entry.applies(given));
  const choices = open.reduce<Settled[][]>(
    (lists, entry) => [...lists, ...lists.map((list) => [...list, entry])],
    [[]],
  );
  return choices.filter((list) => list.length > 0).sort((one, other) => one.length - other.length);
}
