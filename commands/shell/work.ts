// commands: the four things that `shell init` does.
import { SentinelError } from "../../lib/core/errors/mod.ts";
import { printable } from "../../lib/core/text/printable.ts";
import {
  changesBetween,
  completionTable,
  editRc,
  inputsText,
  planOf,
  type RcEdit,
  rcState,
  readInputs,
  type ShellInputs,
  type ShellName,
  type ShellPlan,
  startsSentinel,
  WRITERS,
} from "../../shell/mod.ts";
import type { Session } from "../context.ts";
import { gather, type ShellChoice } from "./gather.ts";
import type { InitFlags } from "./init.ts";
import { rcPath } from "./rc_path.ts";

/** Beside the generated files: what they were made of. */
const INPUTS = "inputs.json";
const FOUND_SOMETHING = 10;

interface Made {
  inputs: ShellInputs;
  plan: ShellPlan;
  warnings: string[];
}

function choiceOf(flags: InitFlags): ShellChoice {
  return {
    policyRoot: flags.policyRoot ?? null,
    region: flags.region ?? null,
    awsProfile: flags.awsProfile ?? null,
    prompt: flags.prompt ?? false,
  };
}

async function make(
  session: Session,
  shell: ShellName,
  choice: ShellChoice,
  remembered: ShellInputs["remote"] = null,
): Promise<Made> {
  const { inputs, warnings } = await gather(session, shell, choice, remembered);
  // Not before it is asked for: the route map holds this very command.
  const { root } = await import("../app.ts");
  const made = await planOf(inputs, completionTable(root));
  return { inputs, plan: made.plan, warnings: [...warnings, ...made.warnings] };
}

async function warn(session: Session, warnings: readonly string[]): Promise<void> {
  if (await session.work.switchedOn("quiet")) return;
  for (const text of warnings) session.base.err(`sentinel: ${printable(text, 1000)}\n`);
}

/** Where the generated files of a shell are. */
function directoryFor(session: Session, shell: ShellName): string {
  return `${session.work.directories().state}/shell/${shell}`;
}

function generated(session: Session, shell: ShellName, { inputs, plan }: Made): {
  directory: string;
  entry: string;
  files: Map<string, string>;
  sourcing: string;
} {
  const writer = WRITERS[shell];
  const directory = directoryFor(session, shell);
  const { entry, files } = writer.files(plan, directory);
  const all = new Map([...files, [INPUTS, inputsText(inputs)]]);
  return { directory, entry, files: all, sourcing: writer.sourcing(`${directory}/${entry}`) };
}

/** Prints the text for `eval`. */
export async function print(session: Session, shell: ShellName, flags: InitFlags): Promise<number> {
  const { plan, warnings } = await make(session, shell, choiceOf(flags));
  const script = WRITERS[shell].inline(plan);
  await warn(session, warnings);
  if (await session.work.switchedOn("json")) {
    session.base.out(
      `${JSON.stringify({ shell, functions: plan.functions, warnings, script })}\n`,
    );
    return 0;
  }
  const count = plan.functions.length;
  const told = count === 0
    ? "# No profiles yet: no gated profile in the AWS config, no policies/<profile>.yaml.\n"
    : `# Functions: ${count}. A shell that starts nothing: sentinel shell init ${shell} --write\n`;
  session.base.out(script + told);
  return 0;
}

/** Writes the files, and the lines of the rc file once the person has seen them and said yes. */
export async function write(session: Session, shell: ShellName, flags: InitFlags): Promise<number> {
  const files = await session.shellFiles();
  const made = await make(session, shell, choiceOf(flags));
  const { directory, entry, files: texts, sourcing } = generated(session, shell, made);
  const rc = files.readRc(rcPath(session.base, shell, flags.rc));
  const edit = editRc(rc.bytes, files.characters(sourcing), rc.path);
  await warn(session, made.warnings);
  if (!await agreed(session, flags, rc, edit)) return 1;
  files.writeGenerated(directory, texts, entry);
  if (edit.diff !== "") files.writeRc(rc, edit.text);
  await report(session, {
    shell,
    rc: rc.path,
    rcChanged: edit.diff !== "",
    directory,
    functions: made.plan.functions,
    warnings: made.warnings,
  }, `${made.plan.functions.length} functions in ${directory}, sourced by ${rc.path}`);
  return 0;
}

/** Takes lines and files away. */
export async function remove(
  session: Session,
  shell: ShellName,
  flags: InitFlags,
): Promise<number> {
  const files = await session.shellFiles();
  const rc = files.readRc(rcPath(session.base, shell, flags.rc));
  const edit = editRc(rc.bytes, null, rc.path);
  if (!await agreed(session, flags, rc, edit)) return 1;
  if (edit.diff !== "") files.writeRc(rc, edit.text);
  const directory = directoryFor(session, shell);
  files.removeGenerated(directory);
  await report(
    session,
    { shell, rc: rc.path, rcChanged: edit.diff !== "", directory, removed: true },
    `nothing of Sentinel is in ${rc.path}, nor in ${directory}`,
  );
  return 0;
}

async function report(session: Session, answer: unknown, told: string): Promise<void> {
  if (await session.work.switchedOn("json")) session.base.out(`${JSON.stringify(answer)}\n`);
  else if (!await session.work.switchedOn("quiet")) {
    session.base.err(`sentinel: ${printable(told, 2000)}\n`);
  }
}

/** Shows the difference, and asks. @throws SentinelError `NO_TERMINAL` where nobody can be asked */
async function agreed(
  session: Session,
  flags: InitFlags,
  rc: { path: string },
  edit: RcEdit,
): Promise<boolean> {
  if (edit.diff === "") return true;
  const { textOf } = await session.shellFiles();
  const { base } = session;
  const name = printable(rc.path, 1000);
  const shown = textOf(edit.diff).split("\n").map((line) => printable(line, 1000));
  base.err([`--- ${name}`, `+++ ${name}`, ...shown, ""].join("\n"));
  if (flags.yes) return true;
  if (base.terminal === null) {
    throw new SentinelError("NO_TERMINAL", `Cannot change ${name}: nobody can be asked here`, {
      hint: "look at the lines above, and say --yes",
    });
  }
  const answer = await base.terminal.ask(`Change ${name}? [y/N] `);
  if (/^y(es)?$/i.test(answer.trim())) return true;
  base.err("sentinel: nothing was changed\n");
  return false;
}

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
  const silent =
    `${rc.path} names no compinit: completions need "autoload -Uz compinit && compinit"`;
  return [
    ...(startsSentinel(rc.bytes) ? [eager] : []),
    ...(shell === "zsh" && !COMPINIT.test(rc.bytes) ? [silent] : []),
  ];
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
  return ["sentinel shell init", shell, "--write", ...flags].join(" ");
}

async function tell(session: Session, answer: ShellLook): Promise<void> {
  const { base, work } = session;
  if (await work.switchedOn("json")) {
    base.out(`${JSON.stringify(answer)}\n`);
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
