// breakglass: what a break-glass policy says to somebody. Without YAML: each issue asks it.
import type { TimeWindow } from "../policy/document.ts";
import { isOpen, windowText } from "../policy/window.ts";
import { formatDuration } from "../time/duration.ts";
import type { MfaMethod, ReasonCode } from "./types.ts";

/** The longest emergency, in seconds. */
export const MAX_BREAKGLASS_SECONDS = 4 * 3600;

/** One rule of a break-glass policy. */
export interface BreakGlassRule {
  name: string;
  /** `null` = any. */
  profiles: readonly string[] | null;
  /** Groups spelt out; never empty. */
  users: readonly string[];
  /** `null` = any. */
  reasonCodes: readonly ReasonCode[] | null;
  time: TimeWindow | null;
  maxSeconds: number;
  /** Ways of proving a second factor that will do; `null` = none is asked for. */
  mfa: readonly MfaMethod[] | null;
}

/** A break-glass policy, valid in every part. Made by `parseBreakGlassPolicy`. */
export interface BreakGlassPolicy {
  file: string;
  rules: readonly BreakGlassRule[];
  /** Who may close and review other people's events. */
  security: readonly string[];
  /** Each list is one person's names. */
  people: readonly (readonly string[])[];
}

/** Who wants to break the glass of what, and why. */
export interface Invocation {
  user: string;
  profile: string;
  reasonCode: ReasonCode;
  /** Seconds; over {@link MAX_BREAKGLASS_SECONDS} it is cut to that. */
  durationSeconds: number;
  now: Date;
}

/** A condition that does not hold. */
export interface Failing {
  condition: "policy" | "profile" | "user" | "reason" | "time" | "duration";
  why: string;
}

/** What the policy says, with every condition that fails, not the first that was looked at. */
export type InvocationVerdict =
  | { allowed: true; rule: BreakGlassRule; durationSeconds: number; capped: boolean }
  | { allowed: false; failing: readonly Failing[] };

/** The first rule that covers `profile`; `null` = none, or no policy at all. */
export function ruleFor(policy: BreakGlassPolicy | null, profile: string): BreakGlassRule | null {
  return policy?.rules.find(({ profiles }) => profiles?.includes(profile) ?? true) ?? null;
}

/** Judges an invocation. Without a policy, nobody may. */
export function judgeInvocation(
  policy: BreakGlassPolicy | null,
  asked: Invocation,
): InvocationVerdict {
  const rule = ruleFor(policy, asked.profile);
  if (policy === null) return refused("policy", "there is no break-glass policy, so nobody may");
  if (rule === null) return refused("profile", "no rule of the break-glass policy covers it");
  const durationSeconds = Math.min(asked.durationSeconds, MAX_BREAKGLASS_SECONDS);
  const failing = failingOf(rule, { ...asked, durationSeconds });
  if (failing.length > 0) return { allowed: false, failing };
  const capped = durationSeconds < asked.durationSeconds;
  return { allowed: true, rule, durationSeconds, capped };
}

function failingOf(rule: BreakGlassRule, asked: Invocation): Failing[] {
  const failing: Failing[] = [];
  if (!rule.users.includes(asked.user)) {
    failing.push({ condition: "user", why: "the rule does not name this user" });
  }
  if (rule.reasonCodes !== null && !rule.reasonCodes.includes(asked.reasonCode)) {
    failing.push({ condition: "reason", why: `want a reason of ${rule.reasonCodes.join(", ")}` });
  }
  if (rule.time !== null && !isOpen(rule.time, asked.now.getTime())) {
    failing.push({ condition: "time", why: `it is open ${windowText(rule.time)}` });
  }
  if (asked.durationSeconds > rule.maxSeconds) {
    const longest = formatDuration(rule.maxSeconds);
    failing.push({ condition: "duration", why: `want ${longest} at most` });
  }
  return failing;
}

function refused(condition: Failing["condition"], why: string): InvocationVerdict {
  return { allowed: false, failing: [{ condition, why }] };
}
