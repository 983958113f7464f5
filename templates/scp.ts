// templates: the service control policy that keeps unstamped sessions out of protected roles.
import { SentinelError } from "../lib/core/errors/mod.ts";
import type { PolicyText } from "./trust.ts";

/** What the policy is written for. Names are patterns with `*` and `?`, path included. */
export interface ServiceControlOptions {
  /** Roles that want a stamp. Default `SentinelProtected-*`. */
  protectedRoles?: string;
  /** Roles whose sessions may go round it in an emergency. Default `SentinelBreakGlass-*`. */
  breakGlassRoles?: string;
  /** Default `aws`. */
  partition?: string;
}

const PATTERN = /^[\w+=,.@\/*?-]{1,128}$/;

/**
 * The service control policy for accounts whose principals assume protected roles (IAM User Guide,
 * "AWS STS condition context keys", `sts:SourceIdentity`).
 *
 * It denies on `sts:AssumeRole` and on the protected roles alone: a missing key matches a negated
 * operator, so on other actions or on all roles it would lock everybody out.
 *
 * @throws {SentinelError} `USAGE` for a pattern that could reach every role
 */
export function serviceControlPolicy(options: ServiceControlOptions = {}): PolicyText {
  const { protectedRoles = "SentinelProtected-*", breakGlassRoles = "SentinelBreakGlass-*" } =
    options;
  const { partition = "aws" } = options;
  checkPattern(protectedRoles, "protected roles");
  checkPattern(breakGlassRoles, "break-glass roles");
  if (!/^aws[a-z-]*$/.test(partition)) {
    throw usage(`found partition ${JSON.stringify(partition)}, want aws, aws-cn or the like`);
  }
  const statement = {
    Sid: "DenyUnstampedProtectedRoles",
    Effect: "Deny",
    Action: "sts:AssumeRole",
    Resource: `arn:${partition}:iam::*:role/${protectedRoles}`,
    Condition: {
      // Both: a stamped session that chains needn't say its stamp again.
      StringNotLike: { "sts:SourceIdentity": "sentinel=*", "aws:SourceIdentity": "sentinel=*" },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
      ArnNotLike: { "aws:PrincipalArn": `arn:${partition}:iam::*:role/${breakGlassRoles}` },
    },
  };
  const document = { Version: "2012-10-17", Statement: [statement] };
  return {
    text: `${JSON.stringify(document, null, 2)}\n`,
    explains: [
      `binds: principals of the accounts it is attached to, when they assume ${protectedRoles}`,
      `exempt: AWS services, and sessions of ${breakGlassRoles}`,
      "does not bind: the management account, service-linked roles, callers outside the organisation",
      "does not bind: AssumeRoleWithWebIdentity and AssumeRoleWithSAML (their callers are outsiders)",
      "does not prove: that Sentinel decided; it asks for the form of a stamp, the role's trust " +
      "policy for the name in it",
      "grants nothing: keep FullAWSAccess, or an allow list of your own, beside it",
    ],
  };
}

/** A pattern of wildcards alone would be every role: the lock-out that this policy must not be. */
function checkPattern(pattern: string, what: string): void {
  const literal = pattern.replace(/[*?\/]/g, "");
  if (PATTERN.test(pattern) && literal.length >= 4) return;
  throw usage(
    `found ${JSON.stringify(pattern)} for ${what}, want a name of 4 literal characters or more`,
  );
}

function usage(what: string): SentinelError {
  return new SentinelError("USAGE", `Cannot write service control policy: ${what}`);
}
