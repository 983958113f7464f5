// gate: what AWS is asked for, and what makes two issues the same one.
import { SentinelError } from "../core/errors/mod.ts";
import { formatSourceIdentity, roleSessionName } from "../core/identity/mod.ts";
import type { GrantMark } from "../core/identity/types.ts";
import type { Appended } from "../core/journal/types.ts";
import type { Alternative } from "../core/policy/types.ts";
import type { SessionKey, VendTerms } from "../core/sessions/types.ts";
import { quoted } from "../core/text/printable.ts";
import { approvalsOf } from "./authorize.ts";
import { askedFor, untilOf } from "./clamp.ts";
import { ISSUE_WITHIN } from "./clock.ts";
import type { Authorization } from "./ports.ts";

/**
 * Refuses a target without a role, whose credentials would carry no source identity, unless the
 * rule that grants it says `unstamped: true`.
 * @throws SentinelError `UNSTAMPED_REFUSED`
 */
export function checkStamp({ target }: Authorization, chosen: readonly Alternative[]): void {
  if (target.roleArn !== null || chosen.every((alternative) => alternative.unstamped)) return;
  throw new SentinelError(
    "UNSTAMPED_REFUSED",
    `Cannot grant ${quoted(target.name)}: the profile names no role, so CloudTrail could not ` +
      `lead back to this decision, and the rule that allows it does not say "unstamped: true"`,
    {
      hint: "give the profile a role of its own with sentinel_role_arn " +
        "(for Identity Center: the two-role pattern, `sentinel template trust --help`)",
    },
  );
}

/** The source identity of this very request; `null` where there is no role to stamp. */
export function stampOf(authorization: Authorization, requestId: string): string | null {
  const { target, caller } = authorization;
  if (target.roleArn === null) return null;
  const grant = markOf(authorization);
  return formatSourceIdentity({ user: caller.userSegment, grant, requestId });
}

/** What the grant rests on: the approval of the profile that is farthest on, else policy alone. */
export function markOf(authorization: Authorization): GrantMark {
  const last = approvalsOf(authorization).at(-1);
  return last === undefined
    ? { kind: "direct", agent: false }
    : { kind: "approval", id: last.grantId, agent: false };
}

/** The MFA device that the first hop wants: it alone is signed by a user's own keys. */
export function serialOf({ target }: Authorization): string | null {
  return target.chain[0]?.mfaSerial ?? null;
}

/** Everything that the vending edge may ask AWS for. */
export function termsOf(
  authorization: Authorization,
  chosen: readonly Alternative[],
  about: Pick<VendTerms, "requestId" | "sourceIdentity" | "duration" | "mfa"> & {
    intent: Appended;
  },
): VendTerms {
  const { target, caller, ask, at } = authorization;
  const { intent, ...rest } = about;
  const tags = [{ key: "sentinel:request", value: about.requestId }];
  if (ask.ticket !== null) tags.push({ key: "sentinel:ticket", value: ask.ticket });
  return {
    ...rest,
    target,
    caller,
    until: untilOf(authorization, chosen),
    notAfter: new Date(at.getTime() + ISSUE_WITHIN),
    sessionName: roleSessionName(caller.userSegment, intent.hash),
    tags: target.tags ? tags : [],
  };
}

/** What a cached session must have been made for to be served now. */
export function keyOf(authorization: Authorization): SessionKey {
  const { target, caller, judged, ask } = authorization;
  return {
    principal: caller.principal.id,
    user: caller.userSegment,
    role: target.roleArn,
    chain: target.chain.map((hop) => hop.roleArn),
    grant: approvalsOf(authorization).map(({ id }) => id).join(" ") || "direct",
    tags: target.tags ? ask.ticket ?? "" : "off",
    mfa: serialOf(authorization),
    externalId: JSON.stringify(target.chain.map((hop) => hop.externalId)),
    policyDigest: judged.map(({ policy }) => policy.digest).join(" "),
    duration: askedFor(authorization),
    region: target.region,
    endpoint: target.stsEndpoint,
  };
}
