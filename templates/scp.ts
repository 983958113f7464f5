// templates: the service control policy that keeps unstamped sessions out of protected roles.
import { quoted } from "../lib/core/text/printable.ts";
import {
  checkPartition,
  checkPermissionSet,
  checkRolePattern,
  DEFAULT_BREAK_GLASS,
  DEFAULT_PROTECTED,
  misuse,
  permissionSetRoles,
  type PolicyText,
  policyText,
  STAMP,
} from "./text.ts";

/** What the policy is written for. Names are patterns with `*` and `?`, path included. */
export interface ServiceControlOptions {
  /** Roles that want a stamp. Default `SentinelProtected-*`. */
  protectedRoles?: string;
  /** Roles whose sessions may go round it in an emergency. Default `SentinelBreakGlass-*`. */
  breakGlassRoles?: string;
  /** Identity Center: the one permission set whose sessions may act; all others are kept out. */
  entrySet?: string;
  /** Identity Center's own emergency set, beside `entrySet`. Default `SentinelBreakGlass`. */
  breakGlassSet?: string;
  /** ARN of the token vending machine's role: it alone may write stamps and take protected roles. */
  tvmRole?: string;
  /** Default `aws`. */
  partition?: string;
}

const WHAT = "service control policy";
const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/(?:[!-)+-.0->@-~]+\/)*[\w+=,.@-]{1,64}$/;

/** Options with their defaults in place, checked. */
interface Settled {
  partition: string;
  protectedRoles: string;
  protectedArn: string;
  breakGlassRoles: string;
  /** Everybody who is exempt, as ARN patterns. */
  exempt: readonly string[];
  entrySet: string | null;
  breakGlassSet: string;
  tvmRole: string | null;
}

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
  const settled = settle(options);
  const statements = [
    unstamped(settled),
    ...(settled.tvmRole === null ? [] : tvmOnly(settled, settled.tvmRole)),
    ...(settled.entrySet === null ? [] : [otherSets(settled, settled.entrySet)]),
  ];
  return policyText(statements, explain(settled));
}

function settle(options: ServiceControlOptions): Settled {
  const { protectedRoles = DEFAULT_PROTECTED, breakGlassRoles = DEFAULT_BREAK_GLASS } = options;
  const { partition = "aws", entrySet, breakGlassSet = "SentinelBreakGlass", tvmRole } = options;
  checkRolePattern(protectedRoles, "protected roles", WHAT);
  checkRolePattern(breakGlassRoles, "break-glass roles", WHAT);
  checkPartition(partition, WHAT);
  if (entrySet !== undefined) checkPermissionSet(entrySet, WHAT);
  checkPermissionSet(breakGlassSet, WHAT);
  // Unheard it would be missed in an emergency.
  if (options.breakGlassSet !== undefined && entrySet === undefined) {
    throw misuse(WHAT, "found a break-glass set without --permission-set, want both");
  }
  if (tvmRole !== undefined && !ROLE_ARN.test(tvmRole)) {
    throw misuse(WHAT, `found ${quoted(tvmRole)}, want the ARN of a role, without wildcards`);
  }
  const breakGlassArn = `arn:${partition}:iam::*:role/${breakGlassRoles}`;
  return {
    partition,
    protectedRoles,
    protectedArn: `arn:${partition}:iam::*:role/${protectedRoles}`,
    breakGlassRoles,
    exempt: entrySet === undefined
      ? [breakGlassArn]
      : [breakGlassArn, ...permissionSetRoles(partition, "*", breakGlassSet)],
    entrySet: entrySet ?? null,
    breakGlassSet,
    tvmRole: tvmRole ?? null,
  };
}

const oneOrMore = (list: readonly string[]): string | readonly string[] =>
  list.length === 1 && list[0] !== undefined ? list[0] : list;

function unstamped({ protectedArn, exempt }: Settled) {
  return {
    Sid: "DenyUnstampedProtectedRoles",
    Effect: "Deny",
    Action: "sts:AssumeRole",
    Resource: protectedArn,
    Condition: {
      // Both: a stamped session that chains needn't say its stamp again.
      StringNotLike: { "sts:SourceIdentity": STAMP, "aws:SourceIdentity": STAMP },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
      ArnNotLike: { "aws:PrincipalArn": oneOrMore(exempt) },
    },
  };
}

/**
 * Where everybody goes by the token vending machine nobody else needs to write a stamp. A session
 * that carries one already got it there, and may chain: its first stamp is what these two ask for.
 */
function tvmOnly({ protectedArn, exempt }: Settled, tvmRole: string) {
  return [{
    Sid: "DenyProtectedRolesToAllButTvm",
    Effect: "Deny",
    Action: "sts:AssumeRole",
    Resource: protectedArn,
    Condition: {
      StringNotLike: { "aws:SourceIdentity": STAMP },
      BoolIfExists: { "aws:PrincipalIsAWSService": "false" },
      ArnNotLike: { "aws:PrincipalArn": [tvmRole, ...exempt] },
    },
  }, {
    Sid: "DenyFirstStampsToAllButTvm",
    Effect: "Deny",
    Action: "sts:SetSourceIdentity",
    Resource: "*",
    Condition: {
      StringLike: { "sts:SourceIdentity": STAMP },
      Null: { "aws:SourceIdentity": "true" },
      // Break-glass goes without a stamp; it needn't forge one.
      ArnNotLike: { "aws:PrincipalArn": tvmRole },
    },
  }];
}

/** Roles of Identity Center can't be edited, so what they may do besides is refused from above. */
function otherSets({ partition, breakGlassSet }: Settled, entrySet: string) {
  const sets = `arn:${partition}:iam::*:role/aws-reserved/sso.amazonaws.com/*`;
  return {
    Sid: "DenyOtherPermissionSets",
    Effect: "Deny",
    Action: "*",
    Resource: "*",
    Condition: {
      ArnLike: { "aws:PrincipalArn": sets },
      ArnNotLike: {
        "aws:PrincipalArn": [entrySet, breakGlassSet].flatMap((name) =>
          permissionSetRoles(partition, "*", name)
        ),
      },
    },
  };
}

function explain(settled: Settled): readonly string[] {
  const { protectedRoles, breakGlassRoles, entrySet, breakGlassSet, tvmRole, partition } = settled;
  return [
    `binds: principals of the accounts it is attached to, when they assume ${protectedRoles}`,
    ...(tvmRole === null ? [] : [
      `binds: only ${tvmRole} may take these roles first, and write a stamp by AssumeRole; a ` +
      "session that carries a stamp may chain on",
      "does not bind: stamps that an identity provider of these accounts sends along (SAML, web " +
      "identity); let only the token vending machine's role into protected ones, or a role behind it",
    ]),
    ...(entrySet === null ? [] : [
      `binds: in these accounts no session of another permission set than ${entrySet} may do ` +
      "anything; attach it to gated accounts only",
    ]),
    `exempt: AWS services, and sessions of ${breakGlassRoles}` +
    (entrySet === null ? "" : ` and of permission set ${breakGlassSet}`),
    "rests on: only administrators can make or change roles of the exempt names; * reaches over /, " +
    "so a path that begins so counts too",
    "does not bind: the management account, service-linked roles, callers outside the organisation",
    "does not bind: AssumeRoleWithWebIdentity and AssumeRoleWithSAML (their callers are outsiders)",
    ...(entrySet === null ? [] : [
      "does not bind: IAM users and other roles of the accounts, beyond the protected roles",
    ]),
    tvmRole === null
      ? "does not prove: that Sentinel decided; it asks for the form of a stamp, the role's trust " +
        "policy for the name in it"
      : "does not prove: that the token vending machine decided well",
    "grants nothing: keep FullAWSAccess, or an allow list of your own, beside it",
    `option --roles ${protectedRoles}: the roles that want a stamp, path included`,
    `option --break-glass ${breakGlassRoles}: the roles that are exempt, path included`,
    ...(entrySet === null ? [] : [
      `option --permission-set ${entrySet}: the one permission set that is let in`,
      `option --break-glass-set ${breakGlassSet}: the permission set for emergencies`,
    ]),
    ...(tvmRole === null ? [] : [`option --tvm-role ${tvmRole}: the one that writes stamps`]),
    `option --partition ${partition}: the part of AWS that the accounts are in`,
  ];
}
