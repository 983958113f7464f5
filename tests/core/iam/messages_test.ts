// iam: what a refused document's author reads, to the letter, and where the forms end.
import { strict as assert } from "node:assert";
import { parsePolicyDocument, parseTrustPolicy } from "../../../lib/core/iam/mod.ts";

const allow = { Effect: "Allow", Action: "s3:*", Resource: "*" };
const of = (...statements: unknown[]) => ({ Version: "2012-10-17", Statement: statements });
const one = (change: Record<string, unknown>) => of({ ...allow, ...change });
const S = "$.Statement[0]";

const told: { name: string; json: unknown; says: string }[] = [
  { name: "nothing at all", json: undefined, says: "found nothing at $, want an object" },
  { name: "null", json: null, says: "found null at $, want an object" },
  { name: "a list", json: [], says: "found a list at $, want an object" },
  { name: "a number", json: 7, says: "found 7 at $, want an object" },
  {
    name: "a version",
    json: { ...one({}), Version: { a: 1 } },
    says: 'found an object at $.Version, want "2012-10-17" or "2008-10-17"',
  },
  {
    name: "an unknown element",
    json: { ...one({}), Extra: 1 },
    says: "found an unknown element at $.Extra, want Version, Id, Statement",
  },
  {
    name: "an unknown element of a statement",
    json: one({ Extra: 1 }),
    says: `found an unknown element at ${S}.Extra, want Sid, Effect, Principal, NotPrincipal, ` +
      "Action, NotAction, Resource, NotResource, Condition",
  },
  {
    name: "an unknown kind of principal",
    json: one({ Principal: { User: "*" } }),
    says: `found an unknown element at ${S}.Principal.User, ` +
      "want AWS, Service, Federated, CanonicalUser",
  },
  {
    name: "no statements",
    json: of(),
    says: "found an empty list at $.Statement, want at least one statement",
  },
  {
    name: "a second Sid",
    json: of({ ...allow, Sid: "A" }, { ...allow, Sid: "A" }),
    says: 'found a second "A" at $.Statement[1].Sid, want Sids that are unique',
  },
  {
    name: "no action",
    json: of({ Effect: "Allow", Resource: "*" }),
    says: `found nothing at ${S}.Action, want Action or NotAction`,
  },
  {
    name: "both",
    json: one({ NotAction: "s3:*" }),
    says: `found Action and NotAction at ${S}.NotAction, want one of the two`,
  },
  {
    name: "an effect",
    json: one({ Effect: "Permit" }),
    says: `found "Permit" at ${S}.Effect, want "Allow" or "Deny"`,
  },
  {
    name: "an action",
    json: one({ Action: "Get" }),
    says: `found "Get" at ${S}.Action, want "service:Action" or "*"`,
  },
  {
    name: "a resource",
    json: one({ Resource: "b" }),
    says: `found "b" at ${S}.Resource, want an ARN or "*"`,
  },
  {
    name: "no principal",
    json: one({ Principal: {} }),
    says: `found an empty object at ${S}.Principal, want at least one principal`,
  },
  {
    name: "a name as principal",
    json: one({ Principal: { AWS: "mara" } }),
    says:
      `found "mara" at ${S}.Principal.AWS, want an account, a principal's ARN without wildcards, or "*"`,
  },
  {
    name: "no values",
    json: one({ Action: [] }),
    says: `found an empty list at ${S}.Action, want at least one value`,
  },
  {
    name: "a number as Sid",
    json: one({ Sid: 1 }),
    says: `found 1 at ${S}.Sid, want a string`,
  },
  {
    name: "null as a value",
    json: one({ Condition: { Bool: { "a b": null, c: "x" } } }),
    says: `found null at ${S}.Condition.Bool["a b"], want a string`,
  },
  {
    name: "keys that need quotes",
    json: one({ Condition: { "1x": { "x-y": {} } } }),
    says: `found an object at ${S}.Condition["1x"]["x-y"], want a string`,
  },
  {
    name: "keys that need none",
    json: one({ Condition: { x1: { _y: {} } } }),
    says: `found an object at ${S}.Condition.x1._y, want a string`,
  },
  {
    name: "a text of 80 in full",
    json: one({ Effect: "x".repeat(78) }),
    says: `found "${"x".repeat(78)}" at ${S}.Effect, want "Allow" or "Deny"`,
  },
  {
    name: "a longer text cut",
    json: one({ Effect: "x".repeat(79) }),
    says: `found "${"x".repeat(78)}… at ${S}.Effect, want "Allow" or "Deny"`,
  },
];

for (const { name, json, says } of told) {
  Deno.test(`parsePolicyDocument() tells of ${name}`, () => {
    assert.throws(() => parsePolicyDocument(json, "mine"), {
      code: "IAM_POLICY_INVALID",
      message: `Cannot read IAM policy "mine": ${says}`,
    });
  });
}

const named = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
const toldOfTrust: { name: string; statement: unknown; says: string }[] = [
  {
    name: "no principal",
    statement: { Effect: "Allow", Action: "sts:AssumeRole" },
    says:
      "found nothing at $.Statement[1].Principal, want a Principal, as in every role trust policy",
  },
  {
    name: "a resource",
    statement: { ...named, Resource: "*" },
    says: "found a resource at $.Statement[1], want none, as in every role trust policy",
  },
  {
    name: "all resources but one",
    statement: { ...named, NotResource: "*" },
    says: "found a resource at $.Statement[1], want none, as in every role trust policy",
  },
];

for (const { name, statement, says } of toldOfTrust) {
  Deno.test(`parseTrustPolicy() tells of ${name}`, () => {
    assert.throws(() => parseTrustPolicy(of(named, statement), "role"), {
      code: "IAM_POLICY_INVALID",
      message: `Cannot read IAM policy "role": ${says}`,
    });
  });
}

const forms: { element: string; taken: string[]; refused: string[] }[] = [
  {
    element: "Action",
    taken: ["*", "s3:*", "S3:get?bject", "a-b:C_d-1*", "s3:Get*Object"],
    refused: ["", ":x", "s3:", "s3", "**", "a b:c", "s3:a b", "s3:a:b", "-\ns3:a", "s_3:a"],
  },
  {
    element: "Resource",
    taken: ["*", "arn:aws:s3:::b", "arn:*", "arn:aws:s3*", "arn:aws:s3:::b:c:d"],
    refused: ["", "a*", "xarn:aws:s3:::b", "arn:aws:s3::b", "arn", "s3:a:b:c:d:e"],
  },
];

for (const { element, taken, refused } of forms) {
  for (const text of taken) {
    Deno.test(`parsePolicyDocument() takes ${element} ${text}`, () => {
      for (const key of [element, `Not${element}`]) {
        const { [element]: _, ...rest } = allow as Record<string, unknown>;
        parsePolicyDocument(of({ ...rest, [key]: text }), "mine");
      }
    });
  }
  for (const text of refused) {
    Deno.test(`parsePolicyDocument() refuses ${element} ${JSON.stringify(text)}`, () => {
      assert.throws(() => parsePolicyDocument(one({ [element]: text }), "mine"), {
        code: "IAM_POLICY_INVALID",
      });
    });
  }
}

const ID = "AROA" + "B".repeat(12);
const principals: { text: string; taken: boolean }[] = [
  { text: "*", taken: true },
  { text: "**", taken: false },
  { text: "111122223333", taken: true },
  { text: "1111222233334", taken: false },
  { text: "x111122223333", taken: false },
  { text: "arn:aws:iam::111122223333:user/a", taken: true },
  { text: "arn:aws-cn:sts::111122223333:assumed-role/R/s", taken: true },
  { text: "arn:aws:s3:::bucket", taken: false },
  { text: "xarn:aws:iam::111122223333:user/a", taken: false },
  { text: "arn:aws:iam::111122223333:user/?", taken: false },
  { text: "arn:aws:iam::*:root", taken: false },
  { text: ID, taken: true },
  { text: ID.slice(1), taken: false },
  { text: ID.slice(0, -1), taken: false },
  { text: ID + "B".repeat(112), taken: true },
  { text: ID + "B".repeat(113), taken: false },
  { text: `x${ID}`, taken: false },
];

for (const { text, taken } of principals) {
  const shown = text.length > 60 ? `${text.length} characters` : text;
  Deno.test(`parsePolicyDocument() ${taken ? "takes" : "refuses"} principal ${shown}`, () => {
    const read = () => parsePolicyDocument(one({ Principal: { AWS: text } }), "mine");
    if (taken) assert.deepEqual(read().statements[0]?.principal, { AWS: [text] });
    else assert.throws(read, { code: "IAM_POLICY_INVALID" });
  });
}

Deno.test("parsePolicyDocument() takes any text as another kind of principal", () => {
  const principal = { Service: "a.b", Federated: "c", CanonicalUser: ["d"] };
  const [statement] = parsePolicyDocument(one({ Principal: principal }), "mine").statements;
  assert.deepEqual(statement?.principal, {
    Service: ["a.b"],
    Federated: ["c"],
    CanonicalUser: ["d"],
  });
});
