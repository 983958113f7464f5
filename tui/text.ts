// tui: text in columns: how wide it is on a terminal, cut and padded to fit.
import { printable } from "../lib/core/text/printable.ts";

/**
 * What takes two columns: East Asian wide and full-width forms, and pictures. Beyond these, every
 * letter above U+FFFF: most are wide or pictures, and lists of which are not change from year to year.
 */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x231a, 0x231b],
  [0x2329, 0x232a],
  [0x23e9, 0x23f3],
  [0x25fd, 0x25fe],
  [0x2614, 0x2615],
  [0x2630, 0x2637],
  [0x2648, 0x2653],
  [0x267f, 0x267f],
  [0x268a, 0x268f],
  [0x2693, 0x2693],
  [0x26a1, 0x26a1],
  [0x26aa, 0x26ab],
  [0x26bd, 0x26be],
  [0x26c4, 0x26c5],
  [0x26ce, 0x26ce],
  [0x26d4, 0x26d4],
  [0x26ea, 0x26ea],
  [0x26f2, 0x26f5],
  [0x26fa, 0x26fd],
  [0x2705, 0x2705],
  [0x270a, 0x270b],
  [0x2728, 0x2728],
  [0x274c, 0x274e],
  [0x2753, 0x2757],
  [0x2795, 0x2797],
  [0x27b0, 0x27bf],
  [0x2b1b, 0x2b1c],
  [0x2b50, 0x2b55],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
];

/** Marks that stand on the letter before them. */
const MARK = /^[\p{Mn}\p{Me}\ufe0e\ufe0f]$/u;
const PLAIN = /^[\x20-\x7e]*$/;
const DOTS = "…";

/** Where a text that is too long loses characters. */
export type Cut = "end" | "middle";

/** Columns that `text` takes on a terminal. Where a terminal might take one or two, two. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const letter of text) width += letterWidth(letter);
  return width;
}

function letterWidth(letter: string): number {
  if (MARK.test(letter)) return 0;
  const code = letter.codePointAt(0) ?? 0;
  return code > 0xffff || WIDE.some(([from, to]) => code >= from && code <= to) ? 2 : 1;
}

/**
 * A stranger's `text`, made printable, on one line of at most `width` columns; what does not fit is
 * replaced by one `…`. ARNs and paths are cut in the middle: their ends tell most.
 */
export function fit(text: string, width: number, cut: Cut = "end"): string {
  // Nobody's screen is wider: what is longer is cut anyway.
  const safe = printable(text, 2_000);
  if (width <= 0) return "";
  if (widthOf(safe) <= width) return safe;
  if (width === 1) return DOTS;
  const tail = cut === "middle" ? Math.floor((width - 1) / 2) : 0;
  return headOf(safe, width - 1 - tail) + DOTS + tailOf(safe, tail);
}

/** {@link fit}, and filled up with blanks to exactly `width` columns. */
export function cell(text: string, width: number, cut: Cut = "end"): string {
  const fitted = fit(text, width, cut);
  return fitted + " ".repeat(Math.max(0, width - widthOf(fitted)));
}

function headOf(text: string, width: number): string {
  let head = "";
  let taken = 0;
  for (const letter of text) {
    taken += letterWidth(letter);
    if (taken > width) break;
    head += letter;
  }
  return head;
}

function tailOf(text: string, width: number): string {
  let tail = "";
  let taken = 0;
  for (const letter of [...text].reverse()) {
    taken += letterWidth(letter);
    if (taken > width) break;
    tail = letter + tail;
  }
  return tail;
}

/**
 * A stranger's lines, made printable and broken at blanks to at most `width` columns; what goes on
 * is indented as its line was, and two columns more.
 */
export function wrap(lines: readonly string[], width: number): string[] {
  return lines.flatMap((line) => wrapLine(printable(line, 2_000), Math.max(1, width)));
}

function wrapLine(line: string, width: number): string[] {
  if (widthOf(line) <= width) return [line];
  const own = /^ */.exec(line)?.[0].length ?? 0;
  // On a narrow screen an indent would eat the text.
  const roomy = own + 2 <= width / 2;
  const next = " ".repeat(roomy ? own + 2 : 0);
  const done: string[] = [];
  let now = " ".repeat(roomy ? own : 0);
  let words = 0;
  for (const word of wordsOf(line.trimStart(), width - next.length)) {
    const joined = words === 0 ? now + word : `${now} ${word}`;
    if (words > 0 && widthOf(joined) > width) {
      done.push(now);
      now = next + word;
    } else {
      now = joined;
    }
    words++;
  }
  return [...done, now];
}

// A word that no line can hold is broken where the line ends.
function wordsOf(line: string, room: number): string[] {
  return line.split(" ").flatMap((word) => {
    const pieces: string[] = [];
    let rest = word;
    while (widthOf(rest) > room) {
      // At least a letter each time, however narrow the screen.
      const piece = headOf(rest, room) || ([...rest][0] ?? "");
      pieces.push(piece);
      rest = rest.slice(piece.length);
    }
    return rest === "" && pieces.length > 0 ? pieces : [...pieces, rest];
  });
}
