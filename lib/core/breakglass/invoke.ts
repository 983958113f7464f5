// breakglass: the three writes of an invocation, in the order in which a death between any two of
// them leaves no grant without a record, and no record that blocks the next invocation.
import type { StorePort } from "../store/types.ts";
import { TABLES } from "../store/tables.ts";
import { SentinelError } from "../errors/mod.ts";
import { clockOf, millisOf } from "../approvals/limits.ts";
import { shellWord } from "../text/printable.ts";
import { formatDuration } from "../time/duration.ts";
import { type BreakGlassEvent, breakGlassEvent } from "./events.ts";
import { type Finding, LEDGER_ID, type Reservation, reserve } from "./ledger.ts";
import type { LimitRule } from "./limits.ts";
import { abandon, activate, breakGlassStateAt } from "./machine.ts";
import { readBreakGlass, readLedger } from "./record.ts";
import type { BreakGlass, LedgerEntry } from "./types.ts";

/** As much of the store as an invocation needs. */
export type InvocationStore = Pick<StorePort, "get" | "create" | "replace">;

/** An invocation that has not started after so long is taken for dead. */
export const GRACE_MS = 10_000;
const MAX_TRIES = 20;

/** An event that is active, with what is to be journaled and told. */
export interface Invoked {
  item: BreakGlass;
  events: readonly BreakGlassEvent[];
}

/** What an invocation is made with. */
export interface InvocationTerms {
  /** From `prepare`. */
  event: BreakGlass;
  limits: LimitRule | null;
  /** Each list is one person's names. */
  people: readonly (readonly string[])[];
  now: () => Date;
}

/**
 * Invokes. First the event is stored as `prepared`, which grants nothing; then the ledger settles
 * who is first, in one conditional write; then the event becomes `active`.
 *
 * @throws SentinelError `BREAKGLASS_STACKED`, `BREAKGLASS_LIMITED`; `STATE_REFUSED` when another
 * process took this one for dead; `STORE_BUSY` when others were first too often; what the store throws
 */
export async function invoke(store: InvocationStore, terms: InvocationTerms): Promise<Invoked> {
  const { event, now } = terms;
  if (await store.create(TABLES.breakglass, event) !== "done") {
    throw new SentinelError(
      "INTERNAL",
      `Cannot break glass: there is an event ${event.id} already`,
    );
  }
  const reserved = await settle(store, terms);
  const change = activate(event, now());
  if (await store.replace(TABLES.breakglass, change.item, change.expected) !== "done") {
    throw new SentinelError(
      "STATE_REFUSED",
      `Cannot break glass: another process took event ${event.id} for dead`,
      { hint: "invoke it again" },
    );
  }
  const escalated = breakGlassEvent("breakglass.escalated", change.item, event.invokerUser);
  const events = reserved.escalate ? [...change.events, escalated] : change.events;
  return { item: change.item, events };
}

type Reserved = Extract<Reservation, { outcome: "reserved" }>;

async function settle(store: InvocationStore, terms: InvocationTerms): Promise<Reserved> {
  const { event, limits, people, now } = terms;
  const found = new Map<string, Finding>();
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const row = await store.get(TABLES.locks, LEDGER_ID);
    const ledger = row === null ? null : readLedger(row);
    const answer = reserve(ledger, event, limits, found, people, now());
    switch (answer.outcome) {
      case "stacked": {
        const finding = await lookAt(store, answer.by, now);
        if (finding === "active") throw await refuse(store, terms, stacked(event, answer.by));
        found.set(answer.by.event, finding);
        break;
      }
      case "limited":
        throw await refuse(store, terms, limited(event, answer));
      case "reserved":
        if (await write(store, answer)) return answer;
    }
  }
  throw await refuse(
    store,
    terms,
    new SentinelError("STORE_BUSY", "Cannot break glass: others were first, again and again", {
      hint: "try again",
    }),
  );
}

async function write(store: InvocationStore, { ledger, expected }: Reserved): Promise<boolean> {
  const written = expected === null
    ? await store.create(TABLES.locks, ledger)
    : await store.replace(TABLES.locks, ledger, expected);
  return written === "done";
}

/** What the record says of an event that the ledger counts as active. The record is what grants. */
async function lookAt(
  store: InvocationStore,
  entry: LedgerEntry,
  now: () => Date,
): Promise<Finding | "active"> {
  const row = await store.get(TABLES.breakglass, entry.event);
  if (row === null) return "abandoned";
  const event = readBreakGlass(row);
  const state = breakGlassStateAt(event, now());
  if (state === "active") return "active";
  if (event.state !== "prepared") return state === "abandoned" ? "abandoned" : "ended";
  if (clockOf(now()) - millisOf(event.createdAt) < GRACE_MS) return "active";
  if (state === "expired") return "abandoned";
  const { item, expected } = abandon(event, "it was prepared and never started", now());
  // Only who wins this write may forget it: else its own process has just started it.
  const done = await store.replace(TABLES.breakglass, item, expected) === "done";
  return done ? "abandoned" : await lookAt(store, entry, now);
}

/** Ends the prepared event, and gives back what it was refused with. */
async function refuse(
  store: InvocationStore,
  { event, now }: InvocationTerms,
  error: SentinelError,
): Promise<SentinelError> {
  if (breakGlassStateAt(event, now()) !== "prepared") return error;
  const { item, expected } = abandon(event, error.message, now());
  await store.replace(TABLES.breakglass, item, expected);
  return error;
}

function stacked(event: BreakGlass, by: LedgerEntry): SentinelError {
  return new SentinelError(
    "BREAKGLASS_STACKED",
    `Cannot break glass for this profile: event ${by.event} is active until ${by.until}`,
    {
      hint: `sentinel exec --profile ${
        shellWord(event.profile)
      }; to end it: sentinel breakglass close ${by.event}`,
    },
  );
}

function limited(
  event: BreakGlass,
  { by, retryAfterSeconds, counts }: Extract<Reservation, { outcome: "limited" }>,
): SentinelError {
  const after = formatDuration(retryAfterSeconds);
  return new SentinelError(
    "BREAKGLASS_LIMITED",
    `Cannot break glass for this profile: ${by} (${counts.user} by this person, ` +
      `${counts.profile} on the profile); it opens in ${after}`,
    { hint: `sentinel request --profile ${shellWord(event.profile)}` },
  );
}
