// init: asked on the controlling terminal, which a real pty plays: answers, defaults, and a no.
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { withSandbox } from "../../commands/sandbox/start.ts";
import { firstThatRuns, testWith } from "../e2e/tools.ts";
import { denoDir } from "../e2e/transcript.ts";

const WORLD = decodeURIComponent(new URL("./world.yaml", import.meta.url).pathname);
const script = await firstThatRuns([["script", "-qec", "true", "/dev/null"]]);
const WHY = "no script(1) that makes a pty";

/** A question's words, and what is typed when they are on the screen. */
type Answer = readonly [question: string, typed: string];

/** Runs `sentinel init` on a pty, answers each question, and looks at what came of it. */
async function asked(
  answers: readonly Answer[],
  look: (seen: { screen: string; code: number; config: string }) => void,
): Promise<void> {
  const options = { port: 0, world: WORLD, as: undefined };
  await withSandbox(processBase("test", false), options, async ({ env, home }) => {
    const child = new Deno.Command("script", {
      args: ["-qec", `sentinel init >${home}/out 2>${home}/err; echo "<$?>"`, "/dev/null"],
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
    const left = [...answers];
    let screen = "";
    for await (const bytes of child.stdout) {
      screen += new TextDecoder().decode(bytes);
      if (left[0] !== undefined && screen.includes(left[0][0])) {
        await writer.write(new TextEncoder().encode(`${left.shift()?.[1]}\n`));
      }
      if (/<\d+>/.test(screen)) break;
    }
    await writer.close().catch(() => {});
    await child.status;
    clearTimeout(limit);
    assert.deepEqual(left, [], `never asked\n${screen}${await Deno.readTextFile(`${home}/err`)}`);
    const config = await Deno.readTextFile(env["AWS_CONFIG_FILE"] ?? "");
    look({ screen, code: Number(/<(\d+)>/.exec(screen)?.[1]), config });
    return 0;
  });
}

const QUESTIONS: readonly Answer[] = [
  ["Name of the gated profile [dev]: ", ""],
  ["ARN of the role that it is for: ", "arn:aws:iam::111122223333:role/SentinelProtected-Dev"],
  ["Profile that has the base credentials (or sso, for Identity Center) [mara]: ", ""],
  ["(names or ARNs, with spaces between) [mara]: ", "mara lea"],
];

testWith(
  script?.[0] ?? null,
  "init asks, takes what is offered, and writes on yes",
  WHY,
  () =>
    asked([...QUESTIONS, ["Write these files? [y/N]: ", "y"]], ({ screen, code, config }) => {
      assert.equal(code, 0, screen);
      assert.match(config, /\[profile dev\]\nregion = eu-central-1\ncredential_process = sentinel/);
    }),
);

testWith(
  script?.[0] ?? null,
  "init writes nothing without a yes",
  WHY,
  () =>
    asked([...QUESTIONS, ["Write these files? [y/N]: ", ""]], ({ screen, code, config }) => {
      assert.equal(code, 0, screen);
      assert.doesNotMatch(config, /profile dev/);
    }),
);
