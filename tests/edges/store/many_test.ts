// store tests: ten thousand items, gone through in constant memory by both adapters.
import { strict as assert } from "node:assert";
import { DatabaseSync } from "node:sqlite";
import { attributesOf } from "../../../lib/core/store/attributes.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import type { Item } from "../../../lib/core/store/types.ts";
import { callDynamo } from "../../../lib/edges/aws/dynamodb.ts";
import { makeTables, optionsFor, startDynalite } from "./dynalite.ts";
import { request } from "./items.ts";
import { withDirectory } from "./place.ts";
import { openAt } from "./sqlite.ts";

const COUNT = 10_000;
/** What a list must get by with, in MiB: the items together are some 40. */
const HEAP = 28;

function* items(): Generator<Item> {
  for (let at = 0; at < COUNT; at++) {
    const text = `${at} `.repeat(1000).slice(0, 4000);
    yield request(`many-${at}`, { profile: "many", at: at % 1000, text });
  }
}

/** @returns what it counted, or how it died */
async function list(kind: string, place: string, how: "stream" | "keep"): Promise<string> {
  const script = new URL("fixtures/lister.ts", import.meta.url).pathname;
  const args = ["run", "-A", "--no-check", `--v8-flags=--max-old-space-size=${HEAP}`, script];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), {
    args: [...args, kind, place, how],
    stderr: "null",
  }).output();
  return success ? new TextDecoder().decode(stdout).trim() : "died";
}

Deno.test("sqlite: ten thousand items are listed in constant memory", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    await (await openAt(path)).close();
    const database = new DatabaseSync(path);
    database.exec("BEGIN");
    const insert = database.prepare("INSERT INTO requests (id, body) VALUES (?, ?)");
    for (const item of items()) insert.run(item.id, JSON.stringify(item));
    database.exec("COMMIT");
    database.close();
    assert.equal(await list("sqlite", path, "keep"), "died", "the limit is one");
    assert.equal(await list("sqlite", path, "stream"), String(COUNT));
  }));

Deno.test("dynamodb: ten thousand items are listed in constant memory", async () => {
  const served = await startDynalite();
  try {
    const options = optionsFor(served.endpoint);
    await makeTables(options);
    const name = `sentinel-${TABLES.requests.name}`;
    let batch: unknown[] = [];
    const flush = async () => {
      const input = { RequestItems: { [name]: batch } };
      batch = [];
      await callDynamo(options, {
        action: "BatchWriteItem",
        doing: "fill a table",
        table: name,
        input,
      });
    };
    for (const item of items()) {
      batch.push({ PutRequest: { Item: attributesOf(item) } });
      if (batch.length === 25) await flush();
    }
    assert.equal(await list("dynamodb", served.endpoint, "keep"), "died", "the limit is one");
    assert.equal(await list("dynamodb", served.endpoint, "stream"), String(COUNT));
  } finally {
    await served.stop();
  }
});
