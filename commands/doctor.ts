// commands: what is wrong with my set-up, line by line, each with its fix.
import { buildCommand } from "@stricli/core";
import type { Report } from "../lib/core/doctor/mod.ts";
import { alone } from "./alone.ts";
import type { Context, Session } from "./context.ts";
import { ASK_FLAGS, type AskFlags, PROFILE_ALIAS, said, yes } from "./flags.ts";

interface DoctorFlags extends AskFlags {
  readonly profile?: string;
  readonly offline?: boolean;
  readonly showNames?: boolean;
}

/** Looks, and says what was found, fit to be shown. */
export async function reportFor(
  session: Session,
  wanted: { only: string | null; offline: boolean; showNames: boolean },
): Promise<Report> {
  const { factsFor } = await import("./examine.ts");
  const { aboutProfile, examine, maskOf, reportOf } = await import("../lib/core/doctor/mod.ts");
  const facts = await factsFor(session, wanted);
  const all = examine(facts);
  const lines = wanted.only === null ? all : aboutProfile(all, wanted.only);
  return reportOf(lines, maskOf(facts, wanted.showNames));
}

/** `sentinel doctor`. */
export const command = buildCommand<DoctorFlags, [], Context>({
  async func(flags) {
    const session = this.open(flags);
    // Before the settings are asked: they read the very files that may be broken.
    const only = flags.profile ?? (this.base.env("SENTINEL_PROFILE") || null);
    const report = await reportFor(session, {
      only,
      offline: flags.offline ?? false,
      showNames: flags.showNames ?? false,
    });
    const { exitCodeOf, findingsText, reportText } = await import("../lib/core/doctor/mod.ts");
    const { printableJson } = await import("../lib/core/text/printable.ts");
    const json = await session.work.switchedOn("json").catch(() => flags.json ?? false);
    const quiet = await session.work.switchedOn("quiet").catch(() => flags.quiet ?? false);
    const text = quiet ? findingsText : reportText;
    this.base.out(json ? `${printableJson(report)}\n` : text(report));
    this.process.exitCode = exitCodeOf(report);
  },
  parameters: {
    flags: {
      profile: said("Look at this profile alone", "PROFILE"),
      offline: yes("Ask nobody over the network, and say what was not looked at"),
      showNames: yes("Show account ids, and names of people, as they are"),
      ...ASK_FLAGS,
    },
    aliases: PROFILE_ALIAS,
  },
  docs: {
    brief: "What is wrong with my set-up, and what mends it",
    fullDescription:
      `Looks at the program, files and modes, configuration, the AWS config and its traps, variables,
base credentials, the clock beside AWS's, policies, journal, cache, what enforces, and the shell.
Changes nothing and starts nothing. Each line has a stable id and, where something is to be done,
the next command: problems first, then warnings, then what could not be looked at, then the rest.
--quiet prints the findings alone, and nothing where there are none. Account ids and names are
masked, so that the answer can be pasted in public.

Exit code 0: nothing found; 10: something found; 11: could not look at everything.

Examples:
  sentinel doctor
  sentinel doctor --profile prod
  sentinel doctor --quiet
  sentinel doctor --offline --json`,
  },
});

if (import.meta.main) await alone(command, "doctor");
