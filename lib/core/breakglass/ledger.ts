// breakglass: stacking, cooldown and quotas, judged and written down in one step.
import { clockOf, later, millisOf } from "../approvals/limits.ts";
import { isSamePerson, knownAs, type Person } from "../approvals/person.ts";
import { timeText } from "../store/item.ts";
import type { LimitRule } from "./limits.ts";
import { MAX_ENTRIES } from "./record.ts";
import { type BreakGlass, type Ledger, type LedgerEntry, MAX_LIMIT_SECONDS } from "./types.ts";

/** The one ledger's id, in the table `locks`. */
export const LEDGER_ID = "breakglass";

/** A day longer than any limit looks back. */
const REMEMBERED_MS = (MAX_LIMIT_SECONDS + 86_400) * 1000;

/** What the records say of an event that the ledger still counts as active. */
export type Finding = "ended" | "abandoned";

/** Numbers that the decision rests on, the event that is asked for not included. */
export interface Counts {
  user: number;
  profile: number;
}

/** What the ledger says to an event. */
export type Reservation =
  | {
    outcome: "reserved";
    /** What is to be written. */
    ledger: Ledger;
    /** What must still be stored; `null` = no ledger yet: to be created. */
    expected: { version: number; state: string } | null;
    counts: Counts;
    /** True when somebody should be told: with this event the threshold is reached. */
    escalate: boolean;
  }
  | { outcome: "stacked"; by: LedgerEntry }
  | {
    outcome: "limited";
    by: "cooldown" | "user quota" | "profile quota" | "full ledger";
    /** Whole seconds after which it would be let through. */
    retryAfterSeconds: number;
    counts: Counts;
  };

/**
 * Judges an event against the ledger, and enters it. Order: stacking, cooldown, quota of the user,
 * quota of the profile. What is judged and what is written is one item: a write that finds another
 * version stored means that somebody else was first, and that all of it must be judged again.
 *
 * @param limits `null` = no limit but one active event a person and profile
 * @param found events of which the records say that they are over: the ledger may not know it
 * @param people each list is one person's names
 */
export function reserve(
  ledger: Ledger | null,
  event: BreakGlass,
  limits: LimitRule | null,
  found: ReadonlyMap<string, Finding>,
  people: readonly (readonly string[])[],
  now: Date,
): Reservation {
  const at = clockOf(now);
  const entries = remembered(ledger?.entries ?? [], found, at);
  const invoker = knownAs(personOfEvent(event), people);
  const isTheirs = (entry: LedgerEntry) =>
    isSamePerson(knownAs(personOfEntry(entry), people), invoker);
  const by = entries.find((entry) =>
    entry.profile === event.profile && isTheirs(entry) && !found.has(entry.event) &&
    at < millisOf(entry.until)
  );
  if (by !== undefined) return { outcome: "stacked", by };
  const { counts, limited } = judgeLimits(entries, event, limits, isTheirs, at);
  if (limited !== null) return limited;
  const oldest = entries[0];
  if (entries.length >= MAX_ENTRIES && oldest !== undefined) {
    const free = secondsUntil(millisOf(oldest.at) + REMEMBERED_MS, at);
    return { outcome: "limited", by: "full ledger", retryAfterSeconds: free, counts };
  }
  return {
    outcome: "reserved",
    ledger: {
      id: LEDGER_ID,
      version: (ledger?.version ?? 0) + 1,
      state: "open",
      updatedAt: timeText(now),
      entries: [...entries, entryOf(event)],
    },
    expected: ledger === null ? null : { version: ledger.version, state: ledger.state },
    counts,
    escalate: limits?.escalateAt !== null && limits !== null &&
      counts.user + 1 >= limits.escalateAt,
  };
}

/** What takes an event that was closed early out of the way of the next one; `null` = nothing to do. */
export function release(
  ledger: Ledger | null,
  event: string,
  now: Date,
): { ledger: Ledger; expected: { version: number; state: string } } | null {
  const at = clockOf(now);
  const held = ledger?.entries.find((entry) => entry.event === event && at < millisOf(entry.until));
  if (ledger === null || held === undefined) return null;
  const { version, state } = ledger;
  const entries = ledger.entries.map((entry) =>
    entry === held ? { ...entry, until: timeText(now) } : entry
  );
  return {
    ledger: { ...ledger, version: version + 1, updatedAt: timeText(now), entries },
    expected: { version, state },
  };
}

/** The invoker of an event. */
export function personOfEvent(event: BreakGlass): Person {
  return { id: event.invoker, user: event.invokerUser, aliases: event.invokerAliases };
}

function personOfEntry({ person, user, aliases }: LedgerEntry): Person {
  return { id: person, user, aliases };
}

function entryOf(event: BreakGlass): LedgerEntry {
  return {
    event: event.id,
    person: event.invoker,
    user: event.invokerUser,
    aliases: event.invokerAliases,
    profile: event.profile,
    at: event.createdAt,
    until: event.expiresAt,
  };
}

/** Without what was never finished, and what no limit looks at any more. */
function remembered(
  entries: readonly LedgerEntry[],
  found: ReadonlyMap<string, Finding>,
  at: number,
): LedgerEntry[] {
  return entries.filter((entry) =>
    found.get(entry.event) !== "abandoned" &&
    (at < millisOf(entry.until) || at - millisOf(entry.at) < REMEMBERED_MS)
  );
}

function judgeLimits(
  entries: readonly LedgerEntry[],
  event: BreakGlass,
  limits: LimitRule | null,
  isTheirs: (entry: LedgerEntry) => boolean,
  at: number,
): { counts: Counts; limited: Extract<Reservation, { outcome: "limited" }> | null } {
  const windowMs = (limits?.windowSeconds ?? 0) * 1000;
  const recent = entries.filter((entry) => at - millisOf(entry.at) < windowMs);
  const ofProfile = recent.filter(({ profile }) => profile === event.profile);
  const ofUser = recent.filter((entry) =>
    (limits?.profiles?.includes(entry.profile) ?? true) && isTheirs(entry)
  );
  const counts = { user: ofUser.length, profile: ofProfile.length };
  const no = (by: Extract<Reservation, { outcome: "limited" }>["by"], open: number) => ({
    counts,
    limited: {
      outcome: "limited" as const,
      by,
      retryAfterSeconds: secondsUntil(open, at),
      counts,
    },
  });
  const last = entries.findLast((entry) => entry.profile === event.profile && isTheirs(entry));
  if (last !== undefined && limits !== null && limits.cooldownSeconds !== null) {
    const open = later(new Date(last.at), limits.cooldownSeconds).getTime();
    if (at < open) return no("cooldown", open);
  }
  for (
    const [by, counted, max] of [
      ["user quota", ofUser, limits?.maxPerUser ?? null],
      ["profile quota", ofProfile, limits?.maxPerProfile ?? null],
    ] as const
  ) {
    if (max === null || counted.length < max) continue;
    // So many must have left the window that one more fits.
    const times = counted.map((entry) => millisOf(entry.at)).sort((a, b) => a - b);
    return no(by, (times[counted.length - max] ?? at) + windowMs);
  }
  return { counts, limited: null };
}

function secondsUntil(instant: number, at: number): number {
  return Math.max(1, Math.ceil((instant - at) / 1000));
}
