// commands: one decision, one program run with its credentials.
import { buildCommand } from "@stricli/core";
import { SentinelError } from "../lib/core/errors/mod.ts";
import { childEnvironment, environmentOf } from "../lib/core/sessions/forms.ts";
import { alone } from "./alone.ts";
import { askOf } from "./ask.ts";
import type { Context } from "./context.ts";
import { GRANT_FLAGS, type GrantFlags, PROFILE_ALIAS } from "./flags.ts";

/** `sentinel exec`. */
export const command = buildCommand<GrantFlags, string[], Context>({
  async func(flags, ...program) {
    const { base } = this;
    const nested = base.env("AWS_SENTINEL");
    if (nested) {
      throw new SentinelError("NESTED", `Cannot run exec: this shell is inside one already`, {
        hint: "leave it first (exit), or unset AWS_SENTINEL and the AWS_* keys that came with it",
      });
    }
    const session = this.open(flags);
    const ask = await askOf(session, "cli");
    const grant = await session.grant(ask);
    const region = grant.target.region;
    const variables = environmentOf(grant.credentials, { profile: ask.profile, region });
    const command = program.length > 0 ? program : [base.env("SHELL") || "/bin/sh"];
    this.process.exitCode = await session.run(
      command,
      childEnvironment(base.environment(), variables),
    );
  },
  parameters: {
    flags: GRANT_FLAGS,
    aliases: PROFILE_ALIAS,
    positional: {
      kind: "array",
      parameter: {
        brief: "Program and its arguments, after --",
        parse: String,
        placeholder: "cmd",
      },
    },
  },
  docs: {
    brief: "Decide, and run one program with the credentials",
    fullDescription:
      `Runs a program whose environment holds the credentials; everything else that could lead
its AWS SDK elsewhere is taken out. Its exit code is passed through. Without a program: your shell.

Examples:
  sentinel exec --profile dev -- aws s3 ls
  sentinel exec -p staging --duration 30m -- terraform plan`,
  },
});

if (import.meta.main) await alone(command, "exec");
