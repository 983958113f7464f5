// commands: which shell a call is about.
import { SentinelError } from "../../lib/core/errors/mod.ts";
import { quoted } from "../../lib/core/text/printable.ts";
import { type ShellName, SHELLS } from "../../shell/types.ts";
import type { Base } from "../base.ts";

function isShell(word: string): word is ShellName {
  return SHELLS.some((name) => name === word);
}

function readShell(word: string): ShellName {
  if (isShell(word)) return word;
  throw new SentinelError("USAGE", `Cannot write for ${quoted(word)}: want zsh, bash or fish`);
}

/** The shell's name as a word of a call, as stricli describes it. */
export const SHELL_WORD = {
  brief: "Which shell; that of $SHELL when left out",
  parse: readShell,
  placeholder: "zsh|bash|fish",
  optional: true,
} as const;

/** The shell that was named, or the one that $SHELL names. @throws SentinelError `USAGE` */
export function shellOf(word: ShellName | undefined, { env }: Pick<Base, "env">): ShellName {
  if (word !== undefined) return word;
  const own = (env("SHELL") ?? "").split("/").at(-1) ?? "";
  if (isShell(own)) return own;
  throw new SentinelError(
    "USAGE",
    `Cannot tell the shell: found ${quoted(own)} in SHELL, want zsh, bash or fish`,
    { hint: "name it: sentinel shell init zsh" },
  );
}
