// judges: rewrites of a case that keep its meaning by AWS's rules, so that the judge reads it as AWS does.
import { type Case, type JsonStatement, mapStatements, type Scalar } from "./case.ts";

/** One operator with one key and its values. */
export interface OneCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly Scalar[];
}

/** What becomes of a condition: as it is or in other words, gone because it holds, or never holding. */
export type Rewritten = OneCondition | true | false;

/** Puts every condition of every statement through `rewrite`. */
export function rewriteConditions(
  given: Case,
  rewrite: (condition: OneCondition) => Rewritten,
): Case {
  return mapStatements(given, (statement) => {
    const { Condition, ...bare } = statement;
    const left: NonNullable<JsonStatement["Condition"]> = {};
    for (const condition of conditionsOf(statement)) {
      const result = rewrite(condition);
      if (result === true) continue;
      if (result === false) return [never(bare)];
      left[result.operator] = {
        ...left[result.operator],
        [result.key]: [...result.values],
      };
    }
    return [
      Condition === undefined || Object.keys(left).length === 0
        ? bare
        : { ...bare, Condition: left },
    ];
  });
}

/** The conditions of a statement, one by one. */
export function conditionsOf(statement: JsonStatement): OneCondition[] {
  return Object.entries(statement.Condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, values]) => ({
      operator,
      key,
      values: [values].flat(),
    }))
  );
}

/** The statement, never applying. */
export function never(statement: JsonStatement): JsonStatement {
  return {
    ...statement,
    Condition: { StringEquals: { "aws:PrincipalType": "nobody" } },
  };
}

/** The values that a request has for a key in any case; none when it lacks the key. */
export function valuesOf(given: Case, key: string): string[] {
  const folded = key.toLowerCase();
  return Object.entries(given.context)
    .filter(([name]) => name.toLowerCase() === folded)
    .flatMap(([, values]) => values);
}

/** A principal element's entries of type AWS; `*` for everybody. */
export function awsEntries(statement: JsonStatement): string[] {
  const principal = statement.Principal;
  if (principal === undefined) return [];
  return principal === "*" ? ["*"] : [principal["AWS"] ?? []].flat();
}
