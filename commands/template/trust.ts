// commands: the trust policy of a role that only stamped sessions may take, as text.
import { buildCommand } from "@stricli/core";
import { SentinelError } from "../../lib/core/errors/mod.ts";
import type { TrustedCallers } from "../../templates/trust.ts";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { said, several, yes } from "../flags.ts";
import { FORM_FLAGS, type FormFlags, printText } from "./print.ts";

interface TrustFlags extends FormFlags {
  readonly user?: readonly string[];
  readonly role?: readonly string[];
  readonly permissionSet?: string;
  readonly account?: string;
  readonly chained?: boolean;
  readonly tags?: boolean;
  readonly externalId?: string;
  readonly partition?: string;
}

function callersOf(flags: TrustFlags): TrustedCallers {
  const { user = [], role = [], permissionSet, account } = flags;
  const kinds = [user.length > 0, role.length > 0, permissionSet !== undefined];
  if (kinds.filter(Boolean).length !== 1) {
    throw new SentinelError(
      "USAGE",
      "Cannot write trust policy: want callers of exactly one kind: --user, --role or --permission-set",
      { hint: "sentinel template trust --user arn:aws:iam::111122223333:user/mara" },
    );
  }
  if (permissionSet !== undefined) {
    const { partition = "aws" } = flags;
    if (account === undefined) {
      throw new SentinelError(
        "USAGE",
        "Cannot write trust policy: found --permission-set without --account, want both",
        { hint: "sentinel template trust --permission-set SentinelEntry --account 111122223333" },
      );
    }
    return { kind: "permission-set", account, name: permissionSet, partition };
  }
  if ((account ?? flags.partition) !== undefined) {
    throw new SentinelError(
      "USAGE",
      "Cannot write trust policy: found --account or --partition beside callers whose ARNs say both",
      { hint: "leave them out" },
    );
  }
  return user.length > 0 ? { kind: "iam-users", users: user } : { kind: "roles", roles: role };
}

/** `sentinel template trust`. */
export const command = buildCommand<TrustFlags, [], Context>({
  async func(flags) {
    const { trustPolicy } = await import("../../templates/trust.ts");
    await printText(this, flags, {
      kind: "trust",
      name: "SentinelProtected-Prod",
      description: "Taken by sessions that Sentinel stamped",
      policy: trustPolicy({
        callers: callersOf(flags),
        hop: flags.chained ? "chained" : "first",
        tags: flags.tags ?? false,
        ...(flags.externalId !== undefined && { externalId: flags.externalId }),
      }),
    });
  },
  parameters: {
    flags: {
      user: several("An IAM user who may assume the role (repeat for more)", "ARN"),
      role: several("A role whose sessions may assume it (repeat for more)", "ARN"),
      permissionSet: said("The entry permission set of Identity Center, with --account", "NAME"),
      account: said("The account of the permission set's role", "ID"),
      chained: yes("Not the first hop: callers carry a Sentinel stamp already"),
      tags: yes("Let session tags in (sentinel_tags = true)"),
      externalId: said("The external id that callers must bring", "ID"),
      partition: said("Of the permission set's account: aws (default), aws-cn, …", "NAME"),
      ...FORM_FLAGS,
    },
  },
  docs: {
    brief: "Trust policy of a role that only stamped sessions may take",
    fullDescription:
      `Prints the trust policy on stdout. What it binds and what not stands in its comments;
JSON has none, so there it is said on stderr. terraform, cloudformation and cdk hold the whole role.

Examples:
  sentinel template trust --user arn:aws:iam::111122223333:user/mara > trust.json
  sentinel template trust --permission-set SentinelEntry --account 111122223333
  sentinel template trust --role arn:aws:iam::111122223333:role/SentinelTVM --format terraform`,
  },
});

if (import.meta.main) await alone(command, "template-trust");
