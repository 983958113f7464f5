// gate: what the journal is told of a request, at each point where it can end.
import type { ErrorCode } from "../core/errors/mod.ts";
import type {
  IntentEntry,
  OutcomeEntry,
  RecordedDecision,
  RecordedSubject,
  RefusedEntry,
  ServedEntry,
} from "../core/journal/types.ts";
import type { CachedSession, SessionCredentials } from "../core/sessions/types.ts";
import { targetOf, type Trail } from "./authorize.ts";
import type { Authorization } from "./ports.ts";
import { markOf } from "./terms.ts";

function subjectOf({ ask, target, caller }: Trail): RecordedSubject | null {
  if (ask === undefined || target === undefined) return null;
  const leaf = target.leaf;
  return {
    profile: ask.profile,
    mode: ask.mode,
    role: target.roleArn,
    chain: target.chain.map((hop) => hop.roleArn),
    leaf: { kind: leaf.kind, profile: "profile" in leaf ? leaf.profile : null },
    principal: caller === undefined
      ? null
      : { id: caller.principal.id, arn: caller.principal.arn, user: caller.user },
    endpoint: target.stsEndpoint,
  };
}

/** What was decided: the target's verdict, or that of the profile on the way that did not allow. */
function decisionOf(authorization: Authorization): RecordedDecision {
  const { judged, at, facts } = authorization;
  const { decision, policy, profile } = judged.find((one) => one.decision.outcome !== "allow") ??
    targetOf(authorization);
  const onTheWay = judged.slice(0, -1).map((one) => ({
    name: "on the way",
    value: `${one.profile}: ${one.decision.outcome} by ${one.decision.ruleId ?? "no rule"}`,
    vouchedBy: "policy",
  }));
  return {
    profile,
    outcome: decision.outcome,
    effect: decision.effect,
    rule: decision.ruleId,
    ruleIndex: decision.ruleIndex,
    obligations: (decision.alternatives[0]?.obligations ?? []).map((o) => ({
      kind: o.obligation.kind,
      state: o.state,
    })),
    policy: {
      source: policy.source,
      digest: policy.digest,
      age: Math.max(0, Math.round((at.getTime() - policy.readAt.getTime()) / 1000)),
      signature: policy.signature,
    },
    facts: [...facts, ...onTheWay],
  };
}

function commonOf(trail: Trail, requestId: string, version: string) {
  const { ask, pins, authorization } = trail;
  return {
    requestId,
    decision: authorization === undefined ? null : decisionOf(authorization),
    intent: { reason: ask?.reason ?? null, ticket: ask?.ticket ?? null },
    pins: pins?.pinned ? "pinned" : "unpinned",
    version,
  } as const;
}

/** The trail of a request that came as far as a decision, and its subject. */
function decided(authorization: Authorization): { trail: Trail; subject: RecordedSubject } {
  const { ask, pins, target, caller } = authorization;
  const trail = { ask, pins, target, caller, authorization };
  const subject = subjectOf(trail);
  if (subject === null) throw new TypeError("an authorization has a target");
  return { trail, subject };
}

/** Credentials are about to be asked for. */
export function intentEntry(
  authorization: Authorization,
  about: { requestId: string; version: string; sourceIdentity: string | null; granted: number },
): IntentEntry {
  const { trail, subject } = decided(authorization);
  return {
    kind: "intent",
    ...commonOf(trail, about.requestId, about.version),
    subject,
    grant: markOf(authorization).kind,
    sourceIdentity: about.sourceIdentity,
    duration: { asked: authorization.ask.duration, granted: about.granted },
  };
}

/** Failures after which nobody here can say whether AWS made a session. */
const UNCERTAIN: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "AWS_UNREACHABLE",
  "AWS_RUBBISH",
  "INTERNAL",
  "INTERRUPTED",
]);

/** AWS answered, or failed. */
export function outcomeEntry(
  requestId: string,
  intentHash: string,
  result: SessionCredentials | ErrorCode,
): OutcomeEntry {
  const issued = typeof result === "string" ? null : result;
  return {
    kind: "outcome",
    requestId,
    intent: intentHash,
    result: typeof result !== "string" ? "issued" : UNCERTAIN.has(result) ? "unknown" : "failed",
    code: typeof result === "string" ? result : null,
    accessKeyId: issued?.accessKeyId ?? null,
    expiresAt: issued?.expiresAt.toISOString() ?? null,
  };
}

/** A cached session is about to be handed out under a new decision. */
export function servedEntry(
  authorization: Authorization,
  about: { requestId: string; version: string; session: CachedSession },
): ServedEntry {
  const { session } = about;
  const { trail, subject } = decided(authorization);
  return {
    kind: "served",
    ...commonOf(trail, about.requestId, about.version),
    subject,
    sourceIdentity: session.sourceIdentity,
    intentHash: session.intentHash,
    accessKeyId: session.credentials.accessKeyId,
    expiresAt: session.credentials.expiresAt.toISOString(),
  };
}

/** The request ends with nothing. */
export function refusedEntry(
  trail: Trail,
  about: { requestId: string; version: string; code: ErrorCode; message: string },
): RefusedEntry {
  return {
    kind: "refused",
    ...commonOf(trail, about.requestId, about.version),
    subject: subjectOf(trail),
    code: about.code,
    message: about.message,
  };
}
