// judges: differences that AWS's documentation settles against the judge, one entry each.
import {
  type Case,
  type JsonStatement,
  mapStatements,
  statementsOf,
} from "./case.ts";
import {
  awsEntries,
  conditionsOf,
  never,
  type OneCondition,
  rewriteConditions,
  type Rewritten,
  valuesOf,
} from "./rewrite.ts";

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

const action = (given: Case): string => given.action.toLowerCase();
const kind = (given: Case): string => given.principal.kind;
const sameAccount = (given: Case): boolean =>
  given.principal.account === given.resourceAccount;
const stampsChained = (given: Case): boolean =>
  kind(given) === "role-session" && action(given) === "sts:setsourceidentity";

/** The case with every Allow of the resource's policy never applying. */
function withoutGrant(given: Case): Case {
  return mapStatements(
    given,
    (
      statement,
      _,
      layer,
    ) => [
      layer === "resource" && statement.Effect === "Allow"
        ? never(statement)
        : statement,
    ],
  );
}

const anyCondition = (
  given: Case,
  test: (condition: OneCondition) => boolean,
): boolean =>
  statementsOf(given).some(([statement]) => conditionsOf(statement).some(test));

/** Names the session itself, or everybody. */
function isDirect(given: Case, statement: JsonStatement): boolean {
  return awsEntries(statement).some((entry) =>
    entry === "*" || entry === given.principal.arn
  );
}

/** The judge's question without session policy: its denials stay, and only direct grants count. */
function directGrantsOnly(given: Case): Case {
  const kept = mapStatements(given, (statement, _, layer) => {
    const grants = statement.Effect === "Allow";
    const other = layer === "session" || layer === "identity" ||
      (layer === "resource" && !isDirect(given, statement));
    return [grants && other ? never(statement) : statement];
  });
  const denials = kept.session === null ? [] : [kept.session];
  return { ...kept, session: null, identity: [...kept.identity, ...denials] };
}

const NOTHING = {
  Version: "2012-10-17",
  Statement: [never({ Effect: "Allow", Action: "*", Resource: "*" })],
};
const EVERYTHING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow" as const, Action: "*", Resource: "*" }],
};

function trustsAccount(given: Case): Case {
  const { account, arn, roleArn = arn } = given.principal;
  const root = `arn:aws:iam::${account}:root`;
  const names = new Set(["*", account, arn, roleArn, root]);
  return mapStatements(given, (statement, _, layer) => {
    const named = layer === "resource" && statement.Effect === "Allow" &&
      awsEntries(statement).some((entry) => names.has(entry));
    return [named ? { ...statement, Principal: { AWS: root } } : statement];
  });
}

const isEpoch = (value: unknown): boolean => /^\d+$/.test(String(value));
const iso = (value: unknown): string =>
  new Date(Number(value) * 1000).toISOString();

/** Dates in one form: the judge takes seconds of the epoch for another unit beside ISO dates. */
function isoDates(given: Case): Case {
  const dated = rewriteConditions(
    given,
    (condition) =>
      condition.operator.includes("Date")
        ? {
          ...condition,
          values: condition.values.map((value) =>
            isEpoch(value) ? iso(value) : value
          ),
        }
        : condition,
  );
  const epoch = given.context["aws:EpochTime"];
  return epoch === undefined
    ? dated
    : { ...dated, context: { ...dated.context, "aws:EpochTime": iso(epoch) } };
}

const missesAnyIfExists = (
  given: Case,
  { operator, key }: OneCondition,
): boolean =>
  /^ForAnyValue:.*IfExists$/.test(operator) &&
  valuesOf(given, key).length === 0;

const isBareAddress = ({ operator, values }: OneCondition): boolean =>
  operator.includes("IpAddress") &&
  values.some((value) => !String(value).includes("/"));

function withPrefix(condition: OneCondition): Rewritten {
  if (!isBareAddress(condition)) return condition;
  const values = condition.values.map((value) => {
    const text = String(value);
    return text.includes("/") || !/^[0-9a-f.:]+$/.test(text)
      ? text
      : `${text}/${text.includes(":") ? 128 : 32}`;
  });
  return { ...condition, values };
}

const isWholeV4 = (value: unknown): boolean =>
  /^[0-9.]+\/0$/.test(String(value));
const HALVES = ["0.0.0.0/1", "128.0.0.0/1"];

const writesOutInEquals = ({ operator, values }: OneCondition): boolean =>
  /String(Not)?Equals/.test(operator) &&
  values.some((value) => String(value).includes("${*}"));

/** Where nothing is a wildcard, an asterisk written out is an asterisk. */
function withAsterisk(condition: OneCondition): Rewritten {
  if (!writesOutInEquals(condition)) return condition;
  const values = condition.values.map((value) =>
    String(value).replaceAll("${*}", "*")
  );
  return { ...condition, values };
}

const isOldVersion = (version: string | undefined): boolean =>
  version !== "2012-10-17";

/** Old documents as new ones in which each `$` before a brace is written out. */
function literalVariables(given: Case): Case {
  const written = (text: string) => text.replaceAll("${", "${$}{");
  return JSON.parse(JSON.stringify(given), (_, value: unknown) => {
    if (
      typeof value !== "object" || value === null || !("Statement" in value)
    ) return value;
    if ("Version" in value && value.Version === "2012-10-17") return value;
    return {
      Version: "2012-10-17",
      Statement: JSON.parse(written(JSON.stringify(value.Statement))),
    };
  });
}

const isEmptySet = (given: Case, { operator, key }: OneCondition): boolean => {
  const values = valuesOf(given, key);
  return /^For(All|Any)Values?:/.test(operator) && values.length === 1 &&
    values[0] === "";
};

/** The list; a difference that isn't here fails the run. */
export const SETTLED: readonly Settled[] = [
  {
    name: "the root user needs no identity policy",
    page:
      "IAM User Guide, How AWS enforcement code logic evaluates requests to allow or deny access",
    vector: "root user without any policy",
    applies: (given) => kind(given) === "root",
    rewrite: (given) => ({ ...given, identity: [EVERYTHING] }),
  },
  {
    name: "the root user can't assume roles",
    page: "STS API reference, AssumeRole",
    vector: "root user and a role that trusts everybody",
    applies: (given) =>
      kind(given) === "root" && action(given) === "sts:assumerole",
    rewrite: withoutGrant,
  },
  {
    name: "a federated user without session policy has no identity permissions",
    page: "STS API reference, GetFederationToken",
    vector: "federated user without session policy",
    applies: (given) =>
      kind(given) === "federated-user" && given.session === null,
    rewrite: (given) => ({ ...given, session: NOTHING }),
  },
  {
    name: "a federated user can't call STS",
    page: "STS API reference, GetFederationToken",
    vector: "federated user and a role that trusts everybody",
    applies: (given) =>
      kind(given) === "federated-user" && action(given).startsWith("sts:"),
    rewrite: withoutGrant,
  },
  {
    name:
      "a session policy doesn't limit what a resource grants the session itself",
    page:
      "IAM User Guide, How AWS enforcement code logic evaluates requests to allow or deny access",
    vector: "session named by the resource, session policy silent",
    applies: (given) =>
      given.session !== null && sameAccount(given) && !stampsChained(given) &&
      statementsOf(given).some(([statement, , layer]) =>
        layer === "resource" && statement.Effect === "Allow" &&
        isDirect(given, statement)
      ),
    rewrite: directGrantsOnly,
  },
  {
    name:
      "a chained sts:SetSourceIdentity is needed in the caller's policies too",
    page:
      "IAM User Guide, Monitor and control actions taken with assumed roles",
    vector: "chained sts:SetSourceIdentity by trust in the session alone",
    applies: (given) => stampsChained(given) && sameAccount(given),
    rewrite: trustsAccount,
  },
  {
    name: "SCPs and RCPs don't bind service-linked roles",
    page: "AWS Organizations User Guide, Service control policies (SCPs)",
    vector: "service-linked role under an SCP that denies",
    applies: (given) =>
      given.principal.roleArn?.includes(":role/aws-service-role/") ?? false,
    rewrite: (given) => ({ ...given, scps: [], rcps: [] }),
  },
  {
    name: "a date is the same in seconds of the epoch and in ISO 8601",
    page:
      "IAM User Guide, IAM JSON policy elements: Condition operators (date)",
    vector: "epoch in the request, ISO 8601 in the policy",
    applies: (given) =>
      anyCondition(given, ({ operator }) => operator.includes("Date")),
    rewrite: isoDates,
  },
  {
    name: "IfExists holds without the key, under ForAnyValue too",
    page:
      "IAM User Guide, IAM JSON policy elements: Condition operators (IfExists)",
    vector: "ForAnyValue with IfExists and no key",
    applies: (given) =>
      anyCondition(given, (condition) => missesAnyIfExists(given, condition)),
    rewrite: (given) =>
      rewriteConditions(
        given,
        (condition) => missesAnyIfExists(given, condition) ? true : condition,
      ),
  },
  {
    name: "an address without prefix isn't one of the other family",
    page:
      "IAM User Guide, IAM JSON policy elements: Condition operators (IP address)",
    vector: "NotIpAddress with a bare IPv4 address, request from IPv6",
    applies: (given) => anyCondition(given, isBareAddress),
    rewrite: (given) => rewriteConditions(given, withPrefix),
  },
  {
    name: "a block of prefix 0 holds every address",
    page:
      "IAM User Guide, IAM JSON policy elements: Condition operators (IP address)",
    vector: "IpAddress with an IPv4 block of prefix 0",
    applies: (given) =>
      anyCondition(given, ({ values }) => values.some(isWholeV4)),
    rewrite: (given) =>
      rewriteConditions(given, (condition) => ({
        ...condition,
        values: condition.values.flatMap((value) =>
          isWholeV4(value) ? HALVES : [value]
        ),
      })),
  },
  {
    name: "${*} is an asterisk where nothing is a wildcard",
    page: "IAM User Guide, IAM policy elements: Variables and tags",
    vector: "an asterisk written out in StringEquals",
    applies: (given) => anyCondition(given, writesOutInEquals),
    rewrite: (given) => rewriteConditions(given, withAsterisk),
  },
  {
    name: "variables are plain text in documents before 2012-10-17",
    page: "IAM User Guide, IAM JSON policy elements: Version",
    vector: "a variable in a document without version",
    applies: (given) =>
      statementsOf(given).some(([statement, { Version }]) =>
        isOldVersion(Version) && JSON.stringify(statement).includes("${")
      ),
    rewrite: literalVariables,
  },
  {
    name: "an empty string is an empty set",
    page: "IAM User Guide, Set operators for multivalued context keys",
    vector: "ForAllValues and a key of one empty string",
    applies: (given) =>
      anyCondition(given, (condition) => isEmptySet(given, condition)),
    rewrite: (given) =>
      rewriteConditions(
        given,
        (condition) =>
          isEmptySet(given, condition)
            ? condition.operator.startsWith("ForAll")
            : condition,
      ),
  },
];

/** The entries that apply, in each choice of them, fewest first. */
export function choicesFor(given: Case): Settled[][] {
  const open = SETTLED.filter((entry) => entry.applies(given));
  const choices = open.reduce<Settled[][]>(
    (lists, entry) => [...lists, ...lists.map((list) => [...list, entry])],
    [[]],
  );
  return choices.filter((list) => list.length > 0).sort((one, other) =>
    one.length - other.length
  );
}
