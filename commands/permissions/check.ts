// commands: which of the rights that Sentinel needs the caller has, by IAM's simulation.
import { buildCommand } from "@stricli/core";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { yes } from "../flags.ts";
import { HERE_FLAGS, type HereFlags, SELECTION_FLAGS, type SelectionFlags } from "./flags.ts";

/** The flags of `sentinel permissions check`. */
export interface CheckFlags extends HereFlags, SelectionFlags {
  readonly detect?: boolean;
  readonly all?: boolean;
}

/** `sentinel permissions check`. */
export const command = buildCommand<CheckFlags, [], Context>({
  async func(flags) {
    const { check } = await import("./checking.ts");
    this.process.exitCode = await check(this.open(flags), flags);
  },
  parameters: {
    flags: {
      all: yes("Also what is not in use here, on example resources"),
      detect: yes("Of what is chosen, only what is in use here (without a choice: always)"),
      ...SELECTION_FLAGS,
      ...HERE_FLAGS,
    },
    aliases: { p: "profile" },
  },
  docs: {
    brief: "Which of these rights you have, by IAM's simulation",
    fullDescription:
      `Asks IAM (SimulatePrincipalPolicy) what your own user or role may, on the very roles and
parameters that your profiles use. Nothing is assumed, read or changed. Says what a simulation
doesn't see: above all the trust policies of roles. Exit codes: 0 all is allowed, 10 something is
denied, 11 something could not be looked at.

Examples:
  sentinel permissions check
  sentinel permissions check --profile prod --json
  sentinel permissions check --role requester --all
  sentinel permissions check --feature credential_issue,session_tags`,
  },
});

if (import.meta.main) await alone(command, "permissions-check");
