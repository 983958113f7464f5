// commands: one decision, one credential_process answer.
import { buildCommand } from "@stricli/core";
import { alone } from "./alone.ts";
import { credentials } from "./answer.ts";
import type { Context } from "./context.ts";
import { GRANT_FLAGS, type GrantFlags, PROFILE_ALIAS } from "./flags.ts";

/** `sentinel credentials`. */
export const command = buildCommand<GrantFlags, [], Context>({
  func(flags) {
    return credentials(this, flags);
  },
  parameters: { flags: GRANT_FLAGS, aliases: PROFILE_ALIAS },
  docs: {
    brief: "Decide, and answer as a credential_process",
    fullDescription:
      `Decides by policy whether you get credentials for a profile, records the decision, and
prints what AWS SDKs want from a credential_process. Refused: nothing on stdout. In ~/.aws/config:

  [profile dev]
  credential_process = sentinel credentials --profile dev

Examples:
  sentinel credentials --profile dev
  sentinel credentials --profile prod --reason "restore the queue" --ticket INC-42`,
  },
});

if (import.meta.main) await alone(command, "credentials");
