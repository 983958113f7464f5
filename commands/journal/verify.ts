// commands: is the record whole?
import { buildCommand } from "@stricli/core";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { type SharedFlags, TALK_FLAGS } from "../flags.ts";

/** `sentinel journal verify`. */
export const command = buildCommand<SharedFlags, [], Context>({
  async func(flags) {
    const session = this.open(flags);
    const { result, error, text } = await session.verifyJournal();
    if (await session.work.switchedOn("json")) {
      this.base.out(`${JSON.stringify({ ...result, code: error?.code ?? null })}\n`);
      this.process.exitCode = error?.exitCode ?? 0;
      return;
    }
    if (error !== null) throw error;
    this.base.out(`${text}\n`);
  },
  parameters: { flags: TALK_FLAGS },
  docs: {
    brief: "Is the record whole?",
    fullDescription: `Follows the chain of hashes through every entry, names the first bad one (edited, deleted,
reordered, doubled, cut off), and says how far a witness outside this machine proves it.

Examples:
  sentinel journal verify
  sentinel journal verify --json`,
  },
});

if (import.meta.main) await alone(command, "journal-verify");
