// journal: appending, rotating, and saying no.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- one test, one flow
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import type { ErrorCode } from "../../../lib/core/errors/mod.ts";
import { openSink, requireWhole, verifyJournal } from "../../../lib/edges/journal/mod.ts";
import { readEntries } from "../../../lib/edges/journal/read.ts";
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

const lastLineOff = (text: string) => text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1);
const segment = (dir: string) => `${dir}/00000001.jsonl`;
const NOES: { name: string; spoil: (dir: string) => void; text: RegExp }[] = [
  {
    name: "whose last entry was cut off",
    spoil: (dir) =>
      Deno.writeTextFileSync(segment(dir), lastLineOff(Deno.readTextFileSync(segment(dir)))),
    text: /files end at entry 1, before head.json's 2: cut/,
  },
  {
    name: "whose last entry was cut in two",
    spoil: (dir) => Deno.truncateSync(segment(dir), Deno.statSync(segment(dir)).size - 9),
    text: /files end at entry 1, before head.json's 2: cut/,
  },
  {
    name: "whose files are gone but for the head",
    spoil: (dir) => Deno.removeSync(segment(dir)),
    text: /files end at entry 0, before head.json's 2: cut/,
  },
  {
    name: "whose last entry was edited",
    spoil: (dir) => {
      const [one, two = ""] = Deno.readTextFileSync(segment(dir)).split(/(?<=\n)/);
      Deno.writeTextFileSync(segment(dir), one + two.replace("no rule", "no role"));
    },
    text: /entry 2 is not the one that head.json knows/,
  },
  {
    name: "that ends in rubbish",
    spoil: (dir) => Deno.writeTextFileSync(segment(dir), "rubbish\n", { append: true }),
    text: /no JSON/,
  },
  {
    name: "that ends in an endless line",
    spoil: (dir) => Deno.writeTextFileSync(segment(dir), "x".repeat(9000), { append: true }),
    text: /longer than 4 KiB/,
  },
  {
    name: "whose segment is a link",
    spoil: (dir) => {
      Deno.renameSync(segment(dir), `${dir}/elsewhere`);
      Deno.symlinkSync(`${dir}/elsewhere`, segment(dir));
    },
    text: /found a link/,
  },
  {
    name: "whose head is a link",
    spoil: (dir) => {
      Deno.renameSync(`${dir}/head.json`, `${dir}/elsewhere`);
      Deno.symlinkSync(`${dir}/elsewhere`, `${dir}/head.json`);
    },
    text: /found a link/,
  },
  {
    name: "whose lock is a link",
    spoil: (dir) => {
      Deno.removeSync(`${dir}/lock`);
      Deno.symlinkSync("/dev/null", `${dir}/lock`);
    },
    text: /found a link/,
  },
  {
    name: "that is gone",
    spoil: (dir) => Deno.removeSync(dir, { recursive: true }),
    text: /directory is gone/,
  },
  {
    name: "whose segment is a directory",
    spoil: (dir) => Deno.mkdirSync(`${dir}/00000002.jsonl`),
    text: /found a link or somebody else's file/,
  },
];
for (const { name, spoil, text } of NOES) {
  Deno.test(`append() refuses a journal ${name}`, () =>
    withJournalDir(async (dir) => {
      const journal = journalIn(dir);
      await journal.append(refusal("a"));
      await journal.append(refusal("b"));
      spoil(dir);
      const before = contentOf(dir);
      await assert.rejects(journal.append(refusal("c")), refused("JOURNAL_UNWRITABLE", text));
      assert.deepEqual(contentOf(dir), before, "and touches nothing");
    }));
}

function contentOf(dir: string): string | null {
  try {
    return Deno.readTextFileSync(segment(dir));
  } catch {
    return null;
  }
}

Deno.test("append() refuses a directory that is a link, and one below a file", () =>
  withJournalDir(async (dir) => {
    Deno.mkdirSync(`${dir}-real`);
    Deno.symlinkSync(`${dir}-real`, dir);
    const unwritable = refused("JOURNAL_UNWRITABLE");
    await assert.rejects(journalIn(dir).append(refusal("a")), unwritable);
    Deno.writeTextFileSync(`${dir}-file`, "");
    await assert.rejects(journalIn(`${dir}-file/journal`).append(refusal("a")), unwritable);
  }));

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

Deno.test("append() refuses files of somebody else", {
  ignore: Deno.uid() !== 0 && notice("only root can give files away"),
}, () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir);
    await journal.append(refusal("a"));
    for (const path of [segment(dir), `${dir}/lock`]) {
      Deno.chownSync(path, 65534, 65534);
      await assert.rejects(journal.append(refusal("b")), refused("JOURNAL_UNWRITABLE"));
      Deno.chownSync(path, 0, 0);
    }
    Deno.chownSync(dir, 65534, 65534);
    await assert.rejects(journalIn(dir).append(refusal("b")), refused("JOURNAL_UNWRITABLE"));
  }));

function notice(why: string): boolean {
  console.log(`SKIP: ${why}`);
  return true;
}

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
