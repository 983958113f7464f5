// yaml: nodes to places and problems; what every schema reads through.
import { isMap, isScalar, isSeq, type LineCounter, type ParsedNode } from "yaml";
import { quoted } from "../text/printable.ts";
import { findForbidden } from "./characters.ts";
import type { Finding } from "./problems.ts";
import type { Place, Problem } from "./types.ts";

/** Keys of maps and positions in lists, from the outside in. */
export type Path = readonly (string | number)[];

/** A node of the text; `null` where a key has no value at all. */
export type YamlNode = ParsedNode | null;

/** The five kinds that a schema can tell apart. */
export type Kind = "map" | "list" | "text" | "number" | "bool" | "nothing";

/** One key of a map with its value. `key` is `null` for a key that is no plain text. */
export interface Entry {
  key: string | null;
  keyNode: YamlNode;
  value: YamlNode;
}

/** Collects the problems of one text and knows where its nodes stand. */
export class Reader {
  readonly problems: Problem[] = [];

  constructor(readonly file: string, readonly lines: LineCounter) {}

  /** Records a problem at a node; `fallback` gives the place of a missing one. */
  report(node: YamlNode, finding: Finding, fallback: YamlNode = null): void {
    this.problems.push({ ...this.place(node ?? fallback), ...finding });
  }

  /** Records a problem at an offset into the text. */
  reportAt(offset: number, finding: Finding): void {
    this.problems.push({ ...this.placeAt(offset), ...finding });
  }

  place(node: YamlNode): Place {
    return this.placeAt(node?.range[0] ?? 0);
  }

  placeAt(offset: number): Place {
    const { line, col } = this.lines.linePos(offset);
    return { file: this.file, line: Math.max(1, line), column: Math.max(1, col) };
  }
}

/** The kind of a node. */
export function kindOf(node: YamlNode): Kind {
  if (isMap(node)) return "map";
  if (isSeq(node)) return "list";
  if (!isScalar(node)) return "nothing";
  switch (typeof node.value) {
    case "string":
      return "text";
    case "number":
    case "bigint":
      return "number";
    case "boolean":
      return "bool";
    default:
      return "nothing";
  }
}

/** A node as a message names it: `the text "x"`, `a list`, `nothing`. */
export function describe(node: YamlNode): string {
  const kind = kindOf(node);
  switch (kind) {
    case "map":
      return "a map";
    case "list":
      return "a list";
    case "nothing":
      return "nothing";
    default: {
      const source = sourceOf(node);
      return kind === "text" ? `the text ${quoted(source)}` : `the ${kind} ${source}`;
    }
  }
}

/** A scalar as it is written, without quotes. */
export function sourceOf(node: YamlNode): string {
  if (!isScalar(node)) return "";
  if (typeof node.value === "string") return node.value;
  return node.source ?? String(node.value);
}

/** Reports a value of the wrong kind. */
export function wrongType(
  reader: Reader,
  node: YamlNode,
  wanted: string,
  finding: Partial<Finding> = {},
): undefined {
  reader.report(node, {
    id: "wrong-type",
    message: `found ${describe(node)}, want ${wanted}`,
    fix: kindOf(node) === "nothing" ? "give the key a value, or leave the key out" : null,
    ...finding,
  });
}

/**
 * The keys of a map in their order. Duplicates, merge keys and keys that are no text are
 * reported; a duplicate is left out of the answer.
 * @returns `undefined` when the node is no map
 */
export function entriesOf(reader: Reader, node: YamlNode): Entry[] | undefined {
  if (!isMap(node)) return wrongType(reader, node, "a map of keys to values");
  const seen = new Map<string, Place>();
  const entries: Entry[] = [];
  for (const pair of node.items) {
    const keyNode = pair.key as YamlNode;
    const key = keyOf(reader, keyNode, node as YamlNode);
    const value = pair.value as YamlNode;
    if (key !== null) {
      const first = seen.get(key);
      if (first !== undefined) {
        reader.report(keyNode, {
          id: "duplicate-key",
          message: `the key ${
            quoted(key)
          } is here a second time; the first is on line ${first.line}`,
          fix: "keep one of the two",
        });
        continue;
      }
      seen.set(key, reader.place(keyNode));
    }
    entries.push({ key, keyNode, value });
  }
  return entries;
}

function keyOf(reader: Reader, node: YamlNode, map: YamlNode): string | null {
  const kind = kindOf(node);
  if (kind === "map" || kind === "list" || kind === "nothing") {
    reader.report(node, {
      id: "bad-key",
      message: `found ${describe(node)} as a key, want text`,
      fix: "write `key: value`",
    }, map);
    return null;
  }
  const key = sourceOf(node);
  if (key === "<<" && isScalar(node) && node.type === "PLAIN") {
    reader.report(node, {
      id: "merge-key",
      message: "merge keys (`<<`) are not allowed",
      fix: "write the keys out",
    });
    return null;
  }
  return clean(reader, node, key, "refuse") ? key : null;
}

/** False, with a report, for a text that holds a forbidden character. */
export function clean(
  reader: Reader,
  node: YamlNode,
  text: string,
  breaks: "allow" | "refuse",
): boolean {
  const found = findForbidden(text, breaks);
  if (found === null) return true;
  reader.report(node, {
    id: found.id,
    message: `found the character ${found.name} in a text, want none that hides what it says`,
    fix: "take the character out",
  });
  return false;
}

/** The node at a path, or the last one on the way that there is. */
export function nodeAt(root: YamlNode, path: Path): YamlNode {
  let node = root;
  for (const step of path) {
    const next = stepInto(node, step);
    if (next === null) return node;
    node = next;
  }
  return node;
}

function stepInto(node: YamlNode, step: string | number): YamlNode {
  if (isSeq(node) && typeof step === "number") return (node.items[step] ?? null) as YamlNode;
  if (!isMap(node)) return null;
  const pair = node.items.find((item) => sourceOf(item.key as YamlNode) === String(step));
  return (pair?.value ?? null) as YamlNode;
}
