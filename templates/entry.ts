// templates: the entry permission set of the two-role pattern: it may ask Sentinel, and take protected
// roles under a stamp. Nothing else.
import { identityPolicy, type Scope, type Statement } from "../lib/core/permissions/mod.ts";
import { scopeOptions } from "./iam.ts";
import { checkPermissionSet, misuse, type PolicyText, policyText, STAMP } from "./text.ts";

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
  return policyText(rights.flatMap((right) => takesRoles(right) ? stamped(right) : [right]), [
    `binds: sessions of permission set ${name} take ${scope.protectedRoles} under a stamp of ` +
    "Sentinel's, and nothing else; beyond that they read policies and ask what they may",
    "rests on: no other policy is attached to the set",
    "does not bind: other permission sets; the SCP keeps them out " +
    `(sentinel template scp --permission-set ${name})`,
    "does not bind: the user's name in the stamp; AWS knows no user name of a role session",
    "goes with: the protected roles' trust policy " +
    `(sentinel template trust --permission-set ${name} --account ID)`,
    "costs: chained sessions, one hour at most",
    ...scopeOptions(scope),
  ]);
}

const takesRoles = ({ Action }: Statement): boolean => Action.includes("sts:AssumeRole");

/** Tags apart: AWS lists no source identity among the keys of `sts:TagSession`. */
function stamped(right: Statement): readonly unknown[] {
  const others = right.Action.filter((action) => !STAMPING.has(action));
  return [
    {
      ...right,
      Action: right.Action.filter((action) => STAMPING.has(action)),
      Condition: { ...right.Condition, StringLike: { "sts:SourceIdentity": STAMP } },
    },
    ...(others.length === 0 ? [] : [{ ...right, Sid: `${right.Sid}Tags`, Action: others }]),
  ];
}
