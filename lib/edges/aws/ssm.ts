// aws: Parameter Store, by the AWS SDK, which is loaded when a parameter is asked for.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { awsError } from "./failure.ts";
import { DEFAULT_REGION } from "./host.ts";
import type { SigningKeys } from "./query.ts";
import { rubbish } from "./query.ts";

/** Which parameter, asked for by whom and where. */
export interface ParameterRequest {
  credentials: SigningKeys;
  /** Default `us-east-1`. */
  region: string | null;
  /** `null` = AWS's own endpoint of the region. */
  endpoint: string | null;
  /** Name or full ARN. */
  name: string;
  /** Most milliseconds that one try may take. Default 10 000. */
  timeoutMs?: number;
}

/** A parameter's value, decrypted, and which one it is. */
export interface ParameterValue {
  value: string;
  version: number;
  arn: string;
}

/**
 * Reads a parameter (GetParameter, with decryption).
 *
 * @throws {SentinelError} `POLICY_MISSING` when there is none of that name; `AWS_REFUSED`,
 * `AWS_UNREACHABLE`, `AWS_THROTTLED`, `AWS_RUBBISH`, `CREDENTIALS_EXPIRED`, `NO_CREDENTIALS`
 */
export async function getParameter(request: ParameterRequest): Promise<ParameterValue> {
  const { GetParameterCommand, SSMClient } = await import("@aws-sdk/client-ssm");
  const { accessKeyId, secretAccessKey, sessionToken } = request.credentials;
  const timeout = request.timeoutMs ?? 10_000;
  const client = new SSMClient({
    region: request.region ?? DEFAULT_REGION,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === null ? {} : { sessionToken }),
    },
    ...(request.endpoint === null ? {} : { endpoint: request.endpoint }),
    maxAttempts: 3,
    requestHandler: {
      requestTimeout: timeout,
      connectionTimeout: timeout,
      // Otherwise the handler only warns, on our stderr, and waits for ever.
      throwOnRequestTimeout: true,
    },
  });
  const doing = `read parameter ${quoted(request.name)}`;
  try {
    const command = new GetParameterCommand({ Name: request.name, WithDecryption: true });
    const { Parameter: found } = await client.send(command);
    const { Value: value, Version: version, ARN: arn } = found ?? {};
    if (value === undefined || version === undefined || arn === undefined) {
      throw rubbish({ doing }, "an answer without value, version or ARN");
    }
    return { value, version, arn };
  } catch (thrown) {
    if (thrown instanceof SentinelError) throw thrown;
    throw translated(thrown, doing, request);
  } finally {
    client.destroy();
  }
}

/** An error of the SDK's in our words. */
function translated(thrown: unknown, doing: string, request: ParameterRequest): SentinelError {
  const { name, message, $metadata } = thrown as {
    name?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
  };
  const status = $metadata?.httpStatusCode ?? 0;
  if (name === "ParameterNotFound") {
    return new SentinelError("POLICY_MISSING", `Cannot ${doing}: there is none of that name`, {
      hint: "check its name, region and account",
      cause: thrown,
    });
  }
  if (status === 0) {
    return new SentinelError("AWS_UNREACHABLE", `Cannot ${doing}: found no answer`, {
      hint: "check network, proxy, region and endpoint",
      cause: thrown,
    });
  }
  if (status === 200 || name === "SyntaxError") return rubbish({ doing }, "no answer of this call");
  const { secretAccessKey, sessionToken } = request.credentials;
  return awsError({
    doing,
    status,
    code: name ?? null,
    message: message ?? "",
    secrets: [secretAccessKey, sessionToken],
  });
}
