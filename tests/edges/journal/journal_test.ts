// journal: appending, rotating, and saying no.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- one test, one flow
import { strict as assert } from "node:assert";
import { type ErrorCode, hasCode } from "../../../lib/core/errors/mod.ts";
import { openSink, requireWhole, verifyJournal } from "../../../lib/edges/journal/mod.ts";
import { refusal } from "../../core/journal/chains.ts";
import {
  appender,
  assertWhole,
  entriesIn,
  journalIn,
  kindsIn,
  printed,
  withJournalDir,
} from "./desk.ts";

const mode = (path: string) => (Deno.lstatSync(path).mode ?? 0) & 0o7777;
const segment = (dir: string) => `${dir}/00000001.jsonl`;
const refused = (code: ErrorCode, text?: RegExp) => (error: unknown) =>
  hasCode(error, code) && (text?.test(error.message) ?? true);

Deno.test("append() makes a private journal and answers with where the entry landed", () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir);
    const first = await journal.append(refusal("a"));
    const second = await journal.append(refusal("b"));
    assert.deepEqual([first.seq, second.seq], [1, 2]);
    const [one, two] = await entriesIn(dir);
    assert.deepEqual([one?.hash, two?.hash, two?.entry.prev], [
      first.hash,
      second.hash,
      first.hash,
    ]);
    assert.equal(one?.entry.at, "2026-11-24T09:00:00.000Z");
    assert.equal(mode(dir), 0o700);
    const files = [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
    assert.deepEqual(files, ["00000001.jsonl", "head.json", "lock"]);
    assert.deepEqual(files.map((name) => mode(`${dir}/${name}`)), [0o600, 0o600, 0o600]);
    const head = JSON.parse(Deno.readTextFileSync(`${dir}/head.json`));
    const { size } = Deno.statSync(`${dir}/00000001.jsonl`);
    assert.deepEqual(head, { segment: 1, seq: 2, hash: second.hash, bytes: size });
    await assertWhole(dir);
  }));

Deno.test("append() keeps the order of calls that did not wait for each other", () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir);
    const names = Array.from({ length: 20 }, (_, i) => `r${i}`);
    const landed = await Promise.all(names.map((name) => journal.append(refusal(name))));
    assert.deepEqual(landed.map(({ seq }) => seq), names.map((_, i) => i + 1));
    const ids = (await entriesIn(dir)).map(({ entry }) => "requestId" in entry && entry.requestId);
    assert.deepEqual(ids, names);
  }));

Deno.test("append() carries the chain over into new segments", () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir, { segmentBytes: 1000 });
    for (let i = 0; i < 12; i++) await journal.append(refusal(`r${i}`));
    const segments = [...Deno.readDirSync(dir)].filter(({ name }) => name.endsWith(".jsonl"));
    assert.ok(segments.length >= 4, `${segments.length} segments`);
    for (const { name } of segments) assert.ok(Deno.statSync(`${dir}/${name}`).size <= 1000);
    const kinds = await kindsIn(dir);
    assert.equal(kinds.filter((kind) => kind === "segment").length, segments.length - 1);
    assert.equal(kinds.filter((kind) => kind === "refused").length, 12);
    await assertWhole(dir);
  }));

Deno.test("append() goes on where a crash left an empty new segment", () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir);
    await journal.append(refusal("a"));
    Deno.writeTextFileSync(`${dir}/00000002.jsonl`, "", { mode: 0o600 });
    await journal.append(refusal("b"));
    assert.deepEqual(await kindsIn(dir), ["refused", "segment", "refused"]);
    await assertWhole(dir);
  }));

Deno.test("append() says in the record that the head was missing", () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir);
    await journal.append(refusal("a"));
    for (
      const spoil of [() => Deno.removeSync(`${dir}/head.json`), () => write(dir, "head.json", "")]
    ) {
      spoil();
      const before = await verifyJournal(dir);
      assert.equal(before.head, "missing");
      assert.throws(() => requireWhole(before), refused("JOURNAL_INCOMPLETE"));
      await journal.append(refusal("b"));
      await assertWhole(dir);
    }
    assert.deepEqual(await kindsIn(dir), ["refused", "repair", "refused", "repair", "refused"]);
  }));

function write(dir: string, name: string, text: string): void {
  Deno.writeTextFileSync(`${dir}/${name}`, text);
}

Deno.test("append() tightens loose modes", () =>
  withJournalDir(async (dir) => {
    await journalIn(dir).append(refusal("a"));
    Deno.chmodSync(dir, 0o777);
    for (const name of ["00000001.jsonl", "lock"]) Deno.chmodSync(`${dir}/${name}`, 0o666);
    await journalIn(dir).append(refusal("b"));
    assert.equal(mode(dir), 0o700);
    for (const name of ["00000001.jsonl", "lock", "head.json"]) {
      assert.equal(mode(`${dir}/${name}`), 0o600);
    }
  }));

Deno.test("append() refuses after close(), but ends what is on its way", () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir);
    const going = journal.append(refusal("a"));
    journal.close();
    await assert.rejects(journal.append(refusal("b")), refused("JOURNAL_UNWRITABLE", /closed/));
    assert.equal((await going).seq, 1);
  }));

Deno.test("append() goes on after a failure", () =>
  withJournalDir(async (dir) => {
    let broken = true;
    const now = () => broken ? new Date(NaN) : new Date("2026-11-24T09:00:00Z");
    const journal = journalIn(dir, { now });
    await assert.rejects(journal.append(refusal("a")), refused("JOURNAL_UNWRITABLE"));
    broken = false;
    assert.equal((await journal.append(refusal("a"))).seq, 1);
  }));

Deno.test("append() is busy, not stuck, while another holds the lock", () =>
  withJournalDir(async (dir) => {
    await journalIn(dir).append(refusal("a"));
    using holder = Deno.openSync(`${dir}/lock`, { read: true, write: true });
    assert.equal(holder.tryLockSync(true), true);
    let slept = 0;
    const sleep = (ms: number) => Promise.resolve(void (slept += ms));
    const journal = journalIn(dir, { sleep });
    await assert.rejects(journal.append(refusal("b")), refused("JOURNAL_BUSY"));
    assert.ok(slept >= 10_000 && slept < 10_100, `${slept} ms`);
    holder.unlockSync();
    assert.equal((await journal.append(refusal("b"))).seq, 2);
  }));

Deno.test("append() gives each line to the sinks too, after its own file", () =>
  withJournalDir(async (dir) => {
    const path = `${dir}-copy`;
    const journal = journalIn(dir, { segmentBytes: 1000, sinks: [openSink(path)] });
    for (let i = 0; i < 5; i++) await journal.append(refusal(`r${i}`));
    const own = ["00000001", "00000002"].map((n) => Deno.readTextFileSync(`${dir}/${n}.jsonl`));
    assert.ok(Deno.readTextFileSync(path).startsWith(own.join("")));
    assert.equal(mode(path), 0o600);
  }));

for (
  const c of [
    { name: "a device", make: (_: string) => "/dev/full" },
    { name: "a link", make: (path: string) => (Deno.symlinkSync("/dev/null", path), path) },
    { name: "a directory", make: (path: string) => (Deno.mkdirSync(path), path) },
    { name: "in a directory that is not there", make: (path: string) => `${path}/none/file` },
    {
      name: "a file that others may write",
      make: (path: string) => (Deno.writeTextFileSync(path, ""), Deno.chmodSync(path, 0o666), path),
    },
  ]
) {
  Deno.test(`append() fails when a sink is ${c.name}, though its own file has the entry`, () =>
    withJournalDir(async (dir) => {
      const sink = openSink(c.make(`${dir}-sink`));
      const append = journalIn(dir, { sinks: [sink] }).append(refusal("a"));
      await assert.rejects(append, refused("JOURNAL_UNWRITABLE"));
      assert.equal((await entriesIn(dir)).length, 1);
      await assertWhole(dir);
    }));
}

Deno.test("append() gives lines to stderr as `-`, and fails when stderr does not take them", () =>
  withJournalDir(async (dir) => {
    const command = appender(dir, "s", 1, 1e6, 10, "-").map((w) => `'${w}'`).join(" ");
    const run = (redirect: string) =>
      new Deno.Command("sh", { args: ["-c", `exec ${command} ${redirect}`] }).output();
    const good = await run("");
    assert.equal(new TextDecoder().decode(good.stderr), Deno.readTextFileSync(segment(dir)));
    const [answer] = printed((await run("2>/dev/full")).stdout);
    assert.ok(answer && "code" in answer && answer.code === "JOURNAL_UNWRITABLE");
    assert.equal((await entriesIn(dir)).length, 2);
    await assertWhole(dir);
  }));
