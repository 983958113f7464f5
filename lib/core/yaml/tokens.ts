// yaml: what is refused before a document is composed: bombs, aliases, tags, further documents.
import type { CST } from "yaml";
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
const SECOND: Finding = {
  id: "second-document",
  message: "found a second document, want one",
  fix: "put it in a file of its own",
};

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
    reader.reportAt(0, {
      id: "too-many-nodes",
      message: `found more than ${MAX_NODES} values, want fewer`,
      fix: "split the file",
    });
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
      reader.reportAt(top.token.offset, {
        id: "too-deep",
        message: `found more than ${MAX_DEPTH} levels, want fewer`,
        fix: "nest less",
      });
      return nodes;
    }
    refuse(reader, top.token);
    if (!("items" in top.token)) continue;
    for (const item of top.token.items) {
      refuseIn(reader, item.start);
      if ("sep" in item && item.sep) refuseIn(reader, item.sep);
      if ("key" in item) push(item.key, top.depth + 1);
      if ("value" in item) push(item.value, top.depth + 1);
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
