// scripts: every generated page by its path: docs/commands, docs/topics and man, from one route map.
import { root } from "../../commands/app.ts";
import { frontPage } from "../../commands/help/manual.ts";
import { isGroup, pageOf, type Route, routesBelow } from "../../commands/help/pages.ts";
import type { Section, Sheet } from "../../commands/help/sheet.ts";
import { TOPICS, topicSheet } from "../../commands/help/topics.ts";
import { VERSION } from "../../lib/core/config/version.ts";
import { escaped, NOTE, sheetMarkdown } from "./markdown.ts";
import { chapterLines, manPage } from "./roff.ts";

/** Folders that hold generated pages and nothing else. */
export const FOLDERS: readonly string[] = ["docs/commands", "docs/topics", "man"];

const START: Route = { words: [], target: root };

/** What the topics are called as chapters of the program's own man page. */
const CHAPTERS: Readonly<Record<string, string>> = { "exit-codes": "Exit status" };

/** The pages' texts by path; Markdown as it is before `deno fmt`. */
export function pages(): Map<string, string> {
  const below = routesBelow(START).filter(({ words }) => words.length > 0);
  return new Map([
    ["docs/commands/README.md", indexPage(below)],
    ...below.map((route) => [`docs/commands/${fileOf(route)}.md`, commandPage(route)] as const),
    ...TOPICS.map((topic) =>
      [`docs/topics/${topic.name}.md`, sheetMarkdown(topicSheet(topic))] as const
    ),
    ["man/sentinel.1", programMan()],
    ...below.map((route) => [`man/sentinel-${fileOf(route)}.1`, commandMan(route)] as const),
  ]);
}

function fileOf({ words }: Route): string {
  return words.join("-");
}

function commandPage(route: Route): string {
  const sheet = pageOf(route, "folded");
  const links = isGroup(route.target)
    ? routesBelow(route).slice(1).map(linkTo).join("")
    : `See also ${
      groupLink(route)
    }[shared flags](../topics/flags.md) and [exit codes](../topics/exit-codes.md).\n`;
  return sheetMarkdown(
    { ...sheet, sections: sheet.sections.filter(isListed(route)) },
    `\n${links}`,
  );
}

/** The page of the group that holds a command; nothing for a command that stands alone. */
function groupLink({ words }: Route): string {
  if (words.length < 2) return "";
  const above = words.slice(0, -1);
  return `[sentinel ${above.join(" ")}](${above.join("-")}.md), `;
}

// The links below a group say what its list of commands would.
function isListed({ target }: Route): (section: Section) => boolean {
  return ({ heading }) => !isGroup(target) || heading !== "Commands";
}

function linkTo(route: Route): string {
  return `- [\`sentinel ${route.words.join(" ")}\`](${fileOf(route)}.md): ${
    escaped(route.target.brief)
  }\n`;
}

function indexPage(routes: readonly Route[]): string {
  const commands = routes.filter(({ target }) => !isGroup(target)).map(linkTo).join("");
  const topics = TOPICS.map(({ name, brief }) =>
    `- [\`sentinel help ${name}\`](../topics/${name}.md): ${escaped(brief)}\n`
  ).join("");
  return `${NOTE}\n\n# Commands\n\nThe same pages are in the program, \`sentinel help COMMAND\`, and in \`man sentinel\`.\n\n${commands}\n## Topics\n\n${topics}`;
}

function commandMan(route: Route): string {
  const sheet = pageOf(route, "all");
  const title = `sentinel-${fileOf(route)}`;
  const above = routesBelow(START).filter(({ words }) =>
    words.length > 0 && words.length === route.words.length - 1 &&
    words.every((word, at) => word === route.words[at])
  );
  const related = ["sentinel(1)", ...above.map((group) => `sentinel-${fileOf(group)}(1)`)];
  const more: Section[] = [
    {
      heading: "Exit status",
      blocks: [{ kind: "text", text: "0 when all went well. sentinel(1) has the others." }],
    },
    { heading: "See also", blocks: [{ kind: "text", text: related.join(", ") }] },
  ];
  return manPage(title, { ...sheet, sections: [...sheet.sections, ...more] }, VERSION);
}

function programMan(): string {
  const front: Sheet = frontPage(root);
  const sections = front.sections.filter(({ heading }) =>
    heading !== "Topics" && heading !== "More"
  );
  const commands = routesBelow(START).filter(({ target }) => !isGroup(target));
  const rows = commands.map(({ words, target }) => [words.join(" "), target.brief] as const);
  const listed = sections.map((section): Section =>
    section.heading === "Commands" ? { ...section, blocks: [{ kind: "rows", rows }] } : section
  );
  const chapters = TOPICS.flatMap((topic) => {
    const { about, sections } = topicSheet(topic);
    const heading = CHAPTERS[topic.name] ?? topic.name.replaceAll("-", " ");
    return chapterLines({ heading, about, sections });
  });
  const also = routesBelow(START).slice(1).map((route) => `sentinel-${fileOf(route)}(1)`);
  const last = chapterLines({
    heading: "See also",
    about: [{ kind: "text", text: also.join(", ") }],
    sections: [],
  });
  const text = manPage("sentinel", { ...front, sections: listed }, VERSION);
  return `${text}${[...chapters, ...last].join("\n")}\n`;
}
