// mfa: compares what must not be guessed letter by letter.

/**
 * True for equal texts, after as much work for a near miss as for a far one. Only the length shows.
 */
export function isSameSecret(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => new TextEncoder().encode(text));
  if (left === undefined || right === undefined || left.length !== right.length) return false;
  let differing = 0;
  for (const [index, byte] of left.entries()) differing |= byte ^ (right[index] ?? 0);
  return differing === 0;
}
