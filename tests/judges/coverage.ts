// judges: what a run's cases were made of, so that a generator that lost a part fails the run.
import { type Case, type JsonStatement, statementsOf } from "./case.ts";
import { awsEntries, conditionsOf, valuesOf } from "./rewrite.ts";
import { CALLS, KEYS, WEB_IDENTITY } from "./world.ts";

const OPERATORS = [
  ...[
    "Equals",
    "NotEquals",
    "EqualsIgnoreCase",
    "NotEqualsIgnoreCase",
    "Like",
    "NotLike",
  ].map((
    name,
  ) => `String${name}`),
  ...["Numeric", "Date"].flatMap((type) =>
    [
      "Equals",
      "NotEquals",
      "LessThan",
      "LessThanEquals",
      "GreaterThan",
      "GreaterThanEquals",
    ].map((
      name,
    ) => `${type}${name}`)
  ),
  ...[
    "ArnEquals",
    "ArnNotEquals",
    "ArnLike",
    "ArnNotLike",
    "IpAddress",
    "NotIpAddress",
  ],
  ...["Bool", "BinaryEquals", "Null"],
];

const LAYERS = ["identity", "boundary", "session", "resource", "scp", "rcp"];

/** Everything that a run must have met. */
export const FEATURES: readonly string[] = [
  ...OPERATORS,
  ...["IfExists", "ForAllValues", "ForAnyValue", "IfExists without the key"],
  ...[
    "ForAllValues without the key",
    "ForAnyValue without the key",
    "negated without the key",
  ],
  ...[
    "NotAction",
    "NotResource",
    "NotPrincipal",
    "everybody",
    "wildcard in an action",
  ],
  ...[
    "wildcard in a resource",
    "variable",
    "variable with a default",
    "value alone for a list",
  ],
  ...["action in another case", "key in another case", "no 2012 version"],
  ...LAYERS.map((name) => `layer ${name}`),
  ...["all layers at once", "trust", "key policy"],
  ...["user", "role-session", "federated-user", "root", "service", "federated-provider"].map((
    kind,
  ) => `caller ${kind}`),
  ...["same account", "across accounts"],
];

/** Which of {@link FEATURES} a case shows. */
export function featuresOf(given: Case): Set<string> {
  const found = new Set<string>();
  const layers = new Set<string>();
  for (const [statement, document, layer] of statementsOf(given)) {
    layers.add(layer);
    for (const feature of statementFeatures(statement)) found.add(feature);
    for (const feature of conditionFeatures(given, statement)) {
      found.add(feature);
    }
    if (document.Version !== "2012-10-17") found.add("no 2012 version");
  }
  for (const layer of layers) found.add(`layer ${layer}`);
  if (
    LAYERS.every((layer) => layers.has(layer))
  ) {
    found.add("all layers at once");
  }
  found.add(`caller ${given.principal.kind}`);
  found.add(
    given.principal.account === given.resourceAccount ? "same account" : "across accounts",
  );
  const action = given.action.toLowerCase();
  if (action.startsWith("sts:")) found.add("trust");
  if (action.startsWith("kms:")) found.add("key policy");
  if (![...CALLS, WEB_IDENTITY].some((call) => call.action === given.action)) {
    found.add("action in another case");
  }
  return found;
}

function* statementFeatures(statement: JsonStatement): Generator<string> {
  if (statement.NotAction !== undefined) yield "NotAction";
  if (statement.NotResource !== undefined) yield "NotResource";
  if (statement.NotPrincipal !== undefined) yield "NotPrincipal";
  if (awsEntries(statement).includes("*")) yield "everybody";
  const actions = statement.Action ?? statement.NotAction ?? [];
  const resources = statement.Resource ?? statement.NotResource ?? [];
  if (typeof actions === "string" || typeof resources === "string") {
    yield "value alone for a list";
  }
  if ([actions].flat().some((text) => /.[*?]/.test(text))) {
    yield "wildcard in an action";
  }
  if ([resources].flat().some((text) => /.[*?]/.test(text))) {
    yield "wildcard in a resource";
  }
  const text = JSON.stringify(statement);
  if (text.includes("${aws:")) yield "variable";
  if (text.includes(", 'blue'}")) yield "variable with a default";
}

function* conditionFeatures(
  given: Case,
  statement: JsonStatement,
): Generator<string> {
  for (const { operator, key } of conditionsOf(statement)) {
    const [, set, base = "", ifExists] =
      /^(?:(ForA\w+Values?):)?(.*?)(IfExists)?$/.exec(operator) ?? [];
    const missing = valuesOf(given, key).length === 0;
    yield base;
    if (ifExists !== undefined) {
      yield missing ? "IfExists without the key" : "IfExists";
    }
    if (set !== undefined) {
      yield missing && ifExists === undefined ? `${set} without the key` : set;
    }
    if (base.includes("Not") && missing && operator === base) {
      yield "negated without the key";
    }
    if (!KEYS.some(({ name }) => name === key)) yield "key in another case";
  }
}
