// breakglass: many invoke at once, some die on the way: one wins, and nobody is blocked by the dead.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { SentinelError } from "../../../lib/core/errors/mod.ts";
import {
  closeEvent,
  GRACE_MS,
  type InvocationStore,
  invoke,
  LEDGER_ID,
  type LimitRule,
  readLedger,
} from "../../../lib/core/breakglass/mod.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import { memoryStore } from "../approvals/memory.ts";
import { lea, mara, NOW, tom } from "../approvals/people.ts";
import { active, eventOf, idOf, NO_LIMITS, outcomes, policy, prepared } from "./emergencies.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "100");
const quota = (max: number): LimitRule => ({
  name: "a",
  profiles: null,
  cooldownSeconds: null,
  maxPerUser: null,
  maxPerProfile: max,
  windowSeconds: 86_400,
  escalateAt: null,
});

async function entered(store: InvocationStore): Promise<string[]> {
  const row = await store.get(TABLES.locks, LEDGER_ID);
  return row === null ? [] : readLedger(row).entries.map(({ event }) => event);
}

Deno.test("an invocation is active, in the ledger, and told of", async () => {
  const store = memoryStore();
  const { item, events } = await invoke(store, { event: prepared(), ...NO_LIMITS });
  assert.deepEqual(await eventOf(store, item.id), item);
  assert.equal(item.state, "active");
  assert.deepEqual(await entered(store), [item.id]);
  assert.deepEqual(events.map(({ type }) => type), ["breakglass.invoked"]);
});

Deno.test("trap: escalation is a notification of its own, not a warning that nobody reads", async () => {
  const limits = { ...quota(5), escalateAt: 1 };
  const { events } = await invoke(memoryStore(), { event: prepared(), ...NO_LIMITS, limits });
  assert.deepEqual(events.map(({ type }) => type), ["breakglass.invoked", "breakglass.escalated"]);
});

Deno.test("who is refused leaves a record that grants nothing", async () => {
  const store = memoryStore();
  await invoke(store, { event: prepared(), ...NO_LIMITS });
  const second = prepared({ id: idOf(1) });
  await assert.rejects(invoke(store, { event: second, ...NO_LIMITS }), {
    code: "BREAKGLASS_STACKED",
    message: new RegExp(`event ${idOf(0)} is active until 2026-01-05T09:00:00.000Z`),
  });
  assert.equal((await eventOf(store, second.id))?.state, "abandoned");
  const third = prepared({ id: idOf(2), invoker: lea });
  await assert.rejects(
    invoke(store, { event: third, ...NO_LIMITS, limits: quota(1) }),
    { code: "BREAKGLASS_LIMITED", message: /profile quota .* it opens in 1d$/ },
  );
  assert.deepEqual(await entered(store), [idOf(0)]);
});

Deno.test("an event that was closed makes room, though the ledger was not told", async () => {
  const store = memoryStore();
  const { item } = await invoke(store, { event: prepared(), ...NO_LIMITS });
  const { item: closed, expected } = closeEvent(item, mara, "it runs again", policy(), NOW);
  assert.equal(await store.replace(TABLES.breakglass, closed, expected), "done");
  await invoke(store, { event: prepared({ id: idOf(1) }), ...NO_LIMITS });
  assert.deepEqual(await entered(store), [idOf(0), idOf(1)]);
});

Deno.test("an id that is taken is refused: no event is ever written over", async () => {
  const store = memoryStore();
  await store.create(TABLES.breakglass, active());
  const again = invoke(store, { event: prepared(), ...NO_LIMITS });
  await assert.rejects(again, { code: "INTERNAL" });
});

Deno.test("a ledger that is damaged lets nobody through", async () => {
  const store = memoryStore();
  await store.create(TABLES.locks, { id: LEDGER_ID, version: 1, state: "open", entries: "none" });
  await assert.rejects(invoke(store, { event: prepared(), ...NO_LIMITS }), {
    code: "STORE_DAMAGED",
  });
});

Deno.test("trap: a store that can't be reached lets nobody through: it is never taken for empty", async () => {
  const store = memoryStore();
  const down = () => Promise.reject(new SentinelError("AWS_UNREACHABLE", "Cannot reach the store"));
  const again = invoke({ ...store, get: down }, { event: prepared(), ...NO_LIMITS });
  await assert.rejects(again, { code: "AWS_UNREACHABLE" });
  assert.equal((await eventOf(store, idOf(0)))?.state, "prepared");
  assert.deepEqual(await entered(store), []);
});

/** Each call of the store waits its turn, which the scheduler draws. */
function scheduled(store: InvocationStore, s: fc.Scheduler): InvocationStore {
  return {
    get: (...args) => s.schedule(Promise.resolve()).then(() => store.get(...args)),
    create: (...args) => s.schedule(Promise.resolve()).then(() => store.create(...args)),
    replace: (...args) => s.schedule(Promise.resolve()).then(() => store.replace(...args)),
  };
}

Deno.test("trap: of two who invoke at once from two machines one wins, in every order of their calls", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 4 }), async (s, machines) => {
      const store = memoryStore();
      const all = Array.from(
        { length: machines },
        (_, index) =>
          invoke(scheduled(store, s), { event: prepared({ id: idOf(index) }), ...NO_LIMITS }),
      );
      const settled = outcomes(all);
      await s.waitFor(settled);
      const found = (await settled).sort();
      const rest = Array(machines - 1).fill("BREAKGLASS_STACKED");
      assert.deepEqual(found, [...rest, "done"]);
      const states = await Promise.all(
        all.map(async (_, index) => (await eventOf(store, idOf(index)))?.state),
      );
      assert.equal(states.filter((state) => state === "active").length, 1);
      assert.equal((await entered(store)).length, 1);
    }),
    { seed: 74, numRuns: RUNS },
  );
});

Deno.test("trap: a quota holds when several people invoke at once, in every order of their calls", async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 3 }), async (s, max) => {
      const store = memoryStore();
      const settled = outcomes(
        [mara, lea, tom].map((invoker, index) =>
          invoke(scheduled(store, s), {
            event: prepared({ id: idOf(index), invoker }),
            ...NO_LIMITS,
            limits: quota(max),
          })
        ),
      );
      await s.waitFor(settled);
      const found = await settled;
      assert.equal(found.filter((one) => one === "done").length, max);
      assert.ok(found.every((one) => ["done", "BREAKGLASS_LIMITED"].includes(one)), found.join());
      assert.equal((await entered(store)).length, max);
    }),
    { seed: 75, numRuns: RUNS },
  );
});

/** Dies at its `at`-th write: before it is made, or after it was made and before anybody was told. */
function dying(store: InvocationStore, at: number, made: boolean): InvocationStore {
  let left = at;
  const dies = async <T>(write: () => Promise<T>): Promise<T> => {
    if (left-- > 0) return await write();
    if (made) await write();
    throw new Error("killed");
  };
  return {
    get: (...args) => store.get(...args),
    create: (...args) => dies(() => store.create(...args)),
    replace: (...args) => dies(() => store.replace(...args)),
  };
}

for (const made of [false, true]) {
  for (const at of [0, 1, 2]) {
    const when = `${made ? "after" : "before"} write ${at + 1}`;
    Deno.test(`killed ${when}: no grant without a record, and the next one is not blocked`, async () => {
      const store = memoryStore();
      const dead = invoke(dying(store, at, made), { event: prepared(), ...NO_LIMITS });
      await assert.rejects(dead, { message: "killed" });
      const started = (await eventOf(store, idOf(0)))?.state === "active";
      assert.equal(started, made && at === 2);
      if (started) assert.deepEqual(await entered(store), [idOf(0)]);
      const now = () => new Date(NOW.getTime() + GRACE_MS);
      const next = prepared({ id: idOf(1) }, now());
      const [found] = await outcomes([invoke(store, { event: next, ...NO_LIMITS, now })]);
      assert.equal(found, started ? "BREAKGLASS_STACKED" : "done");
      assert.deepEqual(await entered(store), [started ? idOf(0) : idOf(1)]);
    });
  }
}

Deno.test("one that is under way is not taken for dead; one that was taken for dead does not start", async () => {
  const store = memoryStore();
  const slow: InvocationStore = {
    ...store,
    get: (...args) => store.get(...args),
    create: (...args) => store.create(...args),
    replace: async (table, item, expected) => {
      if (table !== TABLES.breakglass || item.state !== "active") {
        return await store.replace(table, item, expected);
      }
      const early = invoke(store, { event: prepared({ id: idOf(1) }), ...NO_LIMITS });
      await assert.rejects(early, { code: "BREAKGLASS_STACKED" });
      const now = () => new Date(NOW.getTime() + GRACE_MS);
      await invoke(store, { event: prepared({ id: idOf(2) }, now()), ...NO_LIMITS, now });
      return await store.replace(table, item, expected);
    },
  };
  const first = invoke(slow, { event: prepared(), ...NO_LIMITS });
  await assert.rejects(first, { code: "STATE_REFUSED", message: /for dead/ });
  const states = await Promise.all([0, 1, 2].map((n) => eventOf(store, idOf(n))));
  assert.deepEqual(states.map((one) => one?.state), ["abandoned", "abandoned", "active"]);
});

Deno.test("who is always beaten to it gives up, and leaves nothing active", async () => {
  const store = memoryStore();
  const beaten: InvocationStore = {
    ...store,
    create: async (table, item) =>
      table === TABLES.locks ? "exists" : await store.create(table, item),
  };
  const event = prepared();
  await assert.rejects(invoke(beaten, { event, ...NO_LIMITS }), { code: "STORE_BUSY" });
  assert.equal((await eventOf(store, event.id))?.state, "abandoned");
});
