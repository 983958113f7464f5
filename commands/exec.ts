// commands: one decision, one program run with its credentials.
import { buildCommand } from "@stricli/core";
import { SentinelError } from "../lib/core/errors/mod.ts";
import { childEnvironment, environmentOf } from "../lib/core/sessions/forms.ts";
import { alone } from "./alone.ts";
import { askOf } from "./ask.ts";
import type { Context } from "./context.ts";
import { GRANT_FLAGS, type GrantFlags, PROFILE_ALIAS } from "./flags.ts";

function refuseNested(inside: string | undefined): void {
  if (!inside) return;
  throw new SentinelError("NESTED", "Cannot run exec: this shell is inside one already", {
    hint: "leave it first (exit), or unset AWS_SENTINEL and the AWS_* keys that came with it",
  });
}

/** `sentinel exec`. */
export const command = buildCommand<GrantFlags, string[], Context>({
  async func(flags, ...program) {
    const { base } = this;
    const command = program.length > 0 ? program : [base.env("SHELL") || "/bin/sh"];
    const session = this.open(flags);
    // Before the gate: a program that isn't there needs no session.
    session.requireProgram(command);
    const grant = await session.grant(() => {
      refuseNested(base.env("AWS_SENTINEL"));
      return askOf(session, "cli");
    });
    const { credentials, target, pinned } = grant;
    const about = { profile: target.name, region: target.region };
    const environment = childEnvironment(
      base.environment(),
      environmentOf(credentials, about),
      pinned,
    );
    this.process.exitCode = await session.run(command, environment);
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
      `Runs a program whose environment holds the credentials. Other keys, profiles, roles and
credential endpoints are taken out of it, for pinned profiles AWS_ENDPOINT_URL* too. The exit code is
passed through. Without a program: your shell.

Examples:
  sentinel exec --profile dev -- aws s3 ls
  sentinel exec -p staging --duration 30m -- terraform plan`,
  },
});

if (import.meta.main) await alone(command, "exec");
