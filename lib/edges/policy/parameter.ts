// policy: a policy's text from an SSM parameter.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { getParameter } from "../aws/ssm.ts";
import type { LeafCredentials } from "../credentials/leaf.ts";
import type { SealedFiles } from "../credentials/sealed.ts";
import type { PolicySource } from "./sources.ts";

/** For how long a text counts as the parameter's, in milliseconds. */
const FRESH = 60_000;

/** How to ask. */
export interface ParameterPorts {
  credentials: LeafCredentials;
  region: string | null;
  endpoint: string | null;
  /** The clock that signs, and that says how old a text is. */
  now(): Date;
  /** Sealed files under the leaf's own secret; `null` = each call asks AWS. */
  files: SealedFiles | null;
}

/** A parameter's text, and when AWS was asked for it. */
export interface ReadParameter {
  text: string;
  readAt: Date;
}

interface Kept extends ReadParameter {
  arn: string;
}

/**
 * Reads the parameter, or remembers what AWS said of it to the same credentials within the last
 * minute. Of many processes that want it at once, one asks. Where the source is a full ARN, the parameter that answers must be that one:
 * the same name in another account or region is another policy.
 * @throws SentinelError `POLICY_UNREADABLE`, `PIN_CONFLICT`, or AWS's own code
 */
export async function parameterText(
  source: PolicySource & { kind: "ssm" },
  ports: ParameterPorts,
): Promise<ReadParameter> {
  const region = source.arn?.split(":")[3] ?? ports.region;
  const { credentials, endpoint, files } = ports;
  const who = [credentials.accessKeyId, region, endpoint];
  const label = `parameter ${JSON.stringify([...who, source.name])}`;
  const look = async () => readKept(await files?.read(label), ports.now());
  const make = async () => {
    // Its age counts from before AWS is asked: what changes meanwhile is not overlooked for longer.
    const readAt = ports.now();
    const { value: text, arn } = await getParameter({ ...ports, name: source.name, region });
    await files?.write(label, { text, arn, at: readAt.toISOString() });
    return { text, arn, readAt };
  };
  const flight = { look, make };
  const { text, arn, readAt } = files === null ? await make() : await files.once(label, flight);
  if (source.arn !== null && arn !== source.arn) {
    throw new SentinelError(
      "PIN_CONFLICT",
      `Cannot use the policy of ${quoted(arn)}: ${quoted(source.arn)} is the one that was named`,
      { hint: "use base credentials of the account that owns the parameter" },
    );
  }
  return { text, readAt };
}

function readKept(value: unknown, now: Date): Kept | null {
  if (value === null || typeof value !== "object") return null;
  const { text, arn, at } = value as Record<string, unknown>;
  if (![text, arn, at].every((t) => typeof t === "string")) return null;
  const readAt = new Date(String(at));
  const age = now.getTime() - readAt.getTime();
  return age >= 0 && age < FRESH ? { text: String(text), arn: String(arn), readAt } : null;
}
