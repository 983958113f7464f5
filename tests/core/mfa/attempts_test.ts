// mfa: no code counts twice, nobody tries for ever, and nobody uses another's code: the traps by name.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import {
  type Attempt,
  type Challenge,
  counterAt,
  encodeBase32,
  newChallenge,
  newCode,
  readChallenge,
  readTotpMemory,
  readTotpSecret,
  refusedAttempt,
  smsText,
  totpCode,
  type TotpMemory,
  tryChallenge,
  tryTotp,
} from "../../../lib/core/mfa/mod.ts";
import { faultOf } from "../../../lib/core/store/item.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import { lea, mara, NOW } from "../approvals/people.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "100");
const code = (name: Parameters<typeof hasCode>[1]) => (error: unknown) => hasCode(error, name);
const secret = readTotpSecret(
  { secret: encodeBase32(new TextEncoder().encode("12345678901234567890")) },
  "mara",
);
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const codeAt = (now: Date, step = 0) => totpCode(secret, counterAt(secret, now) + step);
const WRONG = "000000";

async function tries(count: number, from: TotpMemory | null = null, now = NOW) {
  let memory = from;
  let last: Attempt<TotpMemory> | null = null;
  for (let i = 0; i < count; i++) {
    last = await tryTotp(memory, secret, mara, WRONG, now);
    memory = last.item ?? memory;
  }
  return { memory, last };
}

Deno.test("a right code counts, and its period is remembered in an item of the table", async () => {
  const { outcome, item, expected } = await tryTotp(null, secret, mara, await codeAt(NOW), NOW);
  assert.deepEqual([outcome, expected], ["good", null]);
  assert.ok(item);
  assert.equal(item.lastCounter, counterAt(secret, NOW));
  assert.equal(item.version, 1);
  assert.equal(faultOf(TABLES.mfa, item), null);
  assert.deepEqual(readTotpMemory(JSON.parse(JSON.stringify(item))), item);
});

Deno.test("a code may be typed with spaces", async () => {
  const typed = (await codeAt(NOW)).replace(/(...)/, " $1 ");
  assert.equal((await tryTotp(null, secret, mara, typed, NOW)).outcome, "good");
});

Deno.test("trap: a code counts once: replayed, it and all before it are refused", async () => {
  const first = await tryTotp(null, secret, mara, await codeAt(NOW), NOW);
  for (const step of [0, -1]) {
    const again = await tryTotp(first.item, secret, mara, await codeAt(NOW, step), after(5));
    assert.equal(again.outcome, "used");
    assert.equal(again.item?.failures, 1);
  }
  const next = await tryTotp(first.item, secret, mara, await codeAt(NOW, 1), after(5));
  assert.equal(next.outcome, "good");
  assert.throws(() => {
    throw refusedAttempt({ outcome: "used", retryAfterSeconds: 0 });
  }, code("MFA_REFUSED"));
});

Deno.test("trap: of two who send one code at once, the second's write finds another version", async () => {
  const stored = (await tries(1)).memory;
  const typed = await codeAt(NOW);
  const both = await Promise.all([1, 2].map(() => tryTotp(stored, secret, mara, typed, NOW)));
  for (const one of both) assert.deepEqual(one.expected, { version: 1, state: "open" });
  const [first] = both;
  assert.equal(first?.item?.version, 2);
  assert.equal((await tryTotp(first?.item ?? null, secret, mara, typed, NOW)).outcome, "used");
});

Deno.test("trap: five wrong codes lock, and then a right one does not count either", async () => {
  assert.equal((await tries(4)).memory?.state, "open");
  const { memory } = await tries(5);
  assert.equal(memory?.state, "locked");
  assert.equal(memory?.lockedUntil, "2026-01-05T08:15:00.000Z");
  const locked = await tryTotp(memory, secret, mara, await codeAt(NOW), NOW);
  assert.deepEqual([locked.outcome, locked.item, locked.retryAfterSeconds], ["locked", null, 900]);
  assert.ok(hasCode(refusedAttempt(locked), "MFA_LOCKED"));
  assert.match(refusedAttempt(locked).message, /in 15m$/);
  const late = after(899.999);
  assert.equal((await tryTotp(memory, secret, mara, await codeAt(late), late)).outcome, "locked");
  const open = after(900);
  const good = await tryTotp(memory, secret, mara, await codeAt(open), open);
  assert.deepEqual([good.outcome, good.item?.state, good.item?.locks], ["good", "open", 0]);
});

Deno.test("each further lock is twice as long, up to a day; a right code starts afresh", async () => {
  let memory: TotpMemory | null = null;
  let now = NOW;
  const lengths: number[] = [];
  for (let round = 0; round < 9; round++) {
    memory = (await tries(5, memory, now)).memory;
    const until = Date.parse(memory?.lockedUntil ?? "");
    lengths.push((until - now.getTime()) / 60_000);
    now = new Date(until);
  }
  assert.deepEqual(lengths, [15, 30, 60, 120, 240, 480, 960, 1440, 1440]);
});

Deno.test("trap: a code is checked against the caller's own memory and secret alone", async () => {
  const mine = (await tryTotp(null, secret, mara, WRONG, NOW)).item;
  const foreign = await tryTotp(mine, secret, lea, await codeAt(NOW), NOW);
  assert.deepEqual([foreign.outcome, foreign.item], ["unknown", null]);
});

Deno.test("a damaged memory lets no code count", () => {
  for (const row of [null, {}, { id: "totp:x", version: 1, state: "open", lastCounter: "0" }]) {
    assert.throws(() => readTotpMemory(row), code("STORE_DAMAGED"));
  }
});

Deno.test("over any history no period counts twice, and no run of wrong codes is longer than five", async () => {
  const step = fc.record({
    wait: fc.constantFrom(0, 0, 1, 29, 30, 31, 900, -30, -900),
    type: fc.constantFrom(-1, 0, 0, 1, null, null, null),
  });
  const seen = new Set<string>();
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
      let memory: TotpMemory | null = null;
      let now = NOW;
      let wrong = 0;
      let counted = -1;
      for (const { wait, type } of steps) {
        now = new Date(now.getTime() + wait * 1000);
        const until: string | null = (memory as TotpMemory | null)?.lockedUntil ?? null;
        const locked: boolean = until !== null && now.getTime() < Date.parse(until);
        const typed = type === null ? WRONG : await codeAt(now, type);
        const attempt: Attempt<TotpMemory> = await tryTotp(memory, secret, mara, typed, now);
        seen.add(attempt.outcome);
        assert.equal(attempt.outcome === "locked", locked);
        if (attempt.outcome === "good") {
          const counter = counterAt(secret, now) + (type ?? 0);
          assert.ok(counter > counted, "a period counted before");
          counted = counter;
          wrong = 0;
        } else if (attempt.outcome !== "locked") {
          wrong++;
          assert.equal(attempt.item?.state === "locked", wrong === 5);
          if (wrong === 5) wrong = 0;
        }
        memory = attempt.item ?? memory;
      }
    }),
    { seed: 85, numRuns: RUNS },
  );
  if (RUNS >= 100) assert.deepEqual([...seen].sort(), ["good", "locked", "used", "wrong"]);
});

const EVENT = "00000000000000b0";
const SALT = new Uint8Array(16).fill(9);
const asked = { id: "00000000000000c1", person: mara, event: EVENT, target: "***-***-3456" };
const sent = () => newChallenge(asked, "123456", SALT, NOW);

Deno.test("trap: a code that was sent is kept as a hash, in the store and not in a process", async () => {
  const challenge = await sent();
  assert.equal(faultOf(TABLES.mfa, challenge), null);
  assert.deepEqual(readChallenge(JSON.parse(JSON.stringify(challenge))), challenge);
  assert.ok(!JSON.stringify(challenge).includes("123456"));
  const other = await newChallenge({ ...asked, id: "00000000000000c2" }, "123456", SALT, NOW);
  assert.notEqual(other.hash, challenge.hash, "the hash is bound to the challenge");
  for (const field of Object.keys(challenge)) {
    const { [field]: _, ...without } = challenge as Record<string, unknown>;
    assert.throws(() => readChallenge(without), code("STORE_DAMAGED"), field);
  }
});

Deno.test("a code that was sent counts once, within five minutes", async () => {
  const challenge = await sent();
  const good = await tryChallenge(challenge, mara, EVENT, "123 456", after(299.999));
  assert.deepEqual([good.outcome, good.item?.state, good.expected], [
    "good",
    "used",
    { version: 1, state: "open" },
  ]);
  const again = await tryChallenge(good.item, mara, EVENT, "123456", after(1));
  assert.deepEqual([again.outcome, again.item], ["used", null]);
  const late = await tryChallenge(challenge, mara, EVENT, "123456", after(300));
  assert.deepEqual([late.outcome, late.item], ["unknown", null]);
});

Deno.test("trap: a challenge is its caller's and its event's: others find none, and use up no try", async () => {
  const challenge = await sent();
  for (const [person, event] of [[lea, EVENT], [mara, "00000000000000b1"]] as const) {
    const foreign = await tryChallenge(challenge, person, event, "123456", NOW);
    assert.deepEqual([foreign.outcome, foreign.item], ["unknown", null]);
  }
  assert.equal((await tryChallenge(null, mara, EVENT, "123456", NOW)).outcome, "unknown");
  const edited = { ...challenge, principal: lea.id };
  assert.equal((await tryChallenge(edited, lea, EVENT, "123456", NOW)).outcome, "wrong");
});

Deno.test("trap: tries are counted in the store: three wrong ones spend a challenge", async () => {
  let challenge: Challenge = await sent();
  for (const left of [2, 1, 0]) {
    const wrong = await tryChallenge(challenge, mara, EVENT, WRONG, NOW);
    assert.deepEqual([wrong.outcome, wrong.item?.attemptsLeft], ["wrong", left]);
    challenge = wrong.item ?? challenge;
  }
  assert.equal(challenge.state, "spent");
  const right = await tryChallenge(challenge, mara, EVENT, "123456", NOW);
  assert.deepEqual([right.outcome, right.item], ["unknown", null]);
});

for (
  const edit of [
    { state: "spent", attemptsLeft: 3 },
    { state: "open", attemptsLeft: 0 },
    { state: "used", attemptsLeft: 3 },
  ] as Partial<Challenge>[]
) {
  Deno.test(`a challenge that is over takes no code: ${JSON.stringify(edit)}`, async () => {
    const attempt = await tryChallenge({ ...await sent(), ...edit }, mara, EVENT, "123456", NOW);
    assert.deepEqual([attempt.outcome === "good", attempt.item], [false, null]);
  });
}

for (
  const [outcome, wanted] of [
    ["wrong", "MFA_REFUSED Cannot check one-time code: found a wrong one | ask for a new code"],
    [
      "used",
      "MFA_REFUSED Cannot check one-time code: found one that was used before | wait for the next code",
    ],
    [
      "unknown",
      "MFA_REFUSED Cannot check one-time code: found no such challenge for you and this | ask for a new code",
    ],
    [
      "locked",
      "MFA_LOCKED Cannot check one-time code: too many wrong ones; try again in 1m | null",
    ],
  ] as const
) {
  Deno.test(`who is refused reads why: ${outcome}`, () => {
    const { code, message, hint } = refusedAttempt({ outcome, retryAfterSeconds: 60 });
    assert.equal(`${code} ${message} | ${hint}`, wanted);
  });
}

Deno.test("trap: a generator that fails makes no code and no challenge", async () => {
  for (const bad of [() => new Uint8Array(4), () => new Uint8Array(2).fill(1)]) {
    assert.throws(() => newCode(bad), code("INTERNAL"));
  }
  for (const salt of [new Uint8Array(16), new Uint8Array(8).fill(1)]) {
    await assert.rejects(newChallenge(asked, "1", salt, NOW), code("INTERNAL"));
  }
  await assert.rejects(newChallenge({ ...asked, id: "" }, "1", SALT, NOW), code("INTERNAL"));
});

Deno.test("trap: codes are uniform: what would favour small ones is drawn again", () => {
  const drawn = (...numbers: number[]) => () => {
    const view = new DataView(new ArrayBuffer(4));
    view.setUint32(0, numbers.shift() ?? 0);
    return new Uint8Array(view.buffer);
  };
  assert.equal(newCode(drawn(1_000_001)), "000001");
  assert.equal(newCode(drawn(4_293_999_999)), "999999");
  assert.equal(newCode(drawn(4_294_000_000, 4_294_967_295, 7)), "000007");
  assert.throws(() => newCode(() => new Uint8Array(4).fill(0xff)), code("INTERNAL"));
  assert.equal(smsText("000001"), "Sentinel break-glass verification code: 000001");
});
