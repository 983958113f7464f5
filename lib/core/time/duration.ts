// time: durations as people write them (`15m`, `1h30m`, `7d`), to seconds and back.
import { SentinelError } from "../errors/mod.ts";

/** Seconds in one of each unit, largest first: the order in which a duration names them. */
const UNITS = [["d", 86_400], ["h", 3_600], ["m", 60], ["s", 1]] as const;

/** Each unit at most once, largest first, up to six digits: no sum leaves the safe integers. */
const FORM = /^(?:(\d{1,6})d)?(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,6})s)?$/;

/** What a duration looks like, for messages. */
export const DURATION_FORM = "a duration such as 15m, 1h30m, 90s or 7d";

/**
 * Reads a duration.
 *
 * @param text units `d`, `h`, `m`, `s`, each at most once, largest first; whole numbers only
 * @returns seconds, at least 1
 * @throws SentinelError `DURATION_INVALID` for anything else: a bare number, a sign, a fraction, zero
 * @example
 * ```ts
 * import { strict as assert } from "node:assert";
 * assert.equal(parseDuration("1h30m"), 5400);
 * assert.throws(() => parseDuration("900"), { hint: "write 900s for seconds or 900m for minutes" });
 * ```
 */
export function parseDuration(text: string): number {
  const match = FORM.exec(text);
  if (match === null || text === "") throw invalid(text);
  let seconds = 0;
  for (const [index, [, length]] of UNITS.entries()) {
    seconds += Number(match[index + 1] ?? "0") * length;
  }
  if (seconds === 0) throw invalid(text);
  return seconds;
}

/**
 * Writes a duration in its shortest form: `5400` is `1h30m`.
 *
 * @param seconds whole seconds, zero or more (`0` is `0s`)
 * @throws RangeError for a fraction, a negative or no number
 */
export function formatDuration(seconds: number): string {
  if (!Number.isSafeInteger(seconds) || seconds < 0) {
    throw new RangeError(`Cannot write duration: found ${seconds}, want whole seconds`);
  }
  let rest = seconds;
  let text = "";
  for (const [unit, length] of UNITS) {
    const count = Math.floor(rest / length);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * length;
  }
  return text === "" ? "0s" : text;
}

function invalid(text: string): SentinelError {
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  const bare = /^[1-9]\d{0,5}$/.test(text);
  return new SentinelError(
    "DURATION_INVALID",
    `Cannot read duration: found ${shown}, want ${DURATION_FORM}`,
    {
      hint: bare ? `write ${text}s for seconds or ${text}m for minutes` : `write ${DURATION_FORM}`,
    },
  );
}
