// policy: a policy's text from an SSM parameter.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { getParameter } from "../aws/ssm.ts";
import type { LeafCredentials } from "../credentials/leaf.ts";
import type { PolicySource } from "./sources.ts";

/** How to ask. */
export interface ParameterPorts {
  credentials: LeafCredentials;
  region: string | null;
  endpoint: string | null;
  /** The clock that signs. Default: the machine's. */
  now?(): Date;
}

/**
 * Reads the parameter. Where the source is a full ARN, the parameter that answers must be that one:
 * the same name in another account or region is another policy.
 * @throws SentinelError `POLICY_UNREADABLE`, `PIN_CONFLICT`, or AWS's own code
 */
export async function parameterText(
  source: PolicySource & { kind: "ssm" },
  ports: ParameterPorts,
): Promise<string> {
  const region = source.arn?.split(":")[3] ?? ports.region;
  const { value, arn } = await getParameter({ ...ports, region, name: source.name });
  if (source.arn !== null && arn !== source.arn) {
    throw new SentinelError(
      "PIN_CONFLICT",
      `Cannot use the policy of ${quoted(arn)}: ${quoted(source.arn)} is the one that was named`,
      { hint: "use base credentials of the account that owns the parameter" },
    );
  }
  return value;
}
