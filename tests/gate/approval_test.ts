// gate: approvals: asked where one could help, checked before AWS is, used up after the intent.
import { strict as assert } from "node:assert";
import { type ErrorCode, SentinelError } from "../../lib/core/errors/mod.ts";
import type { Approved } from "../../lib/gate/mod.ts";
import { ALLOW_DEV, boom, NOW, play, type Played, request, rules, type World } from "./fakes.ts";

const WANTS = rules("  - {name: two, effect: require_approval, conditions: {profiles: [dev]}}");
const ID = "a1b2c3d4e5f60718";
const HOUR = 3_600_000;

function approved(more: Partial<Approved> = {}, log: string[] = []): Approved {
  return {
    id: ID,
    grantId: ID.slice(0, 8),
    until: new Date(NOW.getTime() + HOUR / 2),
    vouchedBy: "lea, as the store says",
    consume: (issue) => (log.push(`consume for ${issue}`), Promise.resolve()),
    ...more,
  };
}

async function refusal(world: World): Promise<{ error: SentinelError; played: Played }> {
  const played = play(world);
  const error = await request(played).then(() => assert.fail("credentials came"), (e) => e);
  assert.ok(error instanceof SentinelError, String(error));
  return { error, played };
}

Deno.test("an approval meets the obligation, marks the stamp, and is used after the intent", async () => {
  const log: string[] = [];
  const played = play({
    policy: WANTS,
    approvals: { dev: { approved: approved({}, log) } },
  });
  const got = await request(played);
  assert.equal(got.sourceIdentity, "sentinel=mara=ap-a1b2c3d4=0707070707070707");
  assert.deepEqual(log, ["consume for 0707070707070707"]);
  const [intent] = played.entries;
  assert.ok(intent?.kind === "intent");
  assert.equal(intent.grant, "approval");
  assert.deepEqual(intent.decision?.obligations, [{ kind: "approval", state: "met" }]);
  assert.deepEqual(
    intent.decision?.facts.filter(({ name }) => name === "approval"),
    [{ name: "approval", value: `dev: ${ID}`, vouchedBy: "lea, as the store says" }],
  );
  assert.deepEqual(played.keys.map(({ grant }) => grant), played.keys.map(() => ID));
});

Deno.test("the session lives no longer than what is left of the approval's window", async () => {
  const played = play({ policy: WANTS, approvals: { dev: { approved: approved() } } });
  await request(played);
  assert.equal(played.terms[0]?.duration, 1_800);
  assert.equal(played.terms[0]?.until?.getTime(), NOW.getTime() + HOUR / 2);
});

Deno.test("less than a quarter of an hour left is refused, and nothing is used up", async () => {
  const log: string[] = [];
  const until = new Date(NOW.getTime() + 10 * 60_000);
  const { error, played } = await refusal({
    policy: WANTS,
    approvals: { dev: { approved: approved({ until }, log) } },
  });
  assert.equal(error.code, "DURATION_TOO_SHORT");
  assert.deepEqual([log, played.terms], [[], []]);
});

Deno.test("no approval is asked for where policy allows, or refuses", async () => {
  const allowed = play({ policy: ALLOW_DEV, approvals: { dev: { approved: approved() } } });
  assert.equal((await request(allowed)).sourceIdentity?.includes("=direct="), true);
  const { error, played } = await refusal({
    policy: rules("  - {name: no, effect: deny, conditions: {}}"),
    approvals: { dev: { approved: approved() } },
  });
  assert.equal(error.code, "POLICY_DENIED");
  for (const { calls } of [allowed, played]) assert.ok(!calls.includes("approval dev"));
});

Deno.test("an approval opens nothing that no rule offers, and no other obligation", async () => {
  const rows: { policy: string; guardrail?: string; code: ErrorCode }[] = [
    {
      policy: rules("  - {name: x, effect: require_approval, conditions: {profiles: [x]}}"),
      code: "POLICY_DENIED",
    },
    {
      policy: WANTS,
      guardrail: rules("  - {name: g, effect: deny, conditions: {}}"),
      code: "POLICY_DENIED",
    },
    {
      policy: WANTS,
      guardrail: rules("  - {name: g, effect: require_server, conditions: {}}"),
      code: "OBLIGATION_OPEN",
    },
  ];
  for (const { code, ...world } of rows) {
    const { error, played } = await refusal({
      ...world,
      approvals: { dev: { approved: approved() } },
    });
    assert.equal(error.code, code);
    assert.deepEqual(played.terms, []);
  }
});

Deno.test("a guardrail's approval is wanted of a rule that allows", async () => {
  const guardrail = rules("  - {name: g, effect: require_approval, conditions: {}}");
  const { error } = await refusal({ policy: ALLOW_DEV, guardrail });
  assert.equal(error.code, "OBLIGATION_OPEN");
  const played = play({
    policy: ALLOW_DEV,
    guardrail,
    approvals: { dev: { approved: approved() } },
  });
  assert.ok((await request(played)).sourceIdentity?.includes("=ap-a1b2c3d4="));
});

Deno.test("who waits is told for which request; who never asked, how to", async () => {
  const waiting = await refusal({ policy: WANTS, approvals: { dev: { waiting: [ID] } } });
  assert.equal(waiting.error.code, "OBLIGATION_OPEN");
  assert.ok(waiting.error.message.endsWith(`; request ${ID} waits for a decision`));
  assert.equal(waiting.error.hint, `sentinel request show ${ID}`);
  const { error } = await refusal({ policy: WANTS });
  assert.equal(error.hint, "sentinel request --profile dev --reason TEXT");
});

Deno.test("an approval that can't be used up gets nothing: AWS is not asked, the end is on record", async () => {
  for (const code of ["APPROVAL_OVER", "STORE_UNCERTAIN", "AWS_UNREACHABLE"] as const) {
    const { error, played } = await refusal({
      policy: WANTS,
      approvals: { dev: { approved: approved({ consume: () => Promise.reject(boom(code)) }) } },
    });
    assert.equal(error.code, code);
    assert.deepEqual(played.terms, []);
    assert.deepEqual(played.entries.map(({ kind }) => kind), ["intent", "outcome"]);
  }
});

Deno.test("a store that can't be asked is a refusal on record", async () => {
  const { error, played } = await refusal({
    policy: WANTS,
    fail: { at: "approval dev", error: boom("STORE_BUSY") },
  });
  assert.equal(error.code, "STORE_BUSY");
  assert.deepEqual(played.entries.map(({ kind }) => kind), ["refused"]);
  assert.deepEqual(played.terms, []);
});

Deno.test("after a wait the approval is looked for anew", async () => {
  const played = play({
    policy: WANTS,
    approvals: { dev: { approved: approved() } },
    waits: { journal: 5_000 },
  });
  await request(played);
  assert.equal(played.calls.filter((call) => call === "approval dev").length, 2);
});
