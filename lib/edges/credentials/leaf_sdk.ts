// credentials: leaves that only the AWS SDK knows how to read. Loaded when one is asked for.
import { SentinelError } from "../../core/errors/mod.ts";
import { printable } from "../../core/text/printable.ts";
import type { LeafPorts } from "./leaf.ts";
import { checkedCredentials, type LeafCredentials, type Provenance } from "./leaf_check.ts";

/** Leaves of this file: no service's endpoint is asked, and no token of a log-in is sent. */
export type SdkLeaf = "imds" | "container";

/** What the SDK's providers give. */
interface SdkIdentity {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
  expiration?: Date | undefined;
}

/** Loads a leaf by the SDK. Throws what `loadLeaf` throws. */
export async function loadBySdk(leaf: SdkLeaf, ports: LeafPorts): Promise<LeafCredentials> {
  if (leaf === "imds") refuseDisabled(ports);
  const { fromHttp, fromInstanceMetadata } = await import("@aws-sdk/credential-providers");
  if (leaf === "imds") {
    return await settle(ports, {
      source: "the instance's metadata",
      hint: "is this an EC2 instance with a role?",
      cheap: null,
    }, () => fromInstanceMetadata({ timeout: 1_000, maxRetries: 1 })());
  }
  return await settle(ports, {
    source: "the container's endpoint",
    hint: "is AWS_CONTAINER_CREDENTIALS_RELATIVE_URI or …_FULL_URI set?",
    cheap: null,
  }, () => fromHttp({ timeout: 2_000, maxRetries: 1 })());
}

/** Runs a provider, checks what it gives, and says in our words why it gives nothing. */
async function settle(
  ports: LeafPorts,
  from: Omit<Provenance, "now">,
  provide: () => Promise<SdkIdentity>,
): Promise<LeafCredentials> {
  let identity: SdkIdentity;
  try {
    identity = await provide();
  } catch (cause) {
    throw sdkError(from, cause);
  }
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = identity;
  return checkedCredentials({ ...from, now: ports.now() }, {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration,
  });
}

/** The SDK says most things in words only, so the words are looked at. */
function sdkError({ source, hint }: Omit<Provenance, "now">, cause: unknown): SentinelError {
  const words = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const code = /expired|session.{0,40}invalid|UnauthorizedException/i.test(words)
    ? "CREDENTIALS_EXPIRED"
    : /ECONN|ENOTFOUND|EHOSTUNREACH|ETIMEDOUT|timed? ?out|network|fetch failed/i.test(words)
    ? "AWS_UNREACHABLE"
    : "NO_CREDENTIALS";
  return new SentinelError(
    code,
    `Cannot use credentials of ${source}: the AWS SDK says ${printable(words, 200)}`,
    { hint, cause },
  );
}

function refuseDisabled({ env }: LeafPorts): void {
  if (env("AWS_EC2_METADATA_DISABLED")?.toLowerCase() !== "true") return;
  throw new SentinelError(
    "NO_CREDENTIALS",
    "Cannot use credentials of the instance's metadata: AWS_EC2_METADATA_DISABLED is true",
  );
}
