// commands: which IAM rights Sentinel itself needs and which you have, on a screen; as text without one.
import { buildCommand } from "@stricli/core";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { yes } from "../flags.ts";
import { drawsScreen } from "../screen.ts";
import { LIST_FLAGS, type ListFlags } from "./list.ts";

/** The flags of `sentinel permissions` alone. */
export interface ScreenFlags extends ListFlags {
  readonly plain?: boolean;
}

/** `sentinel permissions`. */
export const command = buildCommand<ScreenFlags, [], Context>({
  async func({ plain = false, ...flags }) {
    const session = this.open(flags);
    // Whoever names a form, or chooses what is listed by what is in use, wants a text.
    const asText = plain || flags.format !== undefined || flags.detect === true;
    if (await drawsScreen(session, asText)) {
      const { onScreen } = await import("./screening.ts");
      this.process.exitCode = await onScreen(session, () => this.open(flags), flags);
    } else {
      const { list } = await import("./listing.ts");
      await list(session, flags);
    }
  },
  parameters: {
    flags: { plain: yes("The list as text, also on a terminal"), ...LIST_FLAGS },
    aliases: { p: "profile" },
  },
  docs: {
    brief: "All of it on a screen: what is needed, what is in use, what you have",
    fullDescription:
      `On a terminal a screen shows every feature with its actions, which of them are in use here, and
what IAM's simulation says of those, as it answers. Letters filter, enter tells more, ctrl-y copies
the IAM document of what is shown, and ctrl-s saves it. Elsewhere, with --plain and where TERM is
dumb: the same as sentinel permissions list.

Examples:
  sentinel permissions
  sentinel permissions --plain
  sentinel permissions --role requester`,
  },
});

if (import.meta.main) await alone(command, "permissions");
