// store tests: items, their codec, and the line that names a store.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { attributesOf, plainOf } from "../../../lib/core/store/attributes.ts";
import {
  faultOf,
  isTimeText,
  itemBytes,
  MAX_ITEM_BYTES,
  timeText,
} from "../../../lib/core/store/item.ts";
import { parseStoreLocation } from "../../../lib/core/store/location.ts";
import { listed, PAGE_ITEMS } from "../../../lib/core/store/paging.ts";
import { ALL_TABLES, TABLES } from "../../../lib/core/store/tables.ts";
import type { Item } from "../../../lib/core/store/types.ts";

const RUNS = { seed: 20261124, numRuns: Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? 300) };

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: "binary" }),
    fc.maxSafeInteger().map((n) => n + 0),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ minLength: 1, unit: "binary" }), tie("value"), { maxKeys: 4 }),
  ),
})).value;

const item = fc.record({
  id: fc.string({ minLength: 1, unit: "grapheme-ascii" }),
  version: fc.integer({ min: 1 }),
  state: fc.constantFrom("pending", "active"),
  value: plain,
}) as fc.Arbitrary<Item>;

Deno.test("attributes and back is the same item, over the wire too", () => {
  fc.assert(
    fc.property(item, (one) => {
      const attributes = JSON.parse(JSON.stringify(attributesOf(one)));
      assert.deepEqual(plainOf(attributes), JSON.parse(JSON.stringify(one)));
      assert.equal(faultOf(TABLES.locks, plainOf(attributes)), faultOf(TABLES.locks, one));
    }),
    RUNS,
  );
});

Deno.test("whatever stands where an item should is no item, and never an error of another kind", () => {
  fc.assert(
    fc.property(fc.anything({ withNullPrototype: true, withBigInt: true }), (anything) => {
      const read = plainOf(anything);
      const fault = faultOf(TABLES.requests, read);
      assert.ok(typeof fault === "string");
    }),
    RUNS,
  );
});

Deno.test("an item's size is no smaller than its JSON without punctuation would have it", () => {
  const base = { id: "a", version: 1, state: "s" };
  // 2+1+1, 7+1+21, 5+1+1.
  assert.equal(itemBytes(base), 40);
  assert.equal(itemBytes({ ...base, t: "ä€💥" }), 40 + 1 + 1 + 2 + 3 + 4);
  assert.equal(itemBytes({ ...base, l: [true, null] }), 40 + 2 + 3 + 2 * 2);
  assert.equal(itemBytes({ ...base, m: { k: "v" } }), 40 + 2 + 3 + 1 + 1 + 1);
  const room = MAX_ITEM_BYTES - itemBytes({ ...base, x: "" });
  assert.equal(faultOf(TABLES.locks, { ...base, x: "x".repeat(room) }), null);
  assert.match(
    faultOf(TABLES.locks, { ...base, x: "x".repeat(room + 1) }) ?? "",
    /more than 400000/,
  );
});

Deno.test("times have one width, and their order is the order of texts", () => {
  const instant = fc.date({
    min: new Date(0),
    max: new Date("9999-12-31T23:59:59.999Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(instant, instant, (a, b) => {
      assert.equal(timeText(a).length, 24);
      assert.ok(isTimeText(timeText(a)));
      assert.equal(timeText(a) < timeText(b), a.getTime() < b.getTime());
      // Adapters bound a partition by these.
      assert.ok(timeText(a) > "0" && timeText(a) < ":");
    }),
    RUNS,
  );
  for (const bad of [new Date(NaN), new Date(8.64e15), new Date(-1e15)]) {
    assert.throws(() => timeText(bad), RangeError);
  }
});

for (
  const text of [
    "",
    "2026-01-01",
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.0000Z",
    "2026-01-01T00:00:00.000+00:00",
    "2026-13-01T00:00:00.000Z",
    "2026-02-29T00:00:00.000Z",
    "2026-01-01T24:00:00.000Z",
    "2026-01-01t00:00:00.000z",
    "+12026-01-01T00:00:00.000Z",
    "2026-01-01T00:00:00.000Z\n",
  ]
) {
  Deno.test(`isTimeText() refuses ${JSON.stringify(text)}`, () => assert.ok(!isTimeText(text)));
}

Deno.test("tables: names and indexes are such as DynamoDB takes, and each is said once", () => {
  const names = ALL_TABLES.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  for (const { name, indexes } of ALL_TABLES) {
    // "Naming rules": 3 to 255 of letters, digits, underscore, hyphen and dot.
    for (const one of [`sentinel-${name}`, ...indexes.map((index) => index.name)]) {
      assert.match(one, /^[a-zA-Z0-9_.-]{3,255}$/);
    }
    // SQLite's index of retention has a name of its own.
    assert.ok(!indexes.some((index) => index.name === "retention"));
    assert.equal(new Set(indexes.map((index) => index.name)).size, indexes.length);
  }
});

const PLACES: readonly { text: string; found: unknown }[] = [
  {
    text: "sqlite:/home/mara/sentinel.db",
    found: { kind: "sqlite", path: "/home/mara/sentinel.db" },
  },
  {
    text: "sqlite:C:\\Users\\mara\\s.db",
    found: { kind: "sqlite", path: "C:\\Users\\mara\\s.db" },
  },
  { text: "sqlite:/a:b", found: { kind: "sqlite", path: "/a:b" } },
  { text: "dynamodb:", found: { kind: "dynamodb", prefix: "sentinel-" } },
  { text: "dynamodb:acme_prod.", found: { kind: "dynamodb", prefix: "acme_prod." } },
];

for (const { text, found } of PLACES) {
  Deno.test(`parseStoreLocation() takes ${text}`, () => {
    assert.deepEqual(parseStoreLocation(text), found);
  });
}

for (
  const text of [
    "",
    "sqlite",
    "sqlite:",
    "sqlite:sentinel.db",
    "sqlite:~/sentinel.db",
    "sqlite::memory:",
    "sqlite:file:/tmp/x?mode=memory",
    "sqlite:/tmp/",
    "sqlite:/tmp/a\0b",
    "SQLITE:/tmp/x",
    "dynamodb",
    "dynamodb:a/b",
    "dynamodb: x",
    `dynamodb:${"x".repeat(201)}`,
    "postgres://x",
  ]
) {
  Deno.test(`parseStoreLocation() refuses ${JSON.stringify(text.slice(0, 40))}`, () => {
    assert.throws(() => parseStoreLocation(text), (error) => hasCode(error, "CONFIG_INVALID"));
  });
}

Deno.test("listed() asks for no more than it gives, page by page", async () => {
  const asked: number[] = [];
  const pages = (count: number) => async (query: { items: number }, cursor: number | null) => {
    asked.push(query.items);
    const start = cursor ?? 0;
    const items = Array.from({ length: Math.min(query.items, count - start) }, (_, at) => ({
      id: String(start + at),
      version: 1,
      state: "pending",
    }));
    const end = start + items.length;
    return await Promise.resolve({ items, next: end < count ? end : null });
  };
  const query = { index: "by-state", partition: "pending", newestFirst: true };
  const run = async (over: object, count = 1000) => {
    asked.length = 0;
    return (await Array.fromAsync(listed(TABLES.requests, { ...query, ...over }, pages(count))))
      .length;
  };
  assert.deepEqual([await run({ limit: 7 }), asked], [7, [7]]);
  assert.deepEqual([await run({ limit: 150 }), asked], [150, [PAGE_ITEMS, PAGE_ITEMS]]);
  const odd = (item: Item) => Number(item.id) % 2 === 1;
  assert.deepEqual([await run({ limit: 7, filter: odd }), asked], [7, [PAGE_ITEMS]]);
  assert.deepEqual([await run({ filter: () => false }), asked.length], [0, 10]);
  assert.deepEqual([await run({}, 0), asked.length], [0, 1]);
});
