// credentials: who the leaf belongs to, as STS says.
import { parsePrincipal, policyUser, sourceIdentityUser } from "../../core/identity/mod.ts";
import type { CallerIdentity, Issuer } from "../../core/identity/types.ts";
import type { Target } from "../../core/profiles/types.ts";
import type { Caller } from "../../core/sessions/types.ts";
import type { StsClient } from "../aws/sts.ts";
import type { LeafCredentials } from "./leaf.ts";
import type { SealedFiles } from "./sealed.ts";

/** How long STS's answer for one set of keys is taken as still true, in milliseconds. */
const REUSE = 3_600_000;

/** How far STS's clock may stand beside ours for its answer to be kept, in milliseconds. */
const NEAR = 60_000;

/** The part of a target that says whose credentials sign. */
export type LeafSource = Pick<Target, "leaf" | "region" | "stsEndpoint" | "ssoEndpoint">;

/** What identifying needs. */
export interface IdentifyPorts {
  now(): Date;
  leaf(target: LeafSource): Promise<LeafCredentials>;
  sts(leaf: LeafCredentials, region: string | null, endpoint: string | null): StsClient;
  issuer: Issuer | null;
  /** Sealed files under the leaf's own secret; `null` = the answer can't be kept. */
  files(leaf: LeafCredentials): Promise<SealedFiles | null>;
  /** The variable that says that these very credentials came from a grant. */
  grantedProfile: string | null;
}

/**
 * Asks STS, or remembers what it said of these keys within the last hour. Of many processes that
 * want to know at once, one asks.
 */
export async function identify(target: LeafSource, ports: IdentifyPorts): Promise<Caller> {
  const leaf = await ports.leaf(target);
  const files = await ports.files(leaf);
  const label = `identity ${JSON.stringify([leaf.accessKeyId, target.region, target.stsEndpoint])}`;
  const look = async () => readKept(await files?.read(label), ports.now());
  const make = async () => {
    const answer = await ask(target, leaf, ports);
    if (!isNear(answer.date, ports.now())) return answer;
    const { arn, account, userId } = answer.caller;
    await files?.write(label, { arn, account, userId, at: ports.now().toISOString() });
    return answer;
  };
  const answer = files === null ? await make() : await files.once(label, { look, make });
  const principal = parsePrincipal(answer.caller);
  const user = await policyUser(principal, ports.issuer);
  return {
    principal,
    user,
    userSegment: await sourceIdentityUser(user, principal),
    session: leaf.sessionToken !== null,
    grantOf: target.leaf.kind === "environment" ? ports.grantedProfile : null,
    stsDate: answer.date,
    leaf,
  };
}

interface Answer {
  caller: CallerIdentity;
  date: Date | null;
}

async function ask(
  target: LeafSource,
  leaf: LeafCredentials,
  ports: IdentifyPorts,
): Promise<Answer> {
  const sts = ports.sts(leaf, target.region, target.stsEndpoint);
  const { arn, account, userId, date } = await sts.getCallerIdentity();
  return { caller: { arn, account, userId }, date };
}

// A clock that is wrong is seen only where STS is asked: by the next decision, too.
function isNear(date: Date | null, now: Date): boolean {
  return date === null || Math.abs(date.getTime() - now.getTime()) <= NEAR;
}

function readKept(value: unknown, now: Date): Answer | null {
  if (value === null || typeof value !== "object") return null;
  const { arn, account, userId, at } = value as Record<string, unknown>;
  if (![arn, account, userId, at].every((t) => typeof t === "string")) return null;
  const age = now.getTime() - new Date(String(at)).getTime();
  if (!(age >= 0 && age < REUSE)) return null;
  return {
    caller: { arn: String(arn), account: String(account), userId: String(userId) },
    date: null,
  };
}
