// credentials: the only code that asks AWS for a target's credentials. It obeys a permit of the gate's.
import { SentinelError } from "../../core/errors/mod.ts";
import type { Hop } from "../../core/profiles/types.ts";
import { clampDuration, SHORTEST } from "../../core/sessions/duration.ts";
import { type Permit, redeemPermit } from "../../core/sessions/permit.ts";
import type { LeafHandle, SessionCredentials, VendTerms } from "../../core/sessions/types.ts";
import { quoted } from "../../core/text/printable.ts";
import type { StsClient } from "../aws/sts.ts";
import type { LeafCredentials } from "./leaf.ts";

/** What vending needs from its surroundings. */
export interface VendPorts {
  /** The credentials behind a handle. @throws when they are not the edge's own */
  open(leaf: LeafHandle): LeafCredentials;
  sts(credentials: SigningCredentials, region: string | null, endpoint: string | null): StsClient;
  now(): Date;
}

/** What a call is signed with. */
export type SigningCredentials = Pick<
  LeafCredentials,
  "accessKeyId" | "secretAccessKey" | "sessionToken"
>;

/** Makes the vending function. Only the composition root calls this, and hands it to the gate. */
export function vendor(ports: VendPorts): (permit: Permit) => Promise<SessionCredentials> {
  return async (permit) => {
    const terms = redeemPermit(permit);
    return terms.target.roleArn === null
      ? await withoutRole(terms, ports)
      : await throughChain(terms, ports);
  };
}

/**
 * The seconds to ask for at this instant: retries and earlier hops take time, and a window closes
 * when it closes.
 * @throws SentinelError `DECISION_STALE`, `DURATION_TOO_SHORT`
 */
function durationNow({ duration, until, notAfter }: VendTerms, now: Date): number {
  if (now > notAfter) {
    throw new SentinelError(
      "DECISION_STALE",
      "Cannot ask AWS: too much time has gone by since the decision",
      { hint: "ask again" },
    );
  }
  if (until === null) return duration;
  const seconds = (until.getTime() - now.getTime()) / 1000;
  return clampDuration(duration, [{ seconds, why: `the time until ${until.toISOString()}` }]);
}

/** Each hop is signed by the one before; all carry one source identity. */
async function throughChain(terms: VendTerms, ports: VendPorts): Promise<SessionCredentials> {
  const { target, caller } = terms;
  let signer: SigningCredentials = ports.open(caller.leaf);
  let session: SessionCredentials | null = null;
  for (const [index, hop] of target.chain.entries()) {
    const region = hop.region ?? target.region;
    const sts = ports.sts(signer, region, target.stsEndpoint);
    session = await assume(sts, hop, terms, { index, duration: durationNow(terms, ports.now()) });
    signer = session;
  }
  if (session === null) throw new TypeError("a target with a role has a chain");
  return session;
}

async function assume(
  sts: StsClient,
  hop: Hop,
  terms: VendTerms,
  { index, duration }: { index: number; duration: number },
): Promise<SessionCredentials> {
  const last = index === terms.target.chain.length - 1;
  try {
    const session = await sts.assumeRole({
      roleArn: hop.roleArn,
      roleSessionName: terms.sessionName,
      sourceIdentity: terms.sourceIdentity,
      // Earlier hops live only until the next call is signed.
      durationSeconds: last ? duration : SHORTEST,
      externalId: hop.externalId,
      tags: last ? terms.tags : [],
      // A device is its user's: only the first hop is signed by one.
      mfa: index === 0 ? terms.mfa : null,
    });
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = session;
    return { accessKeyId, secretAccessKey, sessionToken, expiresAt };
  } catch (error) {
    throw refusedStamp(error, terms, hop);
  }
}

// AWS never lets a source identity change. It says so in words only, so the words are looked at.
function refusedStamp(error: unknown, terms: VendTerms, hop: Hop): unknown {
  const stamped = error instanceof SentinelError && error.code === "AWS_REFUSED" &&
    terms.caller.session && /already (has|set)|cannot be changed/i.test(error.message) &&
    /source ?identity/i.test(error.message);
  if (!stamped) return error;
  return new SentinelError(
    "ALREADY_STAMPED",
    `Cannot assume ${quoted(hop.roleArn)}: the base credentials carry another source identity, ` +
      "which AWS lets nobody change",
    {
      hint: "use base credentials that come from no earlier grant: --aws-profile NAME",
      cause: error,
    },
  );
}

/**
 * No role: the rule allows an unstamped session. Long-term keys are never handed out as they are; a
 * session that is there already can't be shortened, so one that outlives the decision stays.
 */
async function withoutRole(terms: VendTerms, ports: VendPorts): Promise<SessionCredentials> {
  const leaf = ports.open(terms.caller.leaf);
  const now = ports.now();
  const duration = durationNow(terms, now);
  if (leaf.sessionToken === null) {
    const { region, stsEndpoint } = terms.target;
    const sts = ports.sts(leaf, region, stsEndpoint);
    return await sts.getSessionToken({ durationSeconds: duration, mfa: terms.mfa });
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = leaf;
  if (expiresAt === null) throw tooLong("their source does not say when they expire");
  if (expiresAt.getTime() > now.getTime() + duration * 1000) {
    throw tooLong(`they live until ${expiresAt.toISOString()}, longer than the decision allows`);
  }
  return { accessKeyId, secretAccessKey, sessionToken, expiresAt };
}

function tooLong(why: string): SentinelError {
  return new SentinelError("UNSTAMPED_REFUSED", `Cannot hand out these credentials: ${why}`, {
    hint: "give the profile a role of its own with sentinel_role_arn",
  });
}
