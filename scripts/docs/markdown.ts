// scripts: a page of the manual as Markdown. `deno fmt` breaks its lines.
import type { Block, Section, Sheet } from "../../commands/help/sheet.ts";

/** The line that keeps people from editing what is written from the route map. */
export const NOTE = "<!-- Written by `deno task docs` from the commands themselves. -->";

/** The page under a heading. */
export function sheetMarkdown(sheet: Sheet, after = ""): string {
  const about = sheet.about.map(blockMarkdown).join("\n");
  const sections = sheet.sections.map(sectionMarkdown).join("\n");
  return `${NOTE}\n\n# ${sheet.title}\n\n${about}\n${sections}\n${after}`;
}

function sectionMarkdown({ heading, blocks }: Section): string {
  return `## ${heading}\n\n${blocks.map(blockMarkdown).join("\n")}`;
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case "text":
      return `${escaped(block.text)}\n`;
    case "code":
      return `\`\`\`${block.language}\n${block.lines.join("\n")}\n\`\`\`\n`;
    case "rows":
      return `${
        block.rows.map(([term, meaning]) => `- \`${term.trim()}\`: ${escaped(meaning)}\n`).join("")
      }`;
  }
}

/** Prose in which nothing is Markdown but what stands in backticks. */
export function escaped(text: string): string {
  return text.split(/(`[^`]*`)/).map((part, at) =>
    at % 2 === 1 ? part : part.replaceAll(/[\\*<>[\]#|]|(?<!\w)_|_(?!\w)/g, "\\$&")
  ).join("");
}
