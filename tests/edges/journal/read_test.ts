// journal: entries read back, and the files held against their chain.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- one test, one flow
import { strict as assert } from "node:assert";
import { type ErrorCode, hasCode } from "../../../lib/core/errors/mod.ts";
import { requireWhole, verifyJournal } from "../../../lib/edges/journal/verify.ts";
import { readEntries } from "../../../lib/edges/journal/read.ts";
import { refusal } from "../../core/journal/chains.ts";
import { assertWhole, entriesIn, journalIn, withJournalDir } from "./desk.ts";

const refused = (code: ErrorCode, text?: RegExp) => (error: unknown) =>
  hasCode(error, code) && (text?.test(error.message) ?? true);
const segment = (dir: string) => `${dir}/00000001.jsonl`;

Deno.test("readEntries() gives the newest that are wanted, oldest first, with their place", () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir, { segmentBytes: 1000 });
    for (let i = 0; i < 9; i++) await journal.append(refusal(`r${i}`));
    const all = await entriesIn(dir);
    const newest = await Array.fromAsync(readEntries(dir, { limit: 4 }));
    assert.deepEqual(newest, all.slice(-4));
    const filter = (e: { kind: string }) => e.kind === "segment";
    const segments = await Array.fromAsync(readEntries(dir, { limit: 2, filter }));
    assert.deepEqual(segments, all.filter(({ entry }) => filter(entry)).slice(-2));
    assert.deepEqual([segments[1]?.line, segments[1]?.file], [1, all.at(-1)?.file]);
    assert.deepEqual(await Array.fromAsync(readEntries(dir, { limit: 0 })), []);
    assert.deepEqual(await Array.fromAsync(readEntries(dir, { limit: 0, filter })), []);
  }));

Deno.test("readEntries() asks its filter in the journal's order, whatever the limit", () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir, { segmentBytes: 1000 });
    for (let i = 0; i < 9; i++) await journal.append(refusal(`r${i}`));
    const asked: number[] = [];
    const filter = (e: { seq: number }) => asked.push(e.seq) > 0;
    await Array.fromAsync(readEntries(dir, { limit: 2, filter }));
    assert.deepEqual(asked, asked.map((_, i) => i + 1));
    assert.ok(asked.length > 9);
  }));

Deno.test("a journal that is not there has no entries, and is not broken", () =>
  withJournalDir(async (dir) => {
    assert.deepEqual(await entriesIn(dir), []);
    const answer = await verifyJournal(dir);
    assert.deepEqual([answer.ok, answer.entries, answer.head], [true, 0, "missing"]);
    requireWhole(answer);
  }));

Deno.test("requireWhole() names the first bad entry, with file and line", () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir);
    for (const name of ["a", "b", "c"]) await journal.append(refusal(name));
    const text = Deno.readTextFileSync(segment(dir));
    Deno.writeTextFileSync(segment(dir), text.replace('"requestId":"b"', '"requestId":"x"'));
    const answer = await verifyJournal(dir);
    const wanted = /from entry 2 \(00000001\.jsonl, line 2\): edited/;
    assert.throws(() => requireWhole(answer), refused("JOURNAL_BROKEN", wanted));
  }));

Deno.test("verifyJournal() says that it could not look, rather than wait or pass over", () =>
  withJournalDir(async (dir) => {
    await journalIn(dir).append(refusal("a"));
    Deno.mkdirSync(`${dir}/00000002.jsonl`);
    await assert.rejects(verifyJournal(dir), refused("JOURNAL_INCOMPLETE"));
  }));

Deno.test("verifyJournal() and readEntries() read lines across chunks, and hold out an endless one", () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir);
    for (let i = 0; i < 80; i++) await journal.append(refusal(`r${i}`, "m".repeat(3700)));
    assert.ok(Deno.statSync(segment(dir)).size > 256 * 1024);
    await assertWhole(dir);
    assert.equal((await entriesIn(dir)).length, 80);
    Deno.writeTextFileSync(segment(dir), `${"x".repeat(400_000)}\n`, { append: true });
    const { firstBad } = await verifyJournal(dir);
    assert.deepEqual([firstBad?.what, firstBad?.seq], ["unreadable", 81]);
  }));
