// notify: the outbox: kept before anything is sent, sent by one, tried again, never lost in silence.
import { strict as assert } from "node:assert";
import { SentinelError } from "../../../lib/core/errors/mod.ts";
import {
  type Envelope,
  GIVE_UP_SECONDS,
  LEASE_SECONDS,
  type OutboxItem,
  type OutboxState,
  readOutboxItem,
  type Sending,
} from "../../../lib/core/notify/mod.ts";
import { type StorePort, TABLES } from "../../../lib/core/store/mod.ts";
import { deliver, flush, keep, listed, type OutboxPorts } from "../../../lib/edges/notify/mod.ts";
import { sendWebhook } from "../../../lib/edges/notify/webhook.ts";
import { memoryStore } from "../store/memory.ts";
import { NOTICE, noticeFor } from "./notices.ts";
import { HOST, networkTo, status, withReceiver } from "./receiver.ts";

const START = Date.parse("2026-01-05T08:00:00.000Z");
const SENT: Sending = { kind: "sent" };
const retry = (why = "the target answered 503"): Sending => ({
  kind: "retry",
  why,
  retryAfterSeconds: null,
});

/** An outbox on a store in memory, with a clock that a test sets. */
function desk(send: OutboxPorts["send"], targets = ["ops"], store: StorePort = memoryStore()) {
  const clock = { at: START };
  const ports: OutboxPorts = {
    store,
    now: () => new Date(clock.at),
    random: () => 0,
    targets: new Set(targets),
    send,
  };
  return { ports, clock, pass: (seconds: number) => clock.at += seconds * 1000 };
}

async function items(store: StorePort, state: OutboxState): Promise<OutboxItem[]> {
  const found: OutboxItem[] = [];
  for await (const row of listed(store, state)) found.push(readOutboxItem(row));
  return found;
}

Deno.test("a notice is in the store before it is sent, and sent before the call returns", async () => {
  const seen: [string, Envelope, OutboxState | undefined][] = [];
  const { ports } = desk(async (target, envelope) => {
    const row = await ports.store.get(TABLES.outbox, `${envelope.event_id}:${target}`);
    seen.push([target, envelope, readOutboxItem(row).state]);
    return SENT;
  }, ["ops", "sec"]);
  const told = await deliver(ports, [NOTICE], ["ops", "sec"]);
  assert.deepEqual([told.sent, told.waiting, told.undelivered, told.more], [2, 0, 0, false]);
  assert.deepEqual(seen.map(([target, { event_type }, state]) => [target, event_type, state]), [
    ["ops", "request.created", "sending"],
    ["sec", "request.created", "sending"],
  ]);
  assert.equal((await items(ports.store, "sent")).length, 2);
  assert.equal((await deliver(ports, [NOTICE], ["ops"])).sent, 0, "the same notice is sent once");
});

Deno.test("trap: 429, 500 and a time-out are tried again by the schedule alone, then signed anew", () =>
  withReceiver((times) =>
    [
      status("429 Slow", "Retry-After: 30"),
      status("500 Oops"),
      { bytes: "HTTP", then: "hang" as const },
      status("200 OK"),
    ][times] ?? status("410 Gone"), async (port, received) => {
    const network = networkTo(port);
    const url = `https://${HOST}/services/s3cret`;
    const { ports, pass } = desk((_target, envelope, timeoutMs) =>
      sendWebhook({ url, secret: "0123456789abcdef" }, envelope, { ...ports, network, timeoutMs })
    );
    const limits = { timeoutMs: 300 };
    const first = await deliver(ports, [NOTICE], ["ops"], limits);
    assert.deepEqual([first.waiting, first.failures.get("ops")], [1, "the target answered 429"]);
    const steps: [number, number, string | null][] = [
      [29, 1, "the target answered 429"],
      [1, 2, "the target answered 500"],
      [0.9, 2, "the target answered 500"],
      [0.1, 3, "TARGET_UNREACHABLE: "],
      [2, 4, null],
      [9999, 4, null],
    ];
    for (const [seconds, tries, failure] of steps) {
      pass(seconds);
      await flush(ports, limits);
      assert.equal(received.length, tries, `after ${seconds} s more`);
      const [item] = [...await items(ports.store, "waiting"), ...await items(ports.store, "sent")];
      assert.ok(failure === null ? item?.failure === null : item?.failure?.startsWith(failure));
      assert.doesNotMatch(JSON.stringify(item), /s3cret/);
    }
    assert.equal(new Set(received.map(({ body }) => body)).size, 1, "one message");
    const signatures = received.map(({ headers }) => headers.get("x-sentinel-signature"));
    assert.equal(new Set(signatures).size, 4, "each try has its own time");
  }));

Deno.test("a target that is down holds up no other, and gets its messages in order afterwards", async () => {
  const seen: string[] = [];
  let down = true;
  const { ports, pass } = desk((target, envelope) => {
    if (!("request" in envelope)) return assert.fail();
    seen.push(`${target} ${envelope.request.reason.slice(-1)}`);
    return Promise.resolve(target === "ops" && down ? retry() : SENT);
  }, ["ops", "sec"]);
  for (const number of [1, 2, 3]) {
    await keep(ports, [await noticeFor(number)], ["ops", "sec"]);
    pass(1);
  }
  const told = await flush(ports);
  assert.deepEqual([told.sent, told.waiting], [3, 1]);
  assert.deepEqual(seen.splice(0), ["ops 1", "sec 1", "sec 2", "sec 3"]);
  down = false;
  pass(1);
  await flush(ports);
  assert.deepEqual(seen, ["ops 1", "ops 2", "ops 3"]);
});

Deno.test("a no is kept and shown, and holds up nothing; three days without a yes are a loss", async () => {
  const { ports, pass } = desk(
    (target) =>
      Promise.resolve(
        target === "ops" ? { kind: "refused", why: "the target answered 404" } : retry(),
      ),
    [
      "ops",
      "sec",
    ],
  );
  const told = await deliver(ports, [NOTICE, await noticeFor(1)], ["ops", "sec"]);
  assert.deepEqual([told.undelivered, told.waiting], [2, 1]);
  assert.equal((await items(ports.store, "refused"))[0]?.failure, "the target answered 404");
  pass(GIVE_UP_SECONDS);
  const first = await flush(ports);
  assert.deepEqual([first.undelivered, (await flush(ports)).undelivered], [1, 1]);
  assert.equal((await items(ports.store, "lost")).length, 2);
});

Deno.test("messages of targets that only others have are theirs, until their time is over", async () => {
  const { ports, pass } = desk(() => assert.fail("sent"), []);
  await keep(ports, [NOTICE, await noticeFor(1)], ["theirs"]);
  await flush(ports);
  assert.deepEqual((await items(ports.store, "waiting")).map(({ attempts }) => attempts), [0, 0]);
  pass(GIVE_UP_SECONDS);
  assert.equal((await flush(ports)).undelivered, 2);
  const [item] = await items(ports.store, "lost");
  assert.equal(item?.failure, "no target of this name is configured");
});

Deno.test("a sender that throws, or never comes back, leaves a message that waits", async () => {
  const secret = "https://hooks.example.com/s3cret";
  const rows: [OutboxPorts["send"], RegExp][] = [
    [() => Promise.reject(new Error(secret)), /^INTERNAL: found Error$/],
    [() => Promise.reject(secret), /^INTERNAL: found string$/],
    [() => {
      throw new TypeError(secret);
    }, /^INTERNAL: found TypeError$/],
    [() => new Promise(() => {}), /^no answer within/],
    [() => Promise.reject(new SentinelError("NO_CREDENTIALS", "no")), /^NO_CREDENTIALS: no$/],
  ];
  for (const [send, words] of rows) {
    const { ports } = desk(send);
    const { failures, waiting } = await deliver(ports, [NOTICE], ["ops"], { timeoutMs: 10 });
    assert.equal(waiting, 1);
    assert.match(failures.get("ops") ?? "", words);
    assert.match((await items(ports.store, "waiting"))[0]?.failure ?? "", words);
  }
  const { ports } = desk(() => Promise.reject(new SentinelError("TARGET_REFUSED", "local")));
  assert.equal((await deliver(ports, [NOTICE], ["ops"])).undelivered, 1);
});

Deno.test("an edited message is refused, a row that is none is left alone, the rest is sent", async () => {
  const { ports, pass } = desk(() => Promise.resolve(SENT));
  const [edited = assert.fail()] = await keep(ports, [NOTICE], ["ops"]);
  const envelope = edited.envelope.replace("queue 0", "queue 9");
  assert.notEqual(envelope, edited.envelope);
  const change = { ...edited, version: 2, envelope };
  assert.equal(await ports.store.replace(TABLES.outbox, change, { version: 1 }), "done");
  const [moved = assert.fail()] = await keep(ports, [await noticeFor(1)], ["ops"]);
  const foreign = { ...moved, id: `${"0".repeat(32)}:ops` };
  assert.equal(await ports.store.create(TABLES.outbox, foreign), "done");
  const row = { id: "x", version: 1, state: "waiting", createdAt: edited.createdAt };
  assert.equal(await ports.store.create(TABLES.outbox, row), "done");
  pass(1);
  const told = await flush(ports);
  assert.deepEqual([told.sent, told.undelivered, told.damaged], [1, 2, 1]);
  for (const item of await items(ports.store, "refused")) {
    assert.match(item.failure ?? "", /^STORE_DAMAGED: /);
  }
});

Deno.test("limits: so many tries and so much time a call, and it says that there is more", async () => {
  const { ports } = desk(() => Promise.resolve(SENT));
  await keep(ports, await Promise.all([1, 2, 3, 4, 5].map(noticeFor)), ["ops"]);
  const first = await flush(ports, { tries: 2 });
  assert.deepEqual([first.sent, first.more], [2, true]);
  const none = await flush(ports, { totalMs: 0 });
  assert.deepEqual([none.sent, none.more], [0, true]);
  const rest = await flush(ports, { tries: 3 });
  assert.deepEqual([rest.sent, rest.more], [3, false]);
});

Deno.test("who died between claim and settling loses nothing: its lease ends, another sends", async () => {
  let dies = true;
  const seen: string[] = [];
  const { ports, pass } = desk((_target, { event_id }) => {
    seen.push(event_id);
    return Promise.resolve(SENT);
  });
  const replace: StorePort["replace"] = (table, item, expected) => {
    if (dies && item.state === "sent") throw new SentinelError("STORE_BUSY", "gone");
    return ports.store.replace(table, item, expected);
  };
  const dying = { ...ports, store: { ...ports.store, replace } };
  await assert.rejects(deliver(dying, [NOTICE], ["ops"]), { code: "STORE_BUSY" });
  dies = false;
  pass(LEASE_SECONDS - 1);
  assert.equal((await flush(ports)).sent, 0, "somebody may still be at it");
  pass(1);
  assert.equal((await flush(ports)).sent, 1);
  assert.equal(new Set(seen).size, 1);
  assert.equal(seen.length, 2, "twice, under one event id");
});

Deno.test("a settling of which nobody knows is written again; a claim so is left to its lease", async () => {
  const { ports, pass } = desk(() => Promise.resolve(SENT));
  let uncertain = new Set<string>(["sent"]);
  const replace: StorePort["replace"] = async (table, item, expected) => {
    const answer = await ports.store.replace(table, item, expected);
    if (uncertain.delete(item.state)) throw new SentinelError("STORE_UNCERTAIN", "perhaps");
    return answer;
  };
  const shaky = { ...ports, store: { ...ports.store, replace } };
  assert.equal((await deliver(shaky, [NOTICE], ["ops"])).sent, 1);
  uncertain = new Set(["sending"]);
  const notice = await noticeFor(1);
  await assert.rejects(deliver(shaky, [notice], ["ops"]), { code: "STORE_UNCERTAIN" });
  pass(LEASE_SECONDS);
  assert.equal((await flush(shaky)).sent, 1);
});

Deno.test("a store that can't be reached is said: what isn't kept is never called kept", async () => {
  const { ports } = desk(() => assert.fail("sent"));
  const create = () => Promise.reject(new SentinelError("STORE_BUSY", "busy"));
  const broken = { ...ports, store: { ...ports.store, create } };
  await assert.rejects(deliver(broken, [NOTICE], ["ops"]), { code: "STORE_BUSY" });
  await assert.rejects(keep(ports, [NOTICE], ["https://hooks"]), { code: "CONFIG_INVALID" });
});

Deno.test("a claim whose write took too long is left to its lease: nothing is sent twice by it", async () => {
  let sends = 0;
  const { ports, pass } = desk(() => {
    sends++;
    return Promise.resolve(SENT);
  });
  const replace: StorePort["replace"] = async (...call) => {
    const answer = await ports.store.replace(...call);
    pass(LEASE_SECONDS - 5);
    return answer;
  };
  const slow = { ...ports, store: { ...ports.store, replace } };
  const told = await deliver(slow, [NOTICE], ["ops"]);
  assert.deepEqual([sends, told.sent, told.waiting], [0, 0, 1]);
});
