// store tests: many processes at one SQLite file, and processes that are killed.
import { strict as assert } from "node:assert";
import { DatabaseSync } from "node:sqlite";
import { TABLES } from "../../../lib/core/store/tables.ts";
import type { StorePort } from "../../../lib/core/store/types.ts";
import { type Child, start } from "./child.ts";
import { FULL, withDirectory } from "./place.ts";
import { request } from "./items.ts";
import { openAt } from "./sqlite.ts";

const { requests } = TABLES;
const RACERS = 16;
const ROUNDS = FULL ? 200 : 12;
const KILLS = FULL ? 60 : 6;

/** One round: all want the same item; says who got it. */
async function round(store: StorePort, racers: readonly Child[], id: string): Promise<number> {
  assert.equal(await store.create(requests, request(id)), "done");
  await Promise.all(racers.map((racer) => racer.say(id)));
  const answers = await Promise.all(racers.map((racer) => racer.line()));
  const winners = answers.flatMap((answer, at) => answer === "done" ? [at] : []);
  assert.equal(winners.length, 1, `${id}: ${answers.join()}`);
  assert.equal(answers.filter((answer) => answer === "conflict").length, RACERS - 1);
  const [winner = -1] = winners;
  const found = await store.get(requests, id);
  assert.deepEqual([found?.version, found?.["by"]], [2, String(winner)]);
  return winner;
}

Deno.test(`sqlite: of ${RACERS} processes that approve, deny and cancel, one gets it`, () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    // All open it at once, and it isn't there yet.
    const racers = Array.from({ length: RACERS }, (_, at) => start("racer", path, String(at)));
    try {
      for (const racer of racers) assert.equal(await racer.line(), "ready");
      const store = await openAt(path);
      const winners = new Set<number>();
      for (let at = 0; at < ROUNDS; at++) winners.add(await round(store, racers, `race-${at}`));
      await store.close();
      console.log(
        `sqlite: ${ROUNDS} rounds of ${RACERS} processes, one winner each; ` +
          `${winners.size} different ones won`,
      );
    } finally {
      for (const racer of racers) assert.ok((await racer.end()).success);
    }
  }));

async function killedWriter(path: string, prefix: string, after: number) {
  const writer = start("writer", path, prefix);
  assert.equal(await writer.line(), "ready");
  const said: string[] = [];
  for (let at = 0; at < after; at++) {
    const line = await writer.line();
    assert.ok(line !== null, "the writer ended by itself");
    said.push(line);
  }
  const { lines, killed } = await writer.kill();
  return { said: said.concat(lines), killed };
}

Deno.test("sqlite: kill -9 amid writes loses nothing that was said to be written", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    let killed = 0;
    let acknowledged = 0;
    for (let at = 0; at < KILLS; at++) {
      const { said, killed: died } = await killedWriter(path, `k${at}`, at * 7 % 40);
      if (died) killed++;
      acknowledged += said.length;
      const written = new Map(said.map((line) => line.split(" ") as [string, string]));
      const store = await openAt(path);
      for (const [id, version] of written) {
        const item = await store.get(requests, id);
        assert.ok(item !== null && item.version >= Number(version), `${id} is lost`);
      }
      assert.equal(await store.create(requests, request(`after-${at}`)), "done");
      await store.close();
    }
    const database = new DatabaseSync(path);
    assert.equal(database.prepare("PRAGMA integrity_check").get()?.["integrity_check"], "ok");
    database.close();
    console.log(`sqlite: ${killed} writers killed, ${acknowledged} acknowledged writes all there`);
    assert.ok(killed === KILLS && acknowledged > KILLS, "nothing was killed amid writes");
  }));

Deno.test("sqlite: whoever is killed while it opens the store leaves one that opens", () =>
  withDirectory(async (dir) => {
    const left: string[] = [];
    let died = 0;
    for (let at = 0; at < KILLS; at++) {
      const path = `${dir}/sentinel-${at}.db`;
      const opener = start("opener", path, "first");
      // The program starts within some 50 ms; then it opens the store.
      const killAt = Date.now() + 200;
      while (Date.now() < killAt && !await isThere(path)) await pause(1);
      await pause(at % 4);
      if ((await opener.kill()).killed) died++;
      left.push(await sizeOf(path));
      const store = await openAt(path);
      assert.equal(await store.create(requests, request("second")), "done");
      await store.close();
    }
    console.log(`sqlite: ${died} openers killed; files had ${[...new Set(left)].join(", ")} bytes`);
    assert.ok(died > 0, "nothing was killed");
  }));

Deno.test("sqlite: whoever is killed in the middle of a new form leaves the old one whole", () =>
  withDirectory(async (dir) => {
    const path = `${dir}/sentinel.db`;
    const store = await openAt(path);
    await store.create(requests, request("kept"));
    await store.close();
    const migrator = start("migrator", path);
    assert.equal(await migrator.line(), null);
    assert.equal((await migrator.end()).signal, "SIGKILL");
    const again = await openAt(path);
    assert.equal((await again.get(requests, "kept"))?.id, "kept");
    assert.equal(await again.create(TABLES.outbox, request("there")), "done");
    await again.close();
  }));

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function isThere(path: string): Promise<boolean> {
  return await sizeOf(path) !== "no";
}

async function sizeOf(path: string): Promise<string> {
  try {
    return String((await Deno.stat(path)).size);
  } catch {
    return "no";
  }
}
