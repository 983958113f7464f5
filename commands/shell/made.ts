// commands: what is written for a shell, made from files and flags.
import {
  completionTable,
  inputsText,
  planOf,
  type ShellInputs,
  type ShellName,
  type ShellPlan,
  WRITERS,
} from "../../shell/mod.ts";
import type { Session } from "../context.ts";
import { gather, type ShellChoice } from "./gather.ts";
import type { InitFlags } from "./init.ts";

/** Beside the generated files: what they were made of. */
export const INPUTS = "inputs.json";

/** The inputs, and what came of them. */
export interface Made {
  inputs: ShellInputs;
  plan: ShellPlan;
  warnings: string[];
}

/** What the flags say. */
export function choiceOf(flags: InitFlags): ShellChoice {
  return {
    policyRoot: flags.policyRoot ?? null,
    region: flags.region ?? null,
    awsProfile: flags.awsProfile ?? null,
    prompt: flags.prompt ?? false,
  };
}

/** Gathers, and plans. `remembered` counts where no policy root is named. */
export async function make(
  session: Session,
  shell: ShellName,
  choice: ShellChoice,
  remembered: ShellInputs["remote"] = null,
): Promise<Made> {
  const { inputs, warnings } = await gather(session, shell, choice, remembered);
  // Not before it is asked for: the route map holds this very command.
  const { root } = await import("../app.ts");
  const made = await planOf(inputs, await completionTable(root));
  return { inputs, plan: made.plan, warnings: [...warnings, ...made.warnings] };
}

/** Where the generated files of a shell are. */
export function directoryFor(session: Session, shell: ShellName): string {
  return `${session.work.directories().state}/shell/${shell}`;
}

/** The files of a shell, and the lines for its rc file. */
export function generated(session: Session, shell: ShellName, { inputs, plan }: Made): {
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
