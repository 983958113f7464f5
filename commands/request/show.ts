// commands: everything about one request.
import { buildCommand } from "@stricli/core";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { ASK_FLAGS, type AskFlags, STORE_FLAGS, type StoreFlags } from "../flags.ts";
import { ID } from "./words.ts";

type ShowFlags = AskFlags & StoreFlags;

/** `sentinel request show`. */
export const command = buildCommand<ShowFlags, [string], Context>({
  async func(flags, id) {
    const { show } = await import("./deciding.ts");
    await show(this.open(flags), id);
  },
  parameters: { flags: { ...STORE_FLAGS, ...ASK_FLAGS }, positional: ID },
  docs: {
    brief: "Everything about one request",
    fullDescription:
      `Shows what was asked for, how it stands now, who said what, who may approve it by today's
approval policy, and what can be done next.

Examples:
  sentinel request show 0f1e2d3c4b5a6978
  sentinel request show 0f1e2d3c4b5a6978 --json | jq .decisions`,
  },
});

if (import.meta.main) await alone(command, "request-show");
