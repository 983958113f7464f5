// commands: one decision, one program run with its credentials.
import { buildCommand } from "@stricli/core";
import { hasCode, SentinelError } from "../lib/core/errors/mod.ts";
import { shellWord } from "../lib/core/text/printable.ts";
import { alone } from "./alone.ts";
import { exec } from "./answer.ts";
import type { Context } from "./context.ts";
import { GRANT_FLAGS, type GrantFlags, PROFILE_ALIAS, yes } from "./flags.ts";

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

interface ExecFlags extends GrantFlags {
  readonly wait?: boolean;
}

/** `sentinel exec`. */
export const command = buildCommand<ExecFlags, string[], Context>({
  async func({ wait = false, ...flags }, ...program) {
    await requireProfile(this, flags, program);
    try {
      await exec(this, flags, program);
    } catch (refusal) {
      if (!wait || !hasCode(refusal, "OBLIGATION_OPEN")) throw refusal;
      const { approvedFirst } = await import("./request/first.ts");
      if (await approvedFirst(this.open(flags), refusal) === "approved") {
        // Decided once more, from the files and by the clock as they are by now.
        await exec(this, flags, program);
      } else this.process.exitCode = 130;
    }
  },
  parameters: {
    flags: {
      wait: yes("Where it needs somebody's yes: ask for it with --reason, wait, then run"),
      ...GRANT_FLAGS,
    },
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
shell. With --wait a profile that needs an approval is asked for, or a request of yours that waits
already is taken up; when it is approved, the decision is taken anew and the program runs.

Examples:
  sentinel exec --profile dev -- aws s3 ls
  sentinel exec -p staging --duration 30m -- terraform plan
  sentinel exec --profile prod --wait --reason "restart the stuck queue" -- aws sqs list-queues`,
  },
});

if (import.meta.main) await alone(command, "exec");
