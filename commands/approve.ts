// commands: says yes to a request.
import { buildCommand } from "@stricli/core";
import { alone } from "./alone.ts";
import type { Context } from "./context.ts";
import { said } from "./flags.ts";
import { DESK_FLAGS, type DeskFlags, ID } from "./request/words.ts";

interface ApproveFlags extends DeskFlags {
  readonly comment?: string;
}

/** `sentinel approve`. */
export const command = buildCommand<ApproveFlags, [string], Context>({
  async func(flags, id) {
    const { approve } = await import("./request/deciding.ts");
    await approve(this.open(flags), id, flags.comment ?? null);
  },
  parameters: {
    flags: { comment: said("What you want to say with it", "TEXT"), ...DESK_FLAGS },
    positional: ID,
  },
  docs: {
    brief: "Say yes to a request",
    fullDescription:
      `Says on stderr what the yes gives to whom, then gives it. Who may approve is said in
approval.yaml; nobody approves a request of their own. Who you are is what STS says of your base
credentials (sentinel whoami).

Examples:
  sentinel approve 0f1e2d3c4b5a6978
  sentinel approve 0f1e2d3c4b5a6978 --aws-profile lea --comment "seen in the incident channel"`,
  },
});

if (import.meta.main) await alone(command, "approve");
