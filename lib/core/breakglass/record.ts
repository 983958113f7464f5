// breakglass: stored events and the ledger read back, every field checked.
import {
  isCount,
  isId,
  isInstant,
  isOneOf,
  isPositive,
  isText,
  listOf,
  orNull,
  readRow,
  type Shape,
  shaped,
} from "../store/row.ts";
import {
  type BreakGlass,
  type BreakGlassState,
  type Ledger,
  type LedgerEntry,
  MFA_METHODS,
  REASON_CODES,
  type Review,
} from "./types.ts";

/** Every state, in the order in which they are met. */
export const BREAKGLASS_STATES = [
  "prepared",
  "active",
  "abandoned",
  "closed",
  "expired",
] as const satisfies readonly BreakGlassState[];

/** The most entries of a ledger: with names at their longest it still fits an item. */
export const MAX_ENTRIES = 500;

const REVIEW: Shape<Review> = {
  by: isText,
  byId: isText,
  at: isInstant,
  verdict: isOneOf(["justified", "unjustified"]),
  text: isText,
};

const EVENT: Shape<BreakGlass> = {
  id: isId,
  version: isPositive,
  state: isOneOf(BREAKGLASS_STATES),
  schema: isOneOf([1]),
  invoker: isText,
  invokerUser: isText,
  invokerAliases: listOf(isText, 50),
  profile: isText,
  role: orNull(isText),
  reasonCode: isOneOf(REASON_CODES),
  justification: isText,
  ticket: orNull(isText),
  durationSeconds: isPositive,
  rule: isText,
  createdAt: isInstant,
  updatedAt: isInstant,
  expiresAt: isInstant,
  closedBy: orNull(isText),
  closedReason: orNull(isText),
  mfaMethod: isOneOf([...MFA_METHODS, null]),
  mfaVerifiedAt: orNull(isInstant),
  mfaChallenge: orNull(isText),
  review: orNull(shaped(REVIEW)),
  retainUntil: isCount,
};

const ENTRY: Shape<LedgerEntry> = {
  event: isId,
  person: isText,
  user: isText,
  aliases: listOf(isText, 50),
  profile: isText,
  at: isInstant,
  until: isInstant,
};

const LEDGER: Shape<Ledger> = {
  id: isOneOf(["breakglass"]),
  version: isPositive,
  state: isOneOf(["open"]),
  updatedAt: isInstant,
  entries: listOf(shaped(ENTRY), MAX_ENTRIES),
};

/**
 * The event in a row of the store.
 * @throws SentinelError `STORE_DAMAGED` when it is none: it grants nothing
 */
export function readBreakGlass(row: unknown): BreakGlass {
  return readRow(row, EVENT, "break-glass event");
}

/**
 * The ledger in a row of the store.
 * @throws SentinelError `STORE_DAMAGED` when it is none: nobody can then break the glass
 */
export function readLedger(row: unknown): Ledger {
  return readRow(row, LEDGER, "break-glass ledger");
}
