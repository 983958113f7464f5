// journal: the head is written over in place, and whatever lay there before is read or replaced.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- one test, one flow
import { strict as assert } from "node:assert";
import { HEAD_BYTES } from "../../../lib/core/journal/head.ts";
import { verifyJournal } from "../../../lib/edges/journal/verify.ts";
import { refusal } from "../../core/journal/chains.ts";
import { appender, assertWhole, journalIn, kindsIn, printed, withJournalDir } from "./desk.ts";

const head = (dir: string) => `${dir}/head.json`;
const inode = (dir: string) => Deno.lstatSync(head(dir)).ino;
const unpadded = (dir: string) => `${Deno.readTextFileSync(head(dir)).trimEnd()}\n`;

Deno.test("append() writes the head over in place", () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir, { segmentBytes: 1000 });
    await journal.append(refusal("a"));
    const first = inode(dir);
    for (const name of ["b", "c", "d", "e"]) {
      await journal.append(refusal(name));
      assert.deepEqual([inode(dir), Deno.statSync(head(dir)).size], [first, HEAD_BYTES]);
      await assertWhole(dir);
    }
  }));

const OLDER: readonly { name: string; make: (dir: string) => void }[] = [
  {
    name: "as an older version wrote it",
    make: (dir) => Deno.writeTextFileSync(head(dir), unpadded(dir)),
  },
  {
    name: "that a person laid out anew",
    make(dir) {
      const fields = JSON.parse(unpadded(dir));
      Deno.writeTextFileSync(head(dir), JSON.stringify(fields, null, 200));
    },
  },
  { name: "that others may read", make: (dir) => Deno.chmodSync(head(dir), 0o644) },
  { name: "that may not be written", make: (dir) => Deno.chmodSync(head(dir), 0o400) },
];
for (const { name, make } of OLDER) {
  Deno.test(`append() reads a head ${name}, and replaces it by one of its own`, () =>
    withJournalDir(async (dir) => {
      await journalIn(dir).append(refusal("a"));
      make(dir);
      const before = inode(dir);
      await assertWhole(dir);
      await journalIn(dir).append(refusal("b"));
      assert.notEqual(inode(dir), before);
      const { size, mode } = Deno.lstatSync(head(dir));
      assert.deepEqual([size, mode === null ? null : mode & 0o777], [HEAD_BYTES, 0o600]);
      assert.deepEqual(await kindsIn(dir), ["refused", "refused"]);
      await assertWhole(dir);
    }));
}

Deno.test("append() leaves a copy of the head that is a hard link as it is", () =>
  withJournalDir(async (dir) => {
    await journalIn(dir).append(refusal("a"));
    Deno.linkSync(head(dir), `${dir}-snapshot`);
    const kept = Deno.readTextFileSync(head(dir));
    await journalIn(dir).append(refusal("b"));
    assert.equal(Deno.readTextFileSync(`${dir}-snapshot`), kept);
    await assertWhole(dir);
  }));

Deno.test("append() renews a head of the right length that is none, and says so", () =>
  withJournalDir(async (dir) => {
    await journalIn(dir).append(refusal("a"));
    Deno.writeFileSync(head(dir), new Uint8Array(HEAD_BYTES));
    assert.equal((await verifyJournal(dir)).head, "missing");
    await journalIn(dir).append(refusal("b"));
    assert.deepEqual(await kindsIn(dir), ["refused", "repair", "refused"]);
    await assertWhole(dir);
  }));

Deno.test("verifyJournal() finds nothing wrong while others write, over and over", () =>
  withJournalDir(async (dir) => {
    await journalIn(dir).append(refusal("a"));
    const [program = "", ...args] = appender(dir, "w", 300, 20_000);
    const writer = new Deno.Command(program, { args, stdout: "piped", stderr: "inherit" }).spawn();
    let writing = true;
    const output = writer.output().finally(() => writing = false);
    let looks = 0;
    for (; writing; looks++) {
      const { ok, head, firstBad } = await verifyJournal(dir);
      assert.deepEqual({ ok, firstBad }, { ok: true, firstBad: null });
      assert.ok(head === "ok" || head === "behind", head);
    }
    assert.equal(printed((await output).stdout).length, 300);
    assert.ok(looks > 5);
    await assertWhole(dir);
  }));
