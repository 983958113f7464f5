// gate: what is on record, what AWS is asked for and what a cached session must match, field by field.
import { strict as assert } from "node:assert";
import type { Hop } from "../../lib/core/profiles/types.ts";
import { ALLOW_DEV, boom, callerOf, NOW, play, request, ROLE, rules, sessionOf } from "./fakes.ts";

const ENTRY = "arn:aws:iam::111122223333:role/Entry";
const hop = (more: Partial<Hop> = {}): Hop => ({
  profile: "dev",
  roleArn: ROLE,
  externalId: null,
  mfaSerial: null,
  region: null,
  gated: true,
  ...more,
});
const CHAIN = [
  hop({ profile: "entry", roleArn: ENTRY, externalId: "x", mfaSerial: "arn:mfa", gated: false }),
  hop(),
];
const MARA = "arn:aws:iam::111122223333:user/mara";
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);

function factsOf(change: Record<string, { value?: string | null; vouchedBy?: string }> = {}) {
  const facts = [
    { name: "principal", value: MARA, vouchedBy: "STS, within the last hour" },
    { name: "user", value: "mara", vouchedBy: "STS, within the last hour" },
    { name: "profile", value: "dev", vouchedBy: "the user's own word" },
    { name: "role", value: ROLE as string | null, vouchedBy: "the AWS config file" },
    { name: "mode", value: "cli", vouchedBy: "this program" },
    { name: "time", value: NOW.toISOString(), vouchedBy: "this machine's clock" },
  ];
  return facts.map((fact) => ({ ...fact, ...change[fact.name] }));
}

const DECISION = {
  profile: "dev",
  outcome: "allow",
  effect: "allow",
  rule: "policy.yaml/dev",
  ruleIndex: 0,
  obligations: [],
  policy: { source: "file:/dev.yaml", digest: "d".repeat(64), age: 0, signature: "unsigned" },
  facts: factsOf(),
};
const SUBJECT = {
  profile: "dev",
  mode: "cli",
  role: ROLE,
  chain: [ROLE],
  leaf: { kind: "keys", profile: "mara" },
  principal: { id: "aws:111122223333:user:AIDAMARA", arn: MARA, user: "mara" },
  endpoint: null,
};
const COMMON = {
  requestId: "0707070707070707",
  decision: DECISION,
  intent: { reason: null, ticket: null },
  pins: "unpinned",
  version: "test",
  subject: SUBJECT,
};

Deno.test("an issued grant leaves an intent and an outcome, field by field", async () => {
  const ask = { reason: "because", ticket: "INC-1", duration: 1800 };
  const played = play({ policy: ALLOW_DEV, ask });
  await request(played);
  assert.deepEqual(played.entries, [
    {
      kind: "intent",
      ...COMMON,
      intent: { reason: "because", ticket: "INC-1" },
      grant: "direct",
      sourceIdentity: "sentinel=mara=direct=0707070707070707",
      duration: { asked: 1800, granted: 1800 },
    },
    {
      kind: "outcome",
      requestId: "0707070707070707",
      intent: "1".repeat(64),
      result: "issued",
      code: null,
      accessKeyId: "ASIANEW",
      expiresAt: at(30).toISOString(),
    },
  ]);
});

Deno.test("a failed call leaves an outcome with its code and no key", async () => {
  const played = play({ policy: ALLOW_DEV, fail: { at: "vend", error: boom("AWS_REFUSED") } });
  await assert.rejects(request(played), { code: "AWS_REFUSED" });
  assert.deepEqual(played.entries[1], {
    kind: "outcome",
    requestId: "0707070707070707",
    intent: "1".repeat(64),
    result: "failed",
    code: "AWS_REFUSED",
    accessKeyId: null,
    expiresAt: null,
  });
});

Deno.test("a served session leaves an entry that leads to its intent, field by field", async () => {
  const cached = sessionOf(at(40), at(-20));
  const played = play({ policy: ALLOW_DEV, cached, pinnedRole: ROLE });
  const got = await request(played);
  assert.deepEqual(played.entries, [{
    kind: "served",
    ...COMMON,
    decision: {
      ...DECISION,
      facts: factsOf({ role: { vouchedBy: "the pins file" } }),
    },
    pins: "pinned",
    sourceIdentity: cached.sourceIdentity,
    intentHash: "c".repeat(64),
    accessKeyId: "ASIACACHED",
    expiresAt: at(40).toISOString(),
  }]);
  assert.equal(got.pinned, true);
  assert.equal(got.requestId, "0707070707070707");
  assert.equal(got.sourceIdentity, cached.sourceIdentity);
  assert.equal(got.decision.ruleId, "policy.yaml/dev");
});

Deno.test("a refusal leaves what was known by then, field by field", async () => {
  const early = play({ policy: ALLOW_DEV, fail: { at: "pins", error: boom("PINS_INVALID") } });
  await assert.rejects(request(early));
  const nothing = {
    kind: "refused",
    requestId: "0707070707070707",
    decision: null,
    intent: { reason: null, ticket: null },
    pins: "unpinned",
    version: "test",
    subject: null,
    code: "PINS_INVALID",
    message: "planned failure PINS_INVALID",
  };
  assert.deepEqual(early.entries, [nothing]);

  const unknown = play({
    policy: ALLOW_DEV,
    fail: { at: "identify", error: boom("NO_CREDENTIALS") },
  });
  await assert.rejects(request(unknown));
  assert.deepEqual(unknown.entries, [{
    ...nothing,
    subject: { ...SUBJECT, principal: null },
    code: "NO_CREDENTIALS",
    message: "planned failure NO_CREDENTIALS",
  }]);

  const denied = play({ policy: rules("  - {name: no, effect: deny, conditions: {}}") });
  await assert.rejects(request(denied));
  assert.deepEqual(denied.entries, [{
    ...nothing,
    subject: SUBJECT,
    decision: { ...DECISION, outcome: "deny", effect: "deny", rule: "policy.yaml/no" },
    code: "POLICY_DENIED",
    message: 'Cannot grant "dev" to "mara": rule "no" refuses',
  }]);
});

Deno.test("the record says who vouches: STS just now, or who answers at another endpoint", async () => {
  const now = play({ policy: ALLOW_DEV, caller: { stsDate: NOW } });
  await request(now);
  const vouchers = (played: typeof now) => {
    const [entry] = played.entries;
    assert.ok(entry !== undefined && "decision" in entry && entry.decision !== null);
    return entry.decision.facts.slice(0, 2).map(({ vouchedBy }) => vouchedBy);
  };
  assert.deepEqual(vouchers(now), ["STS", "STS"]);
  const other = play({ policy: ALLOW_DEV, target: { stsEndpoint: "http://127.0.0.1:1" } });
  await request(other);
  const who = "who answers at http://127.0.0.1:1, within the last hour";
  assert.deepEqual(vouchers(other), [who, who]);
  const [intent] = other.entries;
  assert.equal(intent?.kind === "intent" && intent.subject.endpoint, "http://127.0.0.1:1");
});

Deno.test("the record holds the verdict that did not allow, and each one on the way", async () => {
  const chain = [hop({ profile: "prod", roleArn: `${ROLE}-prod` }), hop()];
  const both = rules("  - {name: both, effect: allow, conditions: {profiles: [dev, prod]}}");
  const decisionOf = async (policy: string) => {
    const played = play({ policy, target: { chain } });
    await request(played).catch(() => {});
    const [entry] = played.entries;
    assert.ok(entry !== undefined && "decision" in entry && entry.decision !== null);
    return {
      ...entry.decision,
      last: entry.decision.facts.at(-1),
      count: entry.decision.facts.length,
    };
  };
  const allowed = await decisionOf(both);
  assert.deepEqual([allowed.profile, allowed.rule, allowed.count], ["dev", "policy.yaml/both", 7]);
  assert.deepEqual(allowed.last, {
    name: "on the way",
    value: "prod: allow by policy.yaml/both",
    vouchedBy: "policy",
  });
  const denied = await decisionOf(ALLOW_DEV);
  assert.deepEqual([denied.profile, denied.outcome, denied.rule], ["prod", "deny", null]);
  assert.equal(denied.last?.value, "prod: deny by no rule");
});

Deno.test("AWS is asked for these terms, field by field", async () => {
  const played = play({
    policy: ALLOW_DEV,
    target: { chain: CHAIN, tags: true },
    mfa: "123456",
    caller: { userSegment: "m" },
  });
  await request(played);
  const [terms] = played.terms;
  assert.ok(terms);
  const { target, caller, ...rest } = terms;
  assert.deepEqual(rest, {
    requestId: "0707070707070707",
    sourceIdentity: "sentinel=m=direct=0707070707070707",
    duration: 3600,
    mfa: { serial: "arn:mfa", code: "123456" },
    until: null,
    notAfter: new Date(NOW.getTime() + 30_000),
    sessionName: `m-${"1".repeat(32)}`,
    tags: [{ key: "sentinel:request", value: "0707070707070707" }],
  });
  assert.deepEqual(target.chain, CHAIN);
  assert.deepEqual(caller, callerOf({ userSegment: "m" }));
});

Deno.test("a cached session must have been made for just this, field by field", async () => {
  const cached = sessionOf(at(40), at(-20));
  const key = {
    principal: "aws:111122223333:user:AIDAMARA",
    user: "mara",
    role: ROLE,
    chain: [ROLE],
    grant: "direct",
    tags: "off",
    mfa: null,
    externalId: "[null]",
    policyDigest: "d".repeat(64),
    duration: 3600,
    region: "eu-central-1",
    endpoint: null,
  };
  const keyOf = async (world: Partial<Parameters<typeof play>[0]>) => {
    const played = play({ policy: ALLOW_DEV, cached, ...world });
    await request(played);
    return played.keys[0];
  };
  assert.deepEqual(await keyOf({}), key);
  assert.deepEqual(await keyOf({ target: { tags: true } }), { ...key, tags: "" });
  assert.deepEqual(await keyOf({ target: { tags: true }, ask: { ticket: "INC-1" } }), {
    ...key,
    tags: "INC-1",
  });
  assert.deepEqual(
    await keyOf({ target: { chain: CHAIN, stsEndpoint: "http://a", region: null } }),
    {
      ...key,
      chain: [ENTRY, ROLE],
      mfa: "arn:mfa",
      externalId: '["x",null]',
      endpoint: "http://a",
      region: null,
    },
  );
  assert.deepEqual(await keyOf({ ask: { duration: 7200 } }), { ...key, duration: 7200 });
  assert.deepEqual(await keyOf({ target: { defaultDuration: 5400 } }), { ...key, duration: 5400 });
});
