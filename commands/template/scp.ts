// commands: the service control policy that keeps unstamped sessions out, as text.
import { buildCommand } from "@stricli/core";
import { serviceControlPolicy } from "../../templates/scp.ts";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { said, TALK_FLAGS, type TalkFlags } from "../flags.ts";

interface ScpFlags extends TalkFlags {
  readonly roles?: string;
  readonly breakGlass?: string;
  readonly partition?: string;
}

/** `sentinel template scp`. */
export const command = buildCommand<ScpFlags, [], Context>({
  async func(flags) {
    const { text, explains } = serviceControlPolicy({
      ...(flags.roles !== undefined && { protectedRoles: flags.roles }),
      ...(flags.breakGlass !== undefined && { breakGlassRoles: flags.breakGlass }),
      ...(flags.partition !== undefined && { partition: flags.partition }),
    });
    await this.open(flags).explained(text, explains);
  },
  parameters: {
    flags: {
      roles: said("Roles that want a stamp; default SentinelProtected-*", "PATTERN"),
      breakGlass: said("Roles that are exempt; default SentinelBreakGlass-*", "PATTERN"),
      partition: said("aws (default), aws-cn, aws-us-gov, …", "NAME"),
      ...TALK_FLAGS,
    },
  },
  docs: {
    brief: "SCP that keeps unstamped sessions out of protected roles",
    fullDescription: `Prints the policy on stdout, and on stderr what it binds and what not.

Examples:
  sentinel template scp > scp.json
  sentinel template scp --roles 'SentinelProtected-Prod*' --quiet`,
  },
});

if (import.meta.main) await alone(command, "template-scp");
