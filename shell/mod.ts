// shell: the room's face: one writer per shell.
import { bash } from "./bash.ts";
import { fish } from "./fish.ts";
import type { ShellName, ShellWriter } from "./types.ts";
import { zsh } from "./zsh.ts";

export { changesBetween, inputsText, planOf, readInputs, type ShellInputs } from "./inputs.ts";
export { editRc, type RcEdit, rcState, startsSentinel } from "./rc.ts";
export { functionNames, type NamedFunctions, type ProfileFunction } from "./names.ts";
export { type CompletionTable, completionTable } from "./tables.ts";
export { type ShellName, type ShellPlan, SHELLS, type ShellWriter } from "./types.ts";

/** The writer of each shell. */
export const WRITERS: Readonly<Record<ShellName, ShellWriter>> = { zsh, bash, fish };
