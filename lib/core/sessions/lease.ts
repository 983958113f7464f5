// sessions: when a cached session may be handed out again.
import type { CachedSession } from "./types.ts";

/** botocore asks anew when 15 minutes are left: handing out less makes it ask at every call. */
const CALM_LEFT = 15 * 60_000;
/** Sessions so short that the calm rule would never reuse them. */
const SHORT_LIFE = 20 * 60_000;
/** What a short session must still have. */
const SHORT_LEFT = 5 * 60_000;

/**
 * True when `session` may be served at `now`: it lives on for long enough to be of use, and not
 * longer than `clamp` seconds, which is what a session made now would get.
 */
export function mayServe(session: CachedSession, now: Date, clamp: number): boolean {
  const left = session.credentials.expiresAt.getTime() - now.getTime();
  const life = session.credentials.expiresAt.getTime() - session.issuedAt.getTime();
  // A clock that went back makes the session look younger than it can be.
  if (!(left > 0) || now.getTime() < session.issuedAt.getTime() - 60_000) return false;
  if (left > clamp * 1000) return false;
  return left > (life <= SHORT_LIFE ? SHORT_LEFT : CALM_LEFT);
}
