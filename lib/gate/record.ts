// gate: what the journal is told of a request, at each point where it can end.
import type {
  IntentEntry,
  OutcomeEntry,
  RecordedDecision,
  RecordedSubject,
  RefusedEntry,
  ServedEntry,
} from "../core/journal/types.ts";
import type { ErrorCode } from "../core/errors/mod.ts";
import type { CachedSession, SessionCredentials } from "../core/sessions/types.ts";
import type { Trail } from "./authorize.ts";
import type { Authorization, PinnedProfile } from "./ports.ts";

function subjectOf(trail: Trail): RecordedSubject | null {
  const { ask, target, caller } = trail;
  if (target === undefined) return null;
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

function decisionOf(trail: Trail): RecordedDecision | null {
  const { decision, policy, request, facts } = trail;
  if (decision === undefined || policy === undefined || request === undefined) return null;
  return {
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
      age: Math.max(0, Math.round((request.at.getTime() - policy.readAt.getTime()) / 1000)),
      signature: policy.signature,
    },
    facts: facts ?? [],
  };
}

const pinsState = (pins: PinnedProfile | undefined) => pins?.pinned ? "pinned" : "unpinned";

function commonOf(trail: Trail, requestId: string, version: string) {
  return {
    requestId,
    decision: decisionOf(trail),
    intent: { reason: trail.ask.reason, ticket: trail.ask.ticket },
    pins: pinsState(trail.pins),
    version,
  } as const;
}

/** The subject of a request that came as far as a decision. */
function knownSubject(authorization: Authorization): RecordedSubject {
  const subject = subjectOf(authorization);
  if (subject === null) throw new TypeError("an authorization has a target");
  return subject;
}

/** Credentials are about to be asked for. */
export function intentEntry(
  authorization: Authorization,
  about: { requestId: string; version: string; sourceIdentity: string | null; granted: number },
): IntentEntry {
  return {
    kind: "intent",
    ...commonOf(authorization, about.requestId, about.version),
    subject: knownSubject(authorization),
    grant: "direct",
    sourceIdentity: about.sourceIdentity,
    duration: { asked: authorization.ask.duration, granted: about.granted },
  };
}

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
    result: issued === null ? "failed" : "issued",
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
  return {
    kind: "served",
    ...commonOf(authorization, about.requestId, about.version),
    subject: knownSubject(authorization),
    sourceIdentity: session.sourceIdentity,
    intent_hash: session.intentHash,
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
