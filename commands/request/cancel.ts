// commands: takes one's own request back.
import { buildCommand } from "@stricli/core";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { said } from "../flags.ts";
import { DESK_FLAGS, type DeskFlags, ID } from "./words.ts";

interface CancelFlags extends DeskFlags {
  readonly reason?: string;
}

/** `sentinel request cancel`. */
export const command = buildCommand<CancelFlags, [string], Context>({
  async func(flags, id) {
    const { cancel } = await import("./deciding.ts");
    await cancel(this.open(flags), id, flags.reason ?? null);
  },
  parameters: {
    flags: { reason: said("Why; goes into the journal", "TEXT"), ...DESK_FLAGS },
    positional: ID,
  },
  docs: {
    brief: "Take your own request back, decided or not",
    fullDescription:
      `Only who asked may cancel. An approval that is cancelled grants nothing from then on; sessions
that were handed out before live until they end.

Examples:
  sentinel request cancel 0f1e2d3c4b5a6978
  sentinel request cancel 0f1e2d3c4b5a6978 --reason "the queue runs again"`,
  },
});

if (import.meta.main) await alone(command, "request-cancel");
