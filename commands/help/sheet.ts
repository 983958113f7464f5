// commands: a page of the manual as plain data; terminal, Markdown and man page are written from it.

/** A piece of a section. */
export type Block =
  /** Prose; a writer breaks its lines. */
  | { kind: "text"; text: string }
  /** Lines that stay as they are. */
  | { kind: "code"; language: "sh" | "ini" | ""; lines: readonly string[] }
  /** Terms, and what each means. */
  | { kind: "rows"; rows: readonly (readonly [term: string, meaning: string])[] };

/** A headed part of a page. */
export interface Section {
  /** In the words of a man page, in sentence case: `Usage`, `Examples`. */
  heading: string;
  blocks: readonly Block[];
}

/** One page. */
export interface Sheet {
  /** What it is about: `sentinel policy explain`, `exit codes`. */
  title: string;
  brief: string;
  /** What stands before the first heading. */
  about: readonly Block[];
  sections: readonly Section[];
}

/** Prose as written in a source file: paragraphs, and lines indented by two, which stay. */
export function blocksOf(text: string): Block[] {
  return text.replace(/^\n+|\s+$/g, "").split(/\n{2,}/).filter((part) => part !== "").flatMap(
    partsOf,
  );
}

// Indented and other lines may follow each other without a blank line between.
function partsOf(paragraph: string): Block[] {
  const blocks: Block[] = [];
  let lines: string[] = [];
  let indented = false;
  const close = () => {
    if (lines.length > 0) blocks.push(indented ? codeOf(lines) : textOf(lines));
    lines = [];
  };
  for (const line of paragraph.split("\n")) {
    if (line.startsWith("  ") !== indented) {
      close();
      indented = !indented;
    }
    lines.push(line);
  }
  close();
  return blocks;
}

function textOf(lines: readonly string[]): Block {
  return { kind: "text", text: lines.map((line) => line.trim()).join(" ") };
}

function codeOf(lines: readonly string[]): Block {
  const bare = lines.map((line) => line.slice(2).trimEnd());
  const language = bare.some((line) => /^\[.*\]$/.test(line))
    ? "ini"
    : bare.some((line) => /\bsentinel\b/.test(line))
    ? "sh"
    : "";
  return { kind: "code", language, lines: bare };
}

/** The lines of every code block that hold a call of `sentinel`. */
export function callsIn(sheet: Sheet): string[] {
  return [...sheet.about, ...sheet.sections.flatMap((section) => section.blocks)]
    .flatMap((block) => block.kind === "code" && block.language === "sh" ? block.lines : [])
    .filter((line) => /\bsentinel\b/.test(line));
}
