// shell tests: the real shells, asked what they make of our texts.
import { type Ran, runIn } from "../e2e/tools.ts";
import { functionNames, type ShellName, type ShellPlan, SHELLS } from "../../shell/mod.ts";
import type { CompletionTable } from "../../shell/tables.ts";

/** A small table with every kind of flag and word. */
export const TABLE: CompletionTable = {
  groups: [
    {
      words: [],
      brief: "all",
      next: [
        { word: "exec", brief: "Decide, and run: one program" },
        { word: "policy", brief: "Policy as code: check it, ask it why" },
        { word: "completion", brief: "Completions [of 'sentinel']" },
      ],
    },
    {
      words: ["policy"],
      brief: "policy",
      next: [
        { word: "explain", brief: "What policy says" },
        { word: "validate", brief: "Check files" },
      ],
    },
  ],
  commands: [
    {
      words: ["exec"],
      brief: "exec",
      flags: [
        { name: "--profile", short: "-p", brief: "Target [profile]", value: "profile" },
        { name: "--policy", short: null, brief: "Policy: file:PATH", value: "policy" },
        { name: "--duration", short: null, brief: "Length, it's 15m", value: "text" },
        { name: "--quiet", short: null, brief: "No notes", value: null },
      ],
      positional: "program",
    },
    { words: ["policy", "explain"], brief: "explain", flags: [], positional: "profile" },
    {
      words: ["policy", "validate"],
      brief: "validate",
      flags: [{ name: "--format", short: null, brief: "Form", value: ["json", "yaml"] }],
      positional: "file",
    },
    { words: ["completion"], brief: "c", flags: [], positional: ["zsh", "bash", "fish"] },
  ],
};

/** A plan for these profiles. */
export function planFor(profiles: readonly string[], more: Partial<ShellPlan> = {}): ShellPlan {
  return {
    functions: functionNames(profiles).functions,
    policies: new Map(),
    passed: [],
    table: TABLE,
    prompt: false,
    digest: "sha256:00",
    ...more,
  };
}

/** The shells that are on this machine; a SKIP line for each that isn't. */
export async function shellsHere(): Promise<Map<ShellName, boolean>> {
  const here = new Map<ShellName, boolean>();
  for (const name of SHELLS) here.set(name, await isHere(name, "--version"));
  return here;
}

/** True when a program is there and runs. */
export async function isHere(program: string, ...args: string[]): Promise<boolean> {
  try {
    const { success } = await new Deno.Command(program, {
      args,
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).output();
    if (success) return true;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  console.log(`SKIP ${program}: it is not on the PATH`);
  return false;
}

/** Where a program of the PATH lies: for runs in which the PATH says nothing. */
export async function pathOf(program: string): Promise<string> {
  for (const folder of (Deno.env.get("PATH") ?? "").split(":")) {
    const path = `${folder}/${program}`;
    if (await Deno.stat(path).then((info) => info.isFile, () => false)) return path;
  }
  throw new Error(`${program} is not on the PATH`);
}

const BARE: Readonly<Record<ShellName, readonly string[]>> = {
  zsh: ["-f"],
  bash: ["--norc", "--noprofile"],
  fish: ["--no-config"],
};

/** Runs a file in a shell that read nothing of its own. */
export function inShell(
  shell: ShellName,
  home: string,
  file: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  return runIn(home, pathEnv(home, env), shell, ...BARE[shell], file);
}

/** A folder with a `sentinel` that prints its arguments, each closed by NUL. */
export async function stage(): Promise<string> {
  const home = await Deno.makeTempDir({ prefix: "sentinel-shell-" });
  await Deno.mkdir(`${home}/bin`);
  await program(home, "sentinel", `printf '%s\\0' "$@"`);
  return home;
}

/** Puts a `/bin/sh` program on the PATH of `home`. */
export async function program(home: string, name: string, body: string): Promise<void> {
  await Deno.writeTextFile(`${home}/bin/${name}`, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

/** The variables of a shell in `home`. */
export function pathEnv(
  home: string,
  env: Readonly<Record<string, string>> = {},
): Record<string, string> {
  return { PATH: `${home}/bin:/usr/bin:/bin`, TERM: "dumb", ...env };
}

/** What bash would offer for a line, after `script` was sourced. */
export async function askBash(
  home: string,
  script: string,
  lines: readonly string[],
): Promise<string[][]> {
  const asks = lines.map((line) => `ask ${bashWord(line)}`).join("\n");
  const text = `. ${bashWord(script)}
bind 'set completion-ignore-case off' 2> /dev/null
ask() {
  local fn
  # As readline cuts it: blanks, and : and = as words of their own.
  read -ra COMP_WORDS <<< "$(sed 's/[:=]\\{1,\\}/ & /g' <<< "$1")"
  case $1 in *[:=]) ;; *' ') COMP_WORDS+=('') ;; esac
  COMP_LINE=$1 COMP_POINT=\${#1} COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 )) COMPREPLY=()
  fn=$(complete -p "\${COMP_WORDS[0]}" | sed 's/.* -F \\([^ ]*\\).*/\\1/')
  "$fn" "\${COMP_WORDS[0]}" "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}" 2> /dev/null
  (( \${#COMPREPLY[@]} == 0 )) || printf '%s\\n' "\${COMPREPLY[@]}"
  printf '\\001\\n'
}
${asks}
`;
  const file = `${home}/ask.bash`;
  await Deno.writeTextFile(file, text);
  const { out } = await inShell("bash", home, file);
  return answers(out, "\u0001\n", lines.length);
}

/** What fish would offer. */
export async function askFish(
  home: string,
  script: string,
  lines: readonly string[],
): Promise<string[][]> {
  const asks = lines.map((line) => `complete -C ${fishWord(line)}\nprintf '\\001\\n'`);
  const file = `${home}/ask.fish`;
  await Deno.writeTextFile(file, `source ${fishWord(script)}\n${asks.join("\n")}\n`);
  const { out } = await inShell("fish", home, file);
  return answers(out, "\u0001\n", lines.length).map((a) => a.map((l) => l.split("\t")[0] ?? ""));
}

function answers(out: string, mark: string, count: number): string[][] {
  const parts = out.split(mark).slice(0, -1);
  if (parts.length !== count) {
    throw new Error(`${count} questions, ${parts.length} answers: ${out}`);
  }
  return parts.map((part) => part.split("\n").filter((line) => line !== "").sort());
}

function bashWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function fishWord(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
