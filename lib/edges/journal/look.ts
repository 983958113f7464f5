// journal: a quick look at the files: the newest entries and the head, in the same time however many there are.
import {
  type JournalSight,
  type LiveSession,
  liveSessions,
  sightOf,
} from "../../core/journal/look.ts";
import { readEntries, type ReadEntry } from "./read.ts";
import { readHead } from "./head_file.ts";

/** The newest entries that are looked at: what is out for longer than these tell is not seen. */
const NEWEST = 2_000;

/** What a quick look finds. */
export interface JournalLook {
  sight: JournalSight;
  sessions: readonly LiveSession[];
}

/**
 * Looks at the newest entries of the journal in `dir`; a directory that is missing holds none.
 * @throws SentinelError `JOURNAL_BROKEN` at a line that is no entry
 */
export async function lookAtJournal(dir: string, now: Date): Promise<JournalLook> {
  // The head first: entries that come meanwhile only put it behind.
  const head = readHead(dir);
  const entries: ReadEntry[] = [];
  for await (const read of readEntries(dir, { limit: NEWEST })) entries.push(read);
  return { sight: sightOf(entries, head), sessions: liveSessions(entries, now) };
}
