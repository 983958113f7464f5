// docs: examples run as they stand, each in a sandbox of its own.
import { processBase } from "../../commands/base.ts";
import { withSandbox } from "../../commands/sandbox/start.ts";
import { firstThatRuns, type Ran, runIn } from "../e2e/tools.ts";
import { ROOT } from "./parsing.ts";

const POLICY = `version: "1"
rules:
  - name: dev
    effect: allow
    conditions: { profiles: [dev] }
`;

const GUARDRAIL = `version: "1"
rules:
  - name: no-servers
    effect: deny
    conditions: { mode: [server] }
`;

/** Runs a line in a directory that has the files which examples name. */
export async function runExample(line: string): Promise<Ran> {
  let ran: Ran = { code: -1, out: "", err: "" };
  const options = { port: 0, world: undefined, as: undefined };
  await withSandbox(processBase("test", false), options, async ({ env, home }) => {
    for (const folder of [".zfunc", ".config/fish/completions", COMPLETIONS]) {
      await Deno.mkdir(`${home}/${folder}`, { recursive: true });
    }
    const work = `${home}/work`;
    await Deno.mkdir(work);
    await Deno.writeTextFile(`${work}/policy.yaml`, POLICY, { mode: 0o600 });
    await Deno.writeTextFile(`${work}/guardrails.yaml`, GUARDRAIL, { mode: 0o600 });
    await Deno.copyFile(`${ROOT}tests/e2e/worlds/roads.yaml`, `${work}/world.yaml`);
    const settings = { ...env, AWS_EC2_METADATA_DISABLED: "true", SHELL: "/bin/sh" };
    ran = await runIn(home, settings, shellOf(line), "-c", `cd work && ${line}`);
    return 0;
  });
  return ran;
}

const COMPLETIONS = ".local/share/bash-completion/completions";

/** The shell that a line is for: text that a shell reads is read by that one. */
function shellOf(line: string): string {
  const evaluated = /^(?:eval|source|\.) .*shell init (zsh|bash|fish)/.exec(line)?.[1];
  const named = evaluated ?? /shell init (fish) \| source/.exec(line)?.[1];
  return named ?? (line.includes("<(") ? "bash" : "sh");
}

/** The first program that the line needs and this machine has not; `null` when all are there. */
export async function programOf(line: string): Promise<string | null> {
  const tools = ["aws", "jq"].filter((name) =>
    new RegExp(`(?:^|[|;&]|-- )\\s*${name} `).test(line)
  );
  for (const name of [shellOf(line), ...tools]) {
    if (await firstThatRuns([["sh", "-c", `command -v ${name}`]]) === null) return name;
  }
  return null;
}
