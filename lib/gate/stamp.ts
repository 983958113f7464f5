// gate: what may go out without a source identity. Nothing, unless the rule says so.
import { SentinelError } from "../core/errors/mod.ts";
import type { Alternative } from "../core/policy/types.ts";
import { quoted } from "../core/text/printable.ts";
import type { Authorization } from "./ports.ts";

/**
 * Refuses a target without a role, whose credentials would carry no source identity, unless the
 * rule that grants it says `unstamped: true`.
 * @throws SentinelError `UNSTAMPED_REFUSED`
 */
export function checkStamp(authorization: Authorization, chosen: Alternative): void {
  const { target } = authorization;
  if (target.roleArn !== null || chosen.unstamped) return;
  throw new SentinelError(
    "UNSTAMPED_REFUSED",
    `Cannot grant ${quoted(target.name)}: the profile names no role, so CloudTrail could not ` +
      `lead back to this decision, and rule ${
        quoted(chosen.ruleName)
      } does not say "unstamped: true"`,
    {
      hint: "give the profile a role of its own with sentinel_role_arn " +
        "(for Identity Center: the two-role pattern, `sentinel template trust --help`)",
    },
  );
}
