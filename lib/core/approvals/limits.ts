// approvals: limits of what people write, in characters as people count them.
import { SentinelError } from "../errors/mod.ts";

/** Days that a record is kept after it is of no more use. */
export const RETENTION_DAYS = 400;
/** How much the clocks of two machines may differ, in seconds: as much as the gate allows. */
export const CLOCK_SKEW_SECONDS = 120;

/** Epoch seconds until which a record that ends at `end` is kept. */
export function retainUntil(end: Date): number {
  return Math.ceil(end.getTime() / 1000) + RETENTION_DAYS * 86_400;
}

/**
 * `text` without spaces around it, when its length will do.
 * @param what as messages call it: `reason`
 * @throws SentinelError `REQUEST_INVALID` for fewer or more characters (code points, not bytes)
 */
export function freeText(text: string, what: string, min: number, max: number): string {
  const trimmed = text.trim();
  const length = [...trimmed].length;
  if (length >= min && length <= max && trimmed.isWellFormed()) return trimmed;
  throw new SentinelError(
    "REQUEST_INVALID",
    `Cannot take ${what}: found ${length} characters, want ${min} to ${max}`,
  );
}

/** The same where nothing is as good as a text. */
export function freeTextOrNull(text: string | null, what: string, max: number): string | null {
  return text === null || text.trim() === "" ? null : freeText(text, what, 1, max);
}

/** The instant `seconds` after `at`. */
export function later(at: Date, seconds: number): Date {
  return new Date(at.getTime() + seconds * 1000);
}

/** Milliseconds of an instant in a record. */
export function millisOf(time: string): number {
  return Date.parse(time);
}

/**
 * Milliseconds of the clock.
 * @throws RangeError when it is broken: such a clock grants nothing
 */
export function clockOf(now: Date): number {
  const millis = now.getTime();
  if (Number.isFinite(millis)) return millis;
  throw new RangeError("Cannot read the clock: no valid time");
}
