// aws: Parameter Store. What it answers may be a policy, so nothing but the caller says who is asked.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { type Answer, callAws, type CallLimits, rubbish } from "./call.ts";
import { DEFAULT_REGION, endpointOf } from "./host.ts";
import { asObject, objectOf, saidInJson } from "./json.ts";
import type { Place } from "./query.ts";
import { signedPost, type SigningKeys } from "./sign.ts";

/** Which parameter, asked for by whom and where. */
export interface ParameterRequest extends Place, CallLimits {
  credentials: SigningKeys;
  /** Name or full ARN. */
  name: string;
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
 * @throws {SentinelError} `POLICY_MISSING` when there is none of that name, and what
 * {@link callAws} throws
 */
export function getParameter(request: ParameterRequest): Promise<ParameterValue> {
  const doing = `read parameter ${quoted(request.name)}`;
  const region = request.region ?? DEFAULT_REGION;
  const { credentials } = request;
  const post = {
    service: "ssm",
    region,
    url: request.endpoint ?? endpointOf("ssm", region),
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": "AmazonSSM.GetParameter",
    },
    body: JSON.stringify({ Name: request.name, WithDecryption: true }),
  };
  return callAws({
    doing,
    repeat: "always",
    secrets: [credentials.secretAccessKey, credentials.sessionToken],
    request: () => signedPost(post, credentials, request.now?.() ?? new Date()),
    read: (answer) => valueOf(doing, answer),
    said: saidInJson,
    meaning: (code) => code === "ParameterNotFound" ? missing(doing) : null,
  }, request);
}

function valueOf(doing: string, { text }: Answer): ParameterValue {
  const answer = objectOf(text);
  if (answer === null) throw rubbish({ doing }, "no answer of this call");
  const { Value: value, Version: version, ARN: arn } = asObject(answer["Parameter"]) ?? {};
  if (typeof value !== "string" || typeof version !== "number" || typeof arn !== "string") {
    throw rubbish({ doing }, "an answer without value, version or ARN");
  }
  return { value, version, arn };
}

function missing(doing: string): SentinelError {
  return new SentinelError("POLICY_MISSING", `Cannot ${doing}: there is none of that name`, {
    hint: "check its name, region and account",
  });
}
