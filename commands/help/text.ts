// commands: a page of the manual for the terminal.
import type { Block, Sheet } from "./sheet.ts";

const WIDTH = 80;

/** The page as text: what it is about, then each section under its heading in capitals. */
export function sheetText(sheet: Sheet): string {
  const sections = sheet.sections.map(({ heading, blocks }) =>
    `${heading.toUpperCase()}\n${blocks.map((block) => blockText(block, "  ")).join("\n")}`
  );
  const about = sheet.about.map((block) => blockText(block, "")).join("\n");
  return [about, ...sections].filter((part) => part !== "").join("\n");
}

function blockText(block: Block, indent: string): string {
  switch (block.kind) {
    case "text":
      return ended(wrapped(block.text, indent, indent));
    case "code": {
      const inner = indent === "" ? "  " : indent;
      return ended(block.lines.map((line) => `${inner}${line}`));
    }
    case "rows":
      return ended(rowLines(block.rows, indent));
  }
}

function ended(lines: readonly string[]): string {
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** Terms in a column; a term that is too wide for it stands on a line of its own. */
function rowLines(
  rows: readonly (readonly [term: string, meaning: string])[],
  indent: string,
): string[] {
  const widest = Math.min(28, Math.max(...rows.map(([term]) => term.length)));
  const gap = indent + " ".repeat(widest + 2);
  return rows.flatMap(([term, meaning]) => {
    if (term.length > widest) return [indent + term, ...wrapped(meaning, gap, gap)];
    return wrapped(meaning, `${indent}${term.padEnd(widest)}  `, gap);
  });
}

/** Prose in lines of at most 80 columns; a longer word stays whole. */
function wrapped(text: string, first: string, rest: string): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(" ")) {
    if (!empty && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = rest;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
