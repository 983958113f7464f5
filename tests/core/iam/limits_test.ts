// iam: which layers have to allow, and for whom.
import { strict as assert } from "node:assert";
import type { IamPolicies } from "../../../lib/core/iam/mod.ts";
import {
  all,
  ask,
  type Asked,
  type CallerName,
  deny,
  document,
  HOME,
  OBJECT,
  ROLE,
} from "./asking.ts";

// The caller's own policies allow all; does that do without a resource policy that names it?
const alone: (Omit<Asked, "policies"> & { allowed: boolean })[] = [
  { caller: "alice", action: "s3:GetObject", resource: "arn:aws:s3:::b/k", allowed: true },
  { caller: "alice", action: "sts:AssumeRole", resource: ROLE, allowed: false },
  { caller: "alice", action: "STS:TagSession", resource: ROLE, allowed: false },
  { caller: "alice", action: "iam:GetRole", resource: ROLE, allowed: true },
  {
    caller: "alice",
    action: "sts:GetFederationToken",
    resource: `arn:aws:iam::${HOME}:user/role/`,
    allowed: true,
  },
  {
    caller: "alice",
    action: "sts:AssumeRole",
    resource: `arn:aws:s3::${HOME}:role/R`,
    allowed: true,
  },
  {
    caller: "alice",
    action: "kms:Decrypt",
    resource: `arn:aws:kms:eu-west-1:${HOME}:key/1`,
    allowed: false,
  },
  {
    caller: "alice",
    action: "KMS:Decrypt",
    resource: `arn:aws:kms:eu-west-1:${HOME}:key/1`,
    allowed: false,
  },
  {
    caller: "alice",
    action: "kms:CreateAlias",
    resource: `arn:aws:kms:eu-west-1:${HOME}:alias/key/`,
    allowed: true,
  },
  {
    caller: "alice",
    action: "tag:GetResources",
    resource: `arn:aws:kms:eu-west-1:${HOME}:key/1`,
    allowed: true,
  },
  {
    caller: "alice",
    action: "kms:Decrypt",
    resource: `arn:aws:s3:eu-west-1:${HOME}:key/1`,
    allowed: true,
  },
  { caller: "alice", action: "sts:GetCallerIdentity", resource: "*", allowed: true },
  { caller: "foreign", action: "s3:GetObject", resource: "arn:aws:s3:::b/k", allowed: false },
  { caller: "federated", action: "s3:GetObject", resource: "arn:aws:s3:::b/k", allowed: false },
  { caller: "lambda", action: "s3:GetObject", resource: "arn:aws:s3:::b/k", allowed: false },
  { caller: "github", action: "s3:GetObject", resource: "arn:aws:s3:::b/k", allowed: false },
];

for (const { allowed, ...asked } of alone) {
  const title = `${asked.caller} ${asked.action} on ${asked.resource}`;
  Deno.test(`evaluateIam() ${title}: own policies ${allowed ? "do" : "don't do"} alone`, () => {
    const { decision } = ask({ ...asked, policies: { identity: [all("mine")] } });
    assert.equal(decision, allowed ? "allowed" : "implicit-deny");
  });
}

Deno.test("evaluateIam() bars the root user from roles, and says so", () => {
  for (const action of ["sts:AssumeRole", "STS:ASSUMEROLE"]) {
    const result = ask({ caller: "root", action, resource: ROLE, policies: {} });
    assert.deepEqual(result, {
      decision: "implicit-deny",
      reasons: [{
        layer: "identity",
        effect: "silent",
        statement: null,
        why: "the root user can't assume roles (STS API reference, AssumeRole)",
      }],
      unknown: [],
    });
  }
});

Deno.test("evaluateIam() bars a federated user from STS, but for asking who it is", () => {
  const policies = { identity: [all("mine")], session: [all("session")] };
  const at = (action: string) => ask({ caller: "federated", action, resource: "*", policies });
  assert.deepEqual(at("sts:GetSessionToken"), {
    decision: "implicit-deny",
    reasons: [{
      layer: "identity",
      effect: "silent",
      statement: null,
      why: "a federated user can't call STS (STS API reference, GetFederationToken)",
    }],
    unknown: [],
  });
  assert.equal(at("STS:GetCallerIdentity").decision, "allowed");
  assert.equal(at("s3:ListAllMyBuckets").decision, "allowed");
  const alice = ask({ caller: "alice", action: "sts:GetSessionToken", resource: "*", policies });
  assert.equal(alice.decision, "allowed");
});

Deno.test("evaluateIam() says why the root user may without a statement", () => {
  const result = ask({
    caller: "root",
    action: "s3:ListAllMyBuckets",
    resource: "*",
    policies: {},
  });
  assert.deepEqual(result, {
    decision: "allowed",
    reasons: [{
      layer: "identity",
      effect: "allow",
      statement: null,
      why: "the root user may do anything in its own account that no policy keeps from it",
    }],
    unknown: [],
  });
});

Deno.test("evaluateIam() wants both sides for a stamp in a chain, and one for the first hop", () => {
  const resource = document("trust", {
    Effect: "Allow",
    Principal: "*",
    Action: ["sts:SetSourceIdentity", "sts:AssumeRole"],
  });
  const at = (caller: CallerName, action: string) =>
    ask({ caller, action, resource: ROLE, policies: { resource } }).decision;
  assert.equal(at("deploy", "sts:AssumeRole"), "allowed");
  assert.equal(at("deploy", "sts:SetSourceIdentity"), "implicit-deny");
  assert.equal(at("deploy", "STS:SetSourceIdentity"), "implicit-deny");
  assert.equal(at("alice", "sts:SetSourceIdentity"), "allowed");
});

const everybody = document("bucket", {
  Effect: "Allow",
  Principal: "*",
  Action: "*",
  Resource: "*",
});

// A level that denies all binds, or it doesn't.
const bound: { caller: CallerName; scp: boolean; rcp: boolean }[] = [
  { caller: "alice", scp: true, rcp: true },
  { caller: "deploy", scp: true, rcp: true },
  { caller: "federated", scp: true, rcp: true },
  { caller: "root", scp: true, rcp: true },
  { caller: "linked", scp: false, rcp: false },
  { caller: "lambda", scp: false, rcp: true },
  { caller: "github", scp: false, rcp: true },
];

for (const { caller, scp, rcp } of bound) {
  Deno.test(`evaluateIam() ${caller} is bound by SCPs: ${scp}, by RCPs: ${rcp}`, () => {
    const policies = {
      identity: [all("mine")],
      session: caller === "federated" ? [all("session")] : null,
      resource: everybody,
    };
    const forbidden = document("rcp", {
      Effect: "Deny",
      Principal: "*",
      Action: "*",
      Resource: "*",
    });
    const at = (more: Partial<IamPolicies>) =>
      ask({ caller, ...OBJECT, policies: { ...policies, ...more } }).decision;
    assert.equal(at({}), "allowed");
    assert.equal(at({ scps: [[deny("scp")]] }), scp ? "explicit-deny" : "allowed");
    assert.equal(at({ rcps: [[forbidden]] }), rcp ? "explicit-deny" : "allowed");
    assert.equal(at({ scps: [[]] }), scp ? "implicit-deny" : "allowed");
    assert.equal(at({ rcps: [[]] }), rcp ? "implicit-deny" : "allowed");
  });
}

Deno.test("evaluateIam() RCPs don't bind who assumes a service-linked role", () => {
  const resource = `arn:aws:iam::${HOME}:role/aws-service-role/x.amazonaws.com/R`;
  const trust = document("trust", { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" });
  const policies = { resource: trust, rcps: [[]] };
  const at = (target: string) =>
    ask({ caller: "alice", action: "sts:AssumeRole", resource: target, policies }).decision;
  assert.equal(at(resource), "allowed");
  assert.equal(at(ROLE), "implicit-deny");
});

Deno.test("evaluateIam() asks a federated user's session policy, and a boundary of nobody else", () => {
  const at = (caller: CallerName, policies: Partial<IamPolicies>) =>
    ask({ caller, ...OBJECT, policies: { resource: everybody, ...policies } }).decision;
  const named = document("bucket", {
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${HOME}:user/staff/alice` },
    Action: "*",
    Resource: "*",
  });
  assert.equal(at("federated", { resource: named }), "implicit-deny");
  assert.equal(at("federated", { resource: named, session: [all("s")] }), "allowed");
  const limits = { boundary: deny("boundary"), session: [deny("session")] };
  assert.equal(at("root", limits), "allowed");
  assert.equal(at("lambda", limits), "allowed");
  assert.equal(at("alice", limits), "explicit-deny");
});
