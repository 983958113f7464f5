// journal: the lines of one segment, streamed.
import { SentinelError } from "../../core/errors/mod.ts";
import { printable } from "../../core/text/printable.ts";

/** A line without its newline, or the size of what is none: a torn tail, or an endless line. */
export type Line = WholeLine | { fragment: number };

/** A line, good till the next batch is asked for. */
export interface WholeLine {
  /** A view of what was read: another line's bytes later on. */
  bytes: Uint8Array<ArrayBuffer>;
  /** The same as text, where that was to be had without decoding the line: it is all ASCII. */
  text: string | null;
}

// Small: a turn of the event loop with each, in which memory outside of the heap is given back.
const CHUNK_BYTES = 64 * 1024;
/** No line of ours is longer than 4 KiB; what is longer than this is not even kept. */
const ENDLESS = 64 * 1024;
const NEWLINE = 0x0a;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The lines of `path` in their order, a batch at a time: of a chunk and a line at most.
 * @throws SentinelError `FILE_UNSAFE` when it is no regular file: a pipe would block for ever
 */
export async function* readLines(path: string): AsyncGenerator<Line[]> {
  if (!(await Deno.lstat(path)).isFile) {
    throw new SentinelError(
      "FILE_UNSAFE",
      `Cannot read ${printable(path)}: found a link or a device, want a regular file`,
    );
  }
  using file = await Deno.open(path);
  const room = new Uint8Array(ENDLESS + CHUNK_BYTES);
  let rest = 0;
  let skipped = 0;
  for (;;) {
    const read = await file.read(room.subarray(rest, rest + CHUNK_BYTES));
    if (read === null) break;
    const filled = room.subarray(0, rest + read);
    const last = filled.lastIndexOf(NEWLINE);
    let from = 0;
    if (last >= 0 && skipped > 0) {
      from = filled.indexOf(NEWLINE) + 1;
      yield [{ fragment: skipped + from - 1 }];
      skipped = 0;
    }
    yield linesOf(filled.subarray(from, last + 1));
    room.copyWithin(0, last + 1, filled.length);
    rest = filled.length - last - 1;
    if (rest > ENDLESS) {
      skipped += rest;
      rest = 0;
    }
  }
  if (skipped + rest > 0) yield [{ fragment: skipped + rest }];
}

// `whole` ends with a newline, or is empty.
function linesOf(whole: Uint8Array<ArrayBuffer>): Line[] {
  const text = asciiOf(whole);
  const lines: Line[] = [];
  for (let from = 0; from < whole.length;) {
    // A text is searched faster than bytes are.
    const to = text === null ? whole.indexOf(NEWLINE, from) : text.indexOf("\n", from);
    lines.push({ bytes: whole.subarray(from, to), text: text && text.slice(from, to) });
    from = to + 1;
  }
  return lines;
}

// UTF-8 has more bytes than UTF-16 has units for every letter beyond ASCII.
function asciiOf(bytes: Uint8Array): string | null {
  try {
    const text = strictUtf8.decode(bytes);
    return text.length === bytes.length ? text : null;
  } catch {
    return null;
  }
}
