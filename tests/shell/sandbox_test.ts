// shell: the whole way: real shells source what the real program writes, and get credentials by it.
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { type Ready, withSandbox } from "../../commands/sandbox/start.ts";
import type { ShellName } from "../../shell/mod.ts";
import { runIn } from "../e2e/tools.ts";
import { denoDir } from "../e2e/transcript.ts";
import { pathOf, shellsHere } from "./ask.ts";

const HERE = await shellsHere();

const BARE: Readonly<Record<ShellName, readonly string[]>> = {
  zsh: ["-f"],
  bash: ["--norc", "--noprofile"],
  fish: ["--no-config"],
};
const EVAL: Readonly<Record<ShellName, string>> = {
  zsh: 'eval "$(sentinel shell init zsh)"',
  bash: 'eval "$(sentinel shell init bash)"',
  fish: "sentinel shell init fish | source",
};
/** Each line's exit code, in the words of each shell. */
const CODE: Readonly<Record<ShellName, string>> = { zsh: "$?", bash: "$?", fish: "$status" };

async function inWorld(use: (ready: Ready) => Promise<void>): Promise<void> {
  const options = { port: 0, world: undefined, as: undefined };
  await withSandbox(processBase("test", false), options, async (ready) => {
    await use(ready);
    return 0;
  });
}

const FULL = Deno.env.get("SENTINEL_TEST_FULL") !== undefined;
if (!FULL) {
  console.log("SKIP rc files of zsh and fish in the sandbox: only with SENTINEL_TEST_FULL=1");
}

async function evaluates(shell: ShellName, { env, home }: Ready): Promise<void> {
  const text = `${EVAL[shell]}
sentinel-dev sh -c 'echo "$AWS_SENTINEL $# $1"; exit 7' x 'a  b'
echo "code ${CODE[shell]}"
sentinel-prod sh -c 'echo never'
echo "code ${CODE[shell]}"
echo 'echo inside $AWS_SENTINEL' | sentinel-dev
echo "code ${CODE[shell]}"
`;
  const all = { ...env, ...denoDir(), SHELL: "/bin/sh" };
  const ran = await runIn(home, all, shell, ...BARE[shell], "-c", text);
  assert.equal(ran.out, "dev 1 a  b\ncode 7\ncode 4\ninside dev\ncode 0\n", ran.err);
  assert.match(ran.err, /error\[OBLIGATION_OPEN\]/);
}

async function remembers(shell: ShellName, { env, home }: Ready): Promise<void> {
  const all = { ...env, ...denoDir(), ZDOTDIR: home, SENTINEL_QUIET: "1" };
  const written = await runIn(home, all, "sentinel", "shell", "init", shell, "--write", "--yes");
  assert.equal(written.code, 0, written.err);
  const words = ["-i", "-c", "sentinel-dev sh -c 'echo $AWS_SENTINEL'"];
  const ran = await runIn(home, all, shell, ...words);
  assert.equal(ran.out, "dev\n", ran.err);
  // The same without a way to start anything: the functions are there.
  const which = shell === "fish" ? "functions sentinel-dev" : "typeset -f sentinel-dev";
  const none = { ...all, PATH: "/nowhere" };
  const bare = await runIn(home, none, await pathOf(shell), "-i", "-c", which);
  assert.equal(bare.code, 0, bare.err);
  assert.doesNotMatch(bare.err, /sentinel/);
}

for (const shell of ["bash", "zsh", "fish"] as const) {
  Deno.test({
    name:
      `${shell}: eval'd in one line, a function gets credentials, is refused, passes exit codes on`,
    ignore: !HERE.get(shell),
    fn: () => inWorld((ready) => evaluates(shell, ready)),
  });

  Deno.test({
    name: `${shell}: written once, a new shell has the functions from its own rc file`,
    // The three differ in where their rc file is: bash's stands for all where time counts.
    ignore: !HERE.get(shell) || !(FULL || shell === "bash"),
    fn: () => inWorld((ready) => remembers(shell, ready)),
  });
}
