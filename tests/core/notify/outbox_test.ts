// notify: a message is sent, or is kept, or is shown as lost: against a model, with a clock that jumps.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import {
  claim,
  delaySeconds,
  GIVE_UP_SECONDS,
  isUndelivered,
  judgeAnswer,
  LEASE_SECONDS,
  type OutboxItem,
  outboxItem,
  readOutboxItem,
  type Sending,
  settle,
} from "../../../lib/core/notify/mod.ts";
import { faultOf } from "../../../lib/core/store/item.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import { memoryStore } from "../approvals/memory.ts";
import { NOW } from "../approvals/people.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "300");
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);
const MESSAGE = {
  eventId: "0123456789abcdef0123456789abcdef",
  eventType: "request.created",
  envelope: "{}",
  target: "ops-slack",
};
const RETRY: Sending = { kind: "retry", why: "the target answered 503", retryAfterSeconds: null };

function claimed(item: OutboxItem, now: Date): OutboxItem {
  const change = claim(item, now);
  assert.ok(change, "it is due");
  return change.item;
}

Deno.test("a message is an item of its table, one for an event and a target, read back as it was", () => {
  const item = outboxItem(MESSAGE, NOW);
  assert.equal(item.id, `${MESSAGE.eventId}:ops-slack`);
  assert.equal(faultOf(TABLES.outbox, item), null);
  assert.deepEqual(readOutboxItem(JSON.parse(JSON.stringify(item))), item);
  for (const field of Object.keys(item)) {
    const { [field]: _, ...without } = item as Record<string, unknown>;
    assert.throws(() => readOutboxItem(without), { code: "STORE_DAMAGED" }, field);
  }
  for (const target of ["", "https://hooks.example.com/s3cret", "A", "-a", "a".repeat(64)]) {
    assert.throws(() => outboxItem({ ...MESSAGE, target }, NOW), { code: "CONFIG_INVALID" });
  }
});

Deno.test("who claims it sends it: another finds it taken until the lease is over", () => {
  const item = outboxItem(MESSAGE, NOW);
  const change = claim(item, NOW);
  assert.deepEqual(change?.expected, { version: 1, state: "waiting" });
  assert.deepEqual([change?.item.state, change?.item.attempts], ["sending", 1]);
  const taken = claimed(item, NOW);
  assert.equal(claim(taken, after(LEASE_SECONDS - 0.001)), null);
  assert.equal(claimed(taken, after(LEASE_SECONDS)).attempts, 2);
});

Deno.test("a sent message is done", () => {
  const { item, expected } = settle(
    claimed(outboxItem(MESSAGE, NOW), NOW),
    { kind: "sent" },
    0,
    NOW,
  );
  assert.deepEqual([item.state, item.failure, expected], ["sent", null, {
    version: 2,
    state: "sending",
  }]);
  assert.equal(claim(item, after(1e6)), null);
  assert.equal(isUndelivered(item), false);
});

Deno.test("trap: what a target refuses, and what was tried for days, stays and is shown: never lost silently", () => {
  const taken = claimed(outboxItem(MESSAGE, NOW), NOW);
  const refused = settle(taken, { kind: "refused", why: "the target answered 404" }, 0, NOW).item;
  assert.deepEqual([refused.state, refused.failure], ["refused", "the target answered 404"]);
  let item = outboxItem(MESSAGE, NOW);
  let now = NOW;
  let tries = 0;
  while (item.state === "waiting") {
    item = settle(claimed(item, now), RETRY, 0.5, now).item;
    now = new Date(item.nextAt);
    tries++;
  }
  assert.equal(item.state, "lost");
  assert.ok(tries > 50 && now.getTime() - NOW.getTime() <= GIVE_UP_SECONDS * 1000, String(tries));
  for (const one of [refused, item]) {
    assert.ok(isUndelivered(one));
    assert.equal(claim(one, after(1e7)), null);
    assert.ok(one.retainUntil * 1000 > NOW.getTime() + 400 * 86_400_000);
  }
});

Deno.test("a failure's text is cut and printable: it came from somebody else's server", () => {
  const why = `\u001b[2J${"x".repeat(9999)}`;
  const { item } = settle(claimed(outboxItem(MESSAGE, NOW), NOW), { kind: "refused", why }, 0, NOW);
  assert.ok((item.failure ?? "").length < 400 && !item.failure?.includes("\u001b"));
  assert.deepEqual(readOutboxItem(item), item);
});

for (
  const row of [
    { attempts: 1, random: 0, after: null, seconds: 0.5 },
    { attempts: 1, random: 0.5, after: null, seconds: 0.75 },
    { attempts: 2, random: 0, after: null, seconds: 1 },
    { attempts: 3, random: 0.5, after: null, seconds: 3 },
    { attempts: 60, random: 0, after: null, seconds: 1800 },
    { attempts: 1, random: 0, after: 30, seconds: 30 },
    { attempts: 1, random: 0, after: 1e9, seconds: 3600 },
    { attempts: 20, random: 0.5, after: 1, seconds: 2700 },
  ]
) {
  Deno.test(`trap: delays double, with jitter, and heed Retry-After: ${JSON.stringify(row)}`, () => {
    assert.equal(delaySeconds(row.attempts, row.random, row.after), row.seconds);
  });
}

Deno.test("jitter wants randomness from 0 to 1", () => {
  for (const random of [-0.1, 1, NaN]) {
    assert.throws(() => delaySeconds(1, random, null), RangeError);
  }
});

for (
  const row of [
    { status: 200, kind: "sent" },
    { status: 204, kind: "sent" },
    { status: 301, kind: "refused" },
    { status: 307, kind: "refused" },
    { status: 399, kind: "refused" },
    { status: 400, kind: "refused" },
    { status: 401, kind: "refused" },
    { status: 408, kind: "retry", seconds: null },
    { status: 429, kind: "retry", after: "7", seconds: 7 },
    { status: 429, kind: "retry", after: "Mon, 05 Jan 2026 08:01:00 GMT", seconds: 60 },
    { status: 429, kind: "retry", after: "Mon, 05 Jan 2026 07:00:00 GMT", seconds: 0 },
    { status: 429, kind: "retry", after: "soon", seconds: null },
    { status: 500, kind: "retry", seconds: null },
    { status: 503, kind: "retry", after: "-1", seconds: null },
    { status: 100, kind: "refused" },
  ]
) {
  Deno.test(`an answer of ${row.status} with Retry-After ${row.after ?? "none"} is ${row.kind}`, () => {
    const found = judgeAnswer(row.status, row.after ?? null, NOW);
    assert.equal(found.kind, row.kind);
    if (found.kind === "retry" && row.seconds !== undefined) {
      assert.equal(found.retryAfterSeconds, row.seconds);
    }
    const redirect = row.status >= 300 && row.status < 400 ? ": redirects are not followed" : "";
    if (found.kind !== "sent") {
      assert.equal(found.why, `the target answered ${row.status}${redirect}`);
    }
  });
}

interface Model {
  now: number;
  /** `null` = not due before; else until when somebody is at it. */
  state: "waiting" | "sending" | "done" | "shown";
  due: number;
  lease: number;
  attempts: number;
}
type Step = fc.AsyncCommand<Model, ReturnType<typeof memoryStore>>;
const ID = `${MESSAGE.eventId}:ops-slack`;

function step(name: string, run: Step["run"]): Step {
  return { check: () => true, run, toString: () => name };
}

const take = step("claim", async (m, store) => {
  const item = readOutboxItem(await store.get(TABLES.outbox, ID));
  const may = (m.state === "waiting" && m.now >= m.due) ||
    (m.state === "sending" && m.now >= m.lease);
  const change = claim(item, new Date(m.now));
  assert.equal(change !== null, may);
  if (change === null) return;
  assert.equal(await store.replace(TABLES.outbox, change.item, change.expected), "done");
  assert.equal(await store.replace(TABLES.outbox, change.item, change.expected), "conflict");
  Object.assign(m, {
    state: "sending",
    lease: m.now + LEASE_SECONDS * 1000,
    attempts: m.attempts + 1,
  });
});

const finish = (sending: Sending): Step =>
  step(`settle ${sending.kind}`, async (m, store) => {
    if (m.state !== "sending") return;
    const item = readOutboxItem(await store.get(TABLES.outbox, ID));
    assert.equal(item.attempts, m.attempts);
    const change = settle(item, sending, 0, new Date(m.now));
    assert.equal(await store.replace(TABLES.outbox, change.item, change.expected), "done");
    if (sending.kind === "sent") m.state = "done";
    if (sending.kind === "refused") m.state = "shown";
    if (sending.kind !== "retry") return;
    const wait = Math.max(
      Math.min(2 ** (m.attempts - 1), 3600) / 2,
      sending.retryAfterSeconds ?? 0,
    );
    m.due = m.now + wait * 1000;
    m.state = m.due >= NOW.getTime() + GIVE_UP_SECONDS * 1000 ? "shown" : "waiting";
    assert.equal(isUndelivered(change.item), m.state === "shown");
  });

const jump = (by: number): Step =>
  step(`jump ${by}`, (m) => {
    m.now += by * 1000;
    return Promise.resolve();
  });

Deno.test("a message is where the model says, after any steps and any jumps of the clock", async () => {
  const seen = new Set<string>();
  const commands = fc.commands([
    fc.constant(take),
    fc.constantFrom(RETRY, { ...RETRY, retryAfterSeconds: 600 }).map(finish),
    fc.constant(take),
    fc.constant(finish(RETRY)),
    fc.constant(finish(RETRY)),
    fc.constant(jump(86_400)),
    fc.constant(jump(86_400)),
    fc.constantFrom<Sending>({ kind: "sent" }, { kind: "refused", why: "no" }).map(finish),
    fc.constantFrom(0.5, 1, 60, 600, 3600, 86_400, -1, -3600).map(jump),
  ], { maxCommands: 60, size: "max" });
  await fc.assert(
    fc.asyncProperty(commands, async (steps) => {
      const store = memoryStore();
      await store.create(TABLES.outbox, outboxItem(MESSAGE, NOW));
      const model: Model = {
        now: NOW.getTime(),
        state: "waiting",
        due: NOW.getTime(),
        lease: 0,
        attempts: 0,
      };
      await fc.asyncModelRun(() => ({ model, real: store }), steps);
      const item = readOutboxItem(await store.get(TABLES.outbox, ID));
      seen.add(item.state);
    }),
    { seed: 95, numRuns: RUNS },
  );
  // Fewer runs than this need not meet them all.
  if (RUNS < 100) return;
  assert.deepEqual([...seen].sort(), ["lost", "refused", "sending", "sent", "waiting"]);
});

Deno.test("readOutboxItem() throws STORE_DAMAGED or gives a message, for any value", () => {
  fc.assert(
    fc.property(fc.anything(), (row) => {
      assert.throws(() => readOutboxItem(row), (error) => hasCode(error, "STORE_DAMAGED"));
    }),
    { seed: 96, numRuns: RUNS },
  );
});
