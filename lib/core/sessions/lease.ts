// sessions: for how long a session is lent: may a kept one be served, and when must its holder come back.

/** How soon a holder must come back. `calm`: seldom. `live`: at once, so that a no bites at once. */
export const LEASES = ["calm", "live"] as const;

/** One of them. */
export type Lease = typeof LEASES[number];

/** botocore asks anew when 15 minutes are left: handing out less makes it ask at every call. */
const CALM_LEFT = 15 * 60_000;
/** Sessions so short that the calm rule would hardly ever reuse them: those are lent live. */
const SHORT_LIFE = 20 * 60_000;
/** What is said to be left of a live lease. Under 5 minutes the SDKs that renew early come back. */
const LIVE_SAID = 4 * 60_000;
/** What a live lease must still have: a call that it signs has to get through. */
const LIVE_LEFT = 60_000;
/** What a short session must still have for a holder that never comes back, such as `exec`. */
const KEPT_LEFT = 5 * 60_000;

/** From when to when AWS takes a session. */
export interface Life {
  issuedAt: Date;
  expiresAt: Date;
}

/** What the lease rests on. */
export interface LeaseTerms {
  /** What configuration says. */
  lease: Lease;
  /** Seconds that a session made now would get. */
  clamp: number;
  /** False for a holder that keeps what it has to its end: it is told no other one. */
  comesBack: boolean;
}

/** The answer. */
export interface LeaseAnswer {
  /** True when a session of this life may be served, had it been kept. */
  serve: boolean;
  /** The `Expiration` to report: never later than the real one. */
  reported: Date;
}

/**
 * Decides about a session at `now`. It is served when it lives on for long enough to be of use, and
 * not longer than `clamp`.
 */
export function leaseOf(life: Life, now: Date, terms: LeaseTerms): LeaseAnswer {
  const { comesBack } = terms;
  const short = isShort(life, terms);
  const live = comesBack && (short || terms.lease === "live");
  const least = live ? LIVE_LEFT : short ? KEPT_LEFT : CALM_LEFT;
  const end = life.expiresAt.getTime();
  const said = live ? Math.min(end, now.getTime() + LIVE_SAID) : end;
  return { serve: mayServe(life, now, terms.clamp, least), reported: new Date(said) };
}

function isShort({ issuedAt, expiresAt }: Life, { clamp }: LeaseTerms): boolean {
  return Math.min(expiresAt.getTime() - issuedAt.getTime(), clamp * 1000) <= SHORT_LIFE;
}

function mayServe({ issuedAt, expiresAt }: Life, now: Date, clamp: number, least: number): boolean {
  const left = expiresAt.getTime() - now.getTime();
  // A clock that went back makes the session look younger than it can be.
  if (now.getTime() < issuedAt.getTime() - 60_000) return false;
  // In whole seconds, as the clamp is: what ends with a window ends within it either way.
  return left > least && Math.floor(left / 1000) <= clamp;
}
