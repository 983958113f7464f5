// commands: which of Sentinel's features are in use here, and why that is said.
import { buildCommand } from "@stricli/core";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { HERE_FLAGS, type HereFlags } from "./flags.ts";

/** `sentinel permissions detect`. */
export const command = buildCommand<HereFlags, [], Context>({
  async func(flags) {
    const { report } = await import("./detecting.ts");
    this.process.exitCode = await report(this.open(flags), flags);
  },
  parameters: { flags: HERE_FLAGS, aliases: { p: "profile" } },
  docs: {
    brief: "Which features are in use here, and why that is said",
    fullDescription:
      `Looks at the AWS config, config.yaml, SENTINEL_* variables and flags, asks STS who is calling,
and asks Parameter Store about policies that lie there. What fails becomes a warning: the exit code
is 0, and 11 where something could not be looked at.

Examples:
  sentinel permissions detect
  sentinel permissions detect --profile prod --json`,
  },
});

if (import.meta.main) await alone(command, "permissions-detect");
