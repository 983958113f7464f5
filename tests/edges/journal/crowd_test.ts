// journal: many processes at once, some of them killed: one chain, with every entry in it.
// deno-lint-ignore-file no-sync-fn-in-async-fn -- one test, one flow
import { strict as assert } from "node:assert";
import { refusal } from "../../core/journal/chains.ts";
import { appender, assertWhole, entriesIn, journalIn, printed, withJournalDir } from "./desk.ts";

const WRITERS = Deno.env.get("SENTINEL_TEST_FULL") === "1" ? 50 : 20;
const EACH = 5;

function start(...args: (string | number)[]): Deno.ChildProcess {
  const [program = "", ...rest] = appender(...args);
  return new Deno.Command(program, { args: rest, stdout: "piped", stderr: "inherit" }).spawn();
}

// What the process was told of as durable.
function acknowledged(stdout: Uint8Array): { requestId: string; hash: string }[] {
  return printed(stdout).map((answer) => {
    assert.ok("hash" in answer, JSON.stringify(answer));
    return { requestId: answer.requestId, hash: answer.hash };
  });
}

async function recorded(dir: string): Promise<Map<string, string>> {
  const ids = (await entriesIn(dir)).flatMap(({ entry, hash }) =>
    entry.kind === "refused" ? [[entry.requestId, hash] as const] : []
  );
  assert.equal(new Map(ids).size, ids.length, "no entry is there twice");
  return new Map(ids);
}

Deno.test(`regression 11: ${WRITERS} processes appending at once make one chain with every entry`, () =>
  withJournalDir(async (dir) => {
    const writers = Array.from({ length: WRITERS }, (_, i) => start(dir, `w${i}`, EACH, 6000));
    const outputs = await Promise.all(writers.map((writer) => writer.output()));
    const told = outputs.flatMap(({ stdout }) => acknowledged(stdout));
    const there = await recorded(dir);
    const segments = [...Deno.readDirSync(dir)].filter(({ name }) => name.endsWith(".jsonl"));
    console.log(
      `${WRITERS} writers, ${told.length} acknowledged, ${there.size} recorded, ` +
        `${segments.length} segments`,
    );
    assert.equal(told.length, WRITERS * EACH);
    assert.equal(there.size, told.length);
    for (const { requestId, hash } of told) assert.equal(there.get(requestId), hash);
    await assertWhole(dir);
  }));

Deno.test("writers killed with SIGKILL lose nothing that was acknowledged, and block nobody", () =>
  withJournalDir(async (dir) => {
    const writers = Array.from({ length: 6 }, (_, i) => start(dir, `k${i}`, 100_000, 1e6));
    await waitFor(() => sizeOf(`${dir}/00000001.jsonl`) > 20_000);
    for (const writer of writers) {
      writer.kill("SIGKILL");
      await new Promise((done) => setTimeout(done, 15));
    }
    const outputs = await Promise.all(writers.map((writer) => writer.output()));
    const told = outputs.flatMap(({ stdout }) => acknowledged(stdout));
    await journalIn(dir, { now: () => new Date() }).append(refusal("after"));
    const there = await recorded(dir);
    console.log(`6 writers killed, ${told.length} acknowledged, ${there.size - 1} recorded`);
    assert.ok(told.length > 20);
    for (const { requestId, hash } of told) assert.equal(there.get(requestId), hash);
    await assertWhole(dir);
  }));

function sizeOf(path: string): number {
  try {
    return Deno.statSync(path).size;
  } catch {
    return 0;
  }
}

async function waitFor(condition: () => boolean): Promise<void> {
  const end = Date.now() + 30_000;
  while (!condition()) {
    assert.ok(Date.now() < end, "waited 30 s in vain");
    await new Promise((done) => setTimeout(done, 20));
  }
}
