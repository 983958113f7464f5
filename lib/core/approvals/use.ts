// approvals: may this approval be used, now, by this caller, for this? Asked at each issue, never cached.
import type { ErrorCode } from "../errors/mod.ts";
import { approvalDigest, statementOf } from "./digest.ts";
import { grantIdOf } from "../store/ids.ts";
import { CLOCK_SKEW_SECONDS, clockOf, millisOf } from "./limits.ts";
import { approverOf, requesterOf, stateAt, windowOf } from "./machine.ts";
import { isExactly, knownAs, type Person } from "./person.ts";
import { type ApprovalPlan, isAutomatic, lapsedBy } from "./plan.ts";
import { judgeQuorum } from "./quorum.ts";
import { type ApproverKey, judgeDecision } from "./sign.ts";
import type { AccessRequest, Decision } from "./types.ts";

/** What an approval is to be used for. */
export interface UseQuestion {
  caller: Person;
  profile: string;
  role: string | null;
  sessionPolicyDigest: string | null;
  /** Today's; `null` when no policy has a rule for the profile. */
  plan: ApprovalPlan | null;
  /**
   * The pinned keys: only decisions that one of them signed count. `null` = none are pinned, and
   * then whoever can write the store can grant.
   */
  keys: readonly ApproverKey[] | null;
  now: Date;
}

/** The answer, with its reason. */
export type UseVerdict =
  | {
    usable: true;
    /** What stands in the source identity after `ap-`. */
    grantId: string;
    /** No session may live beyond this instant. */
    until: Date;
    /** Whole seconds until then: less than 900 is too short for AWS. */
    remainingSeconds: number;
    /** True: to be consumed by a conditional write before AWS is asked. */
    once: boolean;
    /** Policy user names of those whose yes counted. */
    approvers: readonly string[];
  }
  | { usable: false; code: ErrorCode; why: string };

/** An approval that may be used. */
export type Usable = Extract<UseVerdict, { usable: true }>;

type Refusal = Extract<UseVerdict, { usable: false }>;

function no(code: ErrorCode, why: string): Refusal {
  return { usable: false, code, why };
}

/**
 * Judges a request that was read from the store.
 * @throws RangeError when the clock is broken
 */
export async function judgeUse(request: AccessRequest, asked: UseQuestion): Promise<UseVerdict> {
  const refused = faultOfTarget(request, asked) ?? faultOfState(request, asked.now) ??
    await faultOfDecisions(request, asked) ?? faultOfQuorum(request, asked);
  if (refused !== null) return refused;
  const approvals = request.decisions.filter(({ verdict }) => verdict === "approve");
  const { approved, start, end } = windowOf(request, approvals);
  const at = clockOf(asked.now);
  const early = request.notBefore !== null && at < millisOf(request.notBefore);
  if (early) return no("APPROVAL_EARLY", `it counts from ${start.toISOString()}`);
  if (at < approved.getTime() - CLOCK_SKEW_SECONDS * 1000) {
    return no("APPROVAL_EDITED", "it was approved in the future");
  }
  return {
    usable: true,
    grantId: grantIdOf(request.id),
    until: end,
    remainingSeconds: Math.floor((end.getTime() - at) / 1000),
    once: request.use === "once",
    approvers: approvals.map(({ approver }) => approver),
  };
}

/** What a person's requests are worth for one use. */
export interface Choice {
  /** The best of them; `null` = none may be used. */
  chosen: { request: AccessRequest; verdict: Usable } | null;
  /** Why each of the others that are for this may not. */
  refused: readonly { id: string; code: ErrorCode; why: string }[];
}

/**
 * Chooses among requests: what may be used again before what is used up, then what lasts longest,
 * then by id, so that the order in which they were found changes nothing.
 */
export async function chooseApproval(
  requests: Iterable<AccessRequest> | AsyncIterable<AccessRequest>,
  asked: UseQuestion,
): Promise<Choice> {
  let chosen: Choice["chosen"] = null;
  const refused: Choice["refused"][number][] = [];
  for await (const request of requests) {
    const verdict = await judgeUse(request, asked);
    if (!verdict.usable) {
      const { code, why } = verdict;
      if (code !== "APPROVAL_FOREIGN") refused.push({ id: request.id, code, why });
      continue;
    }
    const one = { request, verdict };
    if (chosen === null || isBetter(one, chosen)) chosen = one;
  }
  return { chosen, refused };
}

type Chosen = NonNullable<Choice["chosen"]>;

function isBetter(one: Chosen, other: Chosen): boolean {
  if (one.verdict.once !== other.verdict.once) return !one.verdict.once;
  const longer = one.verdict.until.getTime() - other.verdict.until.getTime();
  return longer === 0 ? one.request.id < other.request.id : longer > 0;
}

function faultOfTarget(request: AccessRequest, asked: UseQuestion): Refusal | null {
  if (!isExactly(requesterOf(request), asked.caller)) {
    return no("APPROVAL_FOREIGN", `it is ${request.requesterUser}'s`);
  }
  if (request.profile !== asked.profile) return no("APPROVAL_FOREIGN", "it is for another profile");
  if (request.role !== asked.role) return no("APPROVAL_FOREIGN", "it is for another role");
  return request.sessionPolicyDigest === asked.sessionPolicyDigest
    ? null
    : no("APPROVAL_FOREIGN", "it is for another session policy");
}

function faultOfState(request: AccessRequest, now: Date): Refusal | null {
  const state = stateAt(request, now);
  if (state === "approved") return null;
  return state === "pending"
    ? no("OBLIGATION_OPEN", "nobody has approved it yet")
    : no("APPROVAL_OVER", `it is ${state}`);
}

/** Every yes must be about this request as it stands, given in time, and signed where keys are pinned. */
async function faultOfDecisions(
  request: AccessRequest,
  { keys }: UseQuestion,
): Promise<Refusal | null> {
  const digest = await approvalDigest(statementOf(request));
  for (const decision of request.decisions) {
    const fault = decision.digest === digest
      ? faultOfInstant(request, decision)
      : no("APPROVAL_EDITED", "it is no longer what was approved");
    if (fault !== null) return fault;
    if (keys === null || decision.automatic) continue;
    const signature = await judgeDecision(decision, keys);
    if (signature !== "good") {
      return no("APPROVAL_FORGED", `the yes of ${decision.approver} is ${SIGNATURES[signature]}`);
    }
  }
  const approvals = request.decisions.filter(({ verdict }) => verdict === "approve");
  if (approvals.length < request.decisions.length || approvals.length === 0) {
    return no("APPROVAL_EDITED", "its decisions do not make it approved");
  }
  const { approved, end } = windowOf(request, approvals);
  return request.approvedAt === approved.toISOString() &&
      request.windowEndsAt === end.toISOString()
    ? null
    : no("APPROVAL_EDITED", "its window is not the one that was approved");
}

const SIGNATURES = {
  unsigned: "not signed",
  "foreign-key": "signed by a key that is not pinned",
  "foreign-owner": "signed by somebody else's key",
  wrong: "not signed by the key that it names",
} as const;

function faultOfInstant(request: AccessRequest, { at }: Decision): Refusal | null {
  const skew = CLOCK_SKEW_SECONDS * 1000;
  const inTime = millisOf(at) >= millisOf(request.createdAt) - skew &&
    millisOf(at) < millisOf(request.expiresAt);
  return inTime ? null : no("APPROVAL_EDITED", "it was approved outside the time for it");
}

/** The rights are looked at again: who has lost theirs has no say any more. */
function faultOfQuorum(request: AccessRequest, asked: UseQuestion): Refusal | null {
  const { plan, now } = asked;
  if (plan === null) return no("APPROVAL_LAPSED", "no approval policy has a rule for it any more");
  const lapsed = lapsedBy(plan, request);
  if (lapsed !== null) return no("APPROVAL_LAPSED", lapsed);
  // The policy's own yes is nobody's signature: it counts only while the policy would say it again.
  if (request.decisions.every(({ automatic }) => automatic)) {
    return isAutomatic(plan, request.requesterUser, request.durationSeconds, now)
      ? null
      : no("APPROVAL_LAPSED", "the approval policy would not say yes by itself any more");
  }
  const requester = knownAs(requesterOf(request), plan.people);
  const people = request.decisions.filter(({ automatic }) => !automatic)
    .map((decision) => knownAs(approverOf(decision), plan.people));
  return judgeQuorum(plan.requirements, requester, people).complete
    ? null
    : no("APPROVAL_LAPSED", "too few of its approvers may approve it today");
}
