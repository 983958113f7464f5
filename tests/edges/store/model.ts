// store tests: any order of calls does to a store what it does to a map.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { TABLES } from "../../../lib/core/store/tables.ts";
import type { Item, Plain, StorePort } from "../../../lib/core/store/types.ts";
import { request, timeAt } from "./items.ts";

const { requests } = TABLES;
const IDS = ["one", "two", "ünï", "'four'"];
const STATES = ["pending", "approved", "denied"];
const PROFILES = ["prod", "dev"];

/** What a store should hold, by id. */
type Model = Map<string, Item>;
type Command = fc.AsyncCommand<Model, Real>;

interface Real {
  store: StorePort;
  /** Puts this run's ids and partitions apart from all others'. */
  run: string;
}

const id = fc.constantFrom(...IDS);
const state = fc.constantFrom(...STATES);
const value: fc.Arbitrary<Plain> = fc.letrec<{ plain: Plain }>((tie) => ({
  plain: fc.oneof(
    { maxDepth: 3 },
    fc.string({ unit: "binary" }).filter((text) => text.isWellFormed()),
    fc.maxSafeInteger().map((n) => n + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("plain"), { maxLength: 3 }),
    fc.dictionary(fc.string({ minLength: 1, unit: "grapheme" }), tie("plain"), { maxKeys: 3 })
      .map((map) => ({ ...map })),
  ),
})).plain;
const body = fc.record({
  state,
  profile: fc.constantFrom(...PROFILES),
  at: fc.nat(5),
  extra: value,
});
type Body = Record<string, Plain> & { state: string; profile: string; at: number };

function itemOf({ run }: Real, id: string, version: number, { profile, ...fields }: Body): Item {
  return { ...request(run + id, { ...fields, profile: run + profile }), version };
}

function command(name: string, run: (model: Model, real: Real) => Promise<void>): Command {
  return { check: () => true, run, toString: () => name };
}

/** Expectations are right, stale, early, or of another state. */
const guess = fc.record({ off: fc.constantFrom(0, 0, 0, -1, 1), state: fc.option(state) });
type Guess = { off: number; state: string | null };

function outcome(found: Item | undefined, version: number, state: string | null) {
  if (found === undefined) return "missing";
  return found.version === version && (state ?? found.state) === found.state ? "done" : "conflict";
}

function expectation(found: Item | undefined, { off, state }: Guess) {
  const version = Math.max(1, (found?.version ?? 1) + off);
  return { version, ...(state !== null && { state }) };
}

const commands: fc.Arbitrary<Command>[] = [
  fc.tuple(id, body).map(([id, body]) =>
    command(`create ${id}`, async (model, real) => {
      const item = itemOf(real, id, 1, body as Body);
      const want = model.has(item.id) ? "exists" : "done";
      assert.equal(await real.store.create(requests, item), want);
      if (want === "done") model.set(item.id, item);
    })
  ),
  fc.tuple(id, body, guess).map(([id, body, guess]) =>
    command(`replace ${id} ${JSON.stringify(guess)}`, async (model, real) => {
      const found = model.get(real.run + id);
      const expected = expectation(found, guess);
      const item = itemOf(real, id, expected.version + 1, body as Body);
      const want = outcome(found, expected.version, guess.state);
      assert.equal(await real.store.replace(requests, item, expected), want);
      if (want === "done") model.set(item.id, item);
    })
  ),
  fc.tuple(id, guess).map(([id, guess]) =>
    command(`remove ${id} ${JSON.stringify(guess)}`, async (model, real) => {
      const found = model.get(real.run + id);
      const expected = expectation(found, guess);
      const want = outcome(found, expected.version, guess.state);
      assert.equal(await real.store.remove(requests, real.run + id, expected), want);
      if (want === "done") model.delete(real.run + id);
    })
  ),
  id.map((id) =>
    command(`get ${id}`, async (model, real) => {
      const found = await real.store.get(requests, real.run + id);
      assert.deepEqual(found, model.get(real.run + id) ?? null);
    })
  ),
  fc.record({
    profile: fc.constantFrom(...PROFILES),
    from: fc.option(fc.nat(5)),
    to: fc.option(fc.nat(5)),
    newestFirst: fc.boolean(),
    wanted: fc.option(state),
    limit: fc.option(fc.integer({ min: 1, max: 4 })),
  }).map((asked) =>
    command(`list ${JSON.stringify(asked)}`, async (model, real) => {
      const { profile, from, to, newestFirst, wanted, limit } = asked;
      const partition = real.run + profile;
      const found = await Array.fromAsync(real.store.list(requests, {
        index: "by-profile",
        partition,
        newestFirst,
        ...(from !== null && { from: timeAt(from) }),
        ...(to !== null && { to: timeAt(to) }),
        ...(wanted !== null && { filter: (item: Item) => item.state === wanted }),
        ...(limit !== null && { limit }),
      }));
      const fitting = [...model.values()].filter((item) =>
        item["profile"] === partition && (wanted ?? item.state) === item.state &&
        timeOf(item) >= timeAt(from ?? 0) && timeOf(item) <= timeAt(to ?? 5)
      );
      const times = fitting.map(timeOf).sort();
      if (newestFirst) times.reverse();
      // Items of one time come in any order: times are compared in order, items as a set.
      assert.deepEqual(found.map(timeOf), times.slice(0, limit ?? Infinity));
      assert.equal(new Set(found.map((item) => item.id)).size, found.length);
      for (const item of found) assert.deepEqual(item, model.get(item.id));
    })
  ),
];

function timeOf(item: Item): string {
  return String(item["createdAt"]);
}

/** The property, as a test. */
export function modelTest(name: string, store: () => StorePort, runs: number): void {
  Deno.test(`${name}: any calls in any order do what they do to a map`, async () => {
    let run = 0;
    let calls = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.commands(commands, { maxCommands: 40, size: "max" }),
        async (sequence) => {
          calls += [...sequence].length;
          const real = { store: store(), run: `m${++run}-` };
          await fc.asyncModelRun(() => ({ model: new Map(), real }), sequence);
        },
      ),
      { seed: 20261124, numRuns: Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? runs) },
    );
    console.log(`${name}: ${calls} calls in ${run} runs agree with a map`);
  });
}
