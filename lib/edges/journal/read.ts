// journal: entries read back, the newest ones, for people and programs.
import { decodeEntry, hashLine } from "../../core/journal/entry.ts";
import type { Entry } from "../../core/journal/types.ts";
import { readLines } from "./lines.ts";
import { segmentName, segmentsIn } from "./segments.ts";

/** An entry and where it stands. */
export interface ReadEntry {
  entry: Entry;
  /** Line in its file, from 1. */
  line: number;
  /** Name of the segment file. */
  file: string;
  /** SHA-256 of the line's bytes (without its newline), hex. */
  hash: string;
}

/** Which entries are wanted. */
export interface ReadOptions {
  /** The newest so many; all when left out. */
  limit?: number;
  /** Asked once for each entry, in the journal's order, so that it may remember what came before. */
  filter?: (entry: Entry) => boolean;
}

const EVERY = () => true;

/**
 * The entries of the journal in `dir`, oldest first; none when there is no directory. Holds at most
 * twice `limit` of them in memory. The chain is not checked here, and a torn last line is passed over.
 * @throws SentinelError `JOURNAL_BROKEN` at a line that is no entry
 */
export async function* readEntries(
  dir: string,
  { limit, filter }: ReadOptions = {},
): AsyncGenerator<ReadEntry> {
  const segments = segmentsIn(dir);
  if (limit === undefined) yield* entriesIn(dir, segments, filter ?? EVERY);
  else if (filter !== undefined) yield* await lastOf(entriesIn(dir, segments, filter), limit);
  else yield* await newestOf(dir, segments, limit);
}

// Without a filter the old segments need not be read.
async function newestOf(dir: string, segments: number[], limit: number): Promise<ReadEntry[]> {
  let newest: ReadEntry[] = [];
  for (const number of segments.reverse()) {
    const missing = limit - newest.length;
    if (missing <= 0) break;
    newest = [...await lastOf(entriesIn(dir, [number], EVERY), missing), ...newest];
  }
  return newest;
}

async function* entriesIn(
  dir: string,
  segments: readonly number[],
  filter: (entry: Entry) => boolean,
): AsyncGenerator<ReadEntry> {
  for (const number of segments) yield* entriesOf(dir, number, filter);
}

async function* entriesOf(
  dir: string,
  number: number,
  filter: (entry: Entry) => boolean,
): AsyncGenerator<ReadEntry> {
  const file = segmentName(number);
  let line = 0;
  for await (const lines of readLines(`${dir}/${file}`)) {
    for (const found of lines) {
      if ("fragment" in found) continue;
      line++;
      const entry = decodeEntry(found.text ?? found.bytes);
      if (filter(entry)) yield { entry, line, file, hash: await hashLine(found.bytes) };
    }
  }
}

async function lastOf(entries: AsyncIterable<ReadEntry>, count: number): Promise<ReadEntry[]> {
  const kept: ReadEntry[] = [];
  for await (const entry of entries) {
    kept.push(entry);
    if (kept.length > 2 * count) kept.splice(0, kept.length - count);
  }
  return count > 0 ? kept.slice(-count) : [];
}
