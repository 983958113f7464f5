// gate: the one way to credentials. Decide, satisfy, decide again, clamp, record, vend, record.
import { SentinelError } from "../core/errors/mod.ts";
import { formatSourceIdentity, newRequestId, roleSessionName } from "../core/identity/mod.ts";
import type { Appended, JournalPort } from "../core/journal/types.ts";
import type { Alternative } from "../core/policy/types.ts";
import {
  checkAsked,
  clampDuration,
  DEFAULT_DURATION,
  type DurationBound,
  LONGEST_CHAINED,
} from "../core/sessions/duration.ts";
import { mayServe } from "../core/sessions/lease.ts";
import { mintPermit } from "../core/sessions/permit.ts";
import type { MfaAnswer, SessionKey, VendTerms } from "../core/sessions/types.ts";
import { quoted } from "../core/text/printable.ts";
import { authorize, decideNow, requireAllow, type Trail } from "./authorize.ts";
import { checkStamp } from "./stamp.ts";
import type { Ask, Authorization, GatePorts, Grant } from "./ports.ts";
import { intentEntry, outcomeEntry, refusedEntry, servedEntry } from "./record.ts";

/** What is kept while one request is on its way. */
interface Passage {
  ports: GatePorts;
  requestId: string;
  trail: Trail;
  /** Set when the intent is on disk: from then on the end is an outcome, not a refusal. */
  intent: Appended | null;
}

/**
 * Decides about `ask` and, when policy allows it and the decision is on disk, returns credentials.
 *
 * Fails closed: whatever throws on the way is a refusal, and is recorded as one. Credentials are
 * returned only after the entry that says so is durable.
 *
 * @throws SentinelError with the code of what stood in the way
 */
export async function grant(ask: Ask, ports: GatePorts): Promise<Grant> {
  const requestId = newRequestId((n) => ports.random(n));
  const passage: Passage = { ports, requestId, trail: { ask }, intent: null };
  try {
    return await pass(passage);
  } catch (thrown) {
    const error = asSentinelError(thrown);
    await recordEnd(passage, error);
    throw error;
  }
}

async function pass(passage: Passage): Promise<Grant> {
  const { ports, trail } = passage;
  if (trail.ask.duration !== null) checkAsked(trail.ask.duration);
  const first = await authorize(trail.ask, ports, trail);
  const chosen = requireAllow(first);
  checkStamp(first, chosen);
  const journal = await ports.journal();
  const served = await serveFromCache(passage, journal, first, chosen);
  if (served !== null) return served;
  const mfa = await mfaFor(ports, first);
  // A prompt may have waited for minutes: what was true before it need not be true now.
  const again = mfa === null ? first : Object.assign(trail, decideNow(first, ports));
  return await issue(passage, journal, again, mfa);
}

async function serveFromCache(
  passage: Passage,
  journal: JournalPort,
  authorization: Authorization,
  chosen: Alternative,
): Promise<Grant | null> {
  const { ports, requestId } = passage;
  if (ports.cache === null || !authorization.ask.useCache) return null;
  const clamp = clampFor(authorization, chosen);
  const session = await ports.cache.get(authorization.caller, keyOf(authorization));
  if (session === null || !mayServe(session, authorization.request.at, clamp)) return null;
  await journal.append(servedEntry(authorization, { requestId, version: ports.version, session }));
  return {
    credentials: session.credentials,
    target: authorization.target,
    caller: authorization.caller,
    decision: authorization.decision,
    sourceIdentity: session.sourceIdentity,
    requestId,
    served: "cache",
  };
}

async function issue(
  passage: Passage,
  journal: JournalPort,
  authorization: Authorization,
  mfa: MfaAnswer | null,
): Promise<Grant> {
  const { ports, requestId } = passage;
  const chosen = requireAllow(authorization);
  const duration = clampFor(authorization, chosen);
  const sourceIdentity = stampOf(authorization, requestId);
  const intent = passage.intent = await journal.append(
    intentEntry(authorization, {
      requestId,
      version: ports.version,
      sourceIdentity,
      granted: duration,
    }),
  );
  const terms = termsOf(authorization, { requestId, sourceIdentity, duration, mfa, intent });
  const credentials = await ports.vend(mintPermit(terms, intent));
  await journal.append(outcomeEntry(requestId, intent.hash, credentials));
  // The end is on disk: nothing after this line may turn it into a failed one.
  await ports.cache?.put(authorization.caller, keyOf(authorization), {
    credentials,
    issuedAt: authorization.request.at,
    sourceIdentity,
    intentHash: intent.hash,
  });
  const { target, caller, decision } = authorization;
  return { credentials, target, caller, decision, sourceIdentity, requestId, served: "new" };
}

function stampOf(authorization: Authorization, requestId: string): string | null {
  if (authorization.target.roleArn === null) return null;
  return formatSourceIdentity({
    user: authorization.caller.userSegment,
    grant: { kind: "direct", agent: false },
    requestId,
  });
}

function termsOf(
  authorization: Authorization,
  about: Pick<VendTerms, "requestId" | "sourceIdentity" | "duration" | "mfa"> & {
    intent: Appended;
  },
): VendTerms {
  const { target, caller, ask } = authorization;
  const { intent, ...rest } = about;
  const tags = [{ key: "sentinel:request", value: about.requestId }];
  if (ask.ticket !== null) tags.push({ key: "sentinel:ticket", value: ask.ticket });
  return {
    ...rest,
    target,
    caller,
    sessionName: roleSessionName(caller.userSegment, intent.hash),
    tags: target.tags ? tags : [],
  };
}

function askedFor(authorization: Authorization): number {
  return authorization.ask.duration ?? authorization.target.defaultDuration ?? DEFAULT_DURATION;
}

function clampFor(authorization: Authorization, chosen: Alternative): number {
  const { target, caller, request, ask } = authorization;
  const bounds: (DurationBound | null)[] = [
    bound(chosen.maxDuration, `rule ${quoted(chosen.ruleName)}`),
    ask.mode === "server"
      ? bound(chosen.maxServerDuration, `rule ${quoted(chosen.ruleName)} in server mode`)
      : null,
    bound(target.maxDuration, `the profile's sentinel_max_duration`),
    chosen.until === null ? null : bound(
      (chosen.until.getTime() - request.at.getTime()) / 1000,
      `the time until ${chosen.until.toISOString()}, when rule ${quoted(chosen.ruleName)} ends,`,
    ),
    caller.session || target.chain.length > 1
      ? bound(LONGEST_CHAINED, "AWS's limit for chained roles")
      : null,
  ];
  return clampDuration(askedFor(authorization), bounds.filter((b) => b !== null));
}

function bound(seconds: number | null, why: string): DurationBound | null {
  return seconds === null ? null : { seconds, why };
}

function keyOf(authorization: Authorization): SessionKey {
  const { target, caller, policy, ask } = authorization;
  return {
    principal: caller.principal.id,
    role: target.roleArn,
    chain: target.chain.map((hop) => hop.roleArn),
    grant: "direct",
    tags: target.tags ? ask.ticket ?? "" : "off",
    mfa: serialOf(authorization),
    externalId: JSON.stringify(target.chain.map((hop) => hop.externalId)),
    policyDigest: policy.digest,
    duration: askedFor(authorization),
    region: target.region,
    endpoint: target.stsEndpoint,
  };
}

function serialOf(authorization: Authorization): string | null {
  return authorization.target.chain.find((hop) => hop.mfaSerial !== null)?.mfaSerial ?? null;
}

async function mfaFor(ports: GatePorts, authorization: Authorization): Promise<MfaAnswer | null> {
  const serial = serialOf(authorization);
  if (serial === null) return null;
  const answer = await ports.mfa(authorization.target, serial);
  if (answer !== null) return answer;
  throw new SentinelError(
    "MFA_REQUIRED",
    `Cannot assume the role yet: it wants a one-time code of ${quoted(serial)}`,
    { hint: "give one with --mfa-code CODE, or set mfa_process in the profile" },
  );
}

async function recordEnd(passage: Passage, error: SentinelError): Promise<void> {
  const { ports, requestId, trail, intent } = passage;
  const { code, message } = error;
  try {
    const journal = await ports.journal();
    await journal.append(
      intent === null
        ? refusedEntry(trail, { requestId, version: ports.version, code, message })
        : outcomeEntry(requestId, intent.hash, code),
    );
  } catch (cause) {
    // A refusal that can't be recorded stays a refusal; the person hears of both.
    const known = cause instanceof SentinelError ? cause.message : "the journal can't be written";
    if (cause !== error && known !== message) ports.warn(`this refusal is not on record: ${known}`);
  }
}

function asSentinelError(thrown: unknown): SentinelError {
  if (thrown instanceof SentinelError) return thrown;
  return new SentinelError(
    "INTERNAL",
    "Cannot grant: something failed that Sentinel did not expect",
    {
      hint: "run again with --debug and report what it prints",
      cause: thrown,
    },
  );
}
