// yaml: what is refused before a document is composed: bombs, aliases, tags, further documents.
import { type CST, Lexer, Parser } from "yaml";
import type { Finding } from "./problems.ts";
import type { Reader } from "./reader.ts";

/** The most levels that a file of ours may nest. */
export const MAX_DEPTH = 20;
/** The most nodes (scalars, lists, maps) that a file of ours may hold. */
export const MAX_NODES = 500_000;

const REFUSED: Readonly<Record<string, Finding>> = {
  alias: { id: "alias", message: "aliases are not allowed", fix: "write the value out" },
  anchor: { id: "anchor", message: "anchors are not allowed", fix: "take the anchor out" },
  tag: { id: "tag", message: "tags are not allowed", fix: "take the tag out" },
  directive: { id: "directive", message: "directives are not allowed", fix: "take the line out" },
};
const TOO_DEEP: Finding = {
  id: "too-deep",
  message: `found more than ${MAX_DEPTH} levels, want fewer`,
  fix: "nest less",
};
const TOO_MANY: Finding = {
  id: "too-many-nodes",
  message: `found more than ${MAX_NODES} values, want fewer`,
  fix: "split the file",
};
const SECOND: Finding = {
  id: "second-document",
  message: "found a second document, want one",
  fix: "put it in a file of its own",
};

/** Lexemes that each begin a value: scalars (unit separator), list items, flow collections. */
const BEGINS_VALUE: ReadonlySet<string> = new Set(["\x1f", "-", ",", "[", "{"]);

/**
 * Splits a text into tokens, and stops with a report as soon as it nests too deep or holds too
 * much: the library's own loop would read a bomb to its end first.
 */
export function tokenize(reader: Reader, text: string): CST.Token[] {
  reader.lines.addNewLine(0);
  const parser = new Parser(reader.lines.addNewLine);
  const tokens: CST.Token[] = [];
  let begun = 0;
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > MAX_DEPTH + 3) {
      reader.reportAt(parser.offset, TOO_DEEP);
      return [];
    }
    if (BEGINS_VALUE.has(lexeme)) begun += 1;
    if (begun > 2 * MAX_NODES) {
      reader.reportAt(0, TOO_MANY);
      return [];
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return tokens;
}

/**
 * Walks the tokens without recursion and reports what no file may hold. It stops at the first
 * limit that is passed, so a bomb costs no more than its own size.
 */
export function judgeTokens(reader: Reader, tokens: readonly CST.Token[]): void {
  let documents = 0;
  let nodes = 0;
  for (const token of tokens) {
    if (token.type === "directive") refuse(reader, token);
    if (token.type !== "document") continue;
    documents += 1;
    if (documents > 1) {
      reader.reportAt(token.offset, SECOND);
      return;
    }
    nodes += walk(reader, token, MAX_NODES);
  }
  if (nodes > MAX_NODES) {
    reader.reportAt(0, TOO_MANY);
  }
}

function walk(reader: Reader, document: CST.Document, limit: number): number {
  const stack: { token: CST.Token; depth: number }[] = [];
  const push = (token: CST.Token | null | undefined, depth: number) => {
    if (token !== null && token !== undefined) stack.push({ token, depth });
  };
  refuseIn(reader, document.start);
  push(document.value, 1);
  let nodes = 0;
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    nodes += 1;
    if (nodes > limit) return nodes;
    if (top.depth > MAX_DEPTH) {
      reader.reportAt(top.token.offset, TOO_DEEP);
      return nodes;
    }
    refuse(reader, top.token);
    if (!("items" in top.token)) continue;
    for (const item of top.token.items) {
      refuseIn(reader, item.start);
      if ("sep" in item && item.sep) refuseIn(reader, item.sep);
      if ("key" in item) push(item.key, top.depth + 1);
      if ("value" in item) push(item.value, top.depth + 1);
      else nodes += 1; // an item that holds nothing still becomes a value
    }
  }
  return nodes;
}

function refuseIn(reader: Reader, tokens: readonly CST.SourceToken[]): void {
  for (const token of tokens) {
    if (token.type === "anchor" || token.type === "tag") refuse(reader, token);
  }
}

function refuse(reader: Reader, token: CST.Token): void {
  const finding = Object.hasOwn(REFUSED, token.type) ? REFUSED[token.type] : undefined;
  if (finding !== undefined) reader.reportAt(token.offset, finding);
}
