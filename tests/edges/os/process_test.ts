// os: helper programs are started without a shell, in a bare environment, within limits.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { runProcess, splitCommand } from "../../../lib/edges/os/process.ts";
import { withDirectory } from "./room.ts";

const LIMITS = { env: { PATH: "/usr/bin:/bin" }, timeoutMs: 10_000, maxBytes: 1000 };
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const failed = (message: RegExp) => (e: unknown) =>
  hasCode(e, "PROCESS_FAILED") && message.test(e.message);

Deno.test("runProcess() gives code, stdout and stderr", async () => {
  const answer = await runProcess(["sh", "-c", "echo out; echo err >&2; exit 7"], LIMITS);
  assert.deepEqual([answer.code, text(answer.stdout), text(answer.stderr)], [7, "out\n", "err\n"]);
});

Deno.test("runProcess() says 128 + n for a signal", async () => {
  assert.equal((await runProcess(["sh", "-c", "kill -TERM $$"], LIMITS)).code, 143);
});

Deno.test("runProcess() hands on its environment and nothing else", async () => {
  const env = { ...LIMITS.env, ONLY: "this" };
  const { stdout } = await runProcess(["env"], { ...LIMITS, env });
  assert.deepEqual(text(stdout).trim().split("\n").sort(), ["ONLY=this", "PATH=/usr/bin:/bin"]);
});

Deno.test("runProcess() feeds stdin, also to a program that does not read it", async () => {
  const stdin = new TextEncoder().encode("hello");
  assert.equal(text((await runProcess(["cat"], { ...LIMITS, stdin })).stdout), "hello");
  const much = { ...LIMITS, stdin: new Uint8Array(1 << 20) };
  assert.equal((await runProcess(["true"], much)).code, 0);
  assert.equal((await runProcess(["cat"], LIMITS)).stdout.length, 0);
});

Deno.test("runProcess() runs no shell: what looks like one is a word", async () => {
  const { stdout } = await runProcess(["echo", "$HOME; id", "*"], LIMITS);
  assert.equal(text(stdout), "$HOME; id *\n");
});

Deno.test("runProcess() ends what takes too long, though a grandchild holds the pipe", async () => {
  const started = performance.now();
  const command = ["sh", "-c", "echo secret; sleep 7 & exec sleep 8"];
  await assert.rejects(
    runProcess(command, { ...LIMITS, timeoutMs: 300 }),
    failed(/^Cannot run "sh": no answer within 0\.3 s$/),
  );
  assert.ok(performance.now() - started < 4000);
});

Deno.test("runProcess() ends what prints too much, and takes exactly as much as allowed", async () => {
  const print = (n: number) => ["sh", "-c", `head -c ${n} /dev/zero`];
  assert.equal((await runProcess(print(1000), LIMITS)).stdout.length, 1000);
  await assert.rejects(runProcess(print(1001), LIMITS), failed(/more than 1000 bytes/));
  await assert.rejects(runProcess(["cat", "/dev/zero"], LIMITS), failed(/more than 1000 bytes/));
});

Deno.test("runProcess() keeps the beginning of much complaint", async () => {
  const command = ["sh", "-c", "head -c 5000 /dev/zero >&2; echo ok"];
  const { stdout, stderr } = await runProcess(command, LIMITS);
  assert.deepEqual([text(stdout), stderr.length], ["ok\n", 1000]);
});

Deno.test("runProcess() says what can't be started, without its arguments", () =>
  withDirectory(async (dir) => {
    await Deno.writeTextFile(`${dir}/plain`, "no program");
    for (const program of ["no-such-program", `${dir}/plain`, dir]) {
      await assert.rejects(
        runProcess([program, "s3cret"], LIMITS),
        (e) => failed(/^Cannot run ".*": /)(e) && !String(e).includes("s3cret"),
      );
    }
    await assert.rejects(runProcess([], LIMITS), failed(/no words/));
  }));

Deno.test("runProcess() finds programs by the PATH that it hands on", () =>
  withDirectory(async (dir) => {
    await Deno.writeTextFile(`${dir}/helper`, "#!/bin/sh\necho found\n", { mode: 0o755 });
    const { stdout } = await runProcess(["helper"], { ...LIMITS, env: { PATH: dir } });
    assert.equal(text(stdout), "found\n");
  }));

// Expected words: what Python's shlex.split answers, as botocore calls it.
for (
  const c of [
    { text: "", words: [] },
    { text: "  \t\n ", words: [] },
    { text: "a  b\tc\nd", words: ["a", "b", "c", "d"] },
    { text: `/opt/x 'a b' "c d"`, words: ["/opt/x", "a b", "c d"] },
    { text: `a'b c'"d e"f`, words: ["ab cd ef"] },
    { text: `'' ""`, words: ["", ""] },
    { text: String.raw`a\ b \\ \'`, words: ["a b", "\\", "'"] },
    { text: String.raw`'a\b' "a\b" "a\"b" "a\\b"`, words: ["a\\b", "a\\b", 'a"b', "a\\b"] },
    { text: String.raw`"a\$b" "it's" 'say "x"'`, words: ["a\\$b", "it's", 'say "x"'] },
    { text: "$HOME ~ * ; | & # `id`", words: ["$HOME", "~", "*", ";", "|", "&", "#", "`id`"] },
    { text: "é\u00a0ü", words: ["é\u00a0ü"] },
  ]
) {
  Deno.test(`splitCommand() cuts ${JSON.stringify(c.text)}`, () => {
    assert.deepEqual(splitCommand(c.text), c.words);
  });
}

for (const text of ["'s3cret", 'a "s3cret', String.raw`"s3cret\"`, "s3cret\\"]) {
  Deno.test(`splitCommand() refuses ${JSON.stringify(text)}, and does not repeat it`, () => {
    assert.throws(
      () => splitCommand(text),
      (e) => hasCode(e, "AWS_CONFIG_INVALID") && !e.message.includes("s3cret"),
    );
  });
}
