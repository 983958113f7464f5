// commands: what of Sentinel is in a shell's rc file, and what is stale.
import { printable, printableJson, shellWord } from "../../lib/core/text/printable.ts";
import {
  changesBetween,
  rcState,
  readInputs,
  type ShellInputs,
  type ShellName,
  startsSentinel,
} from "../../shell/mod.ts";
import type { Session } from "../context.ts";
import type { InitFlags } from "./init.ts";
import { choiceOf, directoryFor, generated, INPUTS, type Made, make } from "./made.ts";
import { rcPath } from "./rc_path.ts";

const FOUND_SOMETHING = 10;

interface Finding {
  id: string;
  message: string;
  fix: string;
}

/** What is there, and what of it is missing, stale or broken. */
export interface ShellLook {
  shell: ShellName;
  rc: string;
  directory: string;
  functions: readonly unknown[];
  findings: readonly Finding[];
  notes: readonly string[];
}

/** Says what is there and what is stale; asks AWS only with --policy-root. */
export async function check(session: Session, shell: ShellName, flags: InitFlags): Promise<number> {
  const answer = await look(session, shell, flags);
  await tell(session, answer);
  return answer.findings.length === 0 ? 0 : FOUND_SOMETHING;
}

/** Looks, and changes nothing. */
export async function look(
  session: Session,
  shell: ShellName,
  flags: InitFlags,
): Promise<ShellLook> {
  const files = await session.shellFiles();
  const directory = directoryFor(session, shell);
  const there = files.readGenerated(directory);
  const before = readInputs(there.get(INPUTS) ?? "");
  const choice = before === null
    ? choiceOf(flags)
    : { ...before, policyRoot: flags.policyRoot ?? null };
  const made = await make(session, shell, choice, before?.remote ?? null);
  const rc = files.readRc(rcPath(session.base, shell, flags.rc));
  const wanted = generated(session, shell, made);
  const again = commandAgain(shell, made.inputs, flags.rc);
  const inRc = rcFindings(rc.bytes, files.characters(wanted.sourcing), rc.path, again);
  const set = rcState(rc.bytes).kind !== "none" || there.size > 0;
  const findings = [
    ...inRc,
    ...(set ? fileFindings(there, wanted.files, before, made, again) : []),
  ];
  const notes = notesOn(shell, rc, again);
  return { shell, rc: rc.path, directory, functions: made.plan.functions, findings, notes };
}

/** Who calls compinit, or brings a framework that does. */
const COMPINIT = /compinit|oh-my-zsh|prezto|zinit|zplug|antigen|antidote|zimfw|zgen/;

function notesOn(shell: ShellName, rc: { path: string; bytes: string }, again: string): string[] {
  const eager = `${rc.path} starts sentinel itself in each new shell: ${again} does without`;
  return [...(startsSentinel(rc.bytes) ? [eager] : []), ...withoutCompletions(shell, rc)];
}

/** What is to be said of an rc file that loads no completion system: at most one line. */
export function withoutCompletions(
  shell: ShellName,
  { path, bytes }: { path: string; bytes: string },
): string[] {
  if (shell !== "zsh" || COMPINIT.test(bytes)) return [];
  return [`${path} names no compinit: completions need "autoload -Uz compinit && compinit"`];
}

function rcFindings(bytes: string, sourcing: string, path: string, fix: string): Finding[] {
  const state = rcState(bytes);
  if (state.kind === "broken") {
    return [{
      id: "shell-rc-broken",
      message: `${path}: markers of Sentinel that are no pair`,
      fix: "take the marker lines out by hand",
    }];
  }
  if (state.kind === "none") {
    // What is evaluated in each new shell is whole by itself.
    if (startsSentinel(bytes)) return [];
    return [{ id: "shell-rc-missing", message: `${path}: Sentinel's lines are not in it`, fix }];
  }
  if (state.body === sourcing) return [];
  return [{ id: "shell-rc-other", message: `${path}: Sentinel's lines are not today's`, fix }];
}

function fileFindings(
  there: ReadonlyMap<string, string>,
  wanted: ReadonlyMap<string, string>,
  before: ShellInputs | null,
  made: Made,
  fix: string,
): Finding[] {
  if (there.size === 0 || before === null) {
    return [{ id: "shell-files-missing", message: "the generated files are not there", fix }];
  }
  const changes = changesBetween(before, made.inputs);
  const other = [...new Set([...there.keys(), ...wanted.keys()])].filter((path) =>
    there.get(path) !== wanted.get(path)
  );
  if (other.length === 0) return [];
  const why = changes.length > 0 ? changes.join("; ") : `changed: ${other.slice(0, 5).join(", ")}`;
  return [{ id: "shell-files-stale", message: `the generated files are stale: ${why}`, fix }];
}

/** The call that writes the same again. */
function commandAgain(shell: ShellName, inputs: ShellInputs, rc: string | undefined): string {
  const { remote, region, awsProfile, prompt } = inputs;
  const flags = [
    ...(remote === null ? [] : ["--policy-root", remote.root]),
    ...(region === null ? [] : ["--region", region]),
    ...(awsProfile === null ? [] : ["--aws-profile", awsProfile]),
    ...(prompt ? ["--prompt"] : []),
    ...(rc === undefined ? [] : ["--rc", rc]),
  ];
  return ["sentinel shell init", shell, "--write", ...flags.map(shellWord)].join(" ");
}

async function tell(session: Session, answer: ShellLook): Promise<void> {
  const { base, work } = session;
  if (await work.switchedOn("json")) {
    base.out(`${printableJson(answer)}\n`);
    return;
  }
  const lines = answer.findings.flatMap((
    { id, message, fix },
  ) => [`${id}: ${message}`, `  fix: ${fix}`]);
  if (lines.length === 0) {
    lines.push(
      `in order: ${answer.rc} and ${answer.directory}, ${answer.functions.length} functions`,
    );
  }
  lines.push(...answer.notes.map((note) => `note: ${note}`));
  base.out(lines.map((line) => `${printable(line, 2000)}\n`).join(""));
}
