// iam: `*` and `?` patterns as token lists, matched without backtracking.

/** Any run of characters, also none. */
export const RUN = 0;
/** Any one character. */
export const ONE = 1;
/** One character to be met as it is, or a wildcard. */
export type GlobToken = string | typeof RUN | typeof ONE;

/** The tokens of a pattern in which `*` and `?` are wildcards. */
export function parseGlob(pattern: string): GlobToken[] {
  return Array.from(pattern, (char) => char === "*" ? RUN : char === "?" ? ONE : char);
}

/** The tokens of a text in which nothing is a wildcard. */
export function parseLiteral(text: string): GlobToken[] {
  return Array.from(text);
}

/**
 * Does the whole text match?
 *
 * All positions in the pattern are followed at once, so the time is at most pattern × text: a
 * policy can't stall the evaluator.
 *
 * @param segmented with true, a wildcard doesn't match `:` unless it is a `*` that ends its
 * segment (IAM User Guide, "IAM JSON policy elements: Resource").
 */
export function matchGlob(
  tokens: readonly GlobToken[],
  text: string,
  segmented: boolean = false,
): boolean {
  let live = enter(tokens, [0]);
  for (const char of text) {
    if (live.length === 0) return false;
    live = step(tokens, live, char, segmented);
  }
  return live.includes(tokens.length);
}

/** Positions after `char`. */
function step(
  tokens: readonly GlobToken[],
  live: readonly number[],
  char: string,
  segmented: boolean,
): number[] {
  const next: number[] = [];
  for (const at of live) {
    const token = tokens[at];
    if (token === undefined) continue;
    if (token === RUN) {
      const after = tokens[at + 1];
      const stops = segmented && char === ":" && after !== undefined && after !== ":";
      if (!stops) next.push(at);
    } else if (token === ONE ? !(segmented && char === ":") : token === char) {
      next.push(at + 1);
    }
  }
  return enter(tokens, next);
}

/** The positions and those reached from them by letting a `*` match nothing; ascending, no doubles. */
function enter(tokens: readonly GlobToken[], positions: readonly number[]): number[] {
  const entered: number[] = [];
  for (const position of positions) {
    let at = position;
    while (at > (entered.at(-1) ?? -1)) {
      entered.push(at);
      if (tokens[at] !== RUN) break;
      at++;
    }
  }
  return entered;
}
