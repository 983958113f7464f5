// iam: does a statement's condition hold for the request?
import type { ContextValues } from "./context.ts";
import { type Expand, type Operator, OPERATORS } from "./operators.ts";
import { and, FALSE, known, not, or, type Tri, TRUE, unknown } from "./tri.ts";
import type { Condition } from "./types.ts";
import { expand } from "./variables.ts";

/** What a condition is held against. */
export interface ConditionFacts {
  readonly values: ContextValues;
  /** Does the document's version know policy variables? */
  readonly variables: boolean;
}

interface OperatorName {
  readonly set: "all" | "any" | null;
  readonly base: string;
  readonly ifExists: boolean;
}

/**
 * Judges one operator with one key (IAM User Guide, "IAM JSON policy elements: Condition
 * operators" and "Set operators for multivalued context keys").
 */
export function evaluateCondition(condition: Condition, facts: ConditionFacts): Tri {
  const actual = facts.values.get(condition.key.toLowerCase()) ?? [];
  if (condition.operator === "Null") return judgeNull(condition.values, actual.length === 0);
  const name = readName(condition.operator);
  const operator = OPERATORS.get(name.base);
  if (operator === undefined) return unknown("unsupported-operator");
  if (actual.length === 0) return judgeMissing(name, operator);
  if (name.set !== null && actual.length === 1 && actual[0] === "") {
    return known(name.set === "all"); // an empty string is an empty set, says the guide
  }
  const one = (value: string) => judgeValue(value, condition.values, operator, facts);
  if (name.set === "all") return and(actual.map(one));
  if (name.set === "any") return or(actual.map(one));
  const alone = actual.length === 1 && !MULTIVALUED.has(condition.key.toLowerCase());
  return alone ? and(actual.map(one)) : unknown("multivalued-key");
}

/**
 * Keys that AWS documents as multivalued and so wants a set operator for, however many values a
 * request brings (IAM User Guide, "AWS global condition context keys" and "Single-valued vs.
 * multivalued context keys"; Service Authorization Reference, AWS STS).
 */
const MULTIVALUED: ReadonlySet<string> = new Set([
  "aws:calledvia",
  "aws:principalorgpaths",
  "aws:principalservicenameslist",
  "aws:resourceorgpaths",
  "aws:sourceorgpaths",
  "aws:tagkeys",
  "aws:vpceorgpaths",
  "sts:transitivetagkeys",
]);

function readName(name: string): OperatorName {
  const match = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(name);
  const prefix = match?.[1];
  return {
    set: prefix === undefined ? null : prefix === "ForAllValues" ? "all" : "any",
    base: match?.[2] ?? name,
    ifExists: match?.[3] !== undefined,
  };
}

function judgeNull(wanted: readonly string[], missing: boolean): Tri {
  return or(wanted.map((value) => {
    const folded = value.toLowerCase();
    if (folded !== "true" && folded !== "false") return unknown("malformed-policy-value");
    return known((folded === "true") === missing);
  }));
}

/** The set prefix speaks before the negation: `ForAnyValue:StringNotEquals` fails without the key. */
function judgeMissing(name: OperatorName, operator: Operator): Tri {
  if (name.ifExists || name.set === "all") return TRUE;
  return name.set === "any" ? FALSE : known(operator.negated);
}

/** One value of the request against all of the policy's: any of them, or for a negation none. */
function judgeValue(
  actual: string,
  wanted: readonly string[],
  operator: Operator,
  facts: ConditionFacts,
): Tri {
  const read: Expand = (text, wildcards) =>
    expand(text, facts.values, { variables: facts.variables, wildcards });
  const matched = or(wanted.map((value) => {
    const result = operator.test(actual, value, read);
    if (typeof result === "boolean") return known(result);
    // Without a value nothing can match. Under a negation that would be a match, and there AWS
    // says only that the statement "might" be invalid.
    if (result === "unresolved-variable" && !operator.negated) return FALSE;
    return unknown(result);
  }));
  return operator.negated ? not(matched) : matched;
}
