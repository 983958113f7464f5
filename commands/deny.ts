// commands: says no to a request, or takes an approval back.
import { buildCommand } from "@stricli/core";
import { alone } from "./alone.ts";
import type { Context } from "./context.ts";
import { said } from "./flags.ts";
import { DESK_FLAGS, type DeskFlags, ID } from "./request/words.ts";

interface DenyFlags extends DeskFlags {
  readonly comment?: string;
}

/** `sentinel deny`. */
export const command = buildCommand<DenyFlags, [string], Context>({
  async func(flags, id) {
    const { deny } = await import("./request/deciding.ts");
    await deny(this.open(flags), id, flags.comment ?? null);
  },
  parameters: {
    flags: { comment: said("Why; needed to take an approval back", "TEXT"), ...DESK_FLAGS },
    positional: ID,
  },
  docs: {
    brief: "Say no to a request, or take an approval back",
    fullDescription:
      `One no is enough, whoever else said yes. A request that is approved already is taken back: the
next call gets no credentials. Sessions that were handed out before live until they end. Taking back
wants a --comment of at least 10 characters.

Examples:
  sentinel deny 0f1e2d3c4b5a6978
  sentinel deny 0f1e2d3c4b5a6978 --aws-profile lea --comment "the incident is over"`,
  },
});

if (import.meta.main) await alone(command, "deny");
