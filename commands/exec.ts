// commands: one decision, one program run with its credentials.
import { buildCommand } from "@stricli/core";
import { SentinelError } from "../lib/core/errors/mod.ts";
import { shellWord } from "../lib/core/text/printable.ts";
import { alone } from "./alone.ts";
import { exec } from "./answer.ts";
import type { Context } from "./context.ts";
import { GRANT_FLAGS, type GrantFlags, PROFILE_ALIAS } from "./flags.ts";

/**
 * `exec dev -- ls` comes here as the words `dev ls`: says what was meant, before `dev` is looked for.
 * @throws SentinelError `USAGE` when words are there and no profile
 */
async function requireProfile(
  context: Context,
  flags: GrantFlags,
  [first = "", ...more]: readonly string[],
): Promise<void> {
  const { work } = context.open(flags);
  if (first === "" || (await work.setting("profile")).value !== null) return;
  const isProfile = (await work.awsConfig()).profiles.has(first);
  const program = isProfile ? more : [first, ...more];
  const behind = program.length === 0 ? "" : ` -- ${program.map(shellWord).join(" ")}`;
  throw new SentinelError("USAGE", "Cannot tell which profile is meant: none was named", {
    hint: `did you mean: sentinel exec --profile ${
      isProfile ? shellWord(first) : "PROFILE"
    }${behind}`,
  });
}

/** `sentinel exec`. */
export const command = buildCommand<GrantFlags, string[], Context>({
  async func(flags, ...program) {
    await requireProfile(this, flags, program);
    await exec(this, flags, program);
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
      `Decides by policy, and runs a program with the credentials in its environment; other keys,
profiles and endpoints are taken out of it. Its exit code is passed through. Without a program: your
shell.

Examples:
  sentinel exec --profile dev -- aws s3 ls
  sentinel exec -p staging --duration 30m -- terraform plan`,
  },
});

if (import.meta.main) await alone(command, "exec");
