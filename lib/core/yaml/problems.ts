// yaml: what is wrong with a text: the error that carries it, and its printed form.
import { nearestOf } from "../text/nearest.ts";
import { printable } from "../text/printable.ts";
import type { Problem } from "./types.ts";

/** A problem before it has a place. */
export interface Finding {
  /** Stable id, such as `unknown-key`. */
  id: string;
  message: string;
  fix: string | null;
  /** The text that would stand here instead. */
  replacement?: string;
}

/** A text was refused. Callers wrap it in a SentinelError of the right code. */
export class StrictReadError extends Error {
  override readonly name = "StrictReadError";
  /** Everything that is wrong, in the order of the text; at least one. */
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(formatProblems(problems));
    this.problems = problems;
  }
}

/** So many problems are printed: a hostile file has as many as it has bytes. */
const SHOWN = 5;

/** One problem a line: `file:line:column: message; fix: …`; after the first five, how many more. */
export function formatProblems(problems: readonly Problem[]): string {
  const lines = problems.slice(0, SHOWN).map(formatProblem);
  if (problems.length > SHOWN) lines.push(`and ${problems.length - SHOWN} more`);
  return lines.join("\n");
}

function formatProblem(problem: Problem): string {
  const fix = problem.fix === null ? "" : `; fix: ${problem.fix}`;
  return `${printable(problem.file)}:${problem.line}:${problem.column}: ${problem.message}${fix}`;
}

/** Problems in the order of the text. */
export function inOrder(problems: readonly Problem[]): Problem[] {
  return [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
}

/**
 * The known word that a misspelt one most likely stands for, or `null`. Case and the choice of
 * `-`, `_` or space count for nothing; else a third of the letters may be wrong.
 */
export function nearest(word: string, known: readonly string[]): string | null {
  if (known.length === 0 || word.length > 64) return null;
  const plain = (text: string) => text.toLowerCase().replaceAll(/[\s-]/g, "_");
  const same = known.find((candidate) => plain(candidate) === plain(word));
  if (same !== undefined) return same;
  const [best] = nearestOf(word, known, 1);
  if (best !== undefined) return best;
  const longer = word.length >= 3
    ? known.filter((candidate) => candidate.startsWith(word.toLowerCase()))
    : [];
  return longer.length === 1 ? longer[0] ?? null : null;
}

/** `a, b or c`. */
export function oneOfWords(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}
