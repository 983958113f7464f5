// commands: is the record whole?
import { buildCommand } from "@stricli/core";
import { shortKey } from "../../lib/core/journal/head.ts";
import { printable } from "../../lib/core/text/printable.ts";
import { alone } from "../alone.ts";
import type { Context, Session } from "../context.ts";
import { TALK_FLAGS, type TalkFlags } from "../flags.ts";

type Verified = Awaited<ReturnType<Session["verifyJournal"]>>["result"];

function signatureText({ signature, head, headSince }: Verified): string {
  if (signature.state === "unknown") return "signed, by a key that is not configured; ";
  if (signature.state !== "good") return "";
  const since = headSince === 0 ? "" : ` since entry ${headSince}`;
  const lags = head === "behind" ? ", newest entries not yet" : "";
  return `signed by ${printable(shortKey(signature.key ?? ""))}${since}${lags}; `;
}

function wholeText(result: Verified): string {
  const { entries, provenTo } = result;
  if (entries === 0) return "no entries yet";
  const proof = provenTo === null
    ? "unwitnessed: no record outside this machine proves it"
    : `proven to entry ${provenTo}, unwitnessed after`;
  return `whole: ${entries} ${entries === 1 ? "entry" : "entries"}, ${
    signatureText(result)
  }${proof}`;
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
reordered, doubled, cut off), and says how far a witness outside this machine proves it. With a
journal key the head must carry its signature.

Examples:
  sentinel journal verify
  sentinel journal verify --json`,
  },
});

if (import.meta.main) await alone(command, "journal-verify");
