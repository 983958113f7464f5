// gate: the order of things, and that every way out but one gives nothing.
import { strict as assert } from "node:assert";
import { type ErrorCode, SentinelError } from "../../lib/core/errors/mod.ts";
import type { Hop } from "../../lib/core/profiles/types.ts";
import { grant } from "../../lib/gate/mod.ts";
import {
  ALLOW_DEV,
  boom,
  NOW,
  play,
  type Played,
  request,
  ROLE,
  rules,
  SECRET,
  sessionOf,
  type World,
} from "./fakes.ts";

const MINUTE = 60_000;

async function refused(world: World): Promise<{ error: SentinelError; played: Played }> {
  const played = play(world);
  const error = await request(played).then(
    () => assert.fail("credentials came"),
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof SentinelError, String(error));
  assert.ok(!JSON.stringify(played.entries).includes(SECRET), "a secret is on record");
  return { error, played };
}

Deno.test("grant() goes role, who, policy, cache, intent, vend, outcome, in this order", async () => {
  const played = play({ policy: ALLOW_DEV });
  const got = await request(played);
  assert.deepEqual(played.calls, [
    "pins",
    "resolve",
    "identify",
    "policy",
    "journal",
    "cache get",
    "once",
    "cache get",
    "turn",
    "append intent",
    "vend",
    "append outcome",
    "cache put",
  ]);
  assert.equal(got.served, "new");
  assert.equal(got.sourceIdentity, "sentinel=mara=direct=0707070707070707");
  assert.ok(!JSON.stringify(played.entries).includes(SECRET));
});

Deno.test("regression 4: no AssumeRole before the intent is durable, and its hash names the session", async () => {
  const played = play({ policy: ALLOW_DEV });
  await request(played);
  const [terms] = played.terms;
  assert.equal(terms?.sessionName, `mara-${"1".repeat(32)}`);
  const [intent, outcome] = played.entries;
  assert.equal(intent?.kind === "intent" && intent.sourceIdentity, terms?.sourceIdentity);
  assert.equal(outcome?.kind === "outcome" && outcome.intent, "1".repeat(64));
  assert.equal(outcome?.kind === "outcome" && outcome.accessKeyId, "ASIANEW");
});

// Every step that can fail: nothing comes, nothing is asked of AWS after it, and it is recorded.
const FAILURES: readonly { at: string; code: ErrorCode; recorded: string | null }[] = [
  { at: "pins", code: "PINS_INVALID", recorded: "refused" },
  { at: "resolve", code: "PROFILE_UNKNOWN", recorded: "refused" },
  { at: "identify", code: "NO_CREDENTIALS", recorded: "refused" },
  { at: "policy", code: "POLICY_INVALID", recorded: "refused" },
  { at: "journal", code: "JOURNAL_BUSY", recorded: "refused" },
  { at: "cache get", code: "INTERNAL", recorded: "refused" },
  { at: "append intent", code: "JOURNAL_UNWRITABLE", recorded: "refused" },
  { at: "vend", code: "AWS_REFUSED", recorded: "outcome" },
  { at: "append outcome", code: "JOURNAL_UNWRITABLE", recorded: null },
  { at: "turn", code: "JOURNAL_BUSY", recorded: "refused" },
  { at: "once", code: "ISSUE_BUSY", recorded: "refused" },
];

for (const { at, code, recorded } of FAILURES) {
  Deno.test(`grant() gives nothing when "${at}" fails`, async () => {
    const { error, played } = await refused({ policy: ALLOW_DEV, fail: { at, error: boom(code) } });
    assert.equal(error.code, code);
    if (at !== "vend" && at !== "append outcome") assert.equal(played.terms.length, 0);
    const last = played.entries.at(-1);
    assert.equal(last?.kind ?? null, at === "append outcome" ? "intent" : recorded);
    if (last?.kind === "outcome") assert.equal(last.result, "failed");
  });
}

Deno.test("grant() turns an unexpected failure into INTERNAL that shows nothing of it", async () => {
  const { error } = await refused({
    policy: ALLOW_DEV,
    fail: { at: "vend", error: new TypeError(`leak ${SECRET}`) },
  });
  assert.equal(error.code, "INTERNAL");
  assert.ok(!error.message.includes(SECRET));
});

Deno.test("grant() says so when the refusal itself can't be recorded", async () => {
  const { error, played } = await refused({
    policy: rules("  - {name: no, effect: deny, conditions: {}}"),
    fail: { at: "append refused", error: boom("JOURNAL_UNWRITABLE") },
  });
  assert.equal(error.code, "POLICY_DENIED");
  assert.equal(played.warnings.length, 1);
});

const EFFECTS = ["allow", "deny", "require_approval", "require_server", "require_server_session"];
const MODES = ["cli", "credential_process", "server"] as const;

for (const effect of EFFECTS) {
  for (const mode of MODES) {
    const grants = effect === "allow" || (effect === "require_server" && mode === "server");
    Deno.test(`regression 2: effect ${effect} in mode ${mode} ${grants ? "grants" : "gives nothing"}`, async () => {
      const policy = rules(`  - {name: r, effect: ${effect}, conditions: {profiles: [dev]}}`);
      if (grants) {
        const played = play({ policy, mode });
        assert.equal((await request(played)).served, "new");
        return;
      }
      const { error, played } = await refused({ policy, mode });
      assert.equal(error.code, effect === "deny" ? "POLICY_DENIED" : "OBLIGATION_OPEN");
      assert.equal(error.exitCode, effect === "deny" ? 3 : 4);
      const next = effect === "require_approval"
        ? "sentinel request --profile dev --reason TEXT"
        : "sentinel policy explain dev";
      assert.equal(error.hint, next);
      assert.equal(played.terms.length, 0);
    });
  }
}

Deno.test("grant() denies when no rule matches", async () => {
  const policy = rules("  - {name: r, effect: allow, conditions: {profiles: [other]}}");
  const { error } = await refused({ policy });
  assert.equal(error.message, 'Cannot grant "dev" to "mara": no rule matches');
});

Deno.test("grant() lets a guardrail bind what a policy allows", async () => {
  const guardrail = rules("  - {name: freeze, effect: deny, conditions: {}}");
  const { error } = await refused({ policy: ALLOW_DEV, guardrail });
  assert.equal(error.code, "POLICY_DENIED");
});

for (const outcome of ["allow ", "ALLOW", "", "grant"]) {
  Deno.test(`grant() gives nothing for the outcome ${JSON.stringify(outcome)} of a broken evaluator`, async () => {
    const played = play({ policy: ALLOW_DEV });
    const policyFor = played.ports.policyFor;
    played.ports.policyFor = async (profile, target, caller) => {
      const policy = await policyFor(profile, target, caller);
      return {
        ...policy,
        decide: (request) => ({ ...policy.decide(request), outcome: outcome as "allow" }),
      };
    };
    await assert.rejects(request(played), { code: "POLICY_DENIED" });
    assert.equal(played.terms.length, 0);
  });
}

const HOURS = rules(
  `  - {name: hours, effect: allow, conditions: {profiles: [dev], time: {hours: {start: "08:00", end: "09:30"}}}}`,
);
const SERIAL = "arn:aws:iam::111122223333:mfa/mara";
const hop = (more: Partial<Hop> = {}): Hop => ({
  profile: "dev",
  roleArn: ROLE,
  externalId: null,
  mfaSerial: null,
  region: null,
  gated: true,
  ...more,
});

Deno.test("grant() decides again after a prompt, and refuses what closed meanwhile", async () => {
  const { error, played } = await refused({
    policy: HOURS,
    target: { chain: [hop({ mfaSerial: SERIAL })] },
    mfa: "123456",
    waits: { mfa: 31 * MINUTE },
  });
  assert.equal(error.code, "POLICY_DENIED");
  assert.equal(played.terms.length, 0);
});

Deno.test("grant() reads the policy again after a prompt", async () => {
  const { error } = await refused({
    policy: ALLOW_DEV,
    policyLater: rules("  - {name: no, effect: deny, conditions: {}}"),
    target: { chain: [hop({ mfaSerial: SERIAL })] },
    mfa: "123456",
  });
  assert.equal(error.code, "POLICY_DENIED");
});

Deno.test("grant() decides again when it had to wait for the journal", async () => {
  const policyLater = rules("  - {name: no, effect: deny, conditions: {}}");
  const { error, played } = await refused({
    policy: ALLOW_DEV,
    policyLater,
    waits: { turn: 2_001 },
  });
  assert.equal(error.code, "POLICY_DENIED");
  assert.deepEqual(played.entries.map((e) => e.kind), ["refused"]);
  const patient = play({ policy: ALLOW_DEV, waits: { turn: 9_000 } });
  assert.equal((await request(patient)).served, "new");
  assert.equal(patient.calls.filter((c) => c === "policy").length, 2);
});

Deno.test("grant() decides again when the clock was set back meanwhile", async () => {
  const played = play({ policy: ALLOW_DEV, waits: { turn: -3_600_000 } });
  await request(played);
  assert.equal(played.calls.filter((c) => c === "policy").length, 2);
});

Deno.test("grant() decides again before it serves from the cache after a wait", async () => {
  const cached = sessionOf(new Date(NOW.getTime() + 40 * MINUTE));
  const policyLater = rules("  - {name: no, effect: deny, conditions: {}}");
  const { error } = await refused({
    policy: ALLOW_DEV,
    policyLater,
    cached,
    waits: { turn: 5_000 },
  });
  assert.equal(error.code, "POLICY_DENIED");
});

Deno.test("grant() gives nothing that outlives what was decided, whatever AWS answers", async () => {
  const { error, played } = await refused({ policy: ALLOW_DEV, lives: 12 * 3600 });
  assert.equal(error.code, "AWS_RUBBISH");
  assert.deepEqual(played.entries.map((e) => e.kind), ["intent", "outcome"]);
});

Deno.test("grant() judges each gated profile whose role is taken on the way", async () => {
  const chain = [hop({ profile: "prod", roleArn: `${ROLE}-prod` }), hop()];
  const { error, played } = await refused({ policy: ALLOW_DEV, target: { chain } });
  assert.equal(error.code, "POLICY_DENIED");
  assert.match(error.message, /"prod"/);
  assert.equal(played.terms.length, 0);
  const policy = rules("  - {name: both, effect: allow, conditions: {profiles: [dev, prod]}}");
  const allowed = play({ policy, target: { chain } });
  await request(allowed);
  assert.equal(allowed.terms[0]?.duration, 3600);
  const plain = [hop({ profile: "entry", roleArn: `${ROLE}-entry`, gated: false }), hop()];
  await request(play({ policy: ALLOW_DEV, target: { chain: plain } }));
});

Deno.test("grant() refuses a pinned role by another profile's name", async () => {
  const { error } = await refused({ policy: ALLOW_DEV, pinnedRoles: { [ROLE]: ["prod"] } });
  assert.equal(error.code, "PIN_CONFLICT");
  await request(play({ policy: ALLOW_DEV, pinnedRoles: { [ROLE]: ["prod", "dev"] } }));
});

Deno.test("grant() refuses a rule with time when STS sees another time than this machine", async () => {
  const skewed = new Date(NOW.getTime() - 121_000);
  const { error } = await refused({ policy: HOURS, caller: { stsDate: skewed } });
  assert.equal(error.code, "CLOCK_SKEWED");
  assert.equal(error.exitCode, 3);
  await request(play({ policy: ALLOW_DEV, caller: { stsDate: skewed } }));
  await request(play({ policy: HOURS, caller: { stsDate: new Date(NOW.getTime() + 119_000) } }));
});

Deno.test("grant() records a mistake in what is asked for", async () => {
  const played = play({ policy: ALLOW_DEV });
  const mistake = boom("USAGE");
  await assert.rejects(grant(() => Promise.reject(mistake), played.ports), mistake);
  assert.deepEqual(played.entries.map((e) => e.kind === "refused" && e.code), ["USAGE"]);
});

Deno.test("grant() vends nothing later than its decision counts", async () => {
  const played = play({ policy: ALLOW_DEV });
  await request(played);
  assert.deepEqual(played.terms[0]?.notAfter, new Date(NOW.getTime() + 30_000));
  assert.equal(played.terms[0]?.until, null);
  const hours = play({ policy: HOURS });
  await request(hours);
  assert.deepEqual(hours.terms[0]?.until, new Date("2026-01-05T09:30:00Z"));
});

Deno.test("grant() wants the code that mfa_serial asks for", async () => {
  const chain = [hop({ mfaSerial: "arn:x" })];
  const { error } = await refused({ policy: ALLOW_DEV, target: { chain }, mfa: null });
  assert.equal(error.code, "MFA_REQUIRED");
  const played = play({ policy: ALLOW_DEV, target: { chain }, mfa: "123456" });
  await request(played);
  assert.deepEqual(played.terms[0]?.mfa, { serial: "arn:x", code: "123456" });
});

const DURATIONS: readonly { name: string; world: Partial<World>; seconds: number }[] = [
  { name: "one hour when nobody says", world: {}, seconds: 3600 },
  { name: "what is asked for", world: { ask: { duration: 1800 } }, seconds: 1800 },
  {
    name: "the profile's own default",
    world: { target: { defaultDuration: 7200 } },
    seconds: 7200,
  },
  { name: "the profile's maximum", world: { target: { maxDuration: 1200 } }, seconds: 1200 },
  {
    name: "an hour where the leaf is a session",
    world: { ask: { duration: 14_400 }, caller: { session: true } },
    seconds: 3600,
  },
  {
    name: "the time until the window closes",
    world: {
      policy: rules(
        `  - {name: h, effect: allow, conditions: {profiles: [dev], time: {hours: {start: "08:00", end: "09:20"}}}}`,
      ),
    },
    seconds: 1200,
  },
];

for (const { name, world, seconds } of DURATIONS) {
  Deno.test(`grant() asks AWS for ${name}`, async () => {
    const played = play({ policy: ALLOW_DEV, ...world });
    await request(played);
    assert.equal(played.terms[0]?.duration, seconds);
    const [intent] = played.entries;
    assert.equal(intent?.kind === "intent" && intent.duration.granted, seconds);
  });
}

for (
  const { duration, code } of [
    { duration: 600, code: "DURATION_TOO_SHORT" },
    { duration: 0, code: "DURATION_INVALID" },
    { duration: -1, code: "DURATION_INVALID" },
    { duration: 43_201, code: "DURATION_INVALID" },
    { duration: NaN, code: "DURATION_INVALID" },
  ]
) {
  Deno.test(`grant() refuses a duration of ${duration} s: never stretched`, async () => {
    const { error, played } = await refused({ policy: ALLOW_DEV, ask: { duration } });
    assert.equal(error.code, code);
    assert.equal(played.terms.length, 0);
  });
}

Deno.test("grant() refuses a window with less than 15 minutes left", async () => {
  const policy = rules(
    `  - {name: h, effect: allow, conditions: {profiles: [dev], time: {hours: {start: "08:00", end: "09:14"}}}}`,
  );
  assert.equal((await refused({ policy })).error.code, "DURATION_TOO_SHORT");
});

Deno.test("grant() refuses an unstamped target unless the rule says so", async () => {
  const target = { roleArn: null, chain: [] };
  assert.equal((await refused({ policy: ALLOW_DEV, target })).error.code, "UNSTAMPED_REFUSED");
  const policy = rules(
    "  - {name: dev, effect: allow, unstamped: true, conditions: {profiles: [dev]}}",
  );
  const played = play({ policy, target });
  assert.equal((await request(played)).sourceIdentity, null);
});

Deno.test("grant() refuses a leaf that carries a stamp, before policy is asked", async () => {
  const { error, played } = await refused({ policy: ALLOW_DEV, caller: { grantOf: "other" } });
  assert.equal(error.code, "ALREADY_STAMPED");
  assert.ok(!played.calls.includes("policy"));
});

Deno.test("grant() refuses a role that is not the pinned one, before anybody is asked", async () => {
  const { error, played } = await refused({ policy: ALLOW_DEV, pinnedRole: `${ROLE}2` });
  assert.equal(error.code, "PIN_CONFLICT");
  assert.ok(!played.calls.includes("identify"));
  const last = played.entries.at(-1);
  assert.equal(last?.kind === "refused" && last.pins, "pinned");
});

Deno.test("a cache hit is a new decision: it is recorded as served, and AWS is not asked", async () => {
  const cached = sessionOf(new Date(NOW.getTime() + 40 * MINUTE));
  const played = play({ policy: ALLOW_DEV, cached });
  const got = await request(played);
  assert.equal(got.served, "cache");
  assert.deepEqual(played.calls.slice(-3), ["cache get", "turn", "append served"]);
  const [entry] = played.entries;
  assert.equal(entry?.kind === "served" && entry.accessKeyId, "ASIACACHED");
});

Deno.test("a cache hit gives nothing when it can't be recorded", async () => {
  const cached = sessionOf(new Date(NOW.getTime() + 40 * MINUTE));
  const { error } = await refused({
    policy: ALLOW_DEV,
    cached,
    fail: { at: "append served", error: boom("JOURNAL_UNWRITABLE") },
  });
  assert.equal(error.exitCode, 5);
});

Deno.test("a denial doesn't look into the cache", async () => {
  const cached = sessionOf(new Date(NOW.getTime() + 40 * MINUTE));
  const policy = rules("  - {name: no, effect: deny, conditions: {}}");
  const { played } = await refused({ policy, cached });
  assert.ok(!played.calls.includes("cache get"));
});

const STALE: readonly {
  name: string;
  cached: ReturnType<typeof sessionOf>;
  world?: Partial<World>;
}[] = [
  { name: "has ended", cached: sessionOf(new Date(NOW.getTime() - 1)) },
  {
    name: "has under 15 minutes left",
    cached: sessionOf(new Date(NOW.getTime() + 14 * MINUTE), new Date(NOW.getTime() - 46 * MINUTE)),
  },
  {
    name: "outlives today's clamp",
    cached: sessionOf(new Date(NOW.getTime() + 40 * MINUTE)),
    world: { target: { maxDuration: 1200 } },
  },
  {
    name: "was made in the future",
    cached: sessionOf(new Date(NOW.getTime() + 90 * MINUTE), new Date(NOW.getTime() + 30 * MINUTE)),
  },
];

for (const { name, cached, world } of STALE) {
  Deno.test(`a cached session that ${name} is not served`, async () => {
    const played = play({ policy: ALLOW_DEV, cached, ...world });
    assert.equal((await request(played)).served, "new");
  });
}

Deno.test("tags carry request and ticket where the profile says so, the reason never", async () => {
  const ask = { reason: "because of a thing", ticket: "INC-1" };
  const played = play({ policy: ALLOW_DEV, target: { tags: true }, ask });
  await request(played);
  assert.deepEqual(played.terms[0]?.tags, [
    { key: "sentinel:request", value: "0707070707070707" },
    { key: "sentinel:ticket", value: "INC-1" },
  ]);
  const untagged = play({ policy: ALLOW_DEV, ask });
  await request(untagged);
  assert.deepEqual(untagged.terms[0]?.tags, []);
});

for (const code of ["AWS_UNREACHABLE", "AWS_RUBBISH"] as const) {
  Deno.test(`an issue that ends with ${code} is recorded as unknown: a session may exist`, async () => {
    const { played } = await refused({
      policy: ALLOW_DEV,
      fail: { at: "vend", error: boom(code) },
    });
    const last = played.entries.at(-1);
    assert.equal(last?.kind === "outcome" && last.result, "unknown");
  });
}

Deno.test("what can lead the program elsewhere is on record by its name", async () => {
  const played = play({ policy: ALLOW_DEV, surroundings: ["HTTPS_PROXY", "LD_PRELOAD"] });
  await request(played);
  const [intent] = played.entries;
  const facts = intent?.kind === "intent" ? intent.decision?.facts ?? [] : [];
  assert.equal(facts.find(({ name }) => name === "surroundings")?.value, "HTTPS_PROXY LD_PRELOAD");
});

Deno.test("what is open is told in full: one alternative wants all of it", async () => {
  const policy = rules("  - {name: ask, effect: require_approval, conditions: {profiles: [dev]}}");
  const guardrail = rules("  - {name: guard, effect: require_server, conditions: {}}");
  const { error } = await refused({ policy, guardrail });
  assert.equal(error.code, "OBLIGATION_OPEN");
  assert.match(error.message, /approved request.*, and this needs server mode/);
  assert.ok(!error.message.includes("; or "), error.message);
});
