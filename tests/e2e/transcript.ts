// e2e: transcripts: real processes in a sandbox, told as a session.
//
// A file is one story. `$ command` runs in a shell; the lines after it are what must come:
//   plain        a line of stdout          `! …`   a line of stderr
//   `? 3`        the exit code (else 0)    `[..]`  anything within a line
//   `...`        any lines of stdout       `!...`  any lines of stderr
// `# as: lea` on top chooses the user, `# world: roads.yaml` a world of tests/e2e/worlds/; other
// lines with `# ` are comments.
import { strict as assert } from "node:assert";
import { FEATURES } from "../../lib/core/permissions/mod.ts";
import { withSandbox } from "../../commands/sandbox/start.ts";
import { processBase } from "../../commands/base.ts";

interface Step {
  line: number;
  command: string;
  stdout: string[];
  stderr: string[];
  code: number;
}

/** Reads a story. */
export function parseTranscript(
  text: string,
): { as: string | undefined; world: string | undefined; steps: Step[] } {
  const steps: Step[] = [];
  const top = (word: string) => new RegExp(`^# ${word}: (\\S+)$`, "m").exec(text)?.[1];
  for (const [index, line] of text.split("\n").entries()) {
    const step = steps.at(-1);
    if (line.startsWith("$ ")) {
      const command = line.slice(2);
      steps.push({ line: index + 1, command, stdout: [], stderr: [], code: 0 });
    } else if (line.startsWith("#") || line === "" || step === undefined) continue;
    else if (line.startsWith("? ")) step.code = Number(line.slice(2));
    else if (line === "!...") step.stderr.push("...");
    else if (line.startsWith("! ")) step.stderr.push(line.slice(2));
    else step.stdout.push(line);
  }
  return { as: top("as"), world: top("world"), steps };
}

function pattern(lines: readonly string[]): RegExp {
  const escaped = lines.map((line) =>
    line === "..."
      ? "(?:.*\\n)*?"
      : `${
        line.split("[..]").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join(".*")
      }\\n`
  );
  return new RegExp(`^${escaped.join("")}$`);
}

/** Runs a story, and compares all that it prints. */
export async function runTranscript(path: string, text: string): Promise<void> {
  const { as, world: named, steps } = parseTranscript(text);
  assert.ok(steps.length > 0, `${path} tells nothing`);
  const world = named === undefined
    ? undefined
    : decodeURIComponent(new URL(`./worlds/${named}`, import.meta.url).pathname);
  const options = { port: 0, world, as };
  await withSandbox(processBase("test", false), options, async ({ env, home, control }) => {
    for (const word of ["control", "make-key"]) await addWord(home, word);
    for (const step of steps) await runStep(path, step, env, home);
    await requireListedRights(path, control);
    return 0;
  });
}

/** No story asks AWS for a right that the registry doesn't list. */
async function requireListedRights(path: string, control: string): Promise<void> {
  const { rights } = await (await fetch(`${control}/events`)).json();
  const listed = FEATURES.flatMap((feature) => feature.rights.flatMap(({ actions }) => actions));
  const unlisted = Object.keys(rights).filter((action) => !listed.includes(action));
  assert.deepEqual(unlisted, [], `${path} asks for rights that the registry doesn't list`);
}

/** A fixture as a word on the story's PATH: `make-key` is fixtures/make_key.ts. */
async function addWord(home: string, word: string): Promise<void> {
  const file = new URL(`./fixtures/${word.replace("-", "_")}.ts`, import.meta.url);
  const script = decodeURIComponent(file.pathname);
  const text = `#!/bin/sh\nexec '${Deno.execPath()}' run -A -q '${script}' "$@"\n`;
  await Deno.writeTextFile(`${home}/bin/${word}`, text, { mode: 0o700 });
}

async function runStep(
  path: string,
  step: Step,
  env: Record<string, string>,
  home: string,
): Promise<void> {
  const { code, stdout, stderr } = await new Deno.Command("sh", {
    args: ["-c", step.command],
    cwd: home,
    env: { HOME: home, TZ: "Pacific/Kiritimati", LANG: "C.UTF-8", ...denoDir(), ...env },
    clearEnv: true,
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  const told =
    `${path}:${step.line}: $ ${step.command}\nstdout:\n${out}stderr:\n${err}exit ${code}`;
  assert.equal(code, step.code, `exit code\n${told}`);
  assert.match(ended(out ?? ""), pattern(step.stdout), `stdout\n${told}`);
  assert.match(ended(err ?? ""), pattern(step.stderr), `stderr\n${told}`);
}

function ended(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}

/** Where Deno keeps its packages: the story's own HOME has none. */
export function denoDir(): Record<string, string> {
  const kept = [
    "DENO_DIR",
    "NPM_CONFIG_REGISTRY",
    "NODE_EXTRA_CA_CERTS",
    "DENO_CERT",
    "DENO_TLS_CA_STORE",
  ];
  const set = Object.fromEntries(
    kept.map((name) => [name, Deno.env.get(name)]).filter(([, value]) => value !== undefined),
  );
  const home = Deno.env.get("HOME");
  return { ...(home !== undefined && { DENO_DIR: `${home}/.cache/deno` }), ...set };
}
