// gate: decisions that are taken again: what is forgotten before, and when it is given up.
import { strict as assert } from "node:assert";
import {
  ALLOW_DEV,
  boom,
  NOW,
  play,
  type Played,
  request,
  sessionOf,
  type World,
} from "./fakes.ts";

const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const BUSY = {
  code: "JOURNAL_BUSY",
  message: "Cannot record the decision: others hold the journal",
  hint: "try again in a moment",
};

/** The calls that tell decisions apart, with `forget` among them. */
function watched(world: Partial<World>): Played {
  const played = play({ policy: ALLOW_DEV, ...world });
  played.ports.forget = () => played.calls.push("forget");
  return played;
}
const decisions = ({ calls }: Played) =>
  calls.filter((call) => call === "forget" || call === "pins" || call === "policy");

Deno.test("grant() forgets nothing for its first decision", async () => {
  const played = watched({});
  await request(played);
  assert.deepEqual(decisions(played), ["pins", "policy"]);
});

for (
  const { name, world } of [
    { name: "after a wait for the journal", world: { waits: { turn: 2_001 } } },
    { name: "after a wait for its turn to ask AWS", world: { waits: { once: 2_001 } } },
    {
      name: "before it serves after a wait",
      world: { cached: sessionOf(at(40)), waits: { turn: 2_001 } },
    },
  ] as { name: string; world: Partial<World> }[]
) {
  Deno.test(`grant() reads everything anew ${name}`, async () => {
    const played = watched(world);
    await request(played);
    assert.deepEqual(decisions(played), ["pins", "policy", "forget", "pins", "policy"]);
  });
}

Deno.test("grant() takes a decision that is two seconds old", async () => {
  const played = watched({ waits: { turn: 2_000 } });
  await request(played);
  assert.deepEqual(decisions(played), ["pins", "policy"]);
});

/** A journal that lets nobody write an intent or a served entry. */
function held(world: Partial<World>): Played {
  const played = watched(world);
  const { journal } = played.ports;
  played.ports.journal = async () => ({
    ...await journal(),
    appendIf: () => (played.calls.push("held"), Promise.resolve(null)),
  });
  return played;
}

Deno.test("grant() gives up after twelve tries to record an intent, and records that", async () => {
  for (const cache of [true, false]) {
    const played = held({});
    if (!cache) played.ports.cache = null;
    await assert.rejects(request(played), BUSY);
    assert.equal(played.calls.filter((call) => call === "held").length, 12);
    assert.equal(played.terms.length, 0);
    assert.deepEqual(played.entries.map(({ kind }) => kind), ["refused"]);
  }
});

Deno.test("grant() gives up after twelve tries to serve, and records that", async () => {
  const played = held({ cached: sessionOf(at(40)) });
  await assert.rejects(request(played), BUSY);
  assert.equal(played.calls.filter((call) => call === "held").length, 12);
  assert.deepEqual(played.entries.map(({ kind }) => kind), ["refused"]);
});

Deno.test("grant() does without a cache", async () => {
  const played = play({ policy: ALLOW_DEV });
  played.ports.cache = null;
  const { served, reported, credentials } = await request(played);
  assert.equal(served, "new");
  assert.deepEqual(reported, at(60));
  assert.deepEqual(credentials.expiresAt, at(60));
  assert.deepEqual(played.calls.filter((call) => call.startsWith("cache")), []);
});

Deno.test("grant() hands what it made to the cache as it was made", async () => {
  const played = play({ policy: ALLOW_DEV, ask: { duration: 1800 } });
  const kept: unknown[] = [];
  assert.ok(played.ports.cache);
  played.ports.cache.put = (_, __, session) => (kept.push(session), Promise.resolve());
  const { credentials } = await request(played);
  assert.deepEqual(kept, [{
    credentials,
    issuedAt: NOW,
    duration: 1800,
    sourceIdentity: "sentinel=mara=direct=0707070707070707",
    intentHash: "1".repeat(64),
  }]);
});

Deno.test("grant() records nothing more once the outcome is on record", async () => {
  const played = play({ policy: ALLOW_DEV, fail: { at: "cache put", error: boom("INTERNAL") } });
  await assert.rejects(request(played), { code: "INTERNAL" });
  assert.deepEqual(played.entries.map(({ kind }) => kind), ["intent", "outcome"]);
});

for (
  const { code, result } of [
    { code: "AWS_UNREACHABLE", result: "unknown" },
    { code: "AWS_RUBBISH", result: "unknown" },
    { code: "INTERNAL", result: "unknown" },
    { code: "INTERRUPTED", result: "unknown" },
    { code: "AWS_REFUSED", result: "failed" },
  ] as const
) {
  Deno.test(`an issue that ends with ${code} is on record as ${result}`, async () => {
    const played = play({ policy: ALLOW_DEV, fail: { at: "vend", error: boom(code) } });
    await assert.rejects(request(played), { code });
    const last = played.entries.at(-1);
    assert.deepEqual(last?.kind === "outcome" && [last.result, last.code], [result, code]);
  });
}

Deno.test("the record names what is around, and who says so, only where there is something", async () => {
  const factsOf = async (surroundings: string[]) => {
    const played = play({ policy: ALLOW_DEV, surroundings });
    await request(played);
    const [entry] = played.entries;
    return entry?.kind === "intent" ? entry.decision?.facts.slice(6) : null;
  };
  assert.deepEqual(await factsOf([]), []);
  assert.deepEqual(await factsOf(["A", "B"]), [
    { name: "surroundings", value: "A B", vouchedBy: "the environment" },
  ]);
});

Deno.test("an open window, two closing times: the first counts, in the terms too", async () => {
  const hours = (end: string) => `time: {hours: {start: "08:00", end: "${end}"}}`;
  const policy = `version: "1"
rules:
  - {name: p, effect: allow, conditions: {profiles: [prod], ${hours("09:40")}}}
  - {name: d, effect: allow, conditions: {profiles: [dev], ${hours("09:50")}}}
`;
  const hop = {
    profile: "prod",
    roleArn: "arn:aws:iam::111122223333:role/P",
    externalId: null,
    mfaSerial: null,
    region: null,
    gated: true,
  };
  const chain = [hop, { ...hop, profile: "dev" }];
  const played = play({ policy, target: { chain } });
  await request(played);
  assert.deepEqual(played.terms[0]?.until, at(40));
  assert.equal(played.terms[0]?.duration, 2400);
});

Deno.test("grant() takes no decision from the future, not by a millisecond", async () => {
  const played = watched({ waits: { turn: -1 } });
  await request(played);
  assert.deepEqual(decisions(played), ["pins", "policy", "forget", "pins", "policy"]);
});

Deno.test("grant() hands out nothing that lives a millisecond too long", async () => {
  const played = watched({ lives: 3_900.001 });
  await assert.rejects(request(played), { code: "AWS_RUBBISH" });
  assert.equal((await request(watched({ lives: 3_900 }))).served, "new");
});
