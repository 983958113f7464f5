// iam: how a silent layer and a doubt are told of.
import { strict as assert } from "node:assert";
import { all, ask, document, OBJECT } from "./asking.ts";

// Statements of an identity policy that all fail, and which of them is said to be nearest.
const s3 = (id: string, change: Record<string, unknown>) =>
  document(id, { Effect: "Allow", Action: "*", Resource: "*", ...change });
const MISS = {
  action: s3("action", { Action: "ec2:*" }),
  resource: s3("resource", { Resource: "arn:aws:s3:::other/*" }),
  first: s3("first", { Condition: { Bool: { "x:y": "true" } } }),
  second: s3("second", {
    Condition: { Null: { "x:y": "true" }, Bool: { "x:y": "true" } },
  }),
  notAction: document("notAction", { Effect: "Allow", NotAction: "s3:*", Resource: "*" }),
  notResource: document("notResource", { Effect: "Allow", Action: "*", NotResource: "*" }),
  principal: s3("principal", { Principal: "*" }),
  notPrincipal: s3("notPrincipal", { NotPrincipal: "*" }),
};
const nearest: { statements: (keyof typeof MISS)[]; says: string }[] = [
  { statements: [], says: "" },
  { statements: ["action"], says: "; nearest: action#0 fails at Action" },
  { statements: ["notAction"], says: "; nearest: notAction#0 fails at NotAction" },
  { statements: ["principal"], says: "; nearest: principal#0 fails at Principal" },
  { statements: ["notPrincipal"], says: "; nearest: notPrincipal#0 fails at NotPrincipal" },
  { statements: ["resource"], says: "; nearest: resource#0 fails at Resource" },
  { statements: ["notResource"], says: "; nearest: notResource#0 fails at NotResource" },
  { statements: ["resource", "notResource"], says: "; nearest: resource#0 fails at Resource" },
  {
    statements: ["action", "principal", "resource"],
    says: "; nearest: resource#0 fails at Resource",
  },
  {
    statements: ["first", "resource", "action"],
    says: "; nearest: first#0 fails at Condition Bool x:y",
  },
  {
    statements: ["first", "second"],
    says: "; nearest: second#0 fails at Condition Bool x:y",
  },
];

for (const { statements, says } of nearest) {
  Deno.test(`evaluateIam() of ${statements.join(", ") || "no statement"} names the nearest`, () => {
    const { decision, reasons, unknown } = ask({
      caller: "alice",
      ...OBJECT,
      policies: { identity: statements.map((name) => MISS[name]) },
    });
    assert.equal(decision, "implicit-deny");
    assert.deepEqual(unknown, []);
    assert.deepEqual(reasons, [
      {
        layer: "identity",
        effect: "silent",
        statement: null,
        why: `no identity statement allows s3:GetObject${says}`,
      },
      {
        layer: "resource",
        effect: "silent",
        statement: null,
        why: "no resource statement allows s3:GetObject",
      },
    ]);
  });
}

Deno.test("evaluateIam() a Deny is no near miss, and each silent layer is told of by its level", () => {
  const misses = s3("action", { Action: "ec2:*" });
  const other = document("other", { Effect: "Deny", Action: "*", Resource: "arn:aws:s3:::o/*" });
  const { reasons } = ask({
    caller: "alice",
    ...OBJECT,
    policies: {
      identity: [misses, other],
      boundary: misses,
      session: [misses],
      scps: [[all("full")], [misses]],
      rcps: [[]],
    },
  });
  const near = "; nearest: action#0 fails at Action";
  assert.deepEqual(reasons.map(({ why }) => why), [
    `no scp level 2 statement allows s3:GetObject${near}`,
    "no rcp level 1 statement allows s3:GetObject",
    `no identity statement allows s3:GetObject${near}`,
    `no boundary statement allows s3:GetObject${near}`,
    `no session statement allows s3:GetObject${near}`,
    "no resource statement allows s3:GetObject",
    "allows s3:GetObject on arn:aws:s3:::b/k",
  ]);
});

Deno.test("evaluateIam() gives every doubt once, and what allows beside it", () => {
  const doubt = (id: string, operator: string) =>
    document(id, {
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { [operator]: { "x:y": "1" } },
    });
  const result = ask({
    caller: "alice",
    ...OBJECT,
    context: { "x:y": ["1", "2"] },
    policies: {
      identity: [
        doubt("a", "StringSounds"),
        doubt("b", "StringEquals"),
        doubt("c", "NumericSounds"),
        all("mine"),
      ],
    },
  });
  assert.equal(result.decision, "unknown");
  assert.deepEqual(result.unknown, ["unsupported-operator", "multivalued-key"]);
  assert.deepEqual(result.reasons.map(({ statement, effect }) => [statement, effect]), [
    ["a#0", "unknown"],
    ["b#0", "unknown"],
    ["c#0", "unknown"],
    ["mine#0", "allow"],
  ]);
});
