// commands: why policy answers as it does, and what would change it.
import { buildCommand } from "@stricli/core";
import type { Mode } from "../../lib/core/policy/types.ts";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { explanationFor, explanationText, type Instead } from "../decide.ts";
import { factsInto } from "../facts.ts";
import { ASK_FLAGS, type AskFlags, said, several } from "../flags.ts";
import { instantOf } from "../instant.ts";

interface ExplainFlags extends AskFlags {
  readonly as?: string;
  readonly at?: string;
  readonly mode?: Mode;
  readonly fact?: readonly string[];
}

/** `sentinel policy explain`. */
export const command = buildCommand<ExplainFlags, [string], Context>({
  async func(flags, profile) {
    const session = this.open(flags);
    const instead: Instead = {
      ...(flags.as !== undefined && { user: flags.as }),
      ...(flags.at !== undefined && { at: instantOf(flags.at, "--at") }),
      ...factsInto(flags.fact ?? []),
    };
    const mode = flags.mode ?? "credential_process";
    const told = await explanationFor(session, profile, mode, instead);
    const { source, digest } = told.policy;
    this.base.out(
      await session.work.switchedOn("json")
        ? `${JSON.stringify({ ...told.explanation, policy: { source, digest } })}\n`
        : await explanationText(told),
    );
  },
  parameters: {
    flags: {
      as: said("Ask for another policy user; AWS is not asked", "USER"),
      at: said("Ask about another instant", "TIME"),
      mode: {
        kind: "enum",
        values: ["cli", "credential_process", "server"],
        optional: true,
        brief: "Ask about another way of asking",
      },
      fact: several("Put a fact in place: device.mdm=true, session_table=NAME", "k=v"),
      ...ASK_FLAGS,
    },
    positional: {
      kind: "tuple",
      parameters: [{ brief: "Target profile", parse: String, placeholder: "profile" }],
    },
  },
  docs: {
    brief: "Why policy answers as it does, and what would change it",
    fullDescription:
      `Shows each rule and condition with what it wants and what was found, who vouches for the
fact, and what would change the answer. Asks, gets nothing.

Examples:
  sentinel policy explain prod
  sentinel policy explain staging --as mara --at 2026-01-05T09:30:00+01:00 --mode cli`,
  },
});

if (import.meta.main) await alone(command, "policy-explain");
