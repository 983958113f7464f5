// commands: one decision, one program run with its credentials.
import { buildCommand } from "@stricli/core";
import { alone } from "./alone.ts";
import { exec } from "./answer.ts";
import type { Context } from "./context.ts";
import { GRANT_FLAGS, type GrantFlags, PROFILE_ALIAS } from "./flags.ts";

/** `sentinel exec`. */
export const command = buildCommand<GrantFlags, string[], Context>({
  func(flags, ...program) {
    return exec(this, flags, program);
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
