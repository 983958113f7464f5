// journal: whatever a crash leaves is put right, and nothing that was acknowledged is lost.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- one test, one flow
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { verifyJournal } from "../../../lib/edges/journal/verify.ts";
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

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

// The state after a crash inside the last write: `head.json` still names the entry before.
async function written(dir: string, names: string[], segmentBytes: number) {
  const journal = journalIn(dir, { segmentBytes });
  for (const name of names.slice(0, -1)) await journal.append(refusal(name));
  const head = Deno.readTextFileSync(`${dir}/head.json`);
  const acknowledged = await entriesIn(dir);
  await journal.append(refusal(names.at(-1) ?? ""));
  return { head, acknowledged };
}

Deno.test("append() repairs a tail torn at any byte of the last line", () =>
  withJournalDir(async (dir) => {
    const { head, acknowledged } = await written(dir, ["a", "b", "c"], 1e6);
    const path = `${dir}/00000001.jsonl`;
    const whole = Deno.readFileSync(path);
    const start = whole.lastIndexOf(10, whole.length - 2) + 1;
    for (let end = start; end < whole.length; end++) {
      Deno.writeFileSync(path, whole.subarray(0, end));
      Deno.writeTextFileSync(`${dir}/head.json`, head);
      const before = await verifyJournal(dir);
      assert.deepEqual([before.ok, before.tornBytes, before.head], [true, end - start, "ok"]);
      await journalIn(dir).append(refusal("d"));
      await assertWhole(dir);
      const entries = await entriesIn(dir);
      assert.deepEqual(entries.slice(0, 2), acknowledged);
      const repair = entries.length === 4 ? entries[2]?.entry : null;
      assert.equal(repair === null, end === start, "a repair is recorded when there was something");
      if (repair?.kind !== "repair") continue;
      const torn = whole.subarray(start, end);
      assert.deepEqual([repair.tornBytes, repair.tornHash], [torn.length, sha256(torn)]);
      assert.deepEqual(Deno.readFileSync(`${dir}/torn/${repair.file}`), torn);
    }
    assert.equal((Deno.statSync(`${dir}/torn`).mode ?? 0) & 0o777, 0o700);
  }));

Deno.test("append() repairs a new segment whose first line is torn", () =>
  withJournalDir(async (dir) => {
    const { head, acknowledged } = await written(dir, ["a", "b", "c", "d"], 1000);
    const path = `${dir}/00000002.jsonl`;
    const whole = Deno.readFileSync(path);
    const first = whole.indexOf(10) + 1;
    for (const end of [1, first >> 1, first - 1, first, first + 1]) {
      Deno.writeFileSync(path, whole.subarray(0, end));
      Deno.writeTextFileSync(`${dir}/head.json`, head);
      await journalIn(dir).append(refusal("e"));
      await assertWhole(dir);
      assert.deepEqual((await entriesIn(dir)).slice(0, acknowledged.length), acknowledged);
      const kinds = (await kindsIn(dir)).slice(acknowledged.length);
      const repaired = end === first ? [] : ["repair"];
      assert.deepEqual(kinds, ["segment", ...repaired, "refused"]);
    }
  }));

Deno.test("append() does not repair a tail that was acknowledged: it was cut", () =>
  withJournalDir(async (dir) => {
    await written(dir, ["a", "b"], 1e6);
    const path = `${dir}/00000001.jsonl`;
    const whole = Deno.readFileSync(path);
    Deno.writeFileSync(path, whole.subarray(0, whole.length - 1));
    await assert.rejects(journalIn(dir).append(refusal("c")), /cut/);
    assert.deepEqual(Deno.readFileSync(path), whole.subarray(0, whole.length - 1));
    const { firstBad } = await verifyJournal(dir);
    assert.deepEqual([firstBad?.what, firstBad?.seq], ["cut", 2]);
  }));

// A file size limit stands in for a full disk: the write that crosses it is short.
Deno.test("append() refuses when the disk takes half a line, and the next one repairs", () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir);
    while (sizeOf(dir) < 28_000) {
      await journal.append(refusal("a", "m".repeat(1000)));
    }
    const before = await entriesIn(dir);
    const command = appender(dir, "child", 9, 1e6, 3000).map((w) => `'${w}'`).join(" ");
    const child = new Deno.Command("sh", {
      args: ["-c", `trap '' XFSZ; ulimit -f 64; exec ${command}`],
      stderr: "inherit",
    });
    const { stdout } = await child.output();
    const answers = printed(stdout);
    const refused = answers.at(-1);
    assert.ok(refused && "code" in refused, JSON.stringify(answers));
    assert.equal(refused.code, "JOURNAL_UNWRITABLE");
    assert.equal(sizeOf(dir), 64 * 512, "the limit was reached inside a line");
    const torn = await verifyJournal(dir);
    assert.ok(torn.ok && torn.tornBytes > 0);
    await journal.append(refusal("z"));
    await assertWhole(dir);
    const entries = await entriesIn(dir);
    assert.deepEqual(entries.slice(0, before.length), before);
    assert.deepEqual(
      entries.slice(before.length).map(({ entry }) => entry.kind),
      [...answers.slice(0, -1).map(() => "refused"), "repair", "refused"],
    );
  }));

function sizeOf(dir: string): number {
  try {
    return Deno.statSync(`${dir}/00000001.jsonl`).size;
  } catch {
    return 0;
  }
}

Deno.test("append() refuses when its file can't be written, and goes on when it can", () =>
  withJournalDir(async (dir) => {
    const journal = journalIn(dir);
    await journal.append(refusal("a"));
    const undo = await makeImmutable(`${dir}/00000001.jsonl`);
    if (undo === null) return;
    try {
      await assert.rejects(journal.append(refusal("b")), { code: "JOURNAL_UNWRITABLE" });
    } finally {
      await undo();
    }
    assert.equal((await journal.append(refusal("b"))).seq, (await entriesIn(dir)).length);
    await assertWhole(dir);
  }));

// Root walks past modes: for root it takes the file system's own flag.
async function makeImmutable(path: string): Promise<(() => Promise<void>) | null> {
  if (Deno.uid() !== 0) {
    await Deno.chmod(path, 0o400);
    return () => Deno.chmod(path, 0o600);
  }
  const chattr = (flag: string) =>
    new Deno.Command("chattr", { args: [flag, path], stdout: "null", stderr: "null" }).output()
      .then(({ success }) => success, () => false);
  if (await chattr("+i")) return async () => void await chattr("-i");
  console.log("SKIP: root ignores modes, and chattr +i is not to be had here");
  return null;
}
