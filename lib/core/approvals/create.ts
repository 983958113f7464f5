// approvals: a new request, judged before it is stored; and decisions about one.
import { SentinelError } from "../errors/mod.ts";
import { timeText } from "../store/item.ts";
import { quoted } from "../text/printable.ts";
import { approvalDigest, statementOf } from "./digest.ts";
import { type RequestEvent, requestEvent } from "./events.ts";
import { clockOf, freeText, freeTextOrNull, later, retainUntil } from "./limits.ts";
import { isRecordId } from "../store/ids.ts";
import { approvedBy } from "./machine.ts";
import type { Person } from "./person.ts";
import { type ApprovalPlan, canBeApproved, isAutomatic } from "./plan.ts";
import type { AccessRequest, Decision } from "./types.ts";

/** Who an automatic decision is by. No caller has this id. */
const POLICY: Person = { id: "policy", user: "policy", aliases: [] };

const LONGEST_REASON = 500;
const SHORTEST_REASON = 10;
/** How far ahead the first use may lie, in seconds. */
const MAX_AHEAD_SECONDS = 30 * 86_400;

/** What somebody asks for. */
export interface Wish {
  /** From `newRecordId`. */
  id: string;
  requester: Person;
  profile: string;
  role: string | null;
  /** Length of the window, in seconds. */
  durationSeconds: number;
  reason: string;
  ticket: string | null;
  notBefore: Date | null;
  /** SHA-256 of the session policy, hex. */
  sessionPolicyDigest: string | null;
}

/** A request that may be stored. */
export interface Filed {
  /** Version 1: to be created, not replaced. */
  item: AccessRequest;
  /** True when the window was shortened to the longest that is allowed: worth a warning. */
  capped: boolean;
  /** One for the filing, and one more for an automatic approval. */
  events: readonly RequestEvent[];
}

/**
 * Files a request. It is approved at once where the policy says so.
 * @throws SentinelError `REQUEST_INVALID` for what can't be asked, `APPROVER_REFUSED` when nobody
 * could ever approve it: it would wait for nothing
 */
export async function fileRequest(
  wish: Wish,
  plan: ApprovalPlan | null,
  now: Date,
): Promise<Filed> {
  const { requester, profile } = wish;
  if (plan === null) {
    throw nobody(profile, `no approval policy has a rule for profile ${quoted(profile)}`);
  }
  const seconds = Math.min(wish.durationSeconds, plan.maxSeconds);
  const request = pending(wish, seconds, plan, now);
  const capped = seconds < wish.durationSeconds;
  const created = requestEvent("request.created", request, requester.user);
  if (isAutomatic(plan, requester.user, seconds, now)) {
    const decision = await decisionOf(request, POLICY, "approve", AUTOMATIC, now);
    const automatic = { ...decision, automatic: true };
    const item = { ...request, ...approvedBy(request, [automatic]) };
    const approved = requestEvent("request.approved", item, POLICY.user, automatic);
    return { item, capped, events: [created, approved] };
  }
  if (!canBeApproved(plan, requester)) {
    throw nobody(profile, "without you, the approval policy names too few people");
  }
  return { item: request, capped, events: [created] };
}

const AUTOMATIC = "approved by the approval policy";

/**
 * What `approver` says of `request` as it is now, not signed yet.
 * @throws SentinelError `REQUEST_INVALID` for a comment of more than 500 characters
 */
export async function decisionOf(
  request: AccessRequest,
  approver: Person,
  verdict: Decision["verdict"],
  comment: string | null,
  now: Date,
): Promise<Decision> {
  return {
    verdict,
    approver: approver.user,
    approverId: approver.id,
    approverAliases: [...approver.aliases],
    comment: freeTextOrNull(comment, "comment", LONGEST_REASON),
    at: timeText(now),
    automatic: false,
    digest: await approvalDigest(statementOf(request)),
    signature: null,
  };
}

function pending(wish: Wish, seconds: number, plan: ApprovalPlan, now: Date): AccessRequest {
  if (!isRecordId(wish.id)) throw invalid("id", "no 16 hex digits");
  if (!Number.isSafeInteger(seconds) || seconds < 1) throw invalid("duration", "no whole seconds");
  const expires = later(now, plan.withinSeconds);
  const start = wish.notBefore ?? expires;
  judgeStart(wish.notBefore, now);
  const last = new Date(Math.max(start.getTime(), expires.getTime()));
  return {
    id: wish.id,
    version: 1,
    state: "pending",
    schema: 1,
    requester: wish.requester.id,
    requesterUser: wish.requester.user,
    requesterAliases: [...wish.requester.aliases],
    profile: wish.profile,
    role: wish.role,
    durationSeconds: seconds,
    reason: freeText(wish.reason, "reason", SHORTEST_REASON, LONGEST_REASON),
    ticket: freeTextOrNull(wish.ticket, "ticket", 100),
    sessionPolicyDigest: wish.sessionPolicyDigest,
    notBefore: wish.notBefore === null ? null : timeText(wish.notBefore),
    use: plan.use,
    rules: plan.requirements.map(({ rule }) => rule),
    createdAt: timeText(now),
    updatedAt: timeText(now),
    expiresAt: timeText(expires),
    approvedAt: null,
    windowEndsAt: null,
    decisions: [],
    closedBy: null,
    closedReason: null,
    usedAt: null,
    usedBy: null,
    retainUntil: retainUntil(later(last, seconds)),
  };
}

function judgeStart(notBefore: Date | null, now: Date): void {
  if (notBefore === null) return;
  const ahead = (clockOf(notBefore) - clockOf(now)) / 1000;
  if (ahead <= 0) throw invalid("start", "an instant that is past");
  if (ahead > MAX_AHEAD_SECONDS) throw invalid("start", "an instant more than 30 days ahead");
}

function invalid(what: string, found: string): SentinelError {
  return new SentinelError("REQUEST_INVALID", `Cannot file request: found ${found} as its ${what}`);
}

function nobody(profile: string, why: string): SentinelError {
  return new SentinelError(
    "APPROVER_REFUSED",
    `Cannot file request for ${quoted(profile)}: nobody could approve it: ${why}`,
    { hint: "ask whoever keeps the approval policy" },
  );
}
