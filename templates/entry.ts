// templates: the entry permission set of the two-role pattern: it may ask Sentinel, and take protected
// roles under a stamp. Nothing else.
import { identityPolicy, type Scope, type Statement } from "../lib/core/permissions/mod.ts";
import { scopeOptions } from "./iam.ts";
import {
  checkPermissionSet,
  type Conditions,
  misuse,
  type PolicyText,
  policyText,
  STAMP,
} from "./text.ts";

const STAMPING = new Set(["sts:AssumeRole", "sts:SetSourceIdentity"]);

/**
 * The inline policy of permission set `name`: what a requester needs, and a stamp for each protected
 * role that is taken.
 *
 * @param scope made by `scopeOf`
 * @throws {SentinelError} `USAGE` for what is no name of a permission set
 */
export function entryPolicy(name: string, scope: Scope): PolicyText {
  checkPermissionSet(name, "entry permission set");
  const rights = identityPolicy({ roles: ["requester"] }, scope)?.Statement ?? [];
  const stamping = rights.filter(takesRoles);
  if (stamping.length === 0) {
    throw misuse("entry permission set", "found no right to assume roles, want one");
  }
  const bound = scope.account === "*" ? OWN_ORGANISATION : {};
  return policyText(
    rights.flatMap((right) => takesRoles(right) ? stamped(right, bound) : [right]),
    [
      `binds: sessions of permission set ${name} take ${scope.protectedRoles} under a stamp of ` +
      "Sentinel's, and nothing else; beyond that they read policies, keep requests in a store and " +
      "ask what they may",
      scope.account === "*"
        ? "binds: roles of accounts of the same organisation alone, whoever else has such a name"
        : `binds: roles of account ${scope.account} alone`,
      "rests on: no other policy is attached to the set",
      "does not bind: other permission sets; the SCP keeps them out " +
      `(sentinel template scp --permission-set ${name})`,
      "does not bind: the user's name in the stamp; AWS knows no user name of a role session",
      "goes with: the protected roles' trust policy " +
      `(sentinel template trust --permission-set ${name} --account ID)`,
      "costs: chained sessions, one hour at most",
      ...scopeOptions(scope),
    ],
  );
}

const takesRoles = ({ Action }: Statement): boolean => Action.includes("sts:AssumeRole");

/**
 * Whoever makes a role of that name in an account of his own could let the session in. Both keys are
 * there when STS is asked for a role (IAM User Guide, "Control access to AWS STS with VPC endpoint
 * policies", and "AWS global condition context keys": where the accounts are in an organisation, as
 * those with permission sets are).
 */
const OWN_ORGANISATION: Conditions = {
  StringEquals: { "aws:ResourceOrgID": "${aws:PrincipalOrgID}" },
};

/**
 * Tags apart: AWS lists no source identity among the keys of `sts:TagSession`. The stamp apart where
 * `bound` narrows the roles: it binds the one call that takes a role, which is enough.
 */
function stamped(right: Statement, bound: Conditions): readonly unknown[] {
  const stamp = { StringLike: { "sts:SourceIdentity": STAMP } };
  const [taking, setting, others] = [
    right.Action.filter((action) => action === "sts:AssumeRole"),
    right.Action.filter((action) => action === "sts:SetSourceIdentity"),
    right.Action.filter((action) => !STAMPING.has(action)),
  ];
  const narrowed = Object.keys(bound).length > 0;
  return [
    {
      ...right,
      Action: narrowed ? taking : [...taking, ...setting],
      Condition: { ...right.Condition, ...stamp, ...bound },
    },
    ...(narrowed
      ? [{
        ...right,
        Sid: `${right.Sid}Stamp`,
        Action: setting,
        Condition: { ...right.Condition, ...stamp },
      }]
      : []),
    ...(others.length === 0 ? [] : [{ ...right, Sid: `${right.Sid}Tags`, Action: others }]),
  ];
}
