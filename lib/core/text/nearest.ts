// text: known words that a misspelt one may stand for. No package: the ones there are on npm are
// CommonJS, which a bundle for the fast path must not hold.

/** The most letters that may differ in a suggestion. */
const FARTHEST = 3;
const LONGEST = 64;

/**
 * The known words nearest to `word`, best first.
 *
 * @param most how many at most
 */
export function nearestOf(word: string, known: Iterable<string>, most: number): string[] {
  if (word.length > LONGEST) return [];
  const wrong = Math.min(FARTHEST, Math.ceil(word.length / 3));
  const near: { text: string; far: number }[] = [];
  for (const text of known) {
    if (Math.abs(text.length - word.length) > wrong) continue;
    const far = distance(word.toLowerCase(), text.toLowerCase());
    if (far <= wrong && far < text.length) near.push({ text, far });
  }
  near.sort((a, b) => a.far - b.far);
  return near.slice(0, most).map(({ text }) => text);
}

/** Levenshtein's distance, where two letters that changed places count as one step; row by row. */
function distance(a: string, b: string): number {
  let before: readonly number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const change = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const insert = (current[column - 1] ?? 0) + 1;
      const crossed = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = crossed && row > 1 && column > 1 ? (before[column - 2] ?? 0) + 1 : change;
      current.push(Math.min(change, insert, (above[column] ?? 0) + 1, swap));
    }
    before = above;
    above = current;
  }
  return above[b.length] ?? 0;
}
