// commands: one function per profile, and completions: printed, put into an rc file, checked.
import { buildCommand } from "@stricli/core";
import { SentinelError } from "../../lib/core/errors/mod.ts";
import type { ShellName } from "../../shell/mod.ts";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { said, TALK_FLAGS, type TalkFlags, yes } from "../flags.ts";
import { SHELL_WORD, shellOf } from "./word.ts";

/** The flags of `sentinel shell init`. */
export interface InitFlags extends TalkFlags {
  readonly check?: boolean;
  readonly write?: boolean;
  readonly remove?: boolean;
  readonly yes?: boolean;
  readonly policyRoot?: string;
  readonly region?: string;
  readonly awsProfile?: string;
  readonly prompt?: boolean;
  readonly rc?: string;
}

/** `sentinel shell init`. */
export const command = buildCommand<InitFlags, [ShellName?], Context>({
  async func(flags, word) {
    const shell = shellOf(word, this.base);
    const modes = [flags.check, flags.write, flags.remove].filter(Boolean);
    if (modes.length > 1) {
      throw new SentinelError(
        "USAGE",
        "Cannot do two things at once: want one of --check, --write and --remove",
      );
    }
    const session = this.open(flags);
    if (flags.check) {
      const { check } = await import("./look.ts");
      this.process.exitCode = await check(session, shell, flags);
      return;
    }
    const { print, remove, write } = await import("./write.ts");
    const run = flags.write ? write : flags.remove ? remove : print;
    this.process.exitCode = await run(session, shell, flags);
  },
  parameters: {
    flags: {
      write: yes("Write the files, and the lines into the rc file, after showing them"),
      check: yes("Say what is in the rc file, and what is stale"),
      remove: yes("Take the lines and the files away again"),
      yes: yes("Don't ask before the rc file is changed"),
      policyRoot: said("Also the policies below this path of Parameter Store", "PATH"),
      region: said("AWS region, now and in each function", "REGION"),
      awsProfile: said("Base credentials, now and in each function", "NAME"),
      prompt: yes("Show profile and minutes left in the prompt of exec's shells"),
      rc: said("Another rc file than the shell's usual one", "FILE"),
      ...TALK_FLAGS,
    },
    positional: { kind: "tuple", parameters: [SHELL_WORD] },
  },
  docs: {
    brief: "One function per profile (sentinel-prod aws s3 ls), and completions",
    fullDescription:
      `Prints text for a shell: for each gated profile, and each one with a policy file of its own, a
function that runs sentinel exec for it. With --write the text becomes files, and three lines of the
rc file source them: a new shell then starts nothing and asks nobody. AWS is asked only with
--policy-root. --check exits with 10 when something is missing or stale.

Examples:
  sentinel shell init zsh --write
  sentinel shell init bash --check
  eval "$(sentinel shell init zsh)"
  sentinel shell init fish --write --prompt --yes
  sentinel shell init zsh --write --policy-root /sentinel/policies`,
  },
});

if (import.meta.main) await alone(command, "shell-init");
