// templates: the resource control policy that keeps unstamped sessions out of protected roles, whoever
// asks: it stands on the role's side.
import { quoted } from "../lib/core/text/printable.ts";
import {
  checkPartition,
  checkRolePattern,
  DEFAULT_BREAK_GLASS,
  DEFAULT_PROTECTED,
  misuse,
  type PolicyText,
  policyText,
  STAMP,
} from "./text.ts";

/** What the policy is written for. Names are patterns with `*` and `?`, path included. */
export interface ResourceControlOptions {
  /** Roles that want a stamp. Default `SentinelProtected-*`. */
  protectedRoles?: string;
  /** Roles whose sessions may go round it in an emergency. Default `SentinelBreakGlass-*`. */
  breakGlassRoles?: string;
  /** The organisation's id: leaves the exemption to its own break-glass roles. */
  organisation?: string;
  /** Default `aws`. */
  partition?: string;
}

const WHAT = "resource control policy";

/**
 * The resource control policy for accounts that hold protected roles.
 *
 * What AWS takes (AWS Organizations User Guide, "RCP syntax"): `Deny` alone, `"Principal": "*"`,
 * actions with their service's prefix, no `NotAction`, no `NotPrincipal`; who is meant stands in the
 * conditions. `sts:AssumeRole*` is also AssumeRoleWithSAML and AssumeRoleWithWebIdentity.
 *
 * @throws {SentinelError} `USAGE` for a pattern that could reach every role
 */
export function resourceControlPolicy(options: ResourceControlOptions = {}): PolicyText {
  const { protectedRoles = DEFAULT_PROTECTED, breakGlassRoles = DEFAULT_BREAK_GLASS } = options;
  const { partition = "aws", organisation } = options;
  checkRolePattern(protectedRoles, "protected roles", WHAT);
  checkRolePattern(breakGlassRoles, "break-glass roles", WHAT);
  checkPartition(partition, WHAT);
  if (organisation !== undefined && !/^o-[a-z0-9]{10,32}$/.test(organisation)) {
    throw misuse(
      WHAT,
      `found organisation ${quoted(organisation)}, want an id such as o-a1b2c3d4e5`,
    );
  }
  const breakGlass = { "aws:PrincipalArn": `arn:${partition}:iam::*:role/${breakGlassRoles}` };
  const about = {
    Effect: "Deny",
    Principal: "*",
    Action: "sts:AssumeRole*",
    Resource: `arn:${partition}:iam::*:role/${protectedRoles}`,
  };
  const unstamped = { "sts:SourceIdentity": STAMP, "aws:SourceIdentity": STAMP };
  const statements = [{
    Sid: "DenyUnstampedProtectedRoles",
    ...about,
    Condition: {
      StringNotLike: unstamped,
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
      ArnNotLike: breakGlass,
    },
  }];
  // A stranger's role can have that name too.
  const strangers = organisation === undefined ? [] : [{
    Sid: "DenyBreakGlassOfOthers",
    ...about,
    Condition: {
      StringNotLike: unstamped,
      StringNotEquals: { "aws:PrincipalOrgID": organisation },
      ArnLike: breakGlass,
    },
  }];
  return policyText([...statements, ...strangers], [
    `binds: whoever takes ${protectedRoles} of the accounts it is attached to, outsiders and the ` +
    "management account's principals too",
    "binds: AssumeRole, AssumeRoleWithSAML and AssumeRoleWithWebIdentity",
    `exempt: AWS services, and sessions of ${breakGlassRoles}` +
    (organisation === undefined
      ? " of any account that the role itself trusts (--organization leaves only yours)"
      : ` of organisation ${organisation}`),
    "rests on: only administrators can make or change roles of the exempt names; * reaches over /, " +
    "so a path that begins so counts too",
    "does not bind: roles of the management account, service-linked roles",
    "does not prove: that Sentinel decided; it asks for the form of a stamp, the role's trust " +
    "policy for the name in it",
    "grants nothing: AWS keeps RCPFullAWSAccess beside it",
    `option --roles ${protectedRoles}: the roles that want a stamp, path included`,
    `option --break-glass ${breakGlassRoles}: the roles that are exempt, path included`,
    ...(organisation === undefined ? [] : [
      `option --organization ${organisation}: whose break-glass roles are exempt`,
    ]),
    `option --partition ${partition}: the part of AWS that the accounts are in`,
  ]);
}
