// gate: one asks AWS for many; whoever waited decides again.
import { strict as assert } from "node:assert";
import type { CachedSession } from "../../lib/core/sessions/types.ts";
import { ALLOW_DEV, NOW, play, type Played, request, rules, sessionOf, targetOf } from "./fakes.ts";

const MINUTE = 60_000;
const IN_AN_HOUR = new Date(NOW.getTime() + 60 * MINUTE);
const DENY = rules("  - {name: no, effect: deny, conditions: {}}");
const MFA = targetOf().chain.map((hop) => ({ ...hop, mfaSerial: "arn:x" }));

/** A cache that is empty at first and holds `session` from its second reading on. */
function filledMeanwhile(played: Played, session: CachedSession): void {
  const { cache } = played.ports;
  assert.ok(cache !== null);
  let read = 0;
  const get = cache.get;
  cache.get = async (caller, key) => (await get(caller, key), read++ === 0 ? null : session);
}

Deno.test("grant() serves what another process made meanwhile, after a new decision", async () => {
  const played = play({ policy: ALLOW_DEV });
  filledMeanwhile(played, sessionOf(IN_AN_HOUR));
  const got = await request(played);
  assert.equal(got.served, "cache");
  assert.deepEqual(played.terms, []);
  assert.equal(played.calls.filter((call) => call === "policy").length, 2);
  assert.deepEqual(played.entries.map(({ kind }) => kind), ["served"]);
});

Deno.test("grant() gives nothing of what another process made when policy says no by then", async () => {
  const played = play({ policy: ALLOW_DEV, policyLater: DENY });
  filledMeanwhile(played, sessionOf(IN_AN_HOUR));
  await assert.rejects(request(played), { code: "POLICY_DENIED" });
  assert.deepEqual(played.entries.map(({ kind }) => kind), ["refused"]);
});

Deno.test("grant() decides again when it had to wait for its turn to ask AWS", async () => {
  const played = play({ policy: ALLOW_DEV, policyLater: DENY, waits: { once: 2_001 } });
  await assert.rejects(request(played), { code: "POLICY_DENIED" });
  assert.deepEqual(played.terms, []);
  const patient = play({ policy: ALLOW_DEV, waits: { once: 80_000 } });
  assert.equal((await request(patient)).served, "new");
  assert.equal(patient.calls.filter((call) => call === "policy").length, 2);
  assert.deepEqual(patient.terms[0]?.notAfter, new Date(NOW.getTime() + 110_000));
});

Deno.test("grant() asks for a one-time code only when it is the one that asks AWS", async () => {
  const played = play({ policy: ALLOW_DEV, target: { chain: MFA }, mfa: "123456" });
  filledMeanwhile(played, sessionOf(IN_AN_HOUR));
  await request(played);
  assert.ok(!played.calls.includes("mfa"));
  const alone = play({ policy: ALLOW_DEV, target: { chain: MFA }, mfa: "123456" });
  await request(alone);
  assert.ok(alone.calls.indexOf("once") < alone.calls.indexOf("mfa"));
  assert.equal(alone.calls.filter((call) => call === "mfa").length, 1);
});

Deno.test("grant() asks by itself where nothing is cached", async () => {
  const played = play({ policy: ALLOW_DEV });
  played.ports.cache = null;
  assert.equal((await request(played)).served, "new");
});

// Were these made anew, each of a crowd would ask AWS.
const SERVED: readonly { name: string; session: CachedSession }[] = [
  {
    name: "ends later than one made now would, by AWS's clock alone",
    session: { ...sessionOf(new Date(IN_AN_HOUR.getTime() + 9_000)), duration: 3600 },
  },
  {
    name: "was decided about a moment later",
    session: { ...sessionOf(IN_AN_HOUR, new Date(NOW.getTime() + 700)), duration: 3600 },
  },
];

for (const { name, session } of SERVED) {
  Deno.test(`grant() serves a session that ${name}`, async () => {
    const played = play({ policy: ALLOW_DEV, cached: session });
    assert.equal((await request(played)).served, "cache");
  });
}

Deno.test("grant() does not serve a session that was granted for longer than one made now", async () => {
  const session = { ...sessionOf(IN_AN_HOUR), duration: 3601 };
  const played = play({ policy: ALLOW_DEV, cached: { ...session, duration: 7200 } });
  assert.equal((await request(played)).served, "cache", "what AWS shortened is as long as it is");
  const longer = { ...sessionOf(new Date(IN_AN_HOUR.getTime() + 1000)), duration: 3601 };
  assert.equal((await request(play({ policy: ALLOW_DEV, cached: longer }))).served, "new");
});
