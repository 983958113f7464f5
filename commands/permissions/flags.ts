// commands: the flags that say which rights are meant, and for whose names.
import type { Role, Scope, Selection } from "../../lib/core/permissions/mod.ts";
import { type AskFlags, offering, said, several, TALK_FLAGS, yes } from "../flags.ts";

/** Loaded when it is asked for. */
const registry = () => import("../../lib/core/permissions/mod.ts");

/** The roles that people have with Sentinel, for a shell to offer. */
export const roleNames = async (): Promise<readonly string[]> => (await registry()).ROLES;

/** The names of features, for a shell to offer. */
export const featureNames = async (): Promise<readonly string[]> =>
  (await registry()).FEATURES.map(({ id }) => id);

/** For whose names statements are written. */
export interface ScopeFlags {
  readonly partition?: string;
  readonly account?: string;
  readonly region?: string;
  readonly policyRoot?: string;
  readonly roles?: string;
  readonly tablePrefix?: string;
}

/** Which features. */
export interface SelectionFlags {
  readonly role?: readonly string[];
  readonly feature?: readonly string[];
  readonly subsystem?: readonly string[];
  readonly requiredOnly?: boolean;
}

/** What looking around takes. */
export interface HereFlags extends ScopeFlags, AskFlags {
  readonly profile?: string;
}

/** For whose names statements are written. */
export const SCOPE_FLAGS = {
  partition: said("aws (default), aws-cn, aws-us-gov, …", "NAME"),
  account: said("Account of roles, parameters, keys and tables; default any", "ID"),
  region: said("AWS region; default any", "REGION"),
  policyRoot: said("Folder of the policies; default /sentinel/policies", "PATH"),
  roles: said("Roles of gated profiles; default SentinelProtected-*", "PATTERN"),
  tablePrefix: said("What a store's tables begin with; default sentinel-", "PREFIX"),
} as const;

/** Which features. */
export const SELECTION_FLAGS = {
  role: offering(
    several("Only what a requester, approver, admin, auditor or tvm uses", "ROLE"),
    roleNames,
  ),
  feature: offering(several("Only this feature", "FEATURE"), featureNames),
  subsystem: offering(
    several("Only features of this subsystem", "NAME"),
    async () => (await registry()).SUBSYSTEMS,
  ),
  requiredOnly: yes("Nothing that is optional"),
} as const;

/** Whose credentials look around. */
export const HERE_FLAGS = {
  profile: said("Look with this profile's base credentials", "PROFILE"),
  awsProfile: said("Look with this profile as base credentials", "NAME"),
  policy: said("Policy: file:PATH, a path, ssm:/name or a parameter's ARN", "SRC"),
  ...SCOPE_FLAGS,
  ...TALK_FLAGS,
} as const;

/** The words of a flag that may be said twice or hold several with commas. */
function words(said: readonly string[] | undefined): string[] | null {
  const all = said?.flatMap((text) => text.split(",")).filter((word) => word !== "") ?? [];
  return all.length === 0 ? null : all;
}

/** The selection; unknown names are for the registry to refuse. */
export function selectionOf(flags: SelectionFlags): Selection {
  const [roles, features, subsystems] = [flags.role, flags.feature, flags.subsystem].map(words);
  return {
    ...(roles && { roles: roles as Role[] }),
    ...(features && { features }),
    ...(subsystems && { subsystems }),
    ...(flags.requiredOnly && { requiredOnly: true }),
  };
}

/** The parts of a scope that flags say. */
export function scopePartsOf(flags: ScopeFlags): Partial<Scope> {
  const { partition, account, region, policyRoot, roles, tablePrefix } = flags;
  return {
    ...(partition !== undefined && { partition }),
    ...(account !== undefined && { account }),
    ...(region !== undefined && { region }),
    ...(policyRoot !== undefined && { policyRoot }),
    ...(roles !== undefined && { protectedRoles: roles }),
    ...(tablePrefix !== undefined && { tablePrefix }),
  };
}
