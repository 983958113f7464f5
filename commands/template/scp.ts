// commands: the service control policy that keeps unstamped sessions out, as text.
import { buildCommand } from "@stricli/core";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { said } from "../flags.ts";
import { FORM_FLAGS, type FormFlags, printText } from "./print.ts";

interface ScpFlags extends FormFlags {
  readonly roles?: string;
  readonly breakGlass?: string;
  readonly permissionSet?: string;
  readonly breakGlassSet?: string;
  readonly tvmRole?: string;
  readonly partition?: string;
}

/** `sentinel template scp`. */
export const command = buildCommand<ScpFlags, [], Context>({
  async func(flags) {
    const { serviceControlPolicy } = await import("../../templates/scp.ts");
    await printText(this, flags, {
      kind: "scp",
      name: "SentinelStampedRoles",
      description: "Keeps sessions without a stamp of Sentinel's out of protected roles",
      policy: serviceControlPolicy({
        ...(flags.roles !== undefined && { protectedRoles: flags.roles }),
        ...(flags.breakGlass !== undefined && { breakGlassRoles: flags.breakGlass }),
        ...(flags.permissionSet !== undefined && { entrySet: flags.permissionSet }),
        ...(flags.breakGlassSet !== undefined && { breakGlassSet: flags.breakGlassSet }),
        ...(flags.tvmRole !== undefined && { tvmRole: flags.tvmRole }),
        ...(flags.partition !== undefined && { partition: flags.partition }),
      }),
    });
  },
  parameters: {
    flags: {
      roles: said("Roles that want a stamp; default SentinelProtected-*", "PATTERN"),
      breakGlass: said("Roles that are exempt; default SentinelBreakGlass-*", "PATTERN"),
      permissionSet: said("Keep every other permission set out of gated accounts", "NAME"),
      breakGlassSet: said("Permission set that is exempt; default SentinelBreakGlass", "NAME"),
      tvmRole: said("Only this role (the token vending machine's) may write stamps", "ARN"),
      partition: said("aws (default), aws-cn, aws-us-gov, …", "NAME"),
      ...FORM_FLAGS,
    },
  },
  docs: {
    brief: "SCP that keeps unstamped sessions out of protected roles",
    fullDescription:
      `Prints the policy on stdout. What it binds and what not stands in its comments;
JSON has none, so there it is said on stderr.

It binds callers in member accounts. The same on the role's side: sentinel template rcp.

Examples:
  sentinel template scp > scp.json
  sentinel template scp --roles 'SentinelProtected-Prod*' --quiet
  sentinel template scp --permission-set SentinelEntry --format terraform`,
  },
});

if (import.meta.main) await alone(command, "template-scp");
