// yaml: a small language for what a file may hold; each schema reads a node or reports why not.
import { isSeq, Scalar } from "yaml";
import { quoted } from "../text/printable.ts";
import { type Finding, oneOfWords } from "./problems.ts";
import {
  entriesOf,
  type Entry,
  type Kind,
  kindOf,
  nodeAt,
  type Path,
  type Reader,
  sourceOf,
  wrongType,
  type YamlNode,
} from "./reader.ts";
import { unknownWord } from "./scalars.ts";

/** Reads values of type `T`. `undefined` means refused, and the reader then holds the reason. */
export interface Schema<T> {
  /** What is wanted, for messages: `a list of texts`. */
  readonly wanted: string;
  read(reader: Reader, node: YamlNode): T | undefined;
}

/** The type that a schema reads. */
export type ValueOf<S> = S extends Schema<infer T> ? T : never;

/** A list of like items. An explicit empty list is an error unless `nonEmpty` is false. */
export function list<T>(
  item: Schema<T>,
  rules: {
    nonEmpty?: boolean;
    max?: number;
    /** Two items with the same text at `path` (default: the item itself) are an error. */
    unique?: Unique;
    /** What to say of an empty list instead. */
    empty?: Finding;
    wanted?: string;
  } = {},
): Schema<T[]> {
  const wanted = rules.wanted ?? `a list`;
  return {
    wanted,
    read(reader, node) {
      if (!isSeq(node)) return notAList(reader, node, wanted);
      if (node.items.length === 0 && rules.nonEmpty !== false) {
        reader.report(node as YamlNode, rules.empty ?? EMPTY_LIST);
        return undefined;
      }
      if (node.items.length > (rules.max ?? Infinity)) {
        reader.report(node as YamlNode, {
          id: "list-too-long",
          message: `found ${node.items.length} items, want at most ${rules.max}`,
          fix: null,
        });
        return undefined;
      }
      return readItems(reader, node.items as YamlNode[], item, rules.unique);
    },
  };
}

function notAList(reader: Reader, node: YamlNode, wanted: string): undefined {
  if (kindOf(node) !== "text") return wrongType(reader, node, wanted);
  const replacement = `[${JSON.stringify(sourceOf(node))}]`;
  return wrongType(reader, node, wanted, { fix: `write ${replacement}`, replacement });
}

const EMPTY_LIST: Finding = {
  id: "empty-list",
  message: "found an empty list, want at least one item",
  fix: "leave the key out, or name what it should hold",
};

/** What must not be in a list twice: `{ what: "rule name", path: ["name"] }`. */
export interface Unique {
  what: string;
  path?: Path;
}

function readItems<T>(
  reader: Reader,
  nodes: readonly YamlNode[],
  item: Schema<T>,
  unique: Unique | undefined,
): T[] | undefined {
  const before = reader.problems.length;
  const values: T[] = [];
  for (const node of nodes) {
    const value = item.read(reader, node);
    if (value !== undefined) values.push(value);
  }
  if (unique !== undefined) judgeUnique(reader, nodes, unique);
  return reader.problems.length === before ? values : undefined;
}

/** Looks at the text, not at what was read: a duplicate shows even where the rest is wrong too. */
function judgeUnique(reader: Reader, nodes: readonly YamlNode[], unique: Unique): void {
  const seen = new Map<string, YamlNode>();
  for (const node of nodes) {
    const named = nodeAt(node, unique.path ?? []);
    if (kindOf(named) !== "text") continue;
    const key = sourceOf(named);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, named);
      continue;
    }
    reader.report(named, {
      id: "duplicate-value",
      message: `the ${unique.what} ${quoted(key)} is here a second time; ` +
        `the first is on line ${reader.place(first).line}`,
      fix: "give each its own",
    });
  }
}

/** A map with free keys, in the order of the text. */
export function mapOf<V>(
  key: Schema<string>,
  value: Schema<V>,
  rules: { nonEmpty?: boolean } = {},
): Schema<Map<string, V>> {
  return {
    wanted: "a map",
    read(reader, node) {
      const before = reader.problems.length;
      const entries = entriesOf(reader, node);
      if (entries === undefined) return undefined;
      if (entries.length === 0 && rules.nonEmpty === true) {
        reader.report(node, { id: "empty-map", message: "found an empty map", fix: null });
      }
      const values = new Map<string, V>();
      for (const entry of entries) {
        if (entry.key === null) continue;
        const name = key.read(reader, entry.keyNode);
        const read = value.read(reader, valueNode(entry));
        if (name !== undefined && read !== undefined) values.set(name, read);
      }
      return reader.problems.length === before ? values : undefined;
    },
  };
}

/** A key that has no value at all (`{a}`) reads as nothing, at the key's place. */
function valueNode(entry: Entry): YamlNode {
  if (entry.value !== null || entry.keyNode === null) return entry.value;
  const nothing = new Scalar(null);
  nothing.range = entry.keyNode.range;
  return nothing as YamlNode;
}

/** Fields of a record: schema per key. */
// deno-lint-ignore no-explicit-any
export type Fields = Readonly<Record<string, Schema<any>>>;

/** What a record with some required keys reads as. */
export type RecordOf<F extends Fields, R extends keyof F> =
  & { [K in R]: ValueOf<F[K]> }
  & { [K in Exclude<keyof F, R>]?: ValueOf<F[K]> };

/** A map with known keys. Every other key is an error that names the nearest known one. */
export function record<F extends Fields, const R extends keyof F & string = never>(
  fields: F,
  rules: {
    required?: readonly R[];
    /** Keys that people write by mistake, each with what to say of it. */
    known?: Readonly<Record<string, Finding>>;
    wanted?: string;
  } = {},
): Schema<RecordOf<F, R>> {
  const wanted = rules.wanted ?? `a map with ${oneOfWords(Object.keys(fields))}`;
  return {
    wanted,
    read(reader, node) {
      if (kindOf(node) !== "map") return wrongType(reader, node, wanted);
      const before = reader.problems.length;
      const value: Record<string, unknown> = Object.create(null);
      const present = new Set<string>();
      for (const entry of entriesOf(reader, node) ?? []) {
        if (entry.key === null) continue;
        present.add(entry.key);
        readField(reader, entry, fields, rules.known ?? {}, value);
      }
      for (const key of rules.required ?? []) {
        if (!present.has(key)) reader.report(node, missingKey(key, fields));
      }
      return reader.problems.length === before ? value as RecordOf<F, R> : undefined;
    },
  };
}

function readField(
  reader: Reader,
  entry: Entry,
  fields: Fields,
  known: Readonly<Record<string, Finding>>,
  into: Record<string, unknown>,
): void {
  const key = entry.key ?? "";
  const schema = Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (schema === undefined) {
    const mistake = Object.hasOwn(known, key) ? known[key] : undefined;
    const keys = Object.keys(fields);
    reader.report(
      entry.keyNode,
      mistake ?? unknownWord(key, keys, "unknown-key", `unknown key ${quoted(key)}`),
    );
    return;
  }
  const value = schema.read(reader, valueNode(entry));
  if (value !== undefined) into[key] = value;
}

function missingKey(key: string, fields: Fields): Finding {
  return {
    id: "missing-key",
    message: `the key ${quoted(key)} is missing`,
    fix: `add \`${key}:\` with ${fields[key]?.wanted ?? "a value"}`,
  };
}

const REFUSED = "nothing";

/** Chooses the schema by what kind of node stands there. */
// deno-lint-ignore no-explicit-any
export function union<U extends Partial<Record<Exclude<Kind, "nothing">, Schema<any>>>>(
  schemas: U,
): Schema<ValueOf<U[keyof U]>> {
  const words = Object.values(schemas).map((schema) => schema.wanted);
  const wanted = oneOfWords(words.filter((word) => word !== REFUSED));
  return {
    wanted,
    read(reader, node) {
      const kind = kindOf(node);
      const schema = kind === "nothing" ? undefined : schemas[kind];
      if (schema === undefined) return wrongType(reader, node, wanted);
      return schema.read(reader, node);
    },
  };
}

/** Nothing at all: for a kind of value that people write by mistake, with what to say of it. */
export function refused(finding: Finding): Schema<never> {
  return {
    wanted: REFUSED,
    read(reader, node) {
      reader.report(node, finding);
      return undefined;
    },
  };
}

/** Reports a finding at a path inside the value that is looked at. */
export type Report = (path: Path, finding: Finding) => void;

/**
 * Looks at a value that was read, as a whole: reports what its parts do to each other, and may
 * give it another form. One report refuses the value.
 */
export function refine<T, U>(
  schema: Schema<T>,
  look: (value: T, report: Report) => U,
): Schema<U> {
  return {
    wanted: schema.wanted,
    read(reader, node) {
      const value = schema.read(reader, node);
      if (value === undefined) return undefined;
      const before = reader.problems.length;
      const looked = look(value, (path, finding) => reader.report(nodeAt(node, path), finding));
      return reader.problems.length === before ? looked : undefined;
    },
  };
}
