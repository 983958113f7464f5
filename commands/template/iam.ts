// commands: the rights that Sentinel itself needs, as text.
import { buildCommand } from "@stricli/core";
import { SentinelError } from "../../lib/core/errors/mod.ts";
import type { Role, Scope } from "../../lib/core/permissions/types.ts";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { offering, said, several, yes } from "../flags.ts";
import { featureNames, roleNames } from "../permissions/flags.ts";
import { FORM_FLAGS, type FormFlags, type Printed, printText } from "./print.ts";

interface IamFlags extends FormFlags {
  readonly role?: readonly string[];
  readonly feature?: readonly string[];
  readonly requiredOnly?: boolean;
  readonly permissionSet?: string;
  readonly account?: string;
  readonly region?: string;
  readonly policyRoot?: string;
  readonly roles?: string;
  readonly tablePrefix?: string;
  readonly partition?: string;
}

function scopeParts(flags: IamFlags): Partial<Scope> {
  return {
    ...(flags.account !== undefined && { account: flags.account }),
    ...(flags.region !== undefined && { region: flags.region }),
    ...(flags.policyRoot !== undefined && { policyRoot: flags.policyRoot }),
    ...(flags.roles !== undefined && { protectedRoles: flags.roles }),
    ...(flags.tablePrefix !== undefined && { tablePrefix: flags.tablePrefix }),
    ...(flags.partition !== undefined && { partition: flags.partition }),
  };
}

/** The entry permission set is one thing, and always the same rights. */
async function entry(flags: IamFlags, set: string): Promise<Printed> {
  const { entryPolicy } = await import("../../templates/entry.ts");
  const { scopeOf } = await import("../../lib/core/permissions/mod.ts");
  if ((flags.role ?? flags.feature ?? flags.requiredOnly) !== undefined) {
    throw new SentinelError(
      "USAGE",
      "Cannot write permission set: found --role, --feature or --required-only beside " +
        "--permission-set, want none: an entry permission set is a requester's",
    );
  }
  return {
    kind: "permission-set",
    name: set,
    description: "May ask Sentinel, and take protected roles under its stamp",
    policy: entryPolicy(set, scopeOf(scopeParts(flags))),
  };
}

async function rights(flags: IamFlags): Promise<Printed> {
  const { rightsName, rightsPolicy } = await import("../../templates/iam.ts");
  const { scopeOf } = await import("../../lib/core/permissions/mod.ts");
  const asked = {
    // The registry knows which names there are, and says so of any other.
    ...(flags.role !== undefined && { roles: flags.role as readonly Role[] }),
    ...(flags.feature !== undefined && { features: flags.feature }),
    requiredOnly: flags.requiredOnly ?? false,
  };
  return {
    kind: "managed-policy",
    name: rightsName(asked),
    description: "What Sentinel itself asks of AWS",
    policy: rightsPolicy(asked, scopeOf(scopeParts(flags))),
  };
}

/** `sentinel template iam`. */
export const command = buildCommand<IamFlags, [], Context>({
  async func(flags) {
    const set = flags.permissionSet;
    await printText(this, flags, set === undefined ? await rights(flags) : await entry(flags, set));
  },
  parameters: {
    flags: {
      role: offering(
        several("requester, approver, admin, auditor or tvm (repeat for more)", "ROLE"),
        roleNames,
      ),
      feature: offering(
        several("One feature of sentinel permissions list (repeat for more)", "ID"),
        featureNames,
      ),
      requiredOnly: yes("Leave out what is optional"),
      permissionSet: said("The entry permission set of Identity Center, whole", "NAME"),
      account: said("Account of the resources; default *", "ID"),
      region: said("Region of the resources; default *", "REGION"),
      policyRoot: said("Where in Parameter Store policies lie", "PATH"),
      roles: said("Roles of gated profiles; default SentinelProtected-*", "PATTERN"),
      tablePrefix: said("What a store's tables begin with; default sentinel-", "PREFIX"),
      partition: said("aws (default), aws-cn, aws-us-gov, …", "NAME"),
      ...FORM_FLAGS,
    },
  },
  docs: {
    brief: "The IAM rights that Sentinel itself needs, by role or feature",
    fullDescription:
      `Prints an identity policy on stdout: what the people in these roles need to work
with Sentinel, and no more. Why each right is there stands in its comments; JSON has none, so there
it is said on stderr.

With --permission-set it is the entry permission set of the two-role pattern for Identity Center: its
sessions may ask Sentinel and take protected roles under a stamp, nothing else.

Examples:
  sentinel template iam --role requester --account 111122223333 > requester.json
  sentinel template iam --role admin --format cloudformation
  sentinel template iam --permission-set SentinelEntry --format terraform`,
  },
});

if (import.meta.main) await alone(command, "template-iam");
