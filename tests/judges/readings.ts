// judges: what the two sides read in two ways, and how to put it so that both read it as AWS does.
import { type Case, type JsonStatement, mapStatements, statementsOf } from "./case.ts";
import {
  awsEntries,
  conditionsOf,
  never,
  type OneCondition,
  rewriteConditions,
  type Rewritten,
  valuesOf,
} from "./rewrite.ts";

export const action = (given: Case): string => given.action.toLowerCase();
export const kind = (given: Case): string => given.principal.kind;
export const sameAccount = (given: Case): boolean =>
  given.principal.account === given.resourceAccount;
export const stampsChained = (given: Case): boolean =>
  kind(given) === "role-session" && action(given) === "sts:setsourceidentity";

/** The case with every Allow of the resource's policy never applying. */
export function withoutGrant(given: Case): Case {
  return mapStatements(
    given,
    (
      statement,
      _,
      layer,
    ) => [
      layer === "resource" && statement.Effect === "Allow" ? never(statement) : statement,
    ],
  );
}

export const anyCondition = (
  given: Case,
  test: (condition: OneCondition) => boolean,
): boolean => statementsOf(given).some(([statement]) => conditionsOf(statement).some(test));

/** Names the session itself, or everybody. */
export function isDirect(given: Case, statement: JsonStatement): boolean {
  return awsEntries(statement).some((entry) => entry === "*" || entry === given.principal.arn);
}

/** The judge's question without session policy: its denials stay, and only direct grants count. */
export function directGrantsOnly(given: Case): Case {
  const kept = mapStatements(given, (statement, _, layer) => {
    const grants = statement.Effect === "Allow";
    const other = layer === "session" || layer === "identity" ||
      (layer === "resource" && !isDirect(given, statement));
    return [grants && other ? never(statement) : statement];
  });
  const denials = kept.session === null ? [] : [kept.session];
  return { ...kept, session: null, identity: [...kept.identity, ...denials] };
}

export const NOTHING = {
  Version: "2012-10-17",
  Statement: [never({ Effect: "Allow", Action: "*", Resource: "*" })],
};
export const EVERYTHING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow" as const, Action: "*", Resource: "*" }],
};

export function trustsAccount(given: Case): Case {
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
const iso = (value: unknown): string => new Date(Number(value) * 1000).toISOString();

/** Dates in one form: the judge takes seconds of the epoch for another unit beside ISO dates. */
export function isoDates(given: Case): Case {
  const dated = rewriteConditions(
    given,
    (condition) =>
      condition.operator.includes("Date")
        ? {
          ...condition,
          values: condition.values.map((value) => isEpoch(value) ? iso(value) : value),
        }
        : condition,
  );
  const context = Object.fromEntries(
    Object.entries(dated.context).map(([key, value]) =>
      key.toLowerCase() === "aws:epochtime" ? [key, iso(value)] : [key, value]
    ),
  );
  return { ...dated, context };
}

export const missesAnyIfExists = (
  given: Case,
  { operator, key }: OneCondition,
): boolean =>
  /^ForAnyValue:.*IfExists$/.test(operator) &&
  valuesOf(given, key).length === 0;

export const isBareAddress = ({ operator, values }: OneCondition): boolean =>
  operator.includes("IpAddress") &&
  values.some((value) => !String(value).includes("/"));

export function withPrefix(condition: OneCondition): Rewritten {
  if (!isBareAddress(condition)) return condition;
  const values = condition.values.map((value) => {
    const text = String(value);
    return text.includes("/") || !/^[0-9a-f.:]+$/.test(text)
      ? text
      : `${text}/${text.includes(":") ? 128 : 32}`;
  });
  return { ...condition, values };
}

export const isWholeV4 = (value: unknown): boolean => /^[0-9.]+\/0$/.test(String(value));
export const HALVES = ["0.0.0.0/1", "128.0.0.0/1"];

export const writesOutInEquals = ({ operator, values }: OneCondition): boolean =>
  /String(Not)?Equals/.test(operator) &&
  values.some((value) => String(value).includes("${*}"));

/** Where nothing is a wildcard, an asterisk written out is an asterisk. */
export function withAsterisk(condition: OneCondition): Rewritten {
  if (!writesOutInEquals(condition)) return condition;
  const values = condition.values.map((value) => String(value).replaceAll("${*}", "*"));
  return { ...condition, values };
}

export const isOldVersion = (version: string | undefined): boolean => version !== "2012-10-17";

/** Old documents as new ones in which each `$` before a brace is written out. */
export function literalVariables(given: Case): Case {
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

export const isEmptySet = (given: Case, { operator, key }: OneCondition): boolean => {
  const values = valuesOf(given, key);
  return /^For(All|Any)Values?:/.test(operator) && values.length === 1 &&
    values[0] === "";
};

const isShort = (pattern: string): boolean =>
  pattern.endsWith("*") && pattern.split(":").length < 6;

/** In RCPs, a `*` that ends an ARN early, and so stands for all parts that follow, as one each. */
export function wholeArns(given: Case): Case {
  const whole = (pattern: string) =>
    pattern === "*" || !isShort(pattern)
      ? pattern
      : pattern + ":*".repeat(6 - pattern.split(":").length);
  const list = (patterns: string | string[]) => [patterns].flat().map(whole);
  return mapStatements(given, (statement, _, layer) => {
    const { Resource, NotResource } = statement;
    if (layer !== "rcp") return [statement];
    return [{
      ...statement,
      ...(Resource === undefined ? {} : { Resource: list(Resource) }),
      ...(NotResource === undefined ? {} : { NotResource: list(NotResource) }),
    }];
  });
}

/** Does an RCP name resources by an ARN that ends early? Elsewhere the judge reads it right. */
export function hasShortArn(given: Case): boolean {
  return statementsOf(given).some(([{ Resource = [], NotResource = [] }, , layer]) =>
    layer === "rcp" &&
    [Resource, NotResource].flat().some((pattern) => pattern !== "*" && isShort(pattern))
  );
}

/** The caller's role by its name alone, which is the ARN of another role; `null` where it has no path. */
function pathless(given: Case): string | null {
  const { roleArn } = given.principal;
  const short = roleArn?.replace(/:role\/.*\//, ":role/");
  return short === undefined || short === roleArn ? null : short;
}

/** Does a statement name the caller's role without its path? */
export function namesPathless(given: Case): boolean {
  const short = pathless(given);
  return short !== null &&
    statementsOf(given).some(([statement]) =>
      JSON.stringify([statement.Principal, statement.NotPrincipal]).includes(JSON.stringify(short))
    );
}

/** The pathless role under a name that is nobody's. */
export function renamePathless(given: Case): Case {
  const short = JSON.stringify(pathless(given));
  return mapStatements(given, (statement) => {
    const { Principal, NotPrincipal } = statement;
    const renamed = JSON.stringify({ Principal, NotPrincipal })
      .replaceAll(short, JSON.stringify(`arn:aws:iam::${given.principal.account}:role/Nobody`));
    return [{ ...statement, ...JSON.parse(renamed) }];
  });
}
