// commands: the shell's text printed, put into an rc file, taken out again.
import { SentinelError } from "../../lib/core/errors/mod.ts";
import { printable, printableJson } from "../../lib/core/text/printable.ts";
import { editRc, type RcEdit, rcState, type ShellName, WRITERS } from "../../shell/mod.ts";
import type { Session } from "../context.ts";
import type { InitFlags } from "./init.ts";
import { withoutCompletions } from "./look.ts";
import { choiceOf, directoryFor, generated, make } from "./made.ts";
import { rcPath } from "./rc_path.ts";

async function warn(session: Session, warnings: readonly string[]): Promise<void> {
  if (await session.work.switchedOn("quiet")) return;
  for (const text of warnings) session.base.err(`sentinel: ${printable(text, 1000)}\n`);
}

/** Prints the text for `eval`. */
export async function print(session: Session, shell: ShellName, flags: InitFlags): Promise<number> {
  const { plan, warnings } = await make(session, shell, choiceOf(flags));
  const script = WRITERS[shell].inline(plan);
  await warn(session, warnings);
  if (await session.work.switchedOn("json")) {
    session.base.out(
      `${printableJson({ shell, functions: plan.functions, warnings, script })}\n`,
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
  // Whose file it was counts when our lines first get into it.
  if (rcState(rc.bytes).kind === "none") {
    files.rememberMade(noteFor(session, shell), rc.mode === null ? rc.path : null);
  }
  await report(session, {
    shell,
    rc: rc.path,
    rcChanged: edit.diff !== "",
    directory,
    functions: made.plan.functions,
    warnings: made.warnings,
  }, `${made.plan.functions.length} functions in ${directory}, sourced by ${rc.path}`);
  await warn(session, withoutCompletions(shell, rc));
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
  const note = noteFor(session, shell);
  const rcRemoved = edit.diff !== "" && edit.text === "" && files.wasMade(note, rc.path);
  if (rcRemoved) files.removeRc(rc);
  else if (edit.diff !== "") files.writeRc(rc, edit.text);
  files.rememberMade(note, null);
  const directory = directoryFor(session, shell);
  files.removeGenerated(directory);
  const gone = rcRemoved
    ? `${rc.path} is gone: it held nothing else, and --write had made it; `
    : "";
  await report(
    session,
    { shell, rc: rc.path, rcChanged: edit.diff !== "", rcRemoved, directory, removed: true },
    `${gone}nothing of Sentinel is in ${rcRemoved ? "" : `${rc.path}, nor in `}${directory}`,
  );
  return 0;
}

/** Beside the generated files: which rc file was made here. */
function noteFor(session: Session, shell: ShellName): string {
  return `${directoryFor(session, shell)}.rc-made`;
}

async function report(session: Session, answer: unknown, told: string): Promise<void> {
  if (await session.work.switchedOn("json")) session.base.out(`${printableJson(answer)}\n`);
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
