// journal: the lines of one segment, streamed.
import { SentinelError } from "../../core/errors/mod.ts";
import { printable } from "../../core/text/printable.ts";

/** A line without its newline, or the size of what is none: a torn tail, or an endless line. */
export type Line = { bytes: Uint8Array<ArrayBuffer> } | { fragment: number };

const CHUNK_BYTES = 256 * 1024;
/** No line of ours is longer than 4 KiB; what is longer than this is not even kept. */
const ENDLESS = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Reads `path` line by line, holding a chunk and a line at most.
 * @throws SentinelError `FILE_UNSAFE` when it is no regular file: a pipe would block for ever
 */
export async function* readLines(path: string): AsyncGenerator<Line> {
  if (!(await Deno.lstat(path)).isFile) {
    throw new SentinelError(
      "FILE_UNSAFE",
      `Cannot read ${printable(path)}: found a link or a device, want a regular file`,
    );
  }
  using file = await Deno.open(path);
  const chunk = new Uint8Array(CHUNK_BYTES);
  let rest: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  let skipped = 0;
  for (let read = await file.read(chunk); read !== null; read = await file.read(chunk)) {
    let from = 0;
    for (let to = chunk.indexOf(NEWLINE); to >= 0 && to < read; to = chunk.indexOf(NEWLINE, from)) {
      yield skipped > 0
        ? { fragment: skipped + rest.length + to - from }
        : { bytes: joined(rest, chunk.subarray(from, to)) };
      rest = new Uint8Array(0);
      skipped = 0;
      from = to + 1;
    }
    rest = joined(rest, chunk.subarray(from, read));
    if (rest.length > ENDLESS) {
      skipped += rest.length;
      rest = new Uint8Array(0);
    }
  }
  if (skipped + rest.length > 0) yield { fragment: skipped + rest.length };
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
