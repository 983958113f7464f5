// commands: which profiles there are, and what policy says of each, now.
import { buildCommand } from "@stricli/core";
import type { ListedProfile } from "../lib/core/profiles/mod.ts";
import { printable } from "../lib/core/text/printable.ts";
import { alone } from "./alone.ts";
import { answerFor } from "./answers.ts";
import type { Context, Session } from "./context.ts";
import { ASK_FLAGS, type AskFlags, yes } from "./flags.ts";
import { table } from "./table.ts";

interface ListFlags extends AskFlags {
  readonly all?: boolean;
}

interface Row {
  profile: string;
  gated: boolean;
  role: string | null;
  answer: string;
  rule: string | null;
  code: string | null;
}

async function rowFor(session: Session, about: ListedProfile): Promise<Row> {
  const { outcome, decision, error } = await answerFor(session, about.name);
  return {
    profile: about.name,
    gated: about.gated,
    role: about.roleArn,
    answer: outcome,
    rule: decision?.rule ?? null,
    code: error?.code ?? null,
  };
}

function emptyText(all: boolean): string {
  return all
    ? "no profiles in the AWS config: sentinel help profiles tells how one is made"
    : "no profiles with a role: sentinel list --all shows the others, sentinel help profiles how one is gated";
}

/** `sentinel list`. */
export const command = buildCommand<ListFlags, [], Context>({
  async func(flags) {
    const session = this.open(flags);
    const { listProfiles } = await import("../lib/core/profiles/mod.ts");
    const profiles = listProfiles(await session.work.awsConfig())
      .filter((p) => flags.all || p.gated || p.roleArn !== null);
    const json = await session.work.switchedOn("json");
    const rows: Row[] = [];
    for (const about of profiles) {
      const row = await rowFor(session, about);
      if (json) this.base.out(`${JSON.stringify(row)}\n`);
      rows.push(row);
    }
    if (rows.length === 0) await session.noted(emptyText(flags.all ?? false));
    if (json || rows.length === 0) return;
    this.base.out(table([
      ["PROFILE", "POLICY SAYS", "RULE", "ROLE"],
      ...rows.map((r) => [
        printable(r.profile),
        r.code === null ? r.answer : `${r.answer} (${r.code})`,
        r.rule ?? "-",
        `${printable(r.role ?? "-")}${r.gated ? "" : "  (not gated)"}`,
      ]),
    ]));
  },
  parameters: {
    flags: {
      all: yes("Also profiles without a role"),
      ...ASK_FLAGS,
    },
  },
  docs: {
    brief: "Which profiles there are, and what policy says of each",
    fullDescription:
      `Lists the profiles of the AWS config with what policy would answer now. Asks, gets nothing.

Examples:
  sentinel list
  sentinel list --json | jq -r 'select(.answer == "allow") | .profile'`,
  },
});

if (import.meta.main) await alone(command, "list");
