// journal: the files of the record: their names, how they are opened, and the end of the chain in them.
import { SentinelError } from "../../core/errors/mod.ts";
import { decodeHead, encodeHead, type Head } from "../../core/journal/head.ts";
import { decodeEntry, hashLine, MAX_LINE_BYTES, NO_PREVIOUS } from "../../core/journal/entry.ts";
import { hasMode, isOurs, lookAt } from "../os/owner.ts";
import { syncDirectory, writeAll } from "../os/privateFiles.ts";

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
  end: End;
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

/** Opens a segment for reading and appending; a looser mode is tightened. */
export function openSegment(dir: string, number: number): Deno.FsFile {
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
export async function findEnd(dir: string): Promise<Found> {
  const segments = listSegments(dir);
  const newest = segments.at(-1) ?? 0;
  let found: Tail | null = null;
  for (const number of segments.reverse()) {
    const tail = readTail(dir, number);
    found ??= tail;
    if (tail.last === null) continue;
    const { seq } = decodeEntry(tail.last);
    const hash = await hashLine(tail.last);
    const end = { segment: newest, size: found.size, lastIn: number, seq, hash };
    return { end, torn: found.torn };
  }
  const end = { segment: newest, size: found?.size ?? 0, lastIn: 0, seq: 0, hash: NO_PREVIOUS };
  return { end, torn: found?.torn ?? NOTHING };
}

/** What `head.json` says; `null` when it is missing or no head. */
export function readHead(dir: string): Head | null {
  const info = lookAt(`${dir}/head.json`);
  if (info === null) return null;
  if (!info.isFile) throw unsafe("head.json", "a link or a device");
  return decodeHead(Deno.readTextFileSync(`${dir}/head.json`));
}

/** Replaces `head.json` in one piece, without waiting for the disk. Call it under the lock only. */
export function writeHead(dir: string, head: Head): void {
  const temporary = `${dir}/head.json.tmp`;
  if (lookAt(temporary) !== null) Deno.removeSync(temporary);
  {
    using file = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 });
    writeAll(file, new TextEncoder().encode(encodeHead(head)));
  }
  Deno.renameSync(temporary, `${dir}/head.json`);
}

interface Tail {
  /** Length without the torn tail. */
  size: number;
  /** The last whole line, without its newline; `null` when there is none. */
  last: Uint8Array<ArrayBuffer> | null;
  torn: Uint8Array<ArrayBuffer>;
}

function readTail(dir: string, number: number): Tail {
  using file = openSegment(dir, number);
  const { size } = file.statSync();
  const from = Math.max(0, size - TAIL_BYTES);
  file.seekSync(from, Deno.SeekMode.Start);
  const bytes = readRest(file);
  const end = bytes.lastIndexOf(NEWLINE);
  const start = end < 1 ? -1 : bytes.lastIndexOf(NEWLINE, end - 1);
  if (from > 0 && start < 0) throw unsafe(segmentName(number), "a line longer than 4 KiB");
  return {
    size: from + end + 1,
    last: end < 0 ? null : bytes.slice(start + 1, end),
    torn: bytes.slice(end + 1),
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
  return bytes.slice(0, length);
}

function unsafe(name: string, found: string): SentinelError {
  return new SentinelError(
    "JOURNAL_UNWRITABLE",
    `Cannot record in journal: found ${found} at ${name}, want a journal file of your own`,
    { hint: "sentinel journal verify" },
  );
}
