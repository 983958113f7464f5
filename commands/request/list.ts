// commands: which requests there are.
import { buildCommand } from "@stricli/core";
import type { RequestState } from "../../lib/core/approvals/mod.ts";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { ASK_FLAGS, type AskFlags, counting, PROFILE_ALIAS, said, yes } from "../flags.ts";
import { STORE_FLAGS, type StoreFlags } from "../flags.ts";

/** The flags of `sentinel request list`. */
export interface ListFlags extends AskFlags, StoreFlags {
  readonly mine?: boolean;
  readonly state?: RequestState;
  readonly profile?: string;
  readonly limit?: number;
}

/** `sentinel request list`. */
export const command = buildCommand<ListFlags, [], Context>({
  async func(flags) {
    const { list } = await import("./listing.ts");
    await list(this.open(flags), flags);
  },
  parameters: {
    flags: {
      mine: yes("Your own, in any state"),
      state: {
        kind: "enum",
        values: ["pending", "approved", "denied", "expired", "cancelled", "revoked", "used"],
        optional: true,
        brief: "Only what stands so now",
      },
      profile: said("Requests for one profile, in any state", "PROFILE"),
      limit: counting("The newest N only; default 100"),
      ...STORE_FLAGS,
      ...ASK_FLAGS,
    },
    aliases: { ...PROFILE_ALIAS, n: "limit" },
  },
  docs: {
    brief: "Which requests there are, newest first",
    fullDescription:
      `Without a choice: what waits for a decision, and what is approved and in force. Choices hold
together: --mine --state denied is what was denied to you. The state is the one of this moment:
nobody needs to have written down that a time is up.

Examples:
  sentinel request list
  sentinel request list --state pending --json
  sentinel request list --mine --profile prod --limit 5`,
  },
});

if (import.meta.main) await alone(command, "request-list");
