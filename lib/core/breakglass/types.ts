// breakglass: an emergency as the store keeps it, and the ledger on which all machines agree.

/** Why somebody breaks the glass. */
export const REASON_CODES = ["incident", "maintenance", "security", "recovery", "other"] as const;

/** One of {@link REASON_CODES}. */
export type ReasonCode = (typeof REASON_CODES)[number];

/** Ways of proving a second factor. */
export const MFA_METHODS = ["totp", "sms"] as const;

/** One of {@link MFA_METHODS}. */
export type MfaMethod = (typeof MFA_METHODS)[number];

/** The longest cooldown or quota window, in seconds; the ledger remembers a day longer. */
export const MAX_LIMIT_SECONDS = 30 * 86_400;

/**
 * Where an event stands. `prepared` grants nothing: it is on record before the ledger is asked, so
 * that a process that dies in between leaves a trace and no grant. `abandoned` was prepared and has
 * never granted anything: it counts for nothing.
 */
export type BreakGlassState = "prepared" | "active" | "abandoned" | "closed" | "expired";

/** What somebody who was not the invoker found out about an event afterwards. */
export type Review = {
  by: string;
  byId: string;
  at: string;
  /** Whether the use was justified. */
  verdict: "justified" | "unjustified";
  text: string;
};

/** An emergency. Plain data: an item of the store's table `breakglass`. */
export type BreakGlass = {
  /** 16 lower-case hex digits. */
  id: string;
  version: number;
  state: BreakGlassState;
  /** The form of this record. */
  schema: 1;
  /** Who invoked it: the person's id, their policy user name, and their further names. */
  invoker: string;
  invokerUser: string;
  invokerAliases: string[];
  profile: string;
  /** ARN of the role; `null` when the profile has none. */
  role: string | null;
  reasonCode: ReasonCode;
  justification: string;
  ticket: string | null;
  durationSeconds: number;
  /** The break-glass policy's rule that let it happen. */
  rule: string;
  createdAt: string;
  updatedAt: string;
  /** First instant at which it is of no more use. */
  expiresAt: string;
  closedBy: string | null;
  closedReason: string | null;
  /** How the invoker proved a second factor, when, and by which challenge; `null` = not at all. */
  mfaMethod: MfaMethod | null;
  mfaVerifiedAt: string | null;
  mfaChallenge: string | null;
  review: Review | null;
  /** Epoch seconds after which the store may forget it. Retention: it decides nothing. */
  retainUntil: number;
};

/** An invocation as the ledger remembers it. */
export type LedgerEntry = {
  /** The event's id. */
  event: string;
  /** The invoker, by every name: person's id, policy user name, further names. */
  person: string;
  user: string;
  aliases: string[];
  profile: string;
  at: string;
  /** Until when it counts as active. */
  until: string;
};

/**
 * What all machines agree on, in one item of the table `locks`: since one conditional write settles
 * it, of two who invoke at once the second sees the first.
 */
export type Ledger = {
  id: "breakglass";
  version: number;
  state: "open";
  updatedAt: string;
  /** Oldest first. */
  entries: LedgerEntry[];
};
