// templates: the rights that Sentinel itself needs, by who works with it.
import { featuresOf, identityPolicy, type Role, type Scope } from "../lib/core/permissions/mod.ts";
import { pascalId } from "./names.ts";
import { misuse, type PolicyText, policyText } from "./text.ts";

/** Which rights. A feature must fit everything that is given. */
export interface RightsAsked {
  roles?: readonly Role[];
  features?: readonly string[];
  /** Leaves out what is optional. */
  requiredOnly?: boolean;
}

/**
 * The managed policy of people or programs in these roles.
 *
 * @param scope made by `scopeOf`
 * @throws {SentinelError} `USAGE` for a role or feature that there is not, or for a selection that
 * needs no rights: IAM takes no empty policy
 */
export function rightsPolicy(asked: RightsAsked, scope: Scope): PolicyText {
  const policy = identityPolicy(asked, scope);
  const features = featuresOf(asked);
  if (policy === null) {
    const names = features.map(({ id }) => id).join(", ");
    throw misuse("identity policy", `found no rights in ${names || "no feature"}, want some`);
  }
  const whose = asked.roles === undefined ? "whoever works with Sentinel" : asked.roles.join(", ");
  return policyText(policy.Statement, [
    `binds: nothing; allows ${whose} what Sentinel itself asks of AWS`,
    ...features.flatMap(({ id, optional, rights }) =>
      rights.map(({ sid, actions, why }) =>
        `${id}${optional ? " (optional)" : ""}: ${actions.join(", ")} (${sid}): ${why}`
      )
    ),
    ...features.flatMap(({ id, free }) =>
      free.map(({ call, because }) => `${id}: ${call}: ${because}`)
    ),
    "does not allow: what the protected roles may do; that stands in their own policies",
    "rests on: the protected roles' trust policies, which must allow the stamp and the tags too",
    ...scopeOptions(scope),
  ]);
}

/** What the text is written for, and how to have it otherwise. */
export function scopeOptions(scope: Scope): readonly string[] {
  return [
    `option --account ${scope.account}, --region ${scope.region}: where the resources lie`,
    `option --policy-root ${scope.policyRoot}: the parameters that hold policies`,
    `option --roles ${scope.protectedRoles}: the roles of gated profiles`,
    `option --table-prefix ${scope.tablePrefix}: the tables of a store in DynamoDB`,
    `option --partition ${scope.partition}: the part of AWS that the accounts are in`,
  ];
}

/** What the policy is called unless somebody says otherwise: `SentinelRequester`. */
export function rightsName({ roles = [], features = [] }: RightsAsked): string {
  return roles.length > 0
    ? `Sentinel${roles.map(pascalId).join("")}`
    : features.length > 0
    ? "SentinelFeatures"
    : "Sentinel";
}
