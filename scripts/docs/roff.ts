// scripts: a page of the manual in the language of man pages (groff_man(7), "man macros").
import type { Block, Section, Sheet } from "../../commands/help/sheet.ts";

/** The order that man-pages(7) wants; other sections stand before the last three. */
const LAST = ["Exit status", "Examples", "See also"];

/** What a section of ours is called in a man page. */
const NAMES: Readonly<Record<string, string>> = { Usage: "Synopsis", Flags: "Options" };

/** The first line of every page: what no other program's page begins with. */
export const MARK = '.\\" Written by `deno task docs` from the commands themselves.';

/** A man page of section 1. @param title with hyphens for spaces: `sentinel-policy-explain` */
export function manPage(title: string, sheet: Sheet, version: string): string {
  const usage = sheet.sections.filter(({ heading }) => heading === "Usage");
  const others = sheet.sections.filter(({ heading }) => heading !== "Usage");
  const rank = ({ heading }: Section) => LAST.indexOf(heading);
  const sections = [
    ...usage,
    { heading: "Description", blocks: sheet.about },
    ...others.sort((a, b) => rank(a) - rank(b)),
  ];
  const lines = [
    MARK,
    `.TH ${title.toUpperCase()} 1 "" "sentinel ${version}" "Sentinel"`,
    ".SH NAME",
    `${word(title)} \\- ${plain(sheet.brief)}`,
    ...sections.flatMap((section) => sectionLines(section, "SH")),
  ];
  return `${lines.join("\n")}\n`;
}

/** Sections one level down, below a heading of their own. */
export interface Chapter {
  heading: string;
  about: readonly Block[];
  sections: readonly Section[];
}

/** A chapter: what a topic is in the program's own page. */
export function chapterLines({ heading, about, sections }: Chapter): string[] {
  return [
    ...sectionLines({ heading, blocks: about }, "SH"),
    ...sections.flatMap((section) => sectionLines(section, "SS")),
  ];
}

function sectionLines({ heading, blocks }: Section, macro: "SH" | "SS"): string[] {
  const named = NAMES[heading] ?? heading;
  const shown = macro === "SH" ? named.toUpperCase() : named;
  // A paragraph right below a heading needs no macro of its own.
  return [`.${macro} ${macroWord(shown)}`, ...blocks.flatMap((b, at) => blockLines(b, at === 0))];
}

function blockLines(block: Block, first: boolean): string[] {
  switch (block.kind) {
    case "text":
      return [...(first ? [] : [".PP"]), plain(block.text)];
    case "code":
      return [...(first ? [] : [".PP"]), ".nf", ...block.lines.map(plain), ".fi"];
    case "rows":
      return block.rows.flatMap(([term, meaning]) => [
        ".TP",
        `\\fB${word(term.trim())}\\fR`,
        plain(meaning),
      ]);
  }
}

/** An argument of a macro. */
function macroWord(text: string): string {
  return text.includes(" ") ? `"${word(text)}"` : word(text);
}

/** A line of text: what would be a request at its beginning is none. */
function plain(text: string): string {
  return word(text.replaceAll("`", "")).replace(/^([.'])/, "\\&$1");
}

/** Characters that roff would read otherwise, and those beyond ASCII, by their names. */
function word(text: string): string {
  return Array.from(text, (c) => {
    if (c === "\\") return "\\e";
    if (c === "-") return "\\-";
    if (c === "'") return "\\(aq";
    if (c === "~") return "\\(ti";
    if (c === "^") return "\\(ha";
    const point = c.codePointAt(0) ?? 0;
    return point < 128 ? c : `\\[u${point.toString(16).toUpperCase().padStart(4, "0")}]`;
  }).join("");
}
