// commands: what the record says.
import { buildCommand } from "@stricli/core";
import { showEntry } from "../../lib/core/journal/show.ts";
import { printableJson } from "../../lib/core/text/printable.ts";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { PROFILE_ALIAS, said, TALK_FLAGS, type TalkFlags } from "../flags.ts";

interface ShowFlags extends TalkFlags {
  readonly profile?: string;
  readonly last?: number;
}

function count(text: string): number {
  const n = Number(text);
  if (Number.isInteger(n) && n > 0) return n;
  throw new SyntaxError(`Expected a whole number of entries, found ${JSON.stringify(text)}`);
}

/** `sentinel journal show`. */
export const command = buildCommand<ShowFlags, [], Context>({
  async func(flags) {
    const session = this.open(flags);
    const json = await session.work.switchedOn("json");
    const wanted = (await session.work.setting("profile")).value;
    for await (const { entry, hash } of session.journalEntries(wanted, flags.last ?? null)) {
      this.base.out(json ? `${printableJson({ ...entry, hash })}\n` : `${showEntry(entry)}\n`);
    }
  },
  parameters: {
    flags: {
      profile: said("Entries about one profile", "PROFILE"),
      last: {
        kind: "parsed",
        parse: count,
        optional: true,
        brief: "The last N entries only",
        placeholder: "N",
      },
      ...TALK_FLAGS,
    },
    aliases: { ...PROFILE_ALIAS, n: "last" },
  },
  docs: {
    brief: "What the record says",
    fullDescription:
      `Prints the journal, oldest entry first; with --json each line has the entry's hash, which
the session name in CloudTrail carries.

Examples:
  sentinel journal show --last 10
  sentinel journal show --profile prod --json | jq .code`,
  },
});

if (import.meta.main) await alone(command, "journal-show");
