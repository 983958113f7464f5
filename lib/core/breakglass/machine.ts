// breakglass: the states of an emergency, and who may move it from one to the next.
import {
  clockOf,
  freeText,
  freeTextOrNull,
  later,
  millisOf,
  retainUntil,
} from "../approvals/limits.ts";
import { isRecordId } from "../store/ids.ts";
import { isSamePerson, knownAs, type Person } from "../approvals/person.ts";
import type { Change } from "../approvals/types.ts";
import { SentinelError } from "../errors/mod.ts";
import { timeText } from "../store/item.ts";
import { quoted, shellWord } from "../text/printable.ts";
import { type BreakGlassEvent, breakGlassEvent, type BreakGlassEventType } from "./events.ts";
import { personOfEvent } from "./ledger.ts";
import {
  type BreakGlassPolicy,
  type BreakGlassRule,
  judgeInvocation,
  MAX_BREAKGLASS_SECONDS,
} from "./judge.ts";
import type { BreakGlass, BreakGlassState, MfaMethod, ReasonCode, Review } from "./types.ts";

/** A step of an event. */
export type BreakGlassChange = Change<BreakGlass, BreakGlassEvent>;

/** A second factor that was shown: when, how, and by which challenge. */
export interface MfaProof {
  method: MfaMethod;
  at: Date;
  /** `null` for methods without one. */
  challenge: string | null;
}

/** What somebody invokes. */
export interface EmergencyWish {
  /** From `newRecordId`. */
  id: string;
  invoker: Person;
  profile: string;
  role: string | null;
  reasonCode: ReasonCode;
  justification: string;
  ticket: string | null;
  durationSeconds: number;
}

/**
 * Judges a wish by its text and by the policy, before any code of a second factor is used up.
 * @returns what the policy asks for on top, and whether the duration was cut to the longest there is
 * @throws SentinelError `REQUEST_INVALID` for what can't be asked, `BREAKGLASS_REFUSED` with every
 * condition that fails
 */
export function judgeEmergency(
  wish: EmergencyWish,
  policy: BreakGlassPolicy | null,
  now: Date,
): { rule: BreakGlassRule; durationSeconds: number; capped: boolean } {
  if (!isRecordId(wish.id)) throw invalid("id", "no 16 hex digits");
  if (!Number.isSafeInteger(wish.durationSeconds) || wish.durationSeconds < 1) {
    throw invalid("duration", "no whole seconds");
  }
  freeText(wish.justification, "justification", 20, 1000);
  freeTextOrNull(wish.ticket, "ticket", 100);
  const { profile, reasonCode, durationSeconds, invoker: { user } } = wish;
  const verdict = judgeInvocation(policy, { user, profile, reasonCode, durationSeconds, now });
  if (verdict.allowed) return verdict;
  const reasons = verdict.failing.map(({ condition, why }) => `${condition}: ${why}`);
  throw new SentinelError(
    "BREAKGLASS_REFUSED",
    `Cannot break glass for ${quoted(profile)} as ${quoted(user)}: ${reasons.join("; ")}`,
    { hint: `sentinel request --profile ${shellWord(profile)}` },
  );
}

/**
 * The event, ready to be stored; it grants nothing before {@link activate}.
 * @param proof `null` = no second factor was shown
 * @throws SentinelError as {@link judgeEmergency}; `MFA_REQUIRED` when the rule wants a second factor,
 * `MFA_REFUSED` when it was shown by a method that the rule does not take
 */
export function prepare(
  wish: EmergencyWish,
  policy: BreakGlassPolicy | null,
  proof: MfaProof | null,
  now: Date,
): BreakGlass {
  const { rule, durationSeconds } = judgeEmergency(wish, policy, now);
  judgeProof(rule, proof);
  const expires = later(now, durationSeconds);
  return {
    id: wish.id,
    version: 1,
    state: "prepared",
    schema: 1,
    invoker: wish.invoker.id,
    invokerUser: wish.invoker.user,
    invokerAliases: [...wish.invoker.aliases],
    profile: wish.profile,
    role: wish.role,
    reasonCode: wish.reasonCode,
    justification: freeText(wish.justification, "justification", 20, 1000),
    ticket: freeTextOrNull(wish.ticket, "ticket", 100),
    durationSeconds,
    rule: `${policy?.file}/${rule.name}`,
    createdAt: timeText(now),
    updatedAt: timeText(now),
    expiresAt: timeText(expires),
    closedBy: null,
    closedReason: null,
    mfaMethod: proof?.method ?? null,
    mfaVerifiedAt: proof === null ? null : timeText(proof.at),
    mfaChallenge: proof?.challenge ?? null,
    review: null,
    retainUntil: retainUntil(expires),
  };
}

function judgeProof({ mfa }: BreakGlassRule, proof: MfaProof | null): void {
  if (mfa === null) return;
  if (proof === null) {
    throw new SentinelError(
      "MFA_REQUIRED",
      `Cannot break glass: the rule wants a second factor by ${mfa.join(" or ")}`,
      { hint: "give it with --mfa-code" },
    );
  }
  if (mfa.includes(proof.method)) return;
  throw new SentinelError(
    "MFA_REFUSED",
    `Cannot break glass: found a second factor by ${proof.method}, want ${mfa.join(" or ")}`,
  );
}

/**
 * Where an event stands at `now`, whatever is stored.
 * @throws RangeError when the clock is broken
 */
export function breakGlassStateAt(event: BreakGlass, now: Date): BreakGlassState {
  const over = clockOf(now) >= endOf(event);
  return over && isOngoing(event.state) ? "expired" : event.state;
}

/** An edited row grants no more than the longest emergency. */
function endOf({ createdAt, expiresAt }: BreakGlass): number {
  return Math.min(millisOf(expiresAt), millisOf(createdAt) + MAX_BREAKGLASS_SECONDS * 1000);
}

/** When the event ends at the latest. */
export function breakGlassEnd(event: BreakGlass): Date {
  return new Date(endOf(event));
}

function isOngoing(state: BreakGlassState): boolean {
  return state === "prepared" || state === "active";
}

/**
 * Starts an event that the ledger let through.
 * @throws SentinelError `STATE_REFUSED` when it is not waiting for that (any more)
 */
export function activate(event: BreakGlass, now: Date): BreakGlassChange {
  mustBe(event, "prepared", "start", now);
  return move(event, { state: "active" }, "breakglass.invoked", event.invokerUser, now);
}

/**
 * Ends an event that was prepared and never started: whoever prepared it may be dead.
 * @throws SentinelError `STATE_REFUSED` when it has started, or is over
 */
export function abandon(event: BreakGlass, why: string, now: Date): BreakGlassChange {
  mustBe(event, "prepared", "abandon", now);
  const abandoned = { state: "abandoned", closedReason: why } as const;
  return move(event, abandoned, "breakglass.abandoned", "sentinel", now);
}

/**
 * Closes an active event: the next issue gets nothing.
 * @param reason 10 to 1000 characters
 * @throws SentinelError `APPROVER_REFUSED` for anybody but the invoker and the policy's `security`,
 * `STATE_REFUSED`, `REQUEST_INVALID`
 */
export function closeEvent(
  event: BreakGlass,
  person: Person,
  reason: string,
  policy: BreakGlassPolicy | null,
  now: Date,
): BreakGlassChange {
  const own = isSamePerson(person, personOfEvent(event));
  if (!own && !isSecurity(person, policy)) {
    throw noRight(event, "close", person, "only its invoker and the policy's security may");
  }
  mustBe(event, "active", "close", now);
  const closedReason = freeText(reason, "reason", 10, 1000);
  const closed = { state: "closed", closedBy: person.user, closedReason } as const;
  return move(event, closed, "breakglass.closed", person.user, now);
}

/** What writes down that an event has run out; `null` when it hasn't, or that is written down already. */
export function expireEvent(event: BreakGlass, now: Date): BreakGlassChange | null {
  if (breakGlassStateAt(event, now) !== "expired" || event.state === "expired") return null;
  return move(event, { state: "expired" }, "breakglass.expired", "clock", now);
}

/**
 * Writes down what was found out about an event, once it is over.
 * @param text 20 to 2000 characters
 * @throws SentinelError `APPROVER_REFUSED` for the invoker, and for anybody who is not of the
 * policy's `security`; `STATE_REFUSED` while it lasts, and when it was reviewed before
 */
export function reviewEvent(
  event: BreakGlass,
  person: Person,
  verdict: Review["verdict"],
  text: string,
  policy: BreakGlassPolicy | null,
  now: Date,
): BreakGlassChange {
  const people = policy?.people ?? [];
  if (isSamePerson(knownAs(person, people), knownAs(personOfEvent(event), people))) {
    throw noRight(event, "review", person, "nobody reviews what they did themselves");
  }
  if (!isSecurity(person, policy)) {
    throw noRight(event, "review", person, "only the policy's security may");
  }
  const state = breakGlassStateAt(event, now);
  if (!["closed", "expired"].includes(state) || event.review !== null) {
    throw stateRefused(event, "review", event.review === null ? state : "reviewed", "it over");
  }
  const review = {
    by: person.user,
    byId: person.id,
    at: timeText(now),
    verdict,
    text: freeText(text, "review", 20, 2000),
  };
  return move(event, { state, review }, "breakglass.reviewed", person.user, now);
}

function isSecurity(person: Person, policy: BreakGlassPolicy | null): boolean {
  return policy?.security.includes(person.user) ?? false;
}

function mustBe(event: BreakGlass, wanted: BreakGlassState, verb: string, now: Date): void {
  const state = breakGlassStateAt(event, now);
  if (state !== wanted) throw stateRefused(event, verb, state, `it ${wanted}`);
}

function stateRefused(
  event: BreakGlass,
  verb: string,
  found: string,
  wanted: string,
): SentinelError {
  return new SentinelError(
    "STATE_REFUSED",
    `Cannot ${verb} break-glass event ${event.id}: found it ${found}, want ${wanted}`,
    { hint: `sentinel breakglass show ${event.id}` },
  );
}

function noRight(event: BreakGlass, verb: string, person: Person, why: string): SentinelError {
  return new SentinelError(
    "APPROVER_REFUSED",
    `Cannot ${verb} break-glass event ${event.id} as ${quoted(person.user)}: ${why}`,
    { hint: `sentinel breakglass show ${event.id}` },
  );
}

function invalid(what: string, found: string): SentinelError {
  return new SentinelError("REQUEST_INVALID", `Cannot break glass: found ${found} as its ${what}`);
}

function move(
  event: BreakGlass,
  changed: Partial<BreakGlass>,
  type: BreakGlassEventType,
  actor: string,
  now: Date,
): BreakGlassChange {
  const { version, state } = event;
  const item = { ...event, ...changed, version: version + 1, updatedAt: timeText(now) };
  return { item, expected: { version, state }, events: [breakGlassEvent(type, item, actor)] };
}
