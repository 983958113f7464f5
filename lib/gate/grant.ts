// gate: the one way to credentials. Decide, satisfy, decide again, clamp, record, vend, record.
import { asSentinelError, SentinelError } from "../core/errors/mod.ts";
import { newRequestId } from "../core/identity/mod.ts";
import type { Appended, JournalPort } from "../core/journal/types.ts";
import type { Alternative } from "../core/policy/types.ts";
import { type LeaseAnswer, leaseOf } from "../core/sessions/lease.ts";
import { mintPermit } from "../core/sessions/permit.ts";
import type { CachedSession, MfaAnswer, SessionCredentials } from "../core/sessions/types.ts";
import { quoted } from "../core/text/printable.ts";
import { approvalsOf, authorize, requireAllow, targetOf, type Trail } from "./authorize.ts";
import { clampFor } from "./clamp.ts";
import { isStale } from "./clock.ts";
import type { Ask, Authorization, GatePorts, Grant } from "./ports.ts";
import { intentEntry, outcomeEntry, refusedEntry, servedEntry } from "./record.ts";
import { checkStamp, keyOf, serialOf, stampOf, termsOf } from "./terms.ts";

/**
 * How often a decision is taken anew because others held the journal, before it is given up. Of two
 * hundred processes on two cores two thirds needed one decision, the slowest three: each is old
 * after two seconds, and the longest wait was 4.4. Four times that is left for a machine with less.
 */
const ROUNDS = 12;

/** STS's clock and ours may differ by this much before a session counts as too long, in ms. */
const CLOCKS_APART = 300_000;

/** What is kept while one request is on its way. */
interface Passage {
  ports: GatePorts;
  requestId: string;
  trail: Trail;
  /** Set when the intent is on disk: from then on the end is an outcome, not a refusal. */
  intent: Appended | null;
  /** Set when the outcome is on disk: from then on nothing more is recorded. */
  ended: boolean;
}

/** A decision that allows, ready to be acted on. */
interface Allowed {
  authorization: Authorization;
  chosen: readonly [...Alternative[], Alternative];
  journal: JournalPort;
}

/**
 * Decides about what `prepare` asks for and, when policy allows it and the decision is on disk,
 * returns credentials.
 *
 * Fails closed: whatever throws on the way, `prepare` included, is a refusal, and is recorded as
 * one. Credentials are returned only after the entry that says so is durable.
 *
 * @throws SentinelError with the code of what stood in the way
 */
export async function grant(prepare: () => Promise<Ask>, ports: GatePorts): Promise<Grant> {
  const requestId = newRequestId((n) => ports.random(n));
  const passage: Passage = { ports, requestId, trail: {}, intent: null, ended: false };
  try {
    passage.trail.ask = await prepare();
    return await pass(passage, passage.trail.ask);
  } catch (thrown) {
    const error = asSentinelError(thrown);
    await recordEnd(passage, error);
    throw error;
  }
}

// Waiting (for a person, for the journal, for another process that asks AWS) makes a decision old:
// then it is taken again from the start, pins and policy read anew.
async function pass(passage: Passage, ask: Ask): Promise<Grant> {
  const { ports } = passage;
  for (let round = 0; round < ROUNDS; round++) {
    const allowed = await decide(passage, ask);
    const session = await cachedSession(ports, allowed, allowed.authorization.at);
    const granted = session === null
      ? await issueOnce(passage, allowed)
      : await serve(passage, allowed, session);
    if (granted !== null) return granted;
  }
  throw journalBusy();
}

async function decide(passage: Passage, ask: Ask): Promise<Allowed> {
  const { ports, trail } = passage;
  if (trail.authorization !== undefined) ports.forget();
  const authorization = await authorize(ask, ports, trail);
  const chosen = requireAllow(authorization);
  checkStamp(authorization, chosen);
  return { authorization, chosen, journal: await ports.journal() };
}

// A storm is one call: while another process asks AWS for the same session, this one waits for it.
// `null`: the session is there now, to be served after a new decision.
async function issueOnce(passage: Passage, allowed: Allowed): Promise<Grant | null> {
  const { ports } = passage;
  const { authorization } = allowed;
  if (ports.cache === null) return await issueFresh(passage, allowed);
  const { granted } = await ports.cache.once<{ granted: Grant | null }>(
    authorization.caller,
    keyOf(authorization),
    {
      look: async () => {
        const session = await cachedSession(ports, allowed, ports.now());
        return session === null ? null : { granted: null };
      },
      make: async () => ({ granted: await issueFresh(passage, allowed) }),
    },
  );
  return granted;
}

async function issueFresh(passage: Passage, allowed: Allowed): Promise<Grant> {
  const { ports } = passage;
  const { ask } = allowed.authorization;
  const serial = serialOf(allowed.authorization);
  const mfa = serial === null ? null : await mfaFor(ports, allowed.authorization, serial);
  const old = mfa !== null || isStale(allowed.authorization, ports.now());
  let current = old ? await decide(passage, ask) : allowed;
  for (let round = 0; round < ROUNDS; round++) {
    const issued = await issue(passage, current, mfa);
    if (issued !== null) return issued;
    current = await decide(passage, ask);
  }
  throw journalBusy();
}

function journalBusy(): SentinelError {
  return new SentinelError("JOURNAL_BUSY", "Cannot record the decision: others hold the journal", {
    hint: "try again in a moment",
  });
}

async function cachedSession(
  ports: GatePorts,
  allowed: Allowed,
  now: Date,
): Promise<CachedSession | null> {
  if (ports.cache === null) return null;
  const { authorization } = allowed;
  const session = await ports.cache.get(authorization.caller, keyOf(authorization));
  return session !== null && lend(allowed, session, now).serve ? session : null;
}

async function serve(
  passage: Passage,
  allowed: Allowed,
  session: CachedSession,
): Promise<Grant | null> {
  const { authorization, journal } = allowed;
  const { ports, requestId } = passage;
  const about = { requestId, version: ports.version, session };
  const appended = await journal.appendIf(() =>
    isStale(authorization, ports.now()) ? null : servedEntry(authorization, about)
  );
  if (appended === null) return null;
  passage.ended = true;
  return grantOf(passage, allowed, { ...session, served: "cache" });
}

async function issue(
  passage: Passage,
  allowed: Allowed,
  mfa: MfaAnswer | null,
): Promise<Grant | null> {
  const { authorization, chosen, journal } = allowed;
  const { ports, requestId } = passage;
  const duration = clampFor(authorization, chosen);
  const sourceIdentity = stampOf(authorization, requestId);
  const about = { requestId, version: ports.version, sourceIdentity, granted: duration };
  const intent = passage.intent = await journal.appendIf(() =>
    isStale(authorization, ports.now()) ? null : intentEntry(authorization, about)
  );
  if (intent === null) return null;
  // On record first: whoever is killed here has used nothing up unseen.
  for (const approved of approvalsOf(authorization)) await approved.consume(requestId, ports.now());
  const terms = termsOf(authorization, chosen, {
    requestId,
    sourceIdentity,
    duration,
    mfa,
    intent,
  });
  const credentials = await ports.vend(mintPermit(terms, intent));
  checkLife(credentials, ports.now(), duration);
  await journal.append(outcomeEntry(requestId, intent.hash, credentials));
  passage.ended = true;
  const issuedAt = authorization.at;
  const session = { credentials, issuedAt, duration, sourceIdentity, intentHash: intent.hash };
  await ports.cache?.put(authorization.caller, keyOf(authorization), session);
  return grantOf(passage, allowed, { ...session, served: "new" });
}

function grantOf(
  { requestId }: Passage,
  allowed: Allowed,
  session: CachedSession & Pick<Grant, "served">,
): Grant {
  const { target, caller, pins } = allowed.authorization;
  const { credentials, sourceIdentity, served } = session;
  const { decision } = targetOf(allowed.authorization);
  const { reported } = lend(allowed, session, allowed.authorization.at);
  const about = { credentials, reported, sourceIdentity, served };
  return { ...about, target, caller, decision, pinned: pins.pinned, requestId };
}

// The session's end is taken by this machine's clock too: where AWS's stands ahead, what was made a
// moment ago would seem to outlive what could be made now, and would be made again and again. What
// the environment of a program or a printed line holds is never renewed.
function lend(
  { authorization, chosen }: Allowed,
  { issuedAt, duration, credentials }: CachedSession,
  now: Date,
): LeaseAnswer {
  const { ask, target } = authorization;
  const end = Math.min(credentials.expiresAt.getTime(), issuedAt.getTime() + duration * 1000);
  return leaseOf({ issuedAt, expiresAt: new Date(end) }, now, {
    lease: target.lease ?? "calm",
    clamp: clampFor(authorization, chosen),
    comesBack: ask.mode !== "cli",
  });
}

// Whatever AWS answers: what outlives the decision does not leave.
function checkLife({ expiresAt }: SessionCredentials, now: Date, duration: number): void {
  if (expiresAt.getTime() <= now.getTime() + duration * 1000 + CLOCKS_APART) return;
  throw new SentinelError(
    "AWS_RUBBISH",
    `Cannot hand out the session: it ends ${expiresAt.toISOString()}, later than was asked for`,
    { hint: "check this machine's clock, and what answers at the endpoint" },
  );
}

async function mfaFor(
  ports: GatePorts,
  { target }: Authorization,
  serial: string,
): Promise<MfaAnswer> {
  const answer = await ports.mfa(target, serial);
  if (answer !== null) return answer;
  throw new SentinelError(
    "MFA_REQUIRED",
    `Cannot assume the role yet: it wants a one-time code of ${quoted(serial)}`,
    { hint: "give one with --mfa-code CODE, or set mfa_process in the profile" },
  );
}

async function recordEnd(passage: Passage, error: SentinelError): Promise<void> {
  const { ports, requestId, trail, intent, ended } = passage;
  if (ended) return;
  const { code, message } = error;
  const about = { requestId, version: ports.version, code, message };
  const entry = intent === null
    ? refusedEntry(trail, about)
    : outcomeEntry(requestId, intent.hash, code);
  try {
    await (await ports.journal()).append(entry);
  } catch {
    await recordLocally(passage, error, entry);
  }
}

// Pins or configuration that can't be read name no sinks: the journal's own file still takes it.
async function recordLocally(
  { ports }: Passage,
  error: SentinelError,
  entry: Parameters<JournalPort["append"]>[0],
): Promise<void> {
  try {
    await ports.localJournal().append(entry);
  } catch (cause) {
    // A refusal that can't be recorded stays a refusal; the person hears of both.
    const known = cause instanceof SentinelError ? cause.message : "the journal can't be written";
    if (known !== error.message) ports.warn(`this refusal is not on record: ${known}`);
  }
}
