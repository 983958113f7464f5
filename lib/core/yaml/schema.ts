// yaml: a small language for what a file may hold; each schema reads a node or reports why not.
import { isScalar, isSeq, Scalar } from "yaml";
import { hasCode, SentinelError } from "../errors/mod.ts";
import { DURATION_FORM, parseDuration } from "../time/duration.ts";
import { quoted } from "./characters.ts";
import { type Finding, nearest, oneOfWords } from "./problems.ts";
import {
  clean,
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

/** Reads values of type `T`. `undefined` means refused, and the reader then holds the reason. */
export interface Schema<T> {
  /** What is wanted, for messages: `a list of texts`. */
  readonly wanted: string;
  read(reader: Reader, node: YamlNode): T | undefined;
}

/** The type that a schema reads. */
export type ValueOf<S> = S extends Schema<infer T> ? T : never;

/** Limits of a text. Lengths count UTF-16 units. */
export interface TextRules<T extends string = string> {
  pattern?: RegExp;
  /** Said instead of the pattern: `a name of letters and digits`. */
  wanted?: string;
  /** Default 1: an empty text is an error. */
  min?: number;
  max?: number;
  oneOf?: readonly T[];
  /** Lets a bare number stand for its own text: `version: 1` reads as `"1"`. */
  numbers?: true;
  /** Lets line breaks and tabs in. */
  multiline?: true;
  /** Words that people write by mistake, each with what to say of it. Goes before `oneOf`. */
  known?: Readonly<Record<string, Finding>>;
  /** The last look: a finding refuses the text. */
  check?: (text: string) => Finding | null;
}

/** A text. Numbers and booleans are refused with the advice to quote them. */
export function text<T extends string = string>(rules: TextRules<T> = {}): Schema<T> {
  const wanted = rules.wanted ?? (rules.oneOf === undefined ? "a text" : oneOfWords(rules.oneOf));
  return {
    wanted,
    read(reader, node) {
      const kind = kindOf(node);
      if (kind === "number" || kind === "bool") {
        if (kind === "bool" || rules.numbers === undefined) return unquoted(reader, node, wanted);
      } else if (kind !== "text") return wrongType(reader, node, wanted);
      const found = sourceOf(node);
      if (!clean(reader, node, found, rules.multiline ? "allow" : "refuse")) return undefined;
      const finding = judgeText(found, rules as TextRules, wanted);
      if (finding === null) return found as T;
      reader.report(node, finding);
      return undefined;
    },
  };
}

function unquoted(reader: Reader, node: YamlNode, wanted: string): undefined {
  const replacement = JSON.stringify(sourceOf(node));
  return wrongType(reader, node, wanted, { fix: `quote it: ${replacement}`, replacement });
}

function judgeText(found: string, rules: TextRules, wanted: string): Finding | null {
  if (rules.known !== undefined && Object.hasOwn(rules.known, found)) {
    return rules.known[found] ?? null;
  }
  if (rules.oneOf !== undefined && !rules.oneOf.includes(found)) {
    return unknownWord(found, rules.oneOf, "unknown-value", `found ${quoted(found)}`);
  }
  const { min = 1, max = Infinity } = rules;
  if (found.length < min || found.length > max) return badLength(found.length, min, max);
  if (rules.pattern !== undefined && !matches(rules.pattern, found)) {
    return { id: "bad-text", message: `found ${quoted(found)}, want ${wanted}`, fix: null };
  }
  return rules.check?.(found) ?? null;
}

/** A pattern with the `g` flag would remember where it stopped. */
function matches(pattern: RegExp, found: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(found);
}

function badLength(length: number, min: number, max: number): Finding {
  const wanted = length < min ? `at least ${min}` : `at most ${max}`;
  return {
    id: length === 0 ? "empty-text" : "bad-length",
    message: `found ${length === 0 ? "an empty text" : `${length} characters`}, want ${wanted}`,
    fix: null,
  };
}

/** A finding for a word that is none of the known ones, with the nearest of them. */
export function unknownWord(
  word: string,
  known: readonly string[],
  id: string,
  found: string,
): Finding {
  const near = nearest(word, known);
  return {
    id,
    message: `${found}, want ${oneOfWords(known)}`,
    fix: near === null ? null : `did you mean ${near}?`,
    ...(near === null ? {} : { replacement: near }),
  };
}

/** `true` or `false`. */
export function bool(): Schema<boolean> {
  const spelt: Readonly<Record<string, string>> = {
    yes: "true",
    on: "true",
    no: "false",
    off: "false",
  };
  return {
    wanted: "true or false",
    read(reader, node) {
      if (isScalar(node) && typeof node.value === "boolean") return node.value;
      const word = sourceOf(node).toLowerCase();
      const replacement = Object.hasOwn(spelt, word) ? spelt[word] : undefined;
      return wrongType(reader, node, "true or false", {
        ...(replacement === undefined ? {} : { fix: `write ${replacement}`, replacement }),
      });
    },
  };
}

/** A whole number in plain decimal digits, within limits (both included). */
export function integer(limits: { min?: number; max?: number } = {}): Schema<number> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = limits;
  const range = limits.min === undefined && limits.max === undefined
    ? ""
    : ` from ${min} to ${max}`;
  const wanted = `a whole number${range}`;
  return {
    wanted,
    read(reader, node) {
      if (kindOf(node) !== "number") return wrongType(reader, node, wanted);
      const value = Number(sourceOf(node));
      if (/^-?\d+$/.test(sourceOf(node)) && value >= min && value <= max) return value;
      reader.report(node, {
        id: "bad-number",
        message: `found ${sourceOf(node)}, want ${wanted}`,
        fix: null,
      });
      return undefined;
    },
  };
}

/** A duration, read as seconds. Limits are seconds, both included. */
export function duration(limits: { min?: number; max?: number } = {}): Schema<number> {
  return {
    wanted: DURATION_FORM,
    read(reader, node) {
      const kind = kindOf(node);
      if (kind !== "text" && kind !== "number") return wrongType(reader, node, DURATION_FORM);
      try {
        const seconds = parseDuration(sourceOf(node));
        const finding = judgeDuration(seconds, sourceOf(node), limits);
        if (finding === null) return seconds;
        reader.report(node, finding);
      } catch (error) {
        if (!hasCode(error, "DURATION_INVALID")) throw error;
        reader.report(node, badDuration(error));
      }
      return undefined;
    },
  };
}

function badDuration(error: SentinelError): Finding {
  const message = error.message.replace("Cannot read duration: ", "");
  return { id: "bad-duration", message, fix: error.hint };
}

function judgeDuration(
  seconds: number,
  source: string,
  limits: { min?: number; max?: number },
): Finding | null {
  const { min = 0, max = Infinity } = limits;
  if (seconds >= min && seconds <= max) return null;
  const edge = seconds < min ? `at least ${min} seconds` : `at most ${max} seconds`;
  return { id: "duration-out-of-range", message: `found ${source}, want ${edge}`, fix: null };
}

/** A list of like items. An explicit empty list is an error unless `nonEmpty` is false. */
export function list<T>(
  item: Schema<T>,
  rules: {
    nonEmpty?: boolean;
    max?: number;
    /** Two items of one key are an error; `path` is where in the item the key stands. */
    unique?: { key: (item: T) => string; what: string; path?: Path };
    /** What to say of an empty list instead. */
    empty?: Finding;
    wanted?: string;
  } = {},
): Schema<T[]> {
  const wanted = rules.wanted ?? `a list`;
  return {
    wanted,
    read(reader, node) {
      if (!isSeq(node)) return wrongType(reader, node, wanted);
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

const EMPTY_LIST: Finding = {
  id: "empty-list",
  message: "found an empty list, want at least one item",
  fix: "leave the key out, or name what it should hold",
};

function readItems<T>(
  reader: Reader,
  nodes: readonly YamlNode[],
  item: Schema<T>,
  unique: { key: (item: T) => string; what: string; path?: Path } | undefined,
): T[] | undefined {
  const values: T[] = [];
  const seen = new Map<string, YamlNode>();
  let ok = true;
  for (const node of nodes) {
    const value = item.read(reader, node);
    if (value === undefined) {
      ok = false;
      continue;
    }
    values.push(value);
    if (unique === undefined) continue;
    const key = unique.key(value);
    const first = seen.get(key);
    if (first === undefined) {
      seen.set(key, node);
      continue;
    }
    ok = false;
    reader.report(nodeAt(node, unique.path ?? []), {
      id: "duplicate-value",
      message: `the ${unique.what} ${quoted(key)} is here a second time; ` +
        `the first is on line ${reader.place(first).line}`,
      fix: `give each its own`,
    });
  }
  return ok ? values : undefined;
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

/** Chooses the schema by what kind of node stands there. */
// deno-lint-ignore no-explicit-any
export function union<U extends Partial<Record<Exclude<Kind, "nothing">, Schema<any>>>>(
  schemas: U,
): Schema<ValueOf<U[keyof U]>> {
  const wanted = oneOfWords(Object.values(schemas).map((schema) => schema.wanted));
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
