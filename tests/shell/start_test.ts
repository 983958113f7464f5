// shell: a new interactive shell with our line: it starts nothing, and shows the prompt's segment.
import { strict as assert } from "node:assert";
import { type ShellName, WRITERS } from "../../shell/mod.ts";
import { runIn } from "../e2e/tools.ts";
import { isHere, pathEnv, planFor, shellsHere, stage } from "./ask.ts";

const HERE = await shellsHere();
const STRACE = await isHere("strace", "-o", "/dev/null", "true");
const RC: Readonly<Record<ShellName, string>> = {
  bash: ".bashrc",
  zsh: ".zshrc",
  fish: ".config/fish/config.fish",
};

/** A home whose rc file sources the cached form, with the prompt. */
async function homeOf(shell: ShellName): Promise<string> {
  const home = await stage();
  const { entry, files } = WRITERS[shell].files(
    planFor(["prod", "dev"], { prompt: true }),
    `${home}/made`,
  );
  const texts = new Map([...files].map(([path, text]) => [`made/${path}`, text]));
  texts.set(RC[shell], `${WRITERS[shell].sourcing(`${home}/made/${entry}`)}\n`);
  for (const [path, text] of texts) {
    const file = `${home}/${path}`;
    await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    await Deno.writeTextFile(file, text);
  }
  return home;
}

function variables(home: string, inside: boolean): Record<string, string> {
  const end = new Date(Date.now() + (42 * 60 + 30) * 1000).toISOString().replace(/\.\d+Z/, "Z");
  const segment = { AWS_SENTINEL: "prod", AWS_CREDENTIAL_EXPIRATION: end };
  return pathEnv(home, { ZDOTDIR: home, ...(inside ? segment : {}) });
}

/** How many programs and processes a new shell starts, itself among them. */
async function started(shell: ShellName, home: string, inside: boolean): Promise<number> {
  const log = `${home}/calls`;
  const calls = "trace=execve,clone,clone3,fork,vfork";
  await runIn(
    home,
    variables(home, inside),
    "strace",
    ...["-f", "-o", log, "-e", calls, shell, "-i", "-c", "true"],
  );
  const lines = (await Deno.readTextFile(log)).split("\n");
  return lines.filter((line) => /\b(execve|clone3?|v?fork)\(.*= [0-9]/.test(line)).length;
}

for (const shell of ["bash", "zsh", "fish"] as const) {
  Deno.test({
    name: `${shell} starts no more processes with our line than without, in exec's shells too`,
    ignore: !STRACE || !HERE.get(shell),
    async fn() {
      const home = await homeOf(shell);
      try {
        const ours = [await started(shell, home, false), await started(shell, home, true)];
        await Deno.rename(`${home}/made`, `${home}/gone`);
        const without = await started(shell, home, false);
        assert.ok(without > 0, "strace saw the shell itself");
        assert.deepEqual(ours, [without, without]);
      } finally {
        await Deno.remove(home, { recursive: true });
      }
    },
  });
}

for (const shell of ["bash", "zsh"] as const) {
  Deno.test({
    name: `${shell} shows the segment once before each prompt, and keeps exit codes`,
    ignore: !HERE.get(shell),
    async fn() {
      const home = await homeOf(shell);
      try {
        const lines = "PS1='ready> '; false\nprintf 'code %s\\n' $?\nexit\n";
        await Deno.writeTextFile(`${home}/typed`, lines);
        const env = variables(home, true);
        const { out, err } = await runIn(home, env, "sh", "-c", `${shell} -i < ${home}/typed`);
        assert.match(out, /code 1/);
        const shown = out + err;
        assert.equal(shown.split("[prod 42m] ready> ").length - 1, 2, shown);
        assert.doesNotMatch(shown, /\[prod 42m\] \[prod/);
      } finally {
        await Deno.remove(home, { recursive: true });
      }
    },
  });
}
