// docs: the splitter of examples, by rows, and against a real shell.
import { strict as assert } from "node:assert";
import { sentinelCalls, Unsplittable } from "./shell_words.ts";

const SPLIT: readonly { name: string; text: string; calls: string[][] }[] = [
  {
    name: "plain words",
    text: "sentinel policy explain prod",
    calls: [["policy", "explain", "prod"]],
  },
  { name: "no call", text: "aws s3 ls", calls: [] },
  {
    name: "quotes",
    text: `sentinel exec --reason "a 'b' c" --ticket 'x "y"' -- ls`,
    calls: [["exec", "--reason", "a 'b' c", "--ticket", 'x "y"', "--", "ls"]],
  },
  { name: "a pipe", text: "sentinel list --json | jq '.a | .b'", calls: [["list", "--json"]] },
  {
    name: "and, or, semicolon",
    text: "sentinel whoami && sentinel list || sentinel doctor; sentinel help",
    calls: [["whoami"], ["list"], ["doctor"], ["help"]],
  },
  {
    name: "a substitution in quotes",
    text: 'eval "$(sentinel export -p dev --format env)"',
    calls: [["export", "-p", "dev", "--format", "env"]],
  },
  {
    name: "a process substitution",
    text: "source <(sentinel shell init zsh)",
    calls: [["shell", "init", "zsh"]],
  },
  { name: "a comment", text: "sentinel list   # sentinel whoami", calls: [["list"]] },
  { name: "a hash inside a word", text: "sentinel explain a#b", calls: [["explain", "a#b"]] },
  {
    name: "redirections",
    text: "sentinel template scp > scp.json 2>&1 <in",
    calls: [["template", "scp"]],
  },
  { name: "assignments before it", text: 'A=b C="d e" sentinel list', calls: [["list"]] },
  {
    name: "a program behind --",
    text: "sentinel sandbox exec -- sentinel whoami",
    calls: [["sandbox", "exec", "--", "sentinel", "whoami"], ["whoami"]],
  },
  {
    name: "a shell's own text",
    text: "sentinel sandbox exec -- sh -c 'sentinel whoami; sentinel list'",
    calls: [
      ["sandbox", "exec", "--", "sh", "-c", "sentinel whoami; sentinel list"],
      ["whoami"],
      ["list"],
    ],
  },
  { name: "a line that goes on", text: "sentinel list \\\n  --json", calls: [["list", "--json"]] },
  {
    name: "a condition",
    text: "if sentinel doctor; then sentinel list; fi",
    calls: [["doctor"], ["list"]],
  },
  { name: "another program's argument", text: "which sentinel", calls: [] },
];

for (const { name, text, calls } of SPLIT) {
  Deno.test(`sentinelCalls() with ${name}`, () => assert.deepEqual(sentinelCalls(text), calls));
}

for (
  const text of [
    "sentinel list `date`",
    "sentinel list 'a",
    'sentinel "',
    "cat <<EOF",
    "sentinel $((1))",
  ]
) {
  Deno.test(`sentinelCalls() refuses ${text}`, () =>
    assert.throws(() => sentinelCalls(text), Unsplittable));
}

Deno.test("sentinelCalls() reads words as sh does", async () => {
  const bin = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${bin}/sentinel`, '#!/bin/sh\nprintf "%s\\n" "$@" >> "$SEEN"\n', {
      mode: 0o700,
    });
    for (const { text, calls, name } of SPLIT) {
      if (/whoami &&|sandbox|<\(|doctor|<in/.test(text)) continue;
      await Deno.writeTextFile(`${bin}/seen`, "");
      await new Deno.Command("sh", {
        args: ["-c", `cd ${bin}; ${text}`],
        env: { PATH: `${bin}:/usr/bin:/bin`, SEEN: `${bin}/seen` },
        stdout: "null",
        stderr: "null",
      }).output();
      const seen = await Deno.readTextFile(`${bin}/seen`);
      assert.equal(seen, calls.flat().map((word) => `${word}\n`).join(""), name);
    }
  } finally {
    await Deno.remove(bin, { recursive: true });
  }
});
