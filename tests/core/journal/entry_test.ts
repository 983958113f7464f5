// journal: lines are short, whole, harmless, and read back as they were.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  decodeEntry,
  encodeEntry,
  hashLine,
  MAX_LINE_BYTES,
} from "../../../lib/core/journal/entry.ts";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import type { RefusedEntry } from "../../../lib/core/journal/types.ts";
import { entryOf, fullRefusal, refusal } from "./chains.ts";

const numRuns = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "200");
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("encodeEntry() puts the chain's fields first and reads back the same", () => {
  const entry = entryOf(fullRefusal(), 7, "ab".repeat(32));
  const line = encodeEntry(entry);
  assert.match(text(line), /^\{"v":1,"seq":7,"at":"2026-11-24T09:00:00\.000Z","prev":"abab/);
  assert.deepEqual(decodeEntry(line), entry);
});

Deno.test("encodeEntry() escapes what a terminal would obey, and loses none of it", () => {
  const nasty = "a\u001b[31m\r\n\u0007\u007f\u009b\u202eb\u2066c\u200d\u{e0041}\ufeff";
  const line = encodeEntry(entryOf(refusal("r", nasty)));
  assert.doesNotMatch(text(line), /[\p{Cc}\p{Cf}]/u);
  assert.equal((decodeEntry(line) as RefusedEntry).message, nasty);
});

Deno.test("encodeEntry() property: any text fits, what goes is said to a byte, short ones stay", () => {
  const words = fc.string({ unit: "binary", maxLength: 6000 });
  fc.assert(
    fc.property(words, words, fc.string({ maxLength: 40 }), (message, reason, ticket) => {
      const line = encodeEntry(entryOf(fullRefusal({ message, intent: { reason, ticket } })));
      assert.ok(line.length < MAX_LINE_BYTES);
      assert.ok(!line.includes(10));
      const read = decodeEntry(line) as RefusedEntry;
      assert.equal(read.intent.ticket, ticket);
      for (
        const [was, is] of [[message, read.message], [reason, read.intent.reason ?? ""]] as const
      ) {
        if (is === was) continue;
        const [, kept = "", gone] = /^(.*)…\[cut (\d+) bytes\]$/su.exec(is) ?? [];
        assert.ok(was.startsWith(kept), "what is kept is how it began");
        assert.equal(new TextEncoder().encode(was.slice(kept.length)).length, Number(gone));
      }
    }),
    { seed: 20261124, numRuns },
  );
});

Deno.test("encodeEntry() cuts the longest text and leaves the other whole", () => {
  const message = "m".repeat(100_000);
  const line = encodeEntry(
    entryOf(fullRefusal({ message, intent: { reason: "r".repeat(400), ticket: null } })),
  );
  const read = decodeEntry(line) as RefusedEntry;
  assert.equal(read.intent.reason, "r".repeat(400));
  assert.match(read.message, /^m{1000,}…\[cut \d+ bytes\]$/);
  assert.ok(line.length > MAX_LINE_BYTES - 16, `${line.length} bytes: no more than needed is cut`);
});

Deno.test("encodeEntry() cuts a list too long for its line to a tail that says how many went", () => {
  const full = fullRefusal();
  const facts = Array.from(
    { length: 300 },
    (_, i) => ({ name: `fact-${i}`, value: i, vouchedBy: "STS" }),
  );
  assert.ok(full.decision);
  const entry = entryOf({ ...full, decision: { ...full.decision, facts } });
  const read = decodeEntry(encodeEntry(entry)) as RefusedEntry;
  assert.deepEqual(read.decision?.facts.slice(0, 2), facts.slice(0, 2));
  const kept = (read.decision?.facts.length ?? 0) - 1;
  assert.equal(read.decision?.facts.at(-1)?.name, `…[cut ${300 - kept} facts]`);
});

Deno.test("encodeEntry() refuses what can't be cut, rather than lose a role", () => {
  const full = fullRefusal();
  assert.ok(full.subject);
  const entry = entryOf({ ...full, subject: { ...full.subject, role: "r".repeat(5000) } });
  assert.throws(() => encodeEntry(entry), (e) => hasCode(e, "JOURNAL_UNWRITABLE"));
});

const GOOD = text(encodeEntry(entryOf(refusal("r"))));
for (
  const c of [
    { name: "no JSON", line: "{" },
    { name: "no object", line: "[]" },
    { name: "another version", line: GOOD.replace('"v":1', '"v":2') },
    { name: "no number", line: GOOD.replace('"seq":1', '"seq":"1"') },
    { name: "a number below 1", line: GOOD.replace('"seq":1', '"seq":0') },
    { name: "no time", line: GOOD.replace("2026-11", "2026-31") },
    { name: "a short hash", line: GOOD.replace(/"prev":"0/, '"prev":"') },
    { name: "a hash in capitals", line: GOOD.replace(/"prev":"0/, '"prev":"A') },
    { name: "no kind", line: GOOD.replace('"kind"', '"kinds"') },
  ]
) {
  Deno.test(`decodeEntry() refuses ${c.name}`, () => {
    assert.notEqual(c.line, GOOD);
    assert.throws(() => decodeEntry(c.line), (e) => hasCode(e, "JOURNAL_BROKEN"));
  });
}

Deno.test("decodeEntry() refuses bytes that are no UTF-8", () => {
  const bytes = new TextEncoder().encode(GOOD);
  bytes[GOOD.indexOf("no rule")] = 0xff;
  assert.throws(() => decodeEntry(bytes), (e) => hasCode(e, "JOURNAL_BROKEN"));
});

Deno.test("hashLine() is SHA-256 in hex", async () => {
  // FIPS 180-4, example "abc"
  assert.equal(
    await hashLine(new TextEncoder().encode("abc")),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});
