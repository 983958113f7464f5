// profiles: the INI that AWS tools write, read line by line as botocore reads it.
import { SentinelError } from "../errors/mod.ts";
import { quoted } from "../text/printable.ts";
import type { SectionValue } from "./types.ts";

/** A file's name, for messages, and its text. */
export interface IniFile {
  file: string;
  text: string;
}

/** A section as the file has it: what stands between the brackets, and its keys in lower case. */
export interface IniSection {
  header: string;
  line: number;
  values: Map<string, SectionValue>;
}

/** Controls other than tab and line feed, and the line separators that some readers obey. */
// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/;
/** Marks that make text read as another on the screen. */
const BIDI = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

/** Where the reader stands. */
interface Reader {
  file: string;
  sections: IniSection[];
  section: IniSection | null;
  /** The last key of the section, its indent, and its nested values while they may come. */
  key: { name: string; indent: number; nested: Map<string, string> | null } | null;
}

/**
 * Reads INI text. Keys lose their case, a line that is indented deeper than the key above it
 * belongs to that key's (empty) value, `#` and `;` begin a comment at the start of a line and
 * after white space. Linear in the length of the text.
 *
 * @returns the sections in file order; two may carry the same header
 * @throws {SentinelError} `AWS_CONFIG_INVALID` with file and line. No value is ever shown
 */
export function readIni({ file, text }: IniFile): IniSection[] {
  const lines = text.replace(/^\ufeff/, "").replaceAll("\r\n", "\n").split("\n");
  const reader: Reader = { file, sections: [], section: null, key: null };
  for (const [index, line] of lines.entries()) readLine(reader, line, index + 1);
  return reader.sections;
}

function readLine(reader: Reader, raw: string, line: number): void {
  if (CONTROL.test(raw)) throw invalid(reader.file, line, "a control character");
  const text = raw.trim();
  if (text === "" || startsComment(text)) return;
  if (BIDI.test(raw)) throw invalid(reader.file, line, "an invisible character");
  // What decoding puts where bytes were no UTF-8: two names may have become one.
  if (raw.includes("\ufffd")) throw invalid(reader.file, line, "bytes that are no UTF-8");
  const indent = raw.length - raw.trimStart().length;
  if (reader.key !== null && indent > reader.key.indent) return readNested(reader, text, line);
  if (text.startsWith("[")) return openSection(reader, text, line);
  readKey(reader, text, line, indent);
}

function openSection(reader: Reader, text: string, line: number): void {
  const close = text.indexOf("]");
  const after = text.slice(close + 1).trim();
  if (close < 0 || !(after === "" || startsComment(after))) {
    throw invalid(reader.file, line, "a broken section header", "[profile NAME]");
  }
  reader.section = { header: text.slice(1, close).trim(), line, values: new Map() };
  reader.sections.push(reader.section);
  reader.key = null;
}

function readKey(reader: Reader, text: string, line: number, indent: number): void {
  const { file, section } = reader;
  const split = text.search(/[=:]/);
  if (split < 0) throw invalid(file, line, "a line without =", "key = value");
  if (section === null) throw invalid(file, line, "a key before the first section");
  const name = text.slice(0, split).trim().toLowerCase();
  if (name === "") throw invalid(file, line, "a value without a key", "key = value");
  const before = section.values.get(name);
  if (before !== undefined) {
    throw invalid(file, line, `${quoted(name, 64)} again (first on line ${before.line})`);
  }
  const value = withoutComment(text.slice(split + 1).trim());
  const nested = value === "" ? new Map<string, string>() : null;
  section.values.set(name, { text: value, file, line, ...(nested === null ? {} : { nested }) });
  reader.key = { name, indent, nested };
}

function readNested({ file, key }: Reader, text: string, line: number): void {
  if (key === null || key.nested === null) {
    throw invalid(file, line, "an indented line under a key that has a value");
  }
  const split = text.indexOf("=");
  if (split < 1) throw invalid(file, line, "an indented line without =", "key = value");
  const name = text.slice(0, split).trim();
  if (key.nested.has(name)) {
    throw invalid(file, line, `${quoted(name, 64)} again under ${quoted(key.name, 64)}`);
  }
  key.nested.set(name, withoutComment(text.slice(split + 1).trim()));
}

function startsComment(text: string): boolean {
  return text.startsWith("#") || text.startsWith(";");
}

function withoutComment(value: string): string {
  if (startsComment(value)) return "";
  const comment = value.search(/\s[#;]/);
  return comment < 0 ? value : value.slice(0, comment).trimEnd();
}

/** An `AWS_CONFIG_INVALID` error with its place. */
export function invalid(file: string, line: number, found: string, want?: string): SentinelError {
  return new SentinelError(
    "AWS_CONFIG_INVALID",
    `Cannot read AWS config: ${quoted(file, 256).slice(1, -1)}:${line}: found ${found}` +
      (want === undefined ? "" : `, want ${want}`),
  );
}
