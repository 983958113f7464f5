// commands: is the record whole?
import { buildCommand } from "@stricli/core";
import type { Verification } from "../../lib/core/journal/verify.ts";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { TALK_FLAGS, type TalkFlags } from "../flags.ts";

function wholeText({ entries, provenTo }: Verification): string {
  if (entries === 0) return "no entries yet";
  const proof = provenTo === null
    ? "unwitnessed: no record outside this machine proves it"
    : `proven to entry ${provenTo}, unwitnessed after`;
  return `whole: ${entries} entries, ${proof}`;
}

/** `sentinel journal verify`. */
export const command = buildCommand<TalkFlags, [], Context>({
  async func(flags) {
    const session = this.open(flags);
    const { result, error } = await session.verifyJournal();
    if (await session.work.switchedOn("json")) {
      this.base.out(`${JSON.stringify({ ...result, code: error?.code ?? null })}\n`);
      this.process.exitCode = error?.exitCode ?? 0;
      return;
    }
    if (error !== null) throw error;
    this.base.out(`${wholeText(result)}\n`);
  },
  parameters: { flags: TALK_FLAGS },
  docs: {
    brief: "Is the record whole?",
    fullDescription:
      `Follows the chain of hashes through every entry, names the first bad one (edited, deleted,
reordered, doubled, cut off), and says how far a witness outside this machine proves it.

Examples:
  sentinel journal verify
  sentinel journal verify --json`,
  },
});

if (import.meta.main) await alone(command, "journal-verify");
