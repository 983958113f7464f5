// notify: many processes at one outbox on SQLite, and processes that are killed while they send.
import { strict as assert } from "node:assert";
import { LEASE_SECONDS, type OutboxItem, readOutboxItem } from "../../../lib/core/notify/mod.ts";
import type { StorePort } from "../../../lib/core/store/mod.ts";
import { keep, listed } from "../../../lib/edges/notify/mod.ts";
import { type Child, start } from "../store/child.ts";
import { FULL, withDirectory } from "../store/place.ts";
import { openAt } from "../store/sqlite.ts";
import { HOOK } from "./hook.ts";
import { noticeFor } from "./notices.ts";
import { type Answer, CERTIFICATE, type Received, status, withReceiver } from "./receiver.ts";

const PROCESSES = FULL ? 8 : 4;
const MESSAGES = FULL ? 90 : 24;
const KILLS = FULL ? 40 : 4;
const START = Date.parse("2026-01-05T08:00:00.000Z");

interface Desk {
  store: StorePort;
  received: readonly Received[];
  flusher(atMs: number): Promise<Child>;
}

/** A store on SQLite and a receiver, and processes that flush the one to the other. */
function withDesk(
  answer: (times: number, request: Received) => Answer | Promise<Answer>,
  use: (desk: Desk) => Promise<void>,
): Promise<void> {
  return withDirectory((dir) =>
    withReceiver(answer, async (port, received) => {
      const [path, root] = [`${dir}/sentinel.db`, `${dir}/root.pem`];
      await Deno.writeTextFile(root, CERTIFICATE.cert);
      const store = await openAt(path);
      const flusher = async (atMs: number) => {
        const script = "../../notify/fixtures/flusher";
        const child = start(script, path, String(port), root, String(atMs));
        assert.equal(await child.line(), "ready");
        return child;
      };
      try {
        await use({ store, received, flusher });
      } finally {
        await store.close();
      }
    })
  );
}

async function fill(store: StorePort, from: number, count: number): Promise<void> {
  const notices = await Promise.all(Array.from({ length: count }, (_, at) => noticeFor(from + at)));
  await keep({ store, now: () => new Date(START) }, notices, [HOOK.name]);
}

const eventsOf = (received: readonly Received[]) =>
  received.map(({ headers }) => headers.get("x-sentinel-delivery") ?? "");

async function itemsIn(store: StorePort, state: OutboxItem["state"]): Promise<OutboxItem[]> {
  const found: OutboxItem[] = [];
  for await (const row of listed(store, state)) found.push(readOutboxItem(row));
  return found;
}

Deno.test(`${PROCESSES} processes flush one outbox at once: each message is sent by one`, () =>
  withDesk(() => status("200 OK"), async ({ store, received, flusher }) => {
    const flushers = await Promise.all(Array.from({ length: PROCESSES }, () => flusher(START)));
    try {
      await fill(store, 0, MESSAGES);
      await Promise.all(flushers.map((child) => child.say("go")));
      const told = await Promise.all(flushers.map((child) => child.line()));
      const sent = told.map((line) => Number(line?.split(" ")[0]));
      assert.equal(sent.reduce((sum, one) => sum + one, 0), MESSAGES, told.join());
      const events = eventsOf(received);
      assert.deepEqual([events.length, new Set(events).size], [MESSAGES, MESSAGES]);
      assert.equal((await itemsIn(store, "sent")).length, MESSAGES);
      assert.ok(sent.filter((one) => one > 0).length > 1, "one process did it all: no race");
      console.log(`outbox: ${MESSAGES} messages, sent by ${PROCESSES} processes: ${sent.join()}`);
    } finally {
      await Promise.all(flushers.map((child) => child.end()));
    }
  }));

Deno.test("kill -9 amid sending loses nothing: each message arrives, none is in the next one's way", async () => {
  let arrived = Promise.withResolvers<void>();
  let hangs = true;
  const answer = (): Answer => {
    arrived.resolve();
    return hangs ? { bytes: "", then: "hang" } : status("200 OK");
  };
  await withDesk(answer, async ({ store, received, flusher }) => {
    let killed = 0;
    for (let at = 0; at < KILLS; at++) {
      arrived = Promise.withResolvers();
      await fill(store, at, 1);
      const child = await flusher(START);
      await child.say("go");
      // Its message is there, and unanswered: it is between claim and settling.
      await arrived.promise;
      if ((await child.kill()).killed) killed++;
      assert.equal((await itemsIn(store, "sending")).length, at + 1);
    }
    assert.equal(killed, KILLS);
    hangs = false;
    const early = await flusher(START + (LEASE_SECONDS - 1) * 1000);
    await early.say("go");
    assert.equal(await early.line(), "0 0 0", "a lease is held");
    await early.end();
    const before = eventsOf(received);
    const next = await flusher(START + LEASE_SECONDS * 1000);
    await next.say("go");
    assert.equal(await next.line(), `${KILLS} 0 0`);
    await next.end();
    const after = eventsOf(received).slice(before.length);
    assert.deepEqual(new Set(after), new Set(before), "the same events, under the same ids");
    assert.equal((await itemsIn(store, "sent")).length, KILLS);
    console.log(
      `outbox: ${killed} senders killed amid sending, ${after.length} messages sent again`,
    );
  });
});
