// commands: completions of the program itself, as text for a shell.
import { buildCommand } from "@stricli/core";
import { completionTable, type ShellName, WRITERS } from "../shell/mod.ts";
import { alone } from "./alone.ts";
import type { Context } from "./context.ts";
import { TALK_FLAGS, type TalkFlags } from "./flags.ts";
import { SHELL_WORD, shellOf } from "./shell/word.ts";

/** `sentinel completion`. */
export const command = buildCommand<TalkFlags, [ShellName?], Context>({
  async func(flags, word) {
    const shell = shellOf(word, this.base);
    // Not before it is asked for: the route map holds this very command.
    const { root } = await import("./app.ts");
    const text = WRITERS[shell].completion(await completionTable(root));
    const json = await this.open(flags).work.switchedOn("json");
    this.base.out(json ? `${JSON.stringify({ shell, script: text })}\n` : text);
  },
  parameters: {
    flags: TALK_FLAGS,
    positional: { kind: "tuple", parameters: [SHELL_WORD] },
  },
  docs: {
    brief: "Completions of sentinel alone, for zsh, bash or fish",
    fullDescription:
      `Prints completions of commands, flags, profiles and policies, and of the program after exec's --.
Without a shell's name: that of $SHELL. For a file that a package puts in its place; sentinel shell
init brings the same completions along with functions for each profile.

Examples:
  sentinel completion zsh > ~/.zfunc/_sentinel
  sentinel completion bash > ~/.local/share/bash-completion/completions/sentinel
  sentinel completion fish > ~/.config/fish/completions/sentinel.fish`,
  },
});

if (import.meta.main) await alone(command, "completion");
