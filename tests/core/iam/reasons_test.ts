// iam: an answer names who spoke, and the nearest miss where nobody did.
import { strict as assert } from "node:assert";
import {
  evaluateIam,
  type IamContext,
  type IamPolicies,
  type IamPrincipal,
  parsePolicyDocument,
  parseTrustPolicy,
  principalContext,
} from "../../../lib/core/iam/mod.ts";
import callers from "../../vectors/iam/callers.json" with { type: "json" };

const ROLE = "arn:aws:iam::111122223333:role/R";
const principal = callers.alice as IamPrincipal;
const trust = parseTrustPolicy({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" },
    {
      Sid: "Stamped",
      Effect: "Allow",
      Principal: { AWS: principal.arn },
      Action: "sts:AssumeRole",
      Condition: {
        Null: { "aws:SourceIdentity": "true" },
        StringLike: { "sts:SourceIdentity": "sentinel=*" },
      },
    },
  ],
}, "trust");
const document = (id: string, statement: Record<string, unknown>) =>
  parsePolicyDocument({ Version: "2012-10-17", Statement: { Resource: "*", ...statement } }, id);

function ask(context: IamContext, policies: Partial<IamPolicies> = {}) {
  return evaluateIam({
    action: "sts:AssumeRole",
    resource: ROLE,
    resourceAccount: "111122223333",
    principal,
    context: principalContext(principal, context),
  }, {
    identity: [],
    boundary: null,
    session: null,
    resource: trust,
    scps: [],
    rcps: [],
    ...policies,
  });
}

Deno.test("evaluateIam() names the statement that allows", () => {
  assert.deepEqual(ask({ "sts:SourceIdentity": "sentinel=a" }), {
    decision: "allowed",
    reasons: [{
      layer: "resource",
      effect: "allow",
      statement: "trust#Stamped",
      why: `allows sts:AssumeRole on ${ROLE}`,
    }],
    unknown: [],
  });
});

Deno.test("evaluateIam() names the condition at which the nearest statement fails", () => {
  const { decision, reasons } = ask({});
  assert.equal(decision, "implicit-deny");
  assert.deepEqual(reasons, [
    {
      layer: "identity",
      effect: "silent",
      statement: null,
      why: "no identity statement allows sts:AssumeRole",
    },
    {
      layer: "resource",
      effect: "silent",
      statement: null,
      why: "no resource statement allows sts:AssumeRole; " +
        "nearest: trust#Stamped fails at Condition StringLike sts:SourceIdentity",
    },
  ]);
});

Deno.test("evaluateIam() names the level of SCPs that is silent, and what would have allowed", () => {
  const full = document("FullAWSAccess", { Effect: "Allow", Action: "*" });
  const s3 = document("S3Only", { Effect: "Allow", Action: "s3:*" });
  const { decision, reasons } = ask({ "sts:SourceIdentity": "sentinel=a" }, {
    scps: [[full], [s3]],
  });
  assert.equal(decision, "implicit-deny");
  assert.equal(
    reasons.find((reason) => reason.layer === "scp" && reason.effect === "silent")?.why,
    "no scp level 2 statement allows sts:AssumeRole; nearest: S3Only#0 fails at Action",
  );
  assert.deepEqual(
    reasons.filter((reason) => reason.effect === "allow").map((reason) => reason.statement),
    ["FullAWSAccess#0", "trust#Stamped"],
  );
});

Deno.test("evaluateIam() names every explicit deny and nothing else", () => {
  const deny = (id: string) => document(id, { Effect: "Deny", Action: "sts:*" });
  const { decision, reasons } = ask({ "sts:SourceIdentity": "sentinel=a" }, {
    identity: [deny("mine")],
    scps: [[deny("org")]],
  });
  assert.equal(decision, "explicit-deny");
  assert.deepEqual(reasons.map(({ layer, effect, statement }) => [layer, effect, statement]), [
    ["scp", "deny", "org#0"],
    ["identity", "deny", "mine#0"],
  ]);
});

Deno.test("evaluateIam() says what it can't tell and why", () => {
  const doubt = document("mine", {
    Effect: "Deny",
    Action: "sts:*",
    Condition: { StringSounds: { "aws:username": "alis" } },
  });
  const { decision, reasons, unknown } = ask({ "sts:SourceIdentity": "sentinel=a" }, {
    identity: [doubt],
  });
  assert.equal(decision, "unknown");
  assert.deepEqual(unknown, ["unsupported-operator"]);
  assert.deepEqual(reasons[0], {
    layer: "identity",
    effect: "unknown",
    statement: "mine#0",
    why: `may apply to sts:AssumeRole on ${ROLE} (unsupported-operator)`,
  });
});

Deno.test("evaluateIam() never reads a context key from the objects' own heritage", () => {
  const odd = document("mine", {
    Effect: "Allow",
    Action: "*",
    Condition: { StringLike: { "constructor": "*", "toString": "*" } },
  });
  const result = evaluateIam({
    action: "s3:GetObject",
    resource: "arn:aws:s3:::b/k",
    resourceAccount: principal.account,
    principal,
    context: principalContext(principal),
  }, { identity: [odd], boundary: null, session: null, resource: null, scps: [], rcps: [] });
  assert.equal(result.decision, "implicit-deny");
});
