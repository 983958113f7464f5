// gate: may this machine's clock be believed, and is a decision still fresh?
import { SentinelError } from "../core/errors/mod.ts";
import type { Authorization } from "./ports.ts";

/** How far the clock may stand beside STS's for a rule that rests on the time, in milliseconds. */
const TOLERANCE = 120_000;

/** How long a decision counts, from its instant to its entry in the journal, in milliseconds. */
const FRESH = 2_000;

/** How long after its entry AWS may be asked, in milliseconds: retries and chains need a while. */
export const ISSUE_WITHIN = 30_000;

/**
 * Refuses a decision that rests on the time when STS, asked just now, sees another one. Where STS's
 * answer came from the cache its clock isn't known, and the machine's stands alone.
 * @throws SentinelError `CLOCK_SKEWED`
 */
export function checkClock({ judged, caller, at }: Authorization): void {
  const { stsDate } = caller;
  if (stsDate === null || Math.abs(at.getTime() - stsDate.getTime()) <= TOLERANCE) return;
  const rests = judged.some(({ decision }) =>
    decision.trace.some((step) => step.conditions.some(({ key }) => key === "time"))
  );
  if (!rests) return;
  throw new SentinelError(
    "CLOCK_SKEWED",
    `Cannot judge the time: this machine says ${at.toISOString()}, AWS says ${stsDate.toISOString()}`,
    { hint: "set this machine's clock" },
  );
}

/** True when too much time went by since the decision, or the clock was set back. */
export function isStale({ at }: Authorization, now: Date): boolean {
  const age = now.getTime() - at.getTime();
  return !(age >= 0 && age <= FRESH);
}
