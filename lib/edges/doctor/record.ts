// doctor: journal and cache as they lie on disk. Takes no lock, writes nothing.
import type { JournalFact, MachineFacts } from "../../core/doctor/mod.ts";
import { lookAtJournal } from "../journal/look.ts";
import { segmentName, segmentsIn } from "../journal/segments.ts";
import { troubleOf } from "./aws_files.ts";
import { namesIn } from "./paths.ts";

const NEWLINE = 0x0a;

/** The journal in `directory`, by its newest entries. */
export async function journalFact(directory: string, now: Date): Promise<JournalFact> {
  const nothing = {
    directory,
    entries: 0,
    head: "empty",
    last: null,
    bytes: 0,
    segments: 0,
    torn: false,
  };
  try {
    const segments = segmentsIn(directory);
    const { sight } = await lookAtJournal(directory, now);
    const paths = segments.map((number) => `${directory}/${segmentName(number)}`);
    return {
      directory,
      entries: sight.entries,
      head: sight.head,
      last: sight.last,
      bytes: paths.reduce((sum, path) => sum + Deno.lstatSync(path).size, 0),
      segments: segments.length,
      torn: endsWithin(paths.at(-1)),
      trouble: null,
    };
  } catch (error) {
    return { ...nothing, trouble: troubleOf(error) };
  }
}

function endsWithin(path: string | undefined): boolean {
  if (path === undefined) return false;
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  if (size === 0) return false;
  file.seekSync(size - 1, Deno.SeekMode.Start);
  const last = new Uint8Array(1);
  return file.readSync(last) === 1 && last[0] !== NEWLINE;
}

/** How much is kept for the next call. */
export function cacheFact(directory: string): MachineFacts["cache"] {
  const files = ["sessions", "read"].flatMap((name) => namesIn(`${directory}/${name}`));
  return { directory, files: files.filter((name) => /^[0-9a-f]{40}$/.test(name)).length };
}
