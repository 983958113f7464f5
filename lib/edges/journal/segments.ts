// journal: the files of the record: their names, how they are opened, and the end of the chain in them.
import { SentinelError } from "../../core/errors/mod.ts";
import { decodeEntry, hashLine, MAX_LINE_BYTES, NO_PREVIOUS } from "../../core/journal/entry.ts";
import { hasMode, isOurs, lookAt } from "../os/owner.ts";
import { syncDirectory } from "../os/privateFiles.ts";

/** The chain's last entry and where the next one goes. */
export interface End {
  /** Number of the newest segment; 0 before the first. */
  segment: number;
  /** Its length in bytes, without a torn tail. */
  size: number;
  /** Segment that holds the last entry: an older one while the newest is still empty. */
  lastIn: number;
  seq: number;
  hash: string;
}

/** The end of the chain, and what a crash left behind it. */
export interface Found {
  /** Ready when the last line is hashed, on another thread: there is other work to do meanwhile. */
  end: Promise<End>;
  /** Bytes after the last newline; empty when the file ends well. */
  torn: Uint8Array<ArrayBuffer>;
}

const NAME = /^(\d{8})\.jsonl$/;
const TAIL_BYTES = 2 * MAX_LINE_BYTES;
const NEWLINE = 0x0a;
const NOTHING = new Uint8Array(0);

/** File name of a segment. */
export function segmentName(number: number): string {
  return `${String(number).padStart(8, "0")}.jsonl`;
}

/** Numbers of the segments in `dir`, ascending. */
export function listSegments(dir: string): number[] {
  const numbers: number[] = [];
  for (const { name } of Deno.readDirSync(dir)) {
    const digits = NAME.exec(name)?.[1];
    if (digits !== undefined) numbers.push(Number(digits));
  }
  return numbers.sort((a, b) => a - b);
}

/** As {@link listSegments}; none when there is no directory. */
export function segmentsIn(dir: string): number[] {
  try {
    return listSegments(dir);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The segments of one append: the one that was asked for last stays open, and is closed with this. */
export class OpenSegments implements Disposable {
  readonly dir: string;
  #number = 0;
  #file: Deno.FsFile | null = null;

  constructor(dir: string) {
    this.dir = dir;
  }

  /** A segment for reading and appending; a looser mode is tightened. */
  at(number: number): Deno.FsFile {
    if (this.#file !== null && this.#number === number) return this.#file;
    this[Symbol.dispose]();
    this.#file = openSegment(this.dir, number);
    this.#number = number;
    return this.#file;
  }

  [Symbol.dispose](): void {
    this.#file?.close();
    this.#file = null;
  }
}

function openSegment(dir: string, number: number): Deno.FsFile {
  const path = `${dir}/${segmentName(number)}`;
  const info = lookAt(path);
  if (info === null || !info.isFile || !isOurs(info)) {
    throw unsafe(segmentName(number), "a link or somebody else's file");
  }
  const file = Deno.openSync(path, { read: true, append: true });
  try {
    const opened = file.statSync();
    if (opened.ino !== info.ino || opened.dev !== info.dev) {
      throw unsafe(segmentName(number), "another file than a moment ago");
    }
    if (hasMode(opened, 0o077)) Deno.chmodSync(path, 0o600);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Makes a new, empty segment, durable in its directory. */
export function createSegment(dir: string, number: number): void {
  const path = `${dir}/${segmentName(number)}`;
  Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  syncDirectory(dir);
}

/** Finds where the chain ends, reading 8 KiB of the newest segment (and of older ones, if it is empty). */
export function findEnd(segments: OpenSegments): Found {
  const numbers = listSegments(segments.dir);
  const newest = numbers.at(-1) ?? 0;
  let found: Tail | null = null;
  for (const number of numbers.reverse()) {
    const tail = readTail(segments.at(number), number);
    found ??= tail;
    if (tail.last === null) continue;
    const { seq } = decodeEntry(tail.last);
    const { size, torn } = found;
    const ended = (hash: string) => ({ segment: newest, size, lastIn: number, seq, hash });
    return { end: hashLine(tail.last).then(ended), torn };
  }
  const end = { segment: newest, size: found?.size ?? 0, lastIn: 0, seq: 0, hash: NO_PREVIOUS };
  return { end: Promise.resolve(end), torn: found?.torn ?? NOTHING };
}

interface Tail {
  /** Length without the torn tail. */
  size: number;
  /** The last whole line, without its newline; `null` when there is none. */
  last: Uint8Array<ArrayBuffer> | null;
  torn: Uint8Array<ArrayBuffer>;
}

function readTail(file: Deno.FsFile, number: number): Tail {
  const size = file.seekSync(0, Deno.SeekMode.End);
  const from = Math.max(0, size - TAIL_BYTES);
  file.seekSync(from, Deno.SeekMode.Start);
  const bytes = readRest(file);
  const end = bytes.lastIndexOf(NEWLINE);
  const start = end < 1 ? -1 : bytes.lastIndexOf(NEWLINE, end - 1);
  if (from > 0 && start < 0) throw unsafe(segmentName(number), "a line longer than 4 KiB");
  return {
    size: from + end + 1,
    last: end < 0 ? null : bytes.subarray(start + 1, end),
    torn: bytes.subarray(end + 1),
  };
}

function readRest(file: Deno.FsFile): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(TAIL_BYTES);
  let length = 0;
  while (length < bytes.length) {
    const read = file.readSync(bytes.subarray(length));
    if (read === null) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

/** The refusal of a file in the journal's directory that is not as it should be. */
export function unsafe(name: string, found: string): SentinelError {
  return new SentinelError(
    "JOURNAL_UNWRITABLE",
    `Cannot record in journal: found ${found} at ${name}, want a journal file of your own`,
    { hint: "sentinel journal verify" },
  );
}
