// iam: policy documents are read strictly, and each refusal says where.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { parsePolicyDocument, parseTrustPolicy } from "../../../lib/core/iam/mod.ts";

const runs = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "300");
const allow = { Effect: "Allow", Action: "s3:*", Resource: "*" };
const of = (statement: unknown) => ({ Version: "2012-10-17", Statement: statement });
const withPrincipal = (principal: unknown) => of({ ...allow, Principal: principal });
const withCondition = (condition: unknown) => of([{ ...allow, Condition: condition }]);

const refused: { name: string; json: unknown; at: string; found: string }[] = [
  { name: "a list", json: [], at: "$", found: "a list" },
  { name: "null", json: null, at: "$", found: "null" },
  { name: "a string", json: "{}", at: "$", found: '"{}"' },
  {
    name: "an unknown element",
    json: { ...of(allow), Extra: 1 },
    at: "$.Extra",
    found: "an unknown element",
  },
  {
    name: "an element in another case",
    json: { statement: [] },
    at: "$.statement",
    found: "an unknown element",
  },
  {
    name: "a bad version",
    json: { Version: "2020-01-01", Statement: allow },
    at: "$.Version",
    found: '"2020-01-01"',
  },
  { name: "a number as Id", json: { ...of(allow), Id: 1 }, at: "$.Id", found: "1" },
  { name: "no statement", json: { Version: "2012-10-17" }, at: "$.Statement", found: "nothing" },
  { name: "an empty list of statements", json: of([]), at: "$.Statement", found: "an empty list" },
  {
    name: "a statement that is a string",
    json: of([allow, "x"]),
    at: "$.Statement[1]",
    found: '"x"',
  },
  {
    name: "an unknown statement element",
    json: of([{ ...allow, Resources: "*" }]),
    at: "$.Statement[0].Resources",
    found: "an unknown element",
  },
  {
    name: "no Effect",
    json: of([{ Action: "s3:*", Resource: "*" }]),
    at: "$.Statement[0].Effect",
    found: "nothing",
  },
  {
    name: "an Effect in another case",
    json: of([{ ...allow, Effect: "allow" }]),
    at: "$.Statement[0].Effect",
    found: '"allow"',
  },
  {
    name: "no Action",
    json: of({ Effect: "Allow", Resource: "*" }),
    at: "$.Statement.Action",
    found: "nothing",
  },
  {
    name: "Action and NotAction",
    json: of({ ...allow, NotAction: "s3:*" }),
    at: "$.Statement.NotAction",
    found: "Action and NotAction",
  },
  {
    name: "Resource and NotResource",
    json: of({ ...allow, NotResource: "*" }),
    at: "$.Statement.NotResource",
    found: "Resource and NotResource",
  },
  {
    name: "Principal and NotPrincipal",
    json: of({ ...allow, Principal: "*", NotPrincipal: "*" }),
    at: "$.Statement.NotPrincipal",
    found: "Principal and NotPrincipal",
  },
  {
    name: "an empty list of actions",
    json: of({ ...allow, Action: [] }),
    at: "$.Statement.Action",
    found: "an empty list",
  },
  {
    name: "an action without a service",
    json: of({ ...allow, Action: ["s3:*", "GetObject"] }),
    at: "$.Statement.Action[1]",
    found: '"GetObject"',
  },
  {
    name: "a wildcard as the service",
    json: of({ ...allow, Action: "s*:Get" }),
    at: "$.Statement.Action",
    found: '"s*:Get"',
  },
  {
    name: "a resource that is no ARN",
    json: of({ ...allow, Resource: "bucket" }),
    at: "$.Statement.Resource",
    found: '"bucket"',
  },
  {
    name: "a cut ARN",
    json: of({ ...allow, Resource: "arn:aws:s3" }),
    at: "$.Statement.Resource",
    found: '"arn:aws:s3"',
  },
  {
    name: "a number as resource",
    json: of({ ...allow, Resource: [7] }),
    at: "$.Statement.Resource[0]",
    found: "7",
  },
  {
    name: "two statements of one Sid",
    json: of([{ ...allow, Sid: "A" }, { ...allow, Sid: "A" }]),
    at: "$.Statement[1].Sid",
    found: 'a second "A"',
  },
  {
    name: "an unknown kind of principal",
    json: withPrincipal({ aws: "*" }),
    at: "$.Statement.Principal.aws",
    found: "an unknown element",
  },
  {
    name: "an empty principal",
    json: withPrincipal({}),
    at: "$.Statement.Principal",
    found: "an empty object",
  },
  {
    name: "no principal in a list",
    json: withPrincipal({ AWS: [] }),
    at: "$.Statement.Principal.AWS",
    found: "an empty list",
  },
  {
    name: "an ARN as the whole principal",
    json: withPrincipal("arn:aws:iam::111122223333:root"),
    at: "$.Statement.Principal",
    found: '"arn:',
  },
  {
    name: "a wildcard inside a principal",
    json: withPrincipal({ AWS: ["arn:aws:iam::111122223333:user/*"] }),
    at: "$.Statement.Principal.AWS[0]",
    found: '"arn:',
  },
  {
    name: "a name as principal",
    json: withPrincipal({ AWS: "alice" }),
    at: "$.Statement.Principal.AWS",
    found: '"alice"',
  },
  {
    name: "conditions in a list",
    json: withCondition([]),
    at: "$.Statement[0].Condition",
    found: "a list",
  },
  {
    name: "an operator without keys",
    json: withCondition({ Bool: "true" }),
    at: "$.Statement[0].Condition.Bool",
    found: '"true"',
  },
  {
    name: "an object as value",
    json: withCondition({ "ForAnyValue:StringLike": { "aws:TagKeys": [{}] } }),
    at: '$.Statement[0].Condition["ForAnyValue:StringLike"]["aws:TagKeys"][0]',
    found: "an object",
  },
  {
    name: "no value",
    json: withCondition({ Bool: { "aws:SecureTransport": [] } }),
    at: '$.Statement[0].Condition.Bool["aws:SecureTransport"]',
    found: "an empty list",
  },
];

for (const row of refused) {
  Deno.test(`parsePolicyDocument() refuses ${row.name}`, () => {
    assert.throws(() => parsePolicyDocument(row.json, "mine"), (error) => {
      assert.ok(hasCode(error, "IAM_POLICY_INVALID"));
      const start = `Cannot read IAM policy "mine": found ${row.found}`;
      assert.ok(error.message.startsWith(start), error.message);
      assert.ok(error.message.includes(` at ${row.at}, want `), error.message);
      return true;
    });
  });
}

const trust = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
const refusedTrust = [
  {
    name: "a statement without Principal",
    statement: { Effect: "Allow", Action: "sts:AssumeRole" },
    at: "$.Statement[0].Principal",
  },
  {
    name: "NotPrincipal",
    statement: { Effect: "Deny", NotPrincipal: "*", Action: "sts:*" },
    at: "$.Statement[0].Principal",
  },
  { name: "a resource", statement: { ...trust, Resource: "*" }, at: "$.Statement[0]" },
];

for (const row of refusedTrust) {
  Deno.test(`parseTrustPolicy() refuses ${row.name}`, () => {
    assert.throws(() => parseTrustPolicy(of([row.statement]), "role"), (error) => {
      assert.ok(hasCode(error, "IAM_POLICY_INVALID"));
      assert.ok(error.message.includes(` at ${row.at}, want `), error.message);
      return true;
    });
  });
}

Deno.test("parseTrustPolicy() takes a trust policy", () => {
  assert.deepEqual(parseTrustPolicy(of(trust), "role").statements[0]?.principal, { AWS: ["*"] });
});

Deno.test("parsePolicyDocument() makes lists of single values and strings of scalars", () => {
  const document = parsePolicyDocument({
    Statement: {
      Sid: "",
      Effect: "Deny",
      NotPrincipal: { AWS: "111122223333", Service: ["a.amazonaws.com"] },
      NotAction: "sts:*",
      NotResource: ["arn:aws:s3:::b"],
      Condition: {
        Bool: { "aws:SecureTransport": false },
        NumericLessThan: { "s3:max-keys": [10, "20"] },
        Whatever: { "x:y": "z" },
      },
    },
  }, "d");
  assert.deepEqual(document, {
    version: "2008-10-17",
    id: "d",
    statements: [{
      sid: null,
      effect: "Deny",
      principal: null,
      notPrincipal: { AWS: ["111122223333"], Service: ["a.amazonaws.com"] },
      actions: null,
      notActions: ["sts:*"],
      resources: null,
      notResources: ["arn:aws:s3:::b"],
      conditions: [
        { operator: "Bool", key: "aws:SecureTransport", values: ["false"] },
        { operator: "NumericLessThan", key: "s3:max-keys", values: ["10", "20"] },
        { operator: "Whatever", key: "x:y", values: ["z"] },
      ],
    }],
  });
});

Deno.test("parsePolicyDocument() takes whatever JSON, or refuses it with its one code", () => {
  const word = fc.constantFrom(
    "Version",
    "Statement",
    "Effect",
    "Action",
    "Allow",
    "*",
    "__proto__",
  );
  const { json } = fc.letrec((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      word,
      fc.jsonValue({ maxDepth: 1 }),
      tie("object"),
      tie("list"),
    ),
    object: fc.dictionary(word, tie("json"), { maxKeys: 4 }),
    list: fc.array(tie("json"), { maxLength: 3 }),
  }));
  fc.assert(
    fc.property(json, (value) => {
      try {
        assert.ok(parsePolicyDocument(value, "fuzz").statements.length > 0);
      } catch (error) {
        assert.ok(hasCode(error, "IAM_POLICY_INVALID"), String(error));
      }
    }),
    { seed: 11, numRuns: runs },
  );
});
