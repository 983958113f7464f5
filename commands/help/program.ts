// commands: a program's own flags, typed without the -- that keeps them apart from ours.
import { shellWord } from "../../lib/core/text/printable.ts";
import { GRANT_FLAGS } from "../flags.ts";
import { longFlag } from "./pages.ts";

/** True for a flag whose value is the next word. */
export function takesValue(word: string): boolean {
  if (word === "-p") return true;
  return Object.entries(GRANT_FLAGS).some(([name, flag]) =>
    flag.kind === "parsed" && word === longFlag(name)
  );
}

/** A one-time code is not told again. */
export function isCode(word: string): boolean {
  return word.startsWith("--mfa");
}

/** The flags at the beginning, with their values, and what follows. */
export function leadingFlags(
  words: readonly string[],
): { flags: readonly string[]; rest: readonly string[] } {
  let at = 0;
  while (words[at]?.startsWith("-") && words[at] !== "--") {
    at += takesValue(words[at] ?? "") ? 2 : 1;
  }
  return { flags: words.slice(0, at), rest: words.slice(at) };
}

/**
 * The same call with -- where it belongs; `null` when it is there already, or no program is.
 * @param called the program and the command: `sentinel exec`
 * @param words what follows them
 * @param flag the one that is not known: where it stands before the program it is a slip of ours
 * @param byProfile the command wants a profile: a word before the program may be one
 */
export function withEscape(
  called: string,
  words: readonly string[],
  flag: string,
  byProfile: boolean,
): string | null {
  const { flags, rest } = leadingFlags(words);
  const [first, second] = rest;
  if (first === undefined || words.includes("--") || flags.some(isCode)) return null;
  if (flags.some((word) => word.startsWith(flag))) return null;
  const named = !byProfile || flags.some((word) => /^(-p|--profile(=.*)?)$/.test(word));
  // `dev ls -l`: a profile, then a program. `ls -l`: a program, and no profile.
  const isProfile = !named && second !== undefined && !second.startsWith("-");
  const profile = named ? [] : ["--profile", isProfile ? first : "PROFILE"];
  const program = isProfile ? rest.slice(1) : rest;
  return [called, ...[...profile, ...flags, "--", ...program].map(shellWord)].join(" ");
}
