// breakglass: does this event grant, now, to this caller, for this? Asked at each issue, never cached.
import { grantIdOf } from "../store/ids.ts";
import { CLOCK_SKEW_SECONDS, clockOf, millisOf } from "../approvals/limits.ts";
import { isExactly, type Person } from "../approvals/person.ts";
import type { ErrorCode } from "../errors/mod.ts";
import { personOfEvent } from "./ledger.ts";
import { breakGlassEnd, breakGlassStateAt } from "./machine.ts";
import { type BreakGlassPolicy, ruleFor } from "./judge.ts";
import type { BreakGlass } from "./types.ts";

/** What an event is to be used for. */
export interface EmergencyQuestion {
  caller: Person;
  profile: string;
  role: string | null;
  /** Today's; `null` when there is none. */
  policy: BreakGlassPolicy | null;
  now: Date;
}

/** The answer, with its reason. */
export type EmergencyVerdict =
  | {
    usable: true;
    /** What stands in the source identity after `bg-`. */
    grantId: string;
    /** No session may live beyond this instant. */
    until: Date;
    /** Whole seconds until then: less than 900 is too short for AWS. */
    remainingSeconds: number;
  }
  | { usable: false; code: ErrorCode; why: string };

/**
 * Judges an event that was read from the store. Reason and hours were judged when it was invoked; who
 * has lost the right since has nothing from it.
 * @throws RangeError when the clock is broken
 */
export function judgeEmergencyUse(event: BreakGlass, asked: EmergencyQuestion): EmergencyVerdict {
  const no = (code: ErrorCode, why: string): EmergencyVerdict => ({ usable: false, code, why });
  const { caller, profile, role, policy, now } = asked;
  if (!isExactly(personOfEvent(event), caller)) {
    return no("BREAKGLASS_REFUSED", `it is ${event.invokerUser}'s`);
  }
  if (event.profile !== profile) return no("BREAKGLASS_REFUSED", "it is for another profile");
  if (event.role !== role) return no("BREAKGLASS_REFUSED", "it is for another role");
  const state = breakGlassStateAt(event, now);
  if (state !== "active") return no("BREAKGLASS_OVER", `it is ${state}`);
  const at = clockOf(now);
  if (at < millisOf(event.createdAt) - CLOCK_SKEW_SECONDS * 1000) {
    return no("BREAKGLASS_REFUSED", "it was invoked in the future");
  }
  const rule = ruleFor(policy, profile);
  if (!rule?.users.includes(caller.user)) {
    return no("BREAKGLASS_REFUSED", "the break-glass policy does not let them any more");
  }
  if (rule.mfa !== null && (event.mfaMethod === null || !rule.mfa.includes(event.mfaMethod))) {
    return no("BREAKGLASS_REFUSED", "the break-glass policy wants a second factor that it has not");
  }
  const until = breakGlassEnd(event);
  return {
    usable: true,
    grantId: grantIdOf(event.id),
    until,
    remainingSeconds: Math.floor((until.getTime() - at) / 1000),
  };
}
