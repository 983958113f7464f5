// store tests: what every adapter promises; each adapter's own file runs it.
import { strict as assert } from "node:assert";
import { MAX_ITEM_BYTES } from "../../../lib/core/store/item.ts";
import { PAGE_ITEMS } from "../../../lib/core/store/paging.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import type { Item, ListQuery, StorePort } from "../../../lib/core/store/types.ts";
import { isInvalid, isWrongCall, request, timeAt } from "./items.ts";
import { INVALID } from "./invalid.ts";
import { modelTest } from "./model.ts";

/** One adapter, on a place of its own. */
export interface Subject {
  name: string;
  /** A store on the one place; tests use ids and partitions of their own. */
  store(): StorePort;
  /** Runs of the model test by default. */
  runs: number;
}

const { requests } = TABLES;
let serial = 0;

/** A word that no other test uses. */
export function fresh(word: string): string {
  return `${word}-${(++serial).toString(36)}`;
}

async function listed(store: StorePort, query: ListQuery): Promise<string[]> {
  const items = await Array.fromAsync(store.list(requests, query));
  return items.map(({ id }) => id);
}

type Case = (store: StorePort) => Promise<void>;

const CASES: Readonly<Record<string, Case>> = {
  "get() says null for what isn't there, whatever its id": async (store) => {
    for (const id of [fresh("none"), "", "a\0b", "x".repeat(5000), "\ud800", "'; --", "💥"]) {
      assert.equal(await store.get(requests, id), null);
    }
  },

  "create() keeps an item as it is": async (store) => {
    const item = request(fresh("whole"), {
      flag: true,
      nothing: null,
      empty: "",
      zero: 0,
      largest: Number.MAX_SAFE_INTEGER,
      smallest: Number.MIN_SAFE_INTEGER,
      retainUntil: 4_102_444_800,
      nested: { list: [1, "two", null, [false, {}], { deep: { __proto: "x" } }], map: {} },
      count: 1,
      status: "a word that DynamoDB reserves",
      name: "another",
    });
    assert.equal(await store.create(requests, item), "done");
    assert.deepEqual(await store.get(requests, item.id), item);
  },

  "create() keeps every text": async (store) => {
    const texts = [
      "\0",
      "a\0b",
      "\u0001\u001f\u007f\u0085\u2028\u2029",
      "zwölf Boxkämpfer 🥊 \u{10ffff}",
      "\ufeff\u202emirrored",
      `'"\\;--$()\`{{}}%s\r\n`,
      "e\u0301 is not \u00e9",
      "null",
      "x".repeat(10_000),
    ];
    const item = request(fresh("texts"), {
      texts,
      names: Object.fromEntries(texts.map((text, at) => [text.slice(0, 200), at])),
      "constructor": "a field",
    });
    assert.equal(await store.create(requests, item), "done");
    assert.deepEqual(await store.get(requests, item.id), item);
  },

  "ids are taken as they are": async (store) => {
    const word = fresh("id");
    const ids = [
      "'; DROP TABLE requests; --",
      "%",
      "_",
      "../..",
      "\u00c9",
      "E\u0301",
      "a",
      "A",
      " a",
      "a ",
      "\u{1f4a5}",
    ].map((text) => `${word}${text}`);
    for (const id of ids) assert.equal(await store.create(requests, request(id)), "done", id);
    for (const id of ids) assert.equal((await store.get(requests, id))?.id, id);
  },

  "create() leaves the one that is there": async (store) => {
    const item = request(fresh("twice"));
    assert.equal(await store.create(requests, item), "done");
    assert.equal(await store.create(requests, { ...item, profile: "other" }), "exists");
    assert.deepEqual(await store.get(requests, item.id), item);
  },

  "tables are apart": async (store) => {
    const item = request(fresh("apart"));
    assert.equal(await store.create(requests, item), "done");
    assert.equal(await store.get(TABLES.locks, item.id), null);
    assert.equal(await store.create(TABLES.locks, item), "done");
    assert.equal(await store.remove(requests, item.id, item), "done");
    assert.deepEqual(await store.get(TABLES.locks, item.id), item);
  },

  "replace() replaces the whole item, and only the expected one": async (store) => {
    const item = request(fresh("replaced"), { comment: "gone later" });
    assert.equal(await store.replace(requests, next(item, "approved"), item), "missing");
    await store.create(requests, item);
    const { comment: _, ...rest } = item;
    const approved: Item = { ...rest, id: item.id, version: 2, state: "approved" };
    const stale = { version: 2, state: "pending" };
    assert.equal(
      await store.replace(requests, { ...approved, version: 3 }, stale),
      "conflict",
      "a later version is expected",
    );
    const denied = { version: 1, state: "denied" };
    assert.equal(await store.replace(requests, approved, denied), "conflict", "another state");
    assert.deepEqual(await store.get(requests, item.id), item);
    assert.equal(await store.replace(requests, approved, { version: 1 }), "done");
    assert.deepEqual(await store.get(requests, item.id), approved);
    assert.equal(await store.replace(requests, approved, { version: 1 }), "conflict", "once");
    const again = { ...approved, version: 3 };
    assert.equal(await store.replace(requests, again, { version: 2, state: "approved" }), "done");
  },

  "remove() removes only the expected one": async (store) => {
    const item = request(fresh("removed"));
    assert.equal(await store.remove(requests, item.id, item), "missing");
    assert.equal(await store.remove(requests, "", item), "missing");
    await store.create(requests, item);
    assert.equal(await store.remove(requests, item.id, { version: 2 }), "conflict");
    const denied = { version: 1, state: "denied" };
    assert.equal(await store.remove(requests, item.id, denied), "conflict");
    assert.deepEqual(await store.get(requests, item.id), item);
    assert.equal(await store.remove(requests, item.id, { version: 1, state: "pending" }), "done");
    assert.equal(await store.get(requests, item.id), null);
    assert.equal(await store.create(requests, item), "done", "an id may come again");
  },

  "what a caller must not ask for is Sentinel's own mistake": async (store) => {
    const item = request(fresh("wrong"));
    await assert.rejects(store.create(requests, { ...item, version: 2 }), isWrongCall);
    await assert.rejects(store.replace(requests, item, { version: 1 }), isWrongCall);
    const query = { index: "by-state", partition: "pending", newestFirst: true };
    for (const wrong of [{ index: "by-mood" }, { limit: 0 }, { limit: NaN }, { from: "2026" }]) {
      await assert.rejects(listed(store, { ...query, ...wrong }), isWrongCall);
    }
  },

  "an item of just the most bytes is kept, one more is refused": async (store) => {
    const id = fresh("large");
    const empty = request(id, { text: "" });
    const room = MAX_ITEM_BYTES - sizeOf(empty);
    const fits = { ...empty, text: "ä".repeat(Math.floor(room / 2)) + "x".repeat(room % 2) };
    assert.equal(await store.create(requests, fits), "done");
    assert.deepEqual(await store.get(requests, id), fits);
    const over = next({ ...fits, text: `${fits.text}x` }, "approved");
    await assert.rejects(store.replace(requests, over, fits), isInvalid);
    assert.deepEqual(await store.get(requests, id), fits);
  },

  "list() comes in order, within its bounds": async (store) => {
    const partition = fresh("ordered");
    for (const at of [3, 1, 4, 0, 2]) {
      await store.create(requests, request(`${partition}-${at}`, { profile: partition, at }));
    }
    const query = { index: "by-profile", partition, newestFirst: false };
    const of = (...at: number[]) => at.map((one) => `${partition}-${one}`);
    assert.deepEqual(await listed(store, query), of(0, 1, 2, 3, 4));
    assert.deepEqual(await listed(store, { ...query, newestFirst: true }), of(4, 3, 2, 1, 0));
    const bounds = { from: timeAt(1), to: timeAt(3) };
    assert.deepEqual(await listed(store, { ...query, ...bounds }), of(1, 2, 3));
    assert.deepEqual(await listed(store, { ...query, from: timeAt(4) }), of(4));
    assert.deepEqual(await listed(store, { ...query, to: timeAt(0), newestFirst: true }), of(0));
    assert.deepEqual(await listed(store, { ...query, from: timeAt(3), to: timeAt(1) }), []);
    assert.deepEqual(await listed(store, { ...query, partition: `${partition}x` }), []);
    assert.deepEqual(await listed(store, { ...query, newestFirst: true, limit: 2 }), of(4, 3));
  },

  "list() filters before it limits (the trap of Limit 1 with a filter)": async (store) => {
    const partition = fresh("filtered");
    for (let at = 0; at < 6; at++) {
      const state = at === 0 ? "active" : "closed";
      const item = request(`${partition}-${at}`, { profile: partition, at });
      await store.create(requests, { ...item, state });
    }
    const query = { index: "by-profile", partition, newestFirst: true, limit: 1 };
    const filter = (item: Item) => item.state === "active";
    assert.deepEqual(await listed(store, { ...query, filter }), [`${partition}-0`]);
  },

  "list() follows an item from partition to partition, and into none": async (store) => {
    const [here, there] = [fresh("here"), fresh("there")];
    const item = request(fresh("moving"), { profile: here });
    const seen = (partition: string) =>
      listed(store, { index: "by-profile", partition, newestFirst: true });
    await store.create(requests, item);
    assert.deepEqual([await seen(here), await seen(there)], [[item.id], []]);
    const moved = { ...next(item, "pending"), profile: there };
    await store.replace(requests, moved, item);
    assert.deepEqual([await seen(here), await seen(there)], [[], [item.id]]);
    const { profile: _, ...nowhere } = next(moved, "pending");
    assert.equal(await store.replace(requests, nowhere as Item, moved), "done");
    assert.deepEqual([await seen(here), await seen(there)], [[], []]);
    assert.equal((await store.get(requests, item.id))?.version, 3);
  },

  "list() pages to the end, also where many have one time": async (store) => {
    const partition = fresh("paged");
    const query = { index: "by-profile", partition, newestFirst: true };
    let made = 0;
    for (const count of [PAGE_ITEMS - 1, PAGE_ITEMS, PAGE_ITEMS + 1, 2 * PAGE_ITEMS + 1]) {
      for (; made < count; made++) {
        const at = Math.floor(made / 70);
        await store.create(requests, request(`${partition}-${made}`, { profile: partition, at }));
      }
      const ids = await listed(store, query);
      assert.equal(ids.length, count);
      assert.equal(new Set(ids).size, count, "none twice");
    }
    const every = (item: Item) => Number(item.id.split("-").at(-1)) % 100 === 0;
    assert.equal((await listed(store, { ...query, filter: every, limit: 3 })).length, 3);
    assert.equal((await listed(store, { ...query, limit: PAGE_ITEMS + 5 })).length, PAGE_ITEMS + 5);
  },
};

/** Everything that an adapter promises, as tests. */
export function contract({ name, store, runs }: Subject): void {
  for (const [title, run] of Object.entries(CASES)) {
    Deno.test(`${name}: ${title}`, () => run(store()));
  }
  for (const { name: what, fields } of INVALID) {
    Deno.test(`${name}: create() refuses ${what}`, async () => {
      const item = { ...request(fresh("invalid")), ...fields } as Item;
      await assert.rejects(store().create(requests, item), isInvalid);
      const id = typeof item.id === "string" ? item.id : "";
      assert.equal(await store().get(requests, id), null);
    });
  }
  modelTest(name, store, runs);
}

function next(item: Item, state: string): Item {
  return { ...item, version: item.version + 1, state };
}

/** By its own reckoning: numbers count 21 bytes, names and values their UTF-8, each field one. */
function sizeOf(item: Item): number {
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  return Object.entries(item).reduce((sum, [field, value]) => {
    assert.ok(typeof value === "string" || typeof value === "number");
    return sum + bytes(field) + 1 + (typeof value === "number" ? 21 : bytes(value));
  }, 0);
}
