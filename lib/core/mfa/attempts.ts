// mfa: who may try how often, and that no code counts twice. The state is written before the answer
// is used: a try whose write finds another version stored must be judged again.
import { clockOf, later, millisOf } from "../approvals/limits.ts";
import type { Person } from "../approvals/person.ts";
import {
  isCount,
  isInstant,
  isOneOf,
  isPositive,
  isText,
  orNull,
  readRow,
  type Shape,
} from "../store/row.ts";
import { SentinelError } from "../errors/mod.ts";
import { timeText } from "../store/item.ts";
import { formatDuration } from "../time/duration.ts";
import { matchTotp, type TotpSecret } from "./totp.ts";

/** So many wrong codes in a row lock a person out. */
export const MAX_FAILURES = 5;
/** How long the first time; each further time without a right code in between twice as long. */
export const LOCK_SECONDS = 15 * 60;
const LONGEST_LOCK_SECONDS = 86_400;

/** What is remembered of one person's codes: an item of the store's table `mfa`, kept for ever. */
export type TotpMemory = {
  /** `totp:` and the person's id. */
  id: string;
  version: number;
  state: "open" | "locked";
  /** The person's id. */
  principal: string;
  createdAt: string;
  updatedAt: string;
  /** Period of the last code that counted; `null` = none has. No code of it or before it counts again. */
  lastCounter: number | null;
  /** Wrong codes since the last right one or lock. */
  failures: number;
  /** Locks since the last right code. */
  locks: number;
  lockedUntil: string | null;
};

const MEMORY: Shape<TotpMemory> = {
  id: isText,
  version: isPositive,
  state: isOneOf(["open", "locked"]),
  principal: isText,
  createdAt: isInstant,
  updatedAt: isInstant,
  lastCounter: orNull(isCount),
  failures: isCount,
  locks: isCount,
  lockedUntil: orNull(isInstant),
};

/**
 * The memory in a row of the store.
 * @throws SentinelError `STORE_DAMAGED` when it is none: no code then counts
 */
export function readTotpMemory(row: unknown): TotpMemory {
  return readRow(row, MEMORY, "memory of one-time codes");
}

/** The id of a person's memory. */
export function totpMemoryId(person: Person): string {
  return `totp:${person.id}`;
}

/** What came of a try. */
export interface Attempt<Item> {
  outcome: "good" | "wrong" | "used" | "locked" | "unknown";
  /** To be written before the outcome counts; `null` = nothing to write. */
  item: Item | null;
  /** What must still be stored; `null` = nothing yet: to be created. */
  expected: { version: number; state: string } | null;
  /** Seconds until a locked person may try again; else 0. */
  retryAfterSeconds: number;
}

/**
 * Judges a code that `person` typed. The secret is the caller's own, never one that was asked for by
 * name: nobody proves themselves with another's code.
 *
 * @param memory what the store has under {@link totpMemoryId}; `null` = nothing yet
 */
export async function tryTotp(
  memory: TotpMemory | null,
  secret: TotpSecret,
  person: Person,
  code: string,
  now: Date,
): Promise<Attempt<TotpMemory>> {
  const at = clockOf(now);
  const old = memory ?? firstMemory(person, now);
  const expected = memory && { version: memory.version, state: memory.state };
  if (old.principal !== person.id) {
    return { outcome: "unknown", item: null, expected, retryAfterSeconds: 0 };
  }
  if (old.lockedUntil !== null && at < millisOf(old.lockedUntil)) {
    const retryAfterSeconds = Math.ceil((millisOf(old.lockedUntil) - at) / 1000);
    return { outcome: "locked", item: null, expected, retryAfterSeconds };
  }
  const typed = code.replace(/\s/g, "");
  const counter = await matchTotp(secret, typed, old.lastCounter ?? -1, now);
  const base = { ...old, version: (memory?.version ?? 0) + 1, updatedAt: timeText(now) };
  if (typeof counter === "number") {
    const item = { ...base, ...CLEARED, lastCounter: counter };
    return { outcome: "good", item, expected, retryAfterSeconds: 0 };
  }
  const outcome = counter === "used" ? "used" : "wrong";
  return { outcome, item: { ...base, ...failed(old, now) }, expected, retryAfterSeconds: 0 };
}

const CLEARED = { state: "open", failures: 0, locks: 0, lockedUntil: null } as const;

function firstMemory(person: Person, now: Date): TotpMemory {
  return {
    id: totpMemoryId(person),
    version: 0,
    principal: person.id,
    createdAt: timeText(now),
    updatedAt: timeText(now),
    lastCounter: null,
    ...CLEARED,
  };
}

function failed(old: TotpMemory, now: Date): Partial<TotpMemory> {
  const failures = old.failures + 1;
  if (failures < MAX_FAILURES) return { state: "open", failures, lockedUntil: null };
  const seconds = Math.min(LOCK_SECONDS * 2 ** Math.min(old.locks, 20), LONGEST_LOCK_SECONDS);
  return {
    state: "locked",
    failures: 0,
    locks: old.locks + 1,
    lockedUntil: timeText(later(now, seconds)),
  };
}

/** A try that did not count, as an error. None of them says how near it was. */
export function refusedAttempt(
  attempt: Pick<Attempt<unknown>, "outcome" | "retryAfterSeconds">,
): SentinelError {
  if (attempt.outcome === "locked") {
    const after = formatDuration(attempt.retryAfterSeconds);
    return new SentinelError(
      "MFA_LOCKED",
      `Cannot check one-time code: too many wrong ones; try again in ${after}`,
    );
  }
  const found = {
    good: "one that counted",
    wrong: "a wrong one",
    used: "one that was used before",
    unknown: "no such challenge for you and this",
  }[attempt.outcome];
  return new SentinelError("MFA_REFUSED", `Cannot check one-time code: found ${found}`, {
    hint: attempt.outcome === "used" ? "wait for the next code" : "ask for a new code",
  });
}
