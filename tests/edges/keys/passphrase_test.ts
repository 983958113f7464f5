// keys: passphrases by a terminal and by a stream.
import { strict as assert } from "node:assert";
import { askAtTerminal, readPassphrase } from "../../../lib/edges/keys/mod.ts";
import type { AskOptions, Terminal } from "../../../lib/edges/os/terminal.ts";
import { assertRefused } from "./desk.ts";

const ASKED = { question: "Passphrase for /keys/lea.age: ", isNew: false };

function terminalThatSays(...answers: string[]) {
  const asked: [string, AskOptions | undefined][] = [];
  let closed = 0;
  const terminal: Terminal = {
    ask: (question, options) => {
      asked.push([question, options]);
      return Promise.resolve(answers.shift() ?? "");
    },
    write: () => assert.fail("nothing is written"),
    close: () => closed++,
  };
  return { terminal, asked, closed: () => closed };
}

Deno.test("askAtTerminal() asks once, unseen, and closes the terminal", async () => {
  const { terminal, asked, closed } = terminalThatSays("correct horse");
  assert.equal(await askAtTerminal(() => terminal)(ASKED), "correct horse");
  assert.deepEqual(asked, [[ASKED.question, { secret: true }]]);
  assert.equal(closed(), 1);
});

Deno.test("askAtTerminal() asks twice for a new one, and wants the same", async () => {
  const isNew = { ...ASKED, isNew: true };
  const same = terminalThatSays("correct horse", "correct horse");
  assert.equal(await askAtTerminal(() => same.terminal)(isNew), "correct horse");
  assert.deepEqual(same.asked.map(([, options]) => options), [{ secret: true }, { secret: true }]);
  const other = terminalThatSays("correct horse", "correct house");
  const asked = askAtTerminal(() => other.terminal)(isNew);
  await assertRefused(asked, "PASSPHRASE_WRONG", /two different/, [
    "correct horse",
    "correct house",
  ]);
  assert.equal(other.closed(), 1);
});

Deno.test("askAtTerminal() without a terminal says so", async () => {
  await assertRefused(askAtTerminal(() => null)(ASKED), "NO_TERMINAL", /found no terminal/);
});

const bytes = (text: string) => new TextEncoder().encode(text);
for (
  const c of [
    { name: "a line", chunks: ["correct horse\n"], want: "correct horse" },
    { name: "a line without its end", chunks: ["correct horse"], want: "correct horse" },
    { name: "a line of Windows", chunks: ["correct horse\r\n"], want: "correct horse" },
    {
      name: "a line in pieces",
      chunks: ["corr", "ect ", "horse", "\nmore"],
      want: "correct horse",
    },
    { name: "blanks around it", chunks: ["  correct horse \n"], want: "  correct horse " },
    { name: "an empty line", chunks: ["\ncorrect horse\n"], want: "" },
    { name: "nothing", chunks: [], want: "" },
  ]
) {
  Deno.test(`readPassphrase() takes the first line: ${c.name}`, async () => {
    const stream = ReadableStream.from(c.chunks.map(bytes));
    assert.equal(await readPassphrase(stream)(ASKED), c.want);
    assert.equal(stream.locked, false);
    await stream.cancel();
  });
}

Deno.test("readPassphrase() waits for no more than the line", async () => {
  const stream = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(bytes("correct horse\n")),
  });
  assert.equal(await readPassphrase(stream)(ASKED), "correct horse");
  await stream.cancel();
});

for (
  const c of [
    { name: "a line without end", chunk: bytes("x".repeat(1025)), found: /more than 1024 bytes/ },
    { name: "bytes that are no text", chunk: new Uint8Array([0xff, 0xfe, 10]), found: /no UTF-8/ },
  ]
) {
  Deno.test(`readPassphrase() refuses ${c.name}`, async () => {
    const stream = ReadableStream.from([c.chunk]);
    await assertRefused(readPassphrase(stream)(ASKED), "PASSPHRASE_WRONG", c.found);
    await stream.cancel();
  });
}
