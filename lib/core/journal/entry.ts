// journal: one entry as one line of bytes: written within 4 KiB, read back, hashed.
import { sha256Hex } from "../text/hex.ts";
import { SentinelError } from "../errors/mod.ts";
import type { Entry } from "./types.ts";

/** Longest line in bytes, its newline included: what one write puts on disk in one piece. */
export const MAX_LINE_BYTES = 4096;

/** What `prev` holds in the first entry of all. */
export const NO_PREVIOUS = "0".repeat(64);

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const HASH = /^[0-9a-f]{64}$/;

// What JSON leaves bare and a terminal or an eye would obey: DEL and C1; bidi marks, zero-width and
// other invisible letters; line separators.
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;
/** Nearly every entry: building the classes above takes longer than all else that is done to it. */
const PLAIN = /^[ -~]*$/;

/** Text by people and foreign programs: cut first. */
const FREE_TEXT = new Set(["reason", "ticket", "message", "value"]);
/** Names and places that are usually short: cut only when the free text alone does not do. */
const NAMES = new Set([
  ...FREE_TEXT,
  "profile",
  "endpoint",
  "source",
  "rule",
  "name",
  "vouchedBy",
]);
/** Lists whose tail may go, as the last resort. */
const LISTS = new Set(["facts", "obligations"]);

/**
 * The line of `entry`, without its newline: JSON in UTF-8, with control characters and bidi marks
 * escaped. Where it would be longer than {@link MAX_LINE_BYTES}, the longest texts are cut to
 * `…[cut N bytes]` (N bytes of UTF-8 went), then lists to one element that says so; ids, roles,
 * hashes and times never.
 * @throws SentinelError `JOURNAL_UNWRITABLE` when it does not fit even so: never a silent loss
 */
export function encodeEntry(entry: Entry): Uint8Array<ArrayBuffer> {
  const { v, seq, at, prev, ...body } = entry;
  const whole = { v, seq, at, prev, ...body };
  const line = encode(whole);
  if (fits(line)) return line;
  const texts = cutToFit(whole, FREE_TEXT) ?? cutToFit(whole, NAMES);
  if (texts !== null) return texts;
  for (const keep of [16, 8, 4, 2, 0]) {
    const lists = cutToFit(cutLists(whole, keep), NAMES);
    if (lists !== null) return lists;
  }
  throw new SentinelError(
    "JOURNAL_UNWRITABLE",
    `Cannot record entry: found ${line.length} bytes that can't be cut, want ${MAX_LINE_BYTES - 1}`,
  );
}

/**
 * The entry that a line (without its newline) holds. The chain's own fields are checked, the body
 * is taken as it is.
 * @throws SentinelError `JOURNAL_BROKEN` when the line is no entry
 */
export function decodeEntry(line: Uint8Array | string): Entry {
  const value = parse(line);
  const wrong = faultOf(value);
  if (wrong !== null) throw broken(wrong);
  return value as Entry;
}

/** SHA-256 of a line's bytes (without its newline), in hex: what the next entry's `prev` holds. */
export async function hashLine(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return await sha256Hex(bytes);
}

/** True for 64 lower-case hex digits. */
export function isHash(value: unknown): value is string {
  return typeof value === "string" && HASH.test(value);
}

function parse(line: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof line === "string" ? line : strictUtf8.decode(line));
  } catch (cause) {
    throw broken("no JSON in UTF-8", cause);
  }
}

function faultOf(value: unknown): string | null {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return "no JSON object";
  const { v, seq, at, prev, kind } = value as Record<string, unknown>;
  if (v !== 1) return "no `v` of 1";
  if (typeof seq !== "number" || !Number.isSafeInteger(seq) || seq < 1) return "no `seq` from 1";
  if (typeof at !== "string" || Number.isNaN(Date.parse(at))) return "no `at` that is a time";
  if (!isHash(prev)) return "no `prev` that is a hash";
  return typeof kind === "string" && kind !== "" ? null : "no `kind`";
}

function broken(found: string, cause?: unknown): SentinelError {
  return new SentinelError("JOURNAL_BROKEN", `Cannot read journal entry: found ${found}`, {
    hint: "sentinel journal verify",
    ...(cause === undefined ? {} : { cause }),
  });
}

function fits(line: Uint8Array): boolean {
  return line.length < MAX_LINE_BYTES;
}

function encode(value: unknown): Uint8Array<ArrayBuffer> {
  return utf8.encode(escaped(JSON.stringify(value)));
}

function escaped(json: string): string {
  if (PLAIN.test(json)) return json;
  const unit = (c: string) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return json.replace(UNSAFE, (c) => c.split("").map(unit).join(""));
}

// The largest limit per text under which the line fits, so that a short text beside a huge one
// stays whole. `null` when even empty texts do not fit.
function cutToFit(value: unknown, names: ReadonlySet<string>): Uint8Array<ArrayBuffer> | null {
  let best: Uint8Array<ArrayBuffer> | null = null;
  for (let low = 0, high = MAX_LINE_BYTES; low <= high;) {
    const limit = (low + high) >> 1;
    const line = encode(cutTexts(value, null, limit, names));
    if (fits(line)) {
      best = line;
      low = limit + 1;
    } else {
      high = limit - 1;
    }
  }
  return best;
}

function cutTexts(
  value: unknown,
  key: string | null,
  limit: number,
  names: ReadonlySet<string>,
): unknown {
  if (typeof value === "string") {
    return key !== null && names.has(key) ? cutText(value, limit) : value;
  }
  if (Array.isArray(value)) return value.map((v) => cutTexts(v, null, limit, names));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([k, v]) => [k, cutTexts(v, k, limit, names)]),
  );
}

// `limit` counts bytes as written, escapes included. A text that its mark would not make shorter
// stays as it is.
function cutText(text: string, limit: number): string {
  let used = 0;
  let kept = 0;
  for (const c of text) {
    used += encode(c).length - 2;
    if (used > limit) break;
    kept += c.length;
  }
  if (kept === text.length) return text;
  const mark = `…[cut ${utf8.encode(text.slice(kept)).length} bytes]`;
  const short = text.slice(0, kept) + mark;
  return encode(short).length < encode(text).length ? short : text;
}

// A list longer than `keep` ends in one element that says how many went.
function cutLists(value: unknown, keep: number, key: string | null = null): unknown {
  if (Array.isArray(value)) {
    const gone = value.length - keep;
    if (key === null || !LISTS.has(key) || gone <= 1) return value;
    return [...value.slice(0, keep), cutMark(key, gone)];
  }
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, cutLists(v, keep, k)]));
}

function cutMark(list: string, count: number): unknown {
  const mark = `…[cut ${count} ${list}]`;
  return list === "facts"
    ? { name: mark, value: null, vouchedBy: "" }
    : { kind: mark, state: "open" };
}
