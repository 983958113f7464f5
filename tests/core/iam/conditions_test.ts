// iam: keys that always want a set operator, and what stands in a policy's text for a value.
import { strict as assert } from "node:assert";
import { type IamContext } from "../../../lib/core/iam/mod.ts";
import { evaluateCondition } from "../../../lib/core/iam/conditions.ts";
import { readContext } from "../../../lib/core/iam/context.ts";
import { matchGlob } from "../../../lib/core/iam/glob.ts";
import { expand } from "../../../lib/core/iam/variables.ts";

const MULTIVALUED = [
  "aws:CalledVia",
  "aws:PrincipalOrgPaths",
  "aws:PrincipalServiceNamesList",
  "aws:ResourceOrgPaths",
  "aws:SourceOrgPaths",
  "aws:TagKeys",
  "aws:VpceOrgPaths",
  "sts:TransitiveTagKeys",
];

for (const key of MULTIVALUED) {
  Deno.test(`evaluateCondition() wants a set operator for ${key}, even with one value`, () => {
    const facts = { values: readContext({ [key]: "x" }), variables: true };
    const at = (operator: string) => evaluateCondition({ operator, key, values: ["x"] }, facts);
    assert.deepEqual(at("StringEquals"), { value: null, because: ["multivalued-key"] });
    assert.equal(at("ForAnyValue:StringEquals").value, true);
    assert.equal(at("ForAllValues:StringEquals").value, true);
  });
}

const context: IamContext = {
  "aws:username": "mara",
  "aws:PrincipalTag/team": "blue",
  "x:star": "a*",
  "x:several": ["a", "b"],
  "x:empty": [],
};
const read = (text: string, wildcards = true, variables = true) =>
  expand(text, readContext(context), { variables, wildcards });

// What a text becomes, as tokens: 0 is `*`, 1 is `?`.
const expanded: { text: string; tokens: unknown }[] = [
  { text: "", tokens: [] },
  { text: "a*?", tokens: ["a", 0, 1] },
  { text: "${aws:username}", tokens: [..."mara"] },
  { text: "x${ AWS:UserName }*", tokens: ["x", ..."mara", 0] },
  { text: "*${aws:username}?${aws:PrincipalTag/team}*", tokens: [0, ..."mara", 1, ..."blue", 0] },
  { text: "${x:star}", tokens: ["a", "*"] },
  { text: "${*}${?}${$}", tokens: ["*", "?", "$"] },
  { text: "${x:none, 'def'}", tokens: [..."def"] },
  { text: "${x:none,''}", tokens: [] },
  { text: "${x:none}", tokens: "unresolved-variable" },
  { text: "${x:empty}", tokens: "unresolved-variable" },
  { text: "${x:empty, 'def'}", tokens: [..."def"] },
  { text: "${aws:username, 'def'}", tokens: [..."mara"] },
  { text: "${x:several}", tokens: "unsupported-variable" },
  { text: "${x:several, 'def'}", tokens: "unsupported-variable" },
  { text: "${username}", tokens: "unsupported-variable" },
  { text: "${*, 'def'}", tokens: "unsupported-variable" },
  { text: "${a}", tokens: "unsupported-variable" },
  { text: "${x:none, 'd*'}", tokens: "unsupported-variable" },
  { text: "${x:none, 'd?'}", tokens: "unsupported-variable" },
  { text: "${x:none, 'd$'}", tokens: "unsupported-variable" },
  { text: "${aws:username", tokens: "unsupported-variable" },
  { text: "${}", tokens: "unsupported-variable" },
  { text: "${aws:username} ${", tokens: "unsupported-variable" },
  { text: "$aws {x}", tokens: [..."$aws {x}"] },
];

for (const { text, tokens } of expanded) {
  Deno.test(`expand() reads "${text}"`, () => assert.deepEqual(read(text), tokens));
}

Deno.test("expand() without wildcards or variables leaves them as they are", () => {
  assert.deepEqual(read("a*${aws:username}?", false), [..."a*mara?"]);
  assert.deepEqual(read("${aws:username}*", true, false), [..."${aws:username}", 0]);
  assert.deepEqual(read("${", true, false), ["$", "{"]);
  assert.deepEqual(read("${", false, false), ["$", "{"]);
});

const segments: { glob: string; text: string; segmented: boolean; matches: boolean }[] = [
  { glob: "a*b", text: "a:b", segmented: false, matches: true },
  { glob: "a*b", text: "a:b", segmented: true, matches: false },
  { glob: "a?b", text: "a:b", segmented: false, matches: true },
  { glob: "a?b", text: "a:b", segmented: true, matches: false },
  { glob: "a*", text: "a:b:c", segmented: true, matches: true },
  { glob: "a*:c", text: "a:b:c", segmented: true, matches: true },
  { glob: "a*:", text: "a", segmented: true, matches: false },
  { glob: "*x", text: ":x", segmented: true, matches: false },
  { glob: "*", text: "", segmented: true, matches: true },
  { glob: "?", text: "", segmented: false, matches: false },
  { glob: "", text: "", segmented: false, matches: true },
  { glob: "", text: "a", segmented: false, matches: false },
  { glob: "**a**", text: "a", segmented: false, matches: true },
  { glob: "**b", text: "a", segmented: false, matches: false },
];

for (const { glob, text, segmented, matches } of segments) {
  const how = segmented ? "segment by segment" : "as a whole";
  Deno.test(`matchGlob() ${glob} ${matches ? "takes" : "refuses"} "${text}" ${how}`, () => {
    const tokens = read(glob);
    assert.ok(typeof tokens !== "string");
    assert.equal(matchGlob(tokens, text, segmented), matches);
  });
}

// An operator against one value of the request.
const judged: { operator: string; actual: string; wanted: string; value: boolean | string }[] = [
  { operator: "NumericEquals", actual: "1", wanted: "1.0", value: true },
  { operator: "NumericEquals", actual: "+1", wanted: "1", value: true },
  { operator: "NumericLessThan", actual: "-1", wanted: "0", value: true },
  { operator: "NumericEquals", actual: "1x", wanted: "1", value: "malformed-context-value" },
  { operator: "NumericEquals", actual: "x1", wanted: "1", value: "malformed-context-value" },
  { operator: "NumericEquals", actual: "1", wanted: "1.", value: "malformed-policy-value" },
  { operator: "Bool", actual: "TRUE", wanted: "true", value: true },
  { operator: "Bool", actual: "False", wanted: "true", value: false },
  { operator: "Bool", actual: "no", wanted: "true", value: "malformed-context-value" },
  { operator: "Bool", actual: "true", wanted: "", value: "malformed-policy-value" },
  { operator: "BinaryEquals", actual: "YQ==", wanted: "YQ", value: true },
  { operator: "BinaryEquals", actual: "YQ==", wanted: "Yg==", value: false },
  { operator: "BinaryEquals", actual: "%", wanted: "YQ", value: "malformed-context-value" },
  { operator: "IpAddress", actual: "10.1.1.1", wanted: "10.0.0.0/8", value: true },
  { operator: "IpAddress", actual: "10.0.0.0/8", wanted: "::/0", value: "malformed-context-value" },
  { operator: "IpAddress", actual: "10.0.0.1", wanted: "ten", value: "malformed-policy-value" },
  { operator: "DateEquals", actual: "1767225600", wanted: "2026-01-01", value: true },
  { operator: "DateEquals", actual: "2026-01-01T01:00+01:00", wanted: "2026-01-01", value: true },
  { operator: "DateEquals", actual: "2026-01-01T00:00:00.000Z", wanted: "1767225600", value: true },
  { operator: "DateEquals", actual: "2026-02-30", wanted: "1", value: "malformed-context-value" },
  { operator: "DateEquals", actual: "2024-02-29", wanted: "1709164800", value: true },
  { operator: "DateEquals", actual: "2025-02-29", wanted: "1", value: "malformed-context-value" },
  { operator: "DateEquals", actual: "2026-01-31", wanted: "1769817600", value: true },
  { operator: "DateEquals", actual: "2026-13-01", wanted: "1", value: "malformed-context-value" },
  { operator: "DateEquals", actual: "x2026-01-01", wanted: "1", value: "malformed-context-value" },
  {
    operator: "DateEquals",
    actual: "2026-01-01T25:00Z",
    wanted: "1",
    value: "malformed-context-value",
  },
  {
    operator: "DateEquals",
    actual: "2026-01-01T10:00",
    wanted: "1",
    value: "malformed-context-value",
  },
  {
    operator: "DateEquals",
    actual: "1234567890123",
    wanted: "1",
    value: "malformed-context-value",
  },
  { operator: "DateEquals", actual: "123456789012", wanted: "123456789012", value: true },
  { operator: "DateEquals", actual: "x1", wanted: "1", value: "malformed-context-value" },
  { operator: "DateEquals", actual: "1", wanted: "1x", value: "malformed-policy-value" },
  {
    operator: "ArnLike",
    actual: "arn:aws:iam::1:role/a:b",
    wanted: "arn:*:iam::?:role/*",
    value: true,
  },
  {
    operator: "ArnLike",
    actual: "arn:aws:iam::1:role/a",
    wanted: "arn:aws:iam:*:role/a",
    value: "malformed-policy-value",
  },
  {
    operator: "ArnLike",
    actual: "arn:aws:iam",
    wanted: "arn:aws:iam::1:role/a",
    value: "malformed-context-value",
  },
  {
    operator: "ArnLike",
    actual: "arn:aws:iam::12:role/a",
    wanted: "arn:aws:iam::1:role/a",
    value: false,
  },
  { operator: "ArnLike", actual: "arn:aws:iam::12:3", wanted: "arn:aws:iam::1:23", value: false },
  { operator: "StringEqualsIgnoreCase", actual: "MARA", wanted: "${aws:username}", value: true },
  { operator: "StringEqualsIgnoreCase", actual: "a", wanted: "*", value: false },
  { operator: "StringNotEquals", actual: "a", wanted: "*", value: true },
  { operator: "StringNotEquals", actual: "A", wanted: "a", value: true },
  { operator: "StringNotLike", actual: "A", wanted: "a*", value: true },
  { operator: "StringNotEqualsIgnoreCase", actual: "a", wanted: "*", value: true },
  { operator: "StringNotEqualsIgnoreCase", actual: "A", wanted: "a", value: false },
  { operator: "Null", actual: "x", wanted: "False", value: true },
  { operator: "Null", actual: "x", wanted: "TRUE", value: false },
  { operator: "Null", actual: "x", wanted: "no", value: "malformed-policy-value" },
];

for (const { operator, actual, wanted, value } of judged) {
  Deno.test(`evaluateCondition() ${operator} of ${actual} and ${wanted} is ${value}`, () => {
    const facts = { values: readContext({ ...context, "x:y": actual }), variables: true };
    const result = evaluateCondition({ operator, key: "X:Y", values: [wanted] }, facts);
    const known = typeof value === "boolean";
    assert.deepEqual(result, known ? { value, because: [] } : { value: null, because: [value] });
  });
}

Deno.test("evaluateCondition() takes one empty value for an empty set, and not among others", () => {
  const judge = (set: string, actual: string[]) => {
    const facts = { values: readContext({ "x:y": actual }), variables: true };
    return evaluateCondition({ operator: `${set}:StringEquals`, key: "x:y", values: ["a"] }, facts);
  };
  assert.equal(judge("ForAllValues", [""]).value, true);
  assert.equal(judge("ForAllValues", ["", "a"]).value, false);
  assert.equal(judge("ForAnyValue", [""]).value, false);
  assert.equal(judge("ForAnyValue", ["", "a"]).value, true);
});
