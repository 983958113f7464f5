// yaml: reads one document strictly: limits first, then the grammar, then the schema.
import { Composer, type CST, type Document, LineCounter, type ParsedNode } from "yaml";
import { findForbidden } from "./characters.ts";
import { inOrder, StrictReadError } from "./problems.ts";
import { nodeAt, type Path, Reader, type YamlNode } from "./reader.ts";
import type { Schema } from "./schema.ts";
import { judgeTokens, tokenize } from "./tokens.ts";
import type { Place } from "./types.ts";

/** The most bytes that a file of ours may have. */
export const MAX_BYTES = 2 * 1024 * 1024;

/** A value that was read, and where its parts stand. */
export interface StrictlyRead<T> {
  value: T;
  /** Where the value at a path begins; where there is none, the nearest thing around it. */
  place(path: Path): Place;
}

/**
 * Reads a YAML 1.2 document by a schema.
 *
 * Refused, beside what the schema refuses: more than {@link MAX_BYTES}, more than 20 levels or
 * 500,000 nodes, an empty text, a second document, aliases, anchors, tags, merge keys,
 * directives, duplicate keys, and characters that hide what the text says.
 *
 * @param file the name that places carry
 * @throws StrictReadError with every problem at once
 * @example
 * ```ts
 * import { strict as assert } from "node:assert";
 * import { StrictReadError } from "./problems.ts";
 * import { integer } from "./scalars.ts";
 * import { record } from "./schema.ts";
 * const schema = record({ port: integer({ min: 1, max: 65_535 }) }, { required: ["port"] });
 * assert.equal(readStrict("port: 80", "server.yaml", schema).value.port, 80);
 * assert.throws(() => readStrict("prot: 80", "server.yaml", schema), StrictReadError);
 * ```
 */
export function readStrict<T>(text: string, file: string, schema: Schema<T>): StrictlyRead<T> {
  const reader = new Reader(file, new LineCounter());
  const root = parse(reader, text);
  const value = schema.read(reader, root);
  stopOnProblems(reader);
  if (value === undefined) throw new Error(`schema refused ${file} without saying why`);
  return { value, place: (path) => reader.place(nodeAt(root, path)) };
}

function parse(reader: Reader, text: string): YamlNode {
  judgeSize(reader, text);
  judgeCharacters(reader, text);
  stopOnProblems(reader);
  const tokens = tokenize(reader, text);
  judgeTokens(reader, tokens);
  stopOnProblems(reader);
  const document = compose(tokens, text.length);
  for (const error of document?.errors ?? []) {
    reader.reportAt(error.pos[0], { id: "yaml-syntax", message: plain(error.message), fix: null });
  }
  const contents = document?.contents ?? null;
  if (contents === null) {
    reader.reportAt(0, { id: "empty", message: "the file says nothing", fix: null });
  }
  stopOnProblems(reader);
  return contents as YamlNode;
}

/** Key uniqueness is ours: the library's own check takes the square of a map's size. */
function compose(
  tokens: readonly CST.Token[],
  length: number,
): Document.Parsed<ParsedNode> | undefined {
  const composer = new Composer({
    version: "1.2",
    schema: "core",
    merge: false,
    uniqueKeys: false,
    strict: true,
    logLevel: "silent",
    prettyErrors: false,
  });
  for (const document of composer.compose(tokens, true, length)) {
    return document as Document.Parsed<ParsedNode>;
  }
  return undefined;
}

function judgeSize(reader: Reader, text: string): void {
  const bytes = text.length > MAX_BYTES ? text.length : new TextEncoder().encode(text).length;
  if (bytes <= MAX_BYTES) return;
  reader.reportAt(0, {
    id: "too-large",
    message: `found ${bytes} bytes or more, want at most ${MAX_BYTES}`,
    fix: "split the file",
  });
}

function judgeCharacters(reader: Reader, text: string): void {
  const found = findForbidden(text, "allow");
  if (found === null) return;
  const before = text.slice(0, found.index);
  const lastBreak = before.lastIndexOf("\n");
  reader.problems.push({
    file: reader.file,
    line: before.split("\n").length,
    column: found.index - lastBreak,
    id: found.id,
    message: `found the character ${found.name}, want none that hides what the text says`,
    fix: "take the character out",
  });
}

function plain(message: string): string {
  return message.split("\n", 1)[0] ?? message;
}

function stopOnProblems(reader: Reader): void {
  if (reader.problems.length > 0) throw new StrictReadError(inOrder(reader.problems));
}
