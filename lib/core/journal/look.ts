// journal: a quick look: how the record stands by its newest entries, and which sessions are out. Proves nothing.
import type { Head } from "./head.ts";
import type { Entry, IntentEntry, OutcomeEntry, ServedEntry } from "./types.ts";

/** An entry with the hash of its line, as read back. */
export interface LookedAt {
  entry: Entry;
  hash: string;
}

/**
 * How the head stands to the newest entries. `behind`: the last entries were not acknowledged (a
 * crash, or a writer at work); `cut`: the head knows of entries that are not there; `contradicts`:
 * the entry that it names is another one.
 */
export type HeadState = "empty" | "ok" | "behind" | "missing" | "cut" | "contradicts";

/** How the record stands, at a glance. */
export interface JournalSight {
  /** Number of the last entry, counted over all segments; 0 = none. */
  entries: number;
  head: HeadState;
  /** The last entry, an outcome by its result; `null` = none. */
  last: { at: string; kind: string; profile: string | null } | null;
}

/** A session that was issued and has not ended. No secret is in the record, nor here. */
export interface LiveSession {
  /** `null` where the intent is older than what was looked at. */
  profile: string | null;
  role: string | null;
  user: string | null;
  /** An identifier, no secret. */
  accessKeyId: string;
  grant: IntentEntry["grant"] | null;
  issuedAt: Date;
  expiresAt: Date;
  /** How often it was handed out again. */
  served: number;
}

/** The record by its newest entries, oldest first. Tampering that leaves these alone is not seen. */
export function sightOf(entries: readonly LookedAt[], head: Head | null): JournalSight {
  const last = entries.at(-1)?.entry ?? null;
  return {
    entries: last?.seq ?? 0,
    head: headState(entries, head),
    last: last === null
      ? null
      : { at: last.at, kind: wordOf(last), profile: profileOf(last, entries) },
  };
}

function wordOf(entry: Entry): string {
  return entry.kind === "outcome" ? `${entry.result}` : entry.kind;
}

function headState(entries: readonly LookedAt[], head: Head | null): HeadState {
  const last = entries.at(-1);
  if (last === undefined) return head === null || head.seq === 0 ? "empty" : "cut";
  if (head === null) return "missing";
  if (head.seq > last.entry.seq) return "cut";
  const named = entries.find(({ entry }) => entry.seq === head.seq);
  if (named !== undefined && named.hash !== head.hash) return "contradicts";
  return head.seq === last.entry.seq ? "ok" : "behind";
}

function profileOf(last: Entry, entries: readonly LookedAt[]): string | null {
  if (last.kind !== "outcome") return "subject" in last ? last.subject?.profile ?? null : null;
  const intent = entries.find(({ entry }) =>
    entry.kind === "intent" && entry.requestId === last.requestId
  );
  return intent?.entry.kind === "intent" ? intent.entry.subject?.profile ?? null : null;
}

/** Sessions whose end is ahead of `now`, the first to end first. Entries must come oldest first. */
export function liveSessions(entries: readonly LookedAt[], now: Date): LiveSession[] {
  const intents = new Map<string, IntentEntry>();
  const live = new Map<string, LiveSession>();
  for (const { entry } of entries) {
    if (entry.kind === "intent") intents.set(entry.requestId, entry);
    const session = entry.kind === "outcome"
      ? issued(entry, intents.get(entry.requestId))
      : entry.kind === "served"
      ? served(entry, live.get(entry.accessKeyId))
      : null;
    if (session !== null && session.expiresAt > now) live.set(session.accessKeyId, session);
  }
  return [...live.values()].sort((a, b) => a.expiresAt.getTime() - b.expiresAt.getTime());
}

// The body of an entry is as it was found: what is no date makes no session.
function issued(
  entry: OutcomeEntry & { at: string },
  intent: IntentEntry | undefined,
): LiveSession | null {
  if (entry.result !== "issued" || entry.accessKeyId === null) return null;
  return dated(entry, {
    profile: intent?.subject?.profile ?? null,
    role: intent?.subject?.role ?? null,
    user: intent?.subject?.principal?.user ?? null,
    accessKeyId: entry.accessKeyId,
    grant: intent?.grant ?? null,
    served: 0,
  });
}

function served(
  entry: ServedEntry & { at: string },
  known: LiveSession | undefined,
): LiveSession | null {
  if (known !== undefined) return { ...known, served: known.served + 1 };
  return dated(entry, {
    profile: entry.subject?.profile ?? null,
    role: entry.subject?.role ?? null,
    user: entry.subject?.principal?.user ?? null,
    accessKeyId: entry.accessKeyId,
    grant: null,
    served: 1,
  });
}

function dated(
  { at, expiresAt }: { at: string; expiresAt: string | null },
  session: Omit<LiveSession, "issuedAt" | "expiresAt">,
): LiveSession | null {
  const end = new Date(expiresAt ?? NaN);
  if (Number.isNaN(end.getTime()) || typeof session.accessKeyId !== "string") return null;
  return { ...session, issuedAt: new Date(at), expiresAt: end };
}
