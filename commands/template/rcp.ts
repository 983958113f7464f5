// commands: the resource control policy on the role's side, as text.
import { buildCommand } from "@stricli/core";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { said } from "../flags.ts";
import { FORM_FLAGS, type FormFlags, printText } from "./print.ts";

interface RcpFlags extends FormFlags {
  readonly roles?: string;
  readonly breakGlass?: string;
  readonly organization?: string;
  readonly partition?: string;
}

/** `sentinel template rcp`. */
export const command = buildCommand<RcpFlags, [], Context>({
  async func(flags) {
    const { resourceControlPolicy } = await import("../../templates/rcp.ts");
    await printText(this, flags, {
      kind: "rcp",
      name: "SentinelStampedRolesOnly",
      description: "Keeps whoever comes without a stamp of Sentinel's out of protected roles",
      policy: resourceControlPolicy({
        ...(flags.roles !== undefined && { protectedRoles: flags.roles }),
        ...(flags.breakGlass !== undefined && { breakGlassRoles: flags.breakGlass }),
        ...(flags.organization !== undefined && { organisation: flags.organization }),
        ...(flags.partition !== undefined && { partition: flags.partition }),
      }),
    });
  },
  parameters: {
    flags: {
      roles: said("Roles that want a stamp; default SentinelProtected-*", "PATTERN"),
      breakGlass: said("Roles that are exempt; default SentinelBreakGlass-*", "PATTERN"),
      organization: said("Whose break-glass roles are exempt; default anybody's", "ID"),
      partition: said("aws (default), aws-cn, aws-us-gov, …", "NAME"),
      ...FORM_FLAGS,
    },
  },
  docs: {
    brief: "RCP that asks whoever takes a protected role for a stamp",
    fullDescription:
      `Prints the policy on stdout. What it binds and what not stands in its comments;
JSON has none, so there it is said on stderr.

It binds whoever takes a role of the accounts it is attached to, outsiders too. The same for
callers: sentinel template scp.

Examples:
  sentinel template rcp --organization o-a1b2c3d4e5 > rcp.json
  sentinel template rcp --format cloudformation`,
  },
});

if (import.meta.main) await alone(command, "template-rcp");
