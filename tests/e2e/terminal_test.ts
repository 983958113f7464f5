// e2e: questions go to the controlling terminal, which a real pty plays here.
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { withSandbox } from "../../commands/sandbox/start.ts";
import { firstThatRuns, testWith } from "./tools.ts";
import { denoDir } from "./transcript.ts";

const WORLD = decodeURIComponent(new URL("./worlds/roads.yaml", import.meta.url).pathname);
const script = await firstThatRuns([["script", "-qec", "true", "/dev/null"]]);

/** What the person saw on the terminal, what went to stdout, and how it ended. */
interface Seen {
  screen: string;
  stdout: string;
  code: number;
}

/** Runs sentinel on a pty with stdout in a file, and types `keys` when the question is there. */
async function typed(keys: string, command = "credentials"): Promise<Seen> {
  let seen: Seen | undefined;
  const options = { port: 0, world: WORLD, as: undefined };
  await withSandbox(processBase("test", false), options, async ({ env, home }) => {
    const line = `sentinel ${command} --profile mfa >${home}/out 2>${home}/err; echo "<$?>"`;
    const child = new Deno.Command("script", {
      args: ["-qec", line, "/dev/null"],
      cwd: home,
      env: { HOME: home, TERM: "xterm", SHELL: "/bin/sh", ...denoDir(), ...env },
      clearEnv: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    // A question that nobody hears the answer to must fail the test, not hold it up.
    const limit = setTimeout(() => child.kill("SIGKILL"), 30_000);
    const writer = child.stdin.getWriter();
    let screen = "";
    let asked = false;
    for await (const bytes of child.stdout) {
      screen += new TextDecoder().decode(bytes);
      if (!asked && screen.includes(": ")) {
        asked = true;
        await writer.write(new TextEncoder().encode(keys));
      }
      if (/<\d+>/.test(screen)) break;
    }
    await writer.close().catch(() => {});
    await child.status;
    clearTimeout(limit);
    const code = Number(/<(\d+)>/.exec(screen)?.[1]);
    const stdout = await Deno.readTextFile(`${home}/out`) + await Deno.readTextFile(`${home}/err`);
    seen = { screen, stdout, code };
    return 0;
  });
  assert.ok(seen !== undefined);
  return seen;
}

const WHY = "no script(1) that makes a pty";

testWith(
  script?.[0] ?? null,
  "an MFA code is asked for on the terminal, unseen, and opens the role",
  WHY,
  async () => {
    const { screen, stdout, code } = await typed("123456\r");
    assert.equal(code, 0, stdout);
    assert.match(screen, /MFA code of arn:aws:iam::111122223333:mfa\/mara for mfa: /);
    assert.ok(!screen.includes("123456"), "the code was shown");
    assert.match(stdout, /^\{"Version":1,/);
  },
);

testWith(script?.[0] ?? null, "backspace mends the answer", WHY, async () => {
  assert.equal((await typed("1234567\x7f\r")).code, 0);
});

testWith(
  script?.[0] ?? null,
  "Ctrl-C at the question ends with 130 and INTERRUPTED",
  WHY,
  async () => {
    const { stdout, code } = await typed("12\x03");
    assert.equal(code, 130, stdout);
    assert.match(stdout, /^error\[INTERRUPTED\]/);
  },
);

testWith(script?.[0] ?? null, "end of input at the question is NO_TERMINAL", WHY, async () => {
  const { stdout, code } = await typed("\x04");
  assert.equal(code, 1, stdout);
  assert.match(stdout, /^error\[NO_TERMINAL\]/);
});

testWith(
  script?.[0] ?? null,
  "a word that is no code is refused, and not sent to AWS",
  WHY,
  async () => {
    const { stdout, code } = await typed("hunter\r");
    assert.equal(code, 4, stdout);
    assert.ok(!stdout.includes("hunter"));
  },
);
