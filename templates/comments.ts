// templates: what is said above a text, as comment lines.
import { printable } from "../lib/core/text/printable.ts";

const WIDTH = 98;

/**
 * Comment lines and an empty line; nothing for no comments. Long ones go on, indented, below.
 *
 * @param sign `#` or `//`
 */
export function commentBlock(lines: readonly string[], sign: string): string {
  if (lines.length === 0) return "";
  return `${lines.map((line) => wrapped(line, sign)).join("\n")}\n\n`;
}

/** A line break in what somebody typed would end the comment. */
const oneLine = (text: string): string => printable(text, Infinity);

function wrapped(line: string, sign: string): string {
  const rows: string[] = [];
  let row = sign;
  for (const word of oneLine(line).split(" ")) {
    if (row.length + 1 + word.length > WIDTH && row.trim() !== sign) {
      rows.push(row);
      row = `${sign}  `;
    }
    row = `${row} ${word}`;
  }
  return [...rows, row].map((text) => text.trimEnd()).join("\n");
}
