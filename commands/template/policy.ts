// commands: a policy to begin with, as text.
import { buildCommand } from "@stricli/core";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { offering, said, several, TALK_FLAGS, type TalkFlags } from "../flags.ts";

interface PolicyFlags extends TalkFlags {
  readonly user?: readonly string[];
  readonly timezone?: string;
}

/** `sentinel template policy`. */
export const command = buildCommand<PolicyFlags, [string], Context>({
  async func(flags, starter) {
    const { starterPolicy } = await import("../../templates/policy.ts");
    const { parsePolicy } = await import("../../lib/core/policy/parse.ts");
    const { file, text } = starterPolicy(starter, {
      ...(flags.user !== undefined && { users: flags.user }),
      ...(flags.timezone !== undefined && { timezone: flags.timezone }),
    });
    // A name that no caller can have, or a zone that there isn't, is found here and not in use.
    parsePolicy(text, { file, kind: file === "guardrails.yaml" ? "guardrail" : "policy" });
    const json = await this.open(flags).work.switchedOn("json");
    this.base.out(json ? `${JSON.stringify({ file, text })}\n` : text);
  },
  parameters: {
    flags: {
      user: several("Whom it lets in, by policy user name (repeat for more)", "USER"),
      timezone: said("Whose hours and weekdays are meant; default UTC", "ZONE"),
      ...TALK_FLAGS,
    },
    positional: {
      kind: "tuple",
      parameters: [
        offering({
          brief: "solo, team, organisation, regulated or guardrails",
          parse: String,
          placeholder: "starter",
        }, async () => (await import("../../templates/policy.ts")).STARTERS),
      ],
    },
  },
  docs: {
    brief: "A policy to begin with: solo, team, organisation, regulated, guardrails",
    fullDescription:
      `Prints a valid policy on stdout, with comments that say what each rule does and
what the whole rests on. Edit it, ask it, put it in place.

Examples:
  sentinel template policy solo --user mara > policy.yaml
  sentinel template policy team --user mara --user lea --timezone Europe/Berlin
  sentinel template policy guardrails > guardrails.yaml`,
  },
});

if (import.meta.main) await alone(command, "template-policy");
