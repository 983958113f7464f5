// commands: reads the plainest calls by itself: what programs say, since a person's mistakes need the parser.
import { GRANT_FLAGS, type GrantFlags, PROFILE_ALIAS } from "./flags.ts";

/** A call that needed no parser. */
export interface PlainCall {
  command: "credentials" | "exec";
  flags: GrantFlags;
  /** The words after `--`; none for `credentials`. */
  program: readonly string[];
}

/**
 * The call, or `null` where the parser must look: another command, help, a word that is no flag, a
 * flag said twice or without its value, `--flag=value`, `exec` without `--`. What is read here means
 * the same there: a test asks both.
 */
export function plainCall(argv: readonly string[]): PlainCall | null {
  const [command, ...words] = argv;
  if (command === "credentials") {
    const flags = flagsOf(words);
    return flags === null ? null : { command, flags, program: [] };
  }
  if (command !== "exec") return null;
  const end = words.indexOf("--");
  const program = words.slice(end + 1);
  if (end < 0 || program.length === 0) return null;
  const flags = flagsOf(words.slice(0, end));
  return flags === null ? null : { command, flags, program };
}

function flagsOf(words: readonly string[]): GrantFlags | null {
  const found = new Map<string, string | boolean>();
  for (let at = 0; at < words.length; at++) {
    const name = nameOf(words[at] ?? "");
    if (name === null || found.has(name)) return null;
    if (GRANT_FLAGS[name].kind === "boolean") {
      found.set(name, true);
      continue;
    }
    const value = words[++at];
    if (value === undefined || value === "" || value.startsWith("-")) return null;
    found.set(name, value);
  }
  return Object.fromEntries(found);
}

function nameOf(word: string): keyof typeof GRANT_FLAGS | null {
  if (word === "-p") return PROFILE_ALIAS.p;
  if (!/^--[a-z]+(-[a-z]+)*$/.test(word)) return null;
  const name = word.slice(2).replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return Object.hasOwn(GRANT_FLAGS, name) ? name as keyof typeof GRANT_FLAGS : null;
}
