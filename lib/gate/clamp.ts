// gate: how long the session may live.
import type { Alternative } from "../core/policy/types.ts";
import {
  checkAsked,
  clampDuration,
  DEFAULT_DURATION,
  type DurationBound,
  LONGEST_CHAINED,
} from "../core/sessions/duration.ts";
import { quoted } from "../core/text/printable.ts";
import { approvalsOf } from "./authorize.ts";
import type { Authorization } from "./ports.ts";

/**
 * What is asked for: by the person, else by the profile, else an hour. Seconds.
 * @throws SentinelError `DURATION_INVALID`
 */
export function askedFor({ ask, target }: Authorization): number {
  return checkAsked(ask.duration ?? target.defaultDuration ?? DEFAULT_DURATION);
}

/**
 * The smallest of all that binds it. Seconds.
 * @throws SentinelError `DURATION_TOO_SHORT`
 */
export function clampFor(authorization: Authorization, chosen: readonly Alternative[]): number {
  const { target, caller } = authorization;
  const bounds = chosen.flatMap((alternative) => boundsOf(alternative, authorization));
  for (const { id, until } of approvalsOf(authorization)) {
    const seconds = (until.getTime() - authorization.at.getTime()) / 1000;
    bounds.push({ seconds, why: `what is left of request ${id}'s window` });
  }
  if (target.maxDuration !== null) {
    bounds.push({ seconds: target.maxDuration, why: "the profile's sentinel_max_duration" });
  }
  if (target.roleArn !== null && (caller.session || target.chain.length > 1)) {
    bounds.push({ seconds: LONGEST_CHAINED, why: "AWS's limit for chained roles" });
  }
  return clampDuration(askedFor(authorization), bounds);
}

/** The instant at which the first window closes that the grant rests on: a rule's or an approval's. */
export function untilOf(
  authorization: Authorization,
  chosen: readonly Alternative[],
): Date | null {
  const ends = [
    ...chosen.flatMap(({ until }) => until === null ? [] : [until.getTime()]),
    ...approvalsOf(authorization).map(({ until }) => until.getTime()),
  ];
  return ends.length === 0 ? null : new Date(Math.min(...ends));
}

function boundsOf(alternative: Alternative, { ask, at }: Authorization): DurationBound[] {
  const { ruleName, maxDuration, maxServerDuration, until } = alternative;
  const bounds: DurationBound[] = [];
  if (maxDuration !== null) bounds.push({ seconds: maxDuration, why: `rule ${quoted(ruleName)}` });
  if (maxServerDuration !== null && ask.mode === "server") {
    bounds.push({ seconds: maxServerDuration, why: `rule ${quoted(ruleName)} in server mode` });
  }
  if (until !== null) {
    const seconds = (until.getTime() - at.getTime()) / 1000;
    const end = until.toISOString();
    bounds.push({ seconds, why: `the time until ${end}, when rule ${quoted(ruleName)} ends,` });
  }
  return bounds;
}
