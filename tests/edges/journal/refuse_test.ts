// journal: what was tampered with, or is not ours, is not written to.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- one test, one flow
import { strict as assert } from "node:assert";
import { type ErrorCode, hasCode } from "../../../lib/core/errors/mod.ts";
import { encodeEntry } from "../../../lib/core/journal/entry.ts";
import { entryOf, refusal } from "../../core/journal/chains.ts";
import { journalIn, withJournalDir } from "./desk.ts";

const refused = (code: ErrorCode, text?: RegExp) => (error: unknown) =>
  hasCode(error, code) && (text?.test(error.message) ?? true);
const segment = (dir: string) => `${dir}/00000001.jsonl`;

const lastLineOff = (text: string) => text.slice(0, text.lastIndexOf("\n", text.length - 2) + 1);
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
    name: "whose entries were replaced by fewer and longer ones",
    spoil: (dir) => {
      const line = encodeEntry(entryOf(refusal("x", "m".repeat(2000))));
      Deno.writeTextFileSync(segment(dir), `${new TextDecoder().decode(line)}\n`);
    },
    text: /files end at entry 1, before head.json's 2: cut/,
  },
  {
    name: "whose earlier entry was made shorter",
    spoil: (dir) => {
      const text = Deno.readTextFileSync(segment(dir));
      Deno.writeTextFileSync(segment(dir), text.replace("no rule matches", "no"));
    },
    text: /bytes, head.json says \d+: cut/,
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
