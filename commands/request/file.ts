// commands: asks for access that needs somebody's yes.
import { buildCommand } from "@stricli/core";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { ASK_FLAGS, GRANT_FLAGS, type GrantFlags, PROFILE_ALIAS, said, yes } from "../flags.ts";

const { journal, reason, store, ticket } = GRANT_FLAGS;

/** The flags of `sentinel request`. */
export interface FileFlags extends Omit<GrantFlags, "mfaCode"> {
  readonly notBefore?: string;
  readonly wait?: boolean;
}

/** `sentinel request`. */
export const command = buildCommand<FileFlags, [], Context>({
  async func(flags) {
    const { file } = await import("./filing.ts");
    this.process.exitCode = await file(this.open(flags), flags);
  },
  parameters: {
    flags: {
      profile: said("The profile that you want to use", "PROFILE"),
      reason,
      duration: said("How long the approval is to hold; default 1h", "1h"),
      notBefore: said("No use before this instant, RFC 3339 with a zone", "TIME"),
      wait: yes("Wait for the decision; Ctrl-C leaves the request open"),
      ticket,
      journal,
      store,
      ...ASK_FLAGS,
    },
    aliases: PROFILE_ALIAS,
  },
  docs: {
    brief: "Ask for access that needs somebody's yes",
    fullDescription:
      `Files a request and says who may approve it. Who that is, how long an approval may hold and
how long a request may wait is said in approval.yaml, in Sentinel's configuration directory; a
request that nobody could approve is refused at once. The time that you ask for counts from the
approval. With --wait: exit code 0 when it is approved, 3 when it is denied or cancelled, 4 when its
time was up first.

Examples:
  sentinel request --profile prod --reason "restart the stuck queue"
  sentinel request -p prod --reason "planned migration" --ticket CHG-7 --duration 2h --wait`,
  },
});

if (import.meta.main) await alone(command, "request");
