// docs: every example there is: in help, in the README, in the documents.
import { root } from "../../commands/app.ts";
import { pageOf, routesBelow } from "../../commands/help/pages.ts";
import { callsIn } from "../../commands/help/sheet.ts";
import { TOPICS, topicSheet } from "../../commands/help/topics.ts";
import { ROOT } from "./parsing.ts";

/** A line of shell text that calls `sentinel`, and where it stands. */
export interface Example {
  where: string;
  line: string;
  /** True for what is meant to be typed; false for a mention in prose or an INI value. */
  typed: boolean;
}

/** The examples of help pages and topics. */
export function helpExamples(): Example[] {
  const pages = routesBelow({ words: [], target: root }).map((route) => pageOf(route, "all"));
  return [...pages, ...TOPICS.map(topicSheet)].flatMap((sheet) =>
    callsIn(sheet).map((line) => ({ where: `help ${sheet.title}`, line, typed: true }))
  );
}

/** Folders of documents that are written from help: their examples are help's. */
const GENERATED = ["docs/commands", "docs/topics"];

/** The paths of all documents that people wrote. */
export async function documents(): Promise<string[]> {
  const found = ["README.md", "CONTRIBUTING.md"];
  const walk = async (folder: string) => {
    for await (const { name, isDirectory } of Deno.readDir(ROOT + folder)) {
      const path = `${folder}/${name}`;
      if (isDirectory && !GENERATED.includes(path)) await walk(path);
      else if (name.endsWith(".md")) found.push(path);
    }
  };
  await walk("docs");
  return found.sort();
}

/** The examples of one document: its shell blocks, `$ sentinel` in other blocks, mentions, INI values. */
export function examplesIn(where: string, text: string): Example[] {
  const blocks = [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm)];
  const lines = blocks.flatMap(([, , language = "", body = ""]) => linesOf(language, body));
  const typed = lines.filter((line) => !line.includes("<TAB>"));
  // A question to a completion is no whole call: its command is looked at.
  const asked = lines.filter((line) => line.includes("<TAB>"))
    .map((line) => `${line.replace(/(\s-\S*)*\s*\S*<TAB>.*$/, "")} --help`);
  const prose = text.replaceAll(/^( *)```(\w*)\n([\s\S]*?)^\1```$/gm, "");
  const mentions = [...prose.matchAll(/`(sentinel [a-z-][^`]*)`/g)].flatMap(([, line = ""]) =>
    alternatives(line.replaceAll(/\s+/g, " "))
  );
  const values = [...text.matchAll(/^ *credential_process *= *(sentinel [^\n;]*)/gm)].map((m) =>
    m[1] ?? ""
  );
  return [
    ...typed.map((line) => ({ where, line, typed: true })),
    ...[...mentions, ...values, ...asked].map((line) => ({ where, line, typed: false })),
  ];
}

const SHELLS = ["sh", "bash", "zsh", "fish", "console", "shell"];

function linesOf(language: string, body: string): string[] {
  const whole = withoutDocuments(body).replaceAll(/\\\n\s*/g, " ").split("\n").map((line) =>
    line.trim()
  );
  const shell = SHELLS.includes(language);
  return whole.filter((line) => /^\$ sentinel /.test(line) || (shell && isCall(line)))
    .map((line) => line.replace(/^\$ /, ""));
}

function isCall(line: string): boolean {
  // Where a command can stand: `--name sentinel --type …` is no call.
  const place = /(?:^|[|;&(]|--|\b(?:if|do|then|exec)|^(?:\w+=\S* )+|-c ['"]?)\s*sentinel [a-z-]/;
  return !line.startsWith("#") && place.test(line);
}

/** Here-documents are text for a file: the line that opens one keeps its command. */
function withoutDocuments(body: string): string {
  return body.replaceAll(/<<-?\s*['"]?(\w+)['"]?([^\n]*)\n[\s\S]*?\n\s*\1(?=\n|$)/g, "$2");
}

/** `a|b` in a mention stands for two calls. */
function alternatives(line: string): string[] {
  const word = /\S*\w\|\w\S*/.exec(line)?.[0];
  if (word === undefined) return [line];
  return word.split("|").flatMap((one) => alternatives(line.replace(word, one)));
}
