// commands: what the record says.
import { buildCommand } from "@stricli/core";
import { showEntry } from "../../lib/core/journal/show.ts";
import { printableJson, quoted } from "../../lib/core/text/printable.ts";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { counting, PROFILE_ALIAS, said, TALK_FLAGS, type TalkFlags } from "../flags.ts";

interface ShowFlags extends TalkFlags {
  readonly profile?: string;
  readonly last?: number;
}

/** What the next entry must follow. */
interface Followed {
  seq: number;
  hash: string;
}

/** Why an entry doesn't follow the one shown before it. Where one was left out nothing can be said. */
function doubtOf(before: Followed, { seq, prev }: { seq: number; prev: string }): string | null {
  if (seq <= before.seq) return `entry ${seq} comes after entry ${before.seq}`;
  const follows = seq > before.seq + 1 || prev === before.hash;
  return follows ? null : `entry ${seq} doesn't follow from entry ${before.seq} as it stands`;
}

function emptyText(profile: string | null): string {
  return profile === null
    ? "the journal is empty: each decision gets an entry, and nothing was decided yet"
    : `the journal has no entry about ${quoted(profile)}: sentinel journal show tells all others`;
}

/** `sentinel journal show`. */
export const command = buildCommand<ShowFlags, [], Context>({
  async func(flags) {
    const session = this.open(flags);
    const json = await session.work.switchedOn("json");
    const wanted = (await session.work.setting("profile")).value;
    let before: Followed | null = null;
    for await (const { entry, hash } of session.journalEntries(wanted, flags.last ?? null)) {
      const doubt = before === null ? null : doubtOf(before, entry);
      if (doubt !== null) this.base.err(`sentinel: ${doubt}: sentinel journal verify\n`);
      this.base.out(json ? `${printableJson({ ...entry, hash })}\n` : `${showEntry(entry)}\n`);
      before = { seq: entry.seq, hash };
    }
    if (before === null) await session.noted(emptyText(wanted));
  },
  parameters: {
    flags: {
      profile: said("Entries about one profile", "PROFILE"),
      last: counting("The last N entries only"),
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
