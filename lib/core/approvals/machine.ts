// approvals: the states of a request, and who may move it from one to the next. Nothing is stored
// here: each step says what to write, and what must still be stored for the write to count.
import { SentinelError } from "../errors/mod.ts";
import { timeText } from "../store/item.ts";
import { quoted } from "../text/printable.ts";
import { type RequestEvent, requestEvent, type RequestEventType } from "./events.ts";
import {
  CLOCK_SKEW_SECONDS,
  clockOf,
  freeText,
  freeTextOrNull,
  later,
  millisOf,
  retainUntil,
} from "./limits.ts";
import { isSamePerson, knownAs, type Person } from "./person.ts";
import { type ApprovalPlan, lapsedBy } from "./plan.ts";
import { judgeQuorum, rightOf } from "./quorum.ts";
import type { AccessRequest, Change, Decision, RequestState } from "./types.ts";

/** A step of a request. */
export type RequestChange = Change<AccessRequest, RequestEvent>;

/** How old a decision may be when it is counted: signing it takes a moment, no more. */
const MAX_DECISION_AGE_MS = 5 * 60_000;

/**
 * Where a request stands at `now`, whatever is stored: nobody may have written down yet that its
 * time is up.
 * @throws RangeError when the clock is broken
 */
export function stateAt(request: AccessRequest, now: Date): RequestState {
  const at = clockOf(now);
  const { state, windowEndsAt } = request;
  if (state === "pending" && at >= millisOf(request.expiresAt)) return "expired";
  if (state !== "approved") return state;
  return windowEndsAt === null || at >= millisOf(windowEndsAt) ? "expired" : "approved";
}

/** The person who asked. */
export function requesterOf(request: AccessRequest): Person {
  const { requester: id, requesterUser: user, requesterAliases: aliases } = request;
  return { id, user, aliases };
}

/** The person who decided. */
export function approverOf(decision: Decision): Person {
  const { approverId: id, approver: user, approverAliases: aliases } = decision;
  return { id, user, aliases };
}

/**
 * Counts a decision in: the request is approved when the quorum is whole, and denied by any no.
 * @param plan today's, `null` when no policy has a rule for the profile: then nobody may decide
 * @throws SentinelError `STATE_REFUSED` when it isn't pending (any more), `APPROVER_REFUSED` when
 * this person may not decide, `APPROVAL_EDITED` when the decision is not about this request as it
 * is, `APPROVAL_LAPSED` when today's policy would not grant it, `DECISION_STALE` when it was made minutes ago, `CLOCK_SKEWED` when it came before the request
 */
export function decide(
  request: AccessRequest,
  decision: Decision,
  digest: string,
  plan: ApprovalPlan | null,
  now: Date,
): RequestChange {
  mustBe(request, "pending", decision.verdict, now);
  judgeRight(request, decision, plan);
  if (decision.digest !== digest) {
    throw new SentinelError(
      "APPROVAL_EDITED",
      `Cannot ${decision.verdict} request ${request.id}: it is no longer what was decided about`,
      { hint: `sentinel request show ${request.id}` },
    );
  }
  judgeInstant(request, decision, now);
  return decision.verdict === "deny"
    ? close(request, "denied", approverOf(decision), decision.comment, now, decision)
    : endorse(request, decision, plan, now);
}

function endorse(
  request: AccessRequest,
  decision: Decision,
  plan: ApprovalPlan | null,
  now: Date,
): RequestChange {
  const lapsed = plan === null ? null : lapsedBy(plan, request);
  if (lapsed !== null) {
    throw new SentinelError("APPROVAL_LAPSED", `Cannot approve request ${request.id}: ${lapsed}`, {
      hint: `sentinel deny ${request.id}`,
    });
  }
  const decisions = [...request.decisions, decision];
  const people = decisions.map((one) => knownAs(approverOf(one), plan?.people ?? []));
  const requester = knownAs(requesterOf(request), plan?.people ?? []);
  const quorum = judgeQuorum(plan?.requirements ?? [], requester, people);
  if (!quorum.complete) {
    return move(request, { decisions }, "request.endorsed", decision.approver, now, decision);
  }
  const approved = approvedBy(request, decisions);
  return move(request, approved, "request.approved", decision.approver, now, decision);
}

/** What turns a request into an approved one: the window counts from the last yes, not from the request. */
export function approvedBy(
  request: AccessRequest,
  decisions: readonly Decision[],
): Pick<AccessRequest, "state" | "decisions" | "approvedAt" | "windowEndsAt" | "retainUntil"> {
  const window = windowOf(request, decisions);
  return {
    state: "approved",
    decisions: [...decisions],
    approvedAt: timeText(window.approved),
    windowEndsAt: timeText(window.end),
    retainUntil: retainUntil(window.end),
  };
}

/** When `decisions` open the request's window, and when it closes. */
export function windowOf(
  request: AccessRequest,
  decisions: readonly Decision[],
): { approved: Date; start: Date; end: Date } {
  const approved = new Date(Math.max(...decisions.map(({ at }) => millisOf(at))));
  const floor = request.notBefore === null ? -Infinity : millisOf(request.notBefore);
  const start = new Date(Math.max(approved.getTime(), floor));
  return { approved, start, end: later(start, request.durationSeconds) };
}

/**
 * The requester takes the request back, decided or not.
 * @throws SentinelError `STATE_REFUSED`, or `APPROVER_REFUSED` when it is somebody else's
 */
export function cancel(
  request: AccessRequest,
  person: Person,
  reason: string | null,
  now: Date,
): RequestChange {
  if (!isSamePerson(person, requesterOf(request))) {
    throw noRight(request, "cancel", person, "only who asked may cancel");
  }
  mustBe(request, ["pending", "approved"], "cancel", now);
  return close(request, "cancelled", person, freeTextOrNull(reason, "reason", 500), now);
}

/**
 * An approver takes an approval back: the next issue gets nothing. Who gave it may do so even when
 * they could not give it today; so may everybody who could.
 * @throws SentinelError `STATE_REFUSED`, `APPROVER_REFUSED`
 */
export function takeBack(
  request: AccessRequest,
  person: Person,
  reason: string,
  plan: ApprovalPlan | null,
  now: Date,
): RequestChange {
  const gave = request.decisions.some((one) => isSamePerson(approverOf(one), person));
  const may = rightOf(person, requesterOf(request), plan?.requirements ?? []) === null;
  if (!gave && !may) {
    throw noRight(request, "take back", person, "only its approvers may take an approval back");
  }
  mustBe(request, "approved", "take back", now);
  return close(request, "revoked", person, freeText(reason, "reason", 10, 1000), now);
}

/**
 * Uses an approval up, before AWS is asked.
 * @param issue the request id of the issue
 * @returns `null` when the approval may be used again: then there is nothing to write
 * @throws SentinelError `APPROVAL_OVER` when it is used, over, or was never given
 */
export function consume(request: AccessRequest, issue: string, now: Date): RequestChange | null {
  const state = stateAt(request, now);
  if (state !== "approved") {
    throw new SentinelError(
      "APPROVAL_OVER",
      `Cannot use request ${request.id}: found it ${state}, want it approved`,
      { hint: "sentinel request" },
    );
  }
  if (request.use === "window") return null;
  const used = { state: "used", usedAt: timeText(now), usedBy: issue } as const;
  return move(request, used, "request.used", request.requesterUser, now);
}

/** What writes down that a request's time is up; `null` when it isn't, or is written down already. */
export function expire(request: AccessRequest, now: Date): RequestChange | null {
  if (stateAt(request, now) !== "expired" || request.state === "expired") return null;
  return move(request, { state: "expired" }, "request.expired", "clock", now);
}

function judgeRight(request: AccessRequest, decision: Decision, plan: ApprovalPlan | null): void {
  const people = plan?.people ?? [];
  const person = knownAs(approverOf(decision), people);
  const requester = knownAs(requesterOf(request), people);
  const verb = decision.verdict;
  switch (rightOf(person, requester, plan?.requirements ?? [])) {
    case "self":
      throw noRight(request, verb, person, "nobody decides about a request of their own");
    case "no-approver":
      throw noRight(
        request,
        verb,
        person,
        plan === null
          ? `no approval policy has a rule for profile ${quoted(request.profile)}`
          : "the approval policy does not name them",
      );
    case null:
      break;
  }
  if (request.decisions.some((one) => isSamePerson(knownAs(approverOf(one), people), person))) {
    throw noRight(request, verb, person, "they have said yes before: it takes somebody else");
  }
}

function judgeInstant(request: AccessRequest, decision: Decision, now: Date): void {
  if (millisOf(decision.at) < millisOf(request.createdAt) - CLOCK_SKEW_SECONDS * 1000) {
    throw new SentinelError(
      "CLOCK_SKEWED",
      `Cannot ${decision.verdict} request ${request.id}: by this machine's clock it is not made yet`,
      { hint: "set the clock" },
    );
  }
  const age = clockOf(now) - millisOf(decision.at);
  if (age >= 0 && age <= MAX_DECISION_AGE_MS) return;
  throw new SentinelError(
    "DECISION_STALE",
    `Cannot ${decision.verdict} request ${request.id}: found a decision ` +
      (age < 0 ? "of the future" : "that is too old"),
    { hint: "decide again" },
  );
}

function mustBe(
  request: AccessRequest,
  wanted: RequestState | readonly RequestState[],
  verb: string,
  now: Date,
): void {
  const state = stateAt(request, now);
  const fit = typeof wanted === "string" ? [wanted] : wanted;
  if (fit.includes(state)) return;
  throw new SentinelError(
    "STATE_REFUSED",
    `Cannot ${verb} request ${request.id}: found it ${state}, want it ${fit.join(" or ")}`,
    { hint: `sentinel request show ${request.id}` },
  );
}

function noRight(
  request: AccessRequest,
  verb: string,
  person: Person,
  why: string,
): SentinelError {
  return new SentinelError(
    "APPROVER_REFUSED",
    `Cannot ${verb} request ${request.id} as ${quoted(person.user)}: ${why}`,
    { hint: `sentinel request show ${request.id}` },
  );
}

function close(
  request: AccessRequest,
  state: "denied" | "cancelled" | "revoked",
  person: Person,
  reason: string | null,
  now: Date,
  decision: Decision | null = null,
): RequestChange {
  const changed = {
    state,
    closedBy: person.user,
    closedReason: reason,
    ...(decision === null ? {} : { decisions: [...request.decisions, decision] }),
  };
  const type = `request.${state}` as const;
  return move(request, changed, type, person.user, now, decision);
}

function move(
  request: AccessRequest,
  changed: Partial<AccessRequest>,
  type: RequestEventType,
  actor: string,
  now: Date,
  decision: Decision | null = null,
): RequestChange {
  const { version, state } = request;
  const item = { ...request, ...changed, version: version + 1, updatedAt: timeText(now) };
  return {
    item,
    expected: { version, state },
    events: [requestEvent(type, item, actor, decision)],
  };
}
