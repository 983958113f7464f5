// sessions: how long a session may live: the smallest of all that bind it.
import { SentinelError } from "../errors/mod.ts";
import { formatDuration } from "../time/duration.ts";

/** STS's least session, in seconds (STS API reference, "AssumeRole"). */
export const SHORTEST = 900;
/** STS's longest role session, in seconds. */
export const LONGEST = 43_200;
/** The longest session that a session can ask for ("role chaining"), in seconds. */
export const LONGEST_CHAINED = 3_600;
/** What is asked for when nobody says, in seconds. */
export const DEFAULT_DURATION = 3_600;

/** One thing that binds the duration, in words for the person who gets less than was asked. */
export interface DurationBound {
  seconds: number;
  why: string;
}

/**
 * The duration to ask STS for: the smallest bound, rounded down to whole seconds.
 * @throws SentinelError `DURATION_TOO_SHORT` under 900 s: refused, not stretched
 */
export function clampDuration(asked: number, bounds: readonly DurationBound[]): number {
  const all = [{ seconds: asked, why: "what was asked for" }, ...bounds];
  const least = all.reduce((a, b) => (b.seconds < a.seconds ? b : a));
  const seconds = Math.floor(least.seconds);
  if (!(seconds >= SHORTEST)) {
    throw new SentinelError(
      "DURATION_TOO_SHORT",
      `Cannot make a session: ${least.why} leaves ${
        seconds > 0 ? formatDuration(seconds) : "no time"
      }, AWS makes none under ${formatDuration(SHORTEST)}`,
      { hint: "ask again when more time is left, or with --duration 15m or more" },
    );
  }
  return seconds;
}

/**
 * A duration as a person asks for it, checked against what STS can do at all.
 * @throws SentinelError `DURATION_INVALID` over 12 hours
 */
export function checkAsked(seconds: number): number {
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > LONGEST) {
    throw new SentinelError(
      "DURATION_INVALID",
      `Cannot ask for a session of ${seconds} s: want 15m to 12h`,
      { hint: "--duration 1h" },
    );
  }
  return seconds;
}
