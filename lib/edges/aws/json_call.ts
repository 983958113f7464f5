// aws: one call of a JSON protocol, by a service that is only asked: its calls may be repeated.
import { type Answer, callAws, type CallLimits } from "./call.ts";
import type { SentinelError } from "../../core/errors/mod.ts";
import { DEFAULT_REGION, endpointOf } from "./host.ts";
import { saidInJson } from "./json.ts";
import type { Place } from "./query.ts";
import { signedPost, type SigningKeys } from "./sign.ts";

/** Who asks, and where. */
export interface JsonOptions extends Place, CallLimits {
  credentials: SigningKeys;
}

/** One call. */
export interface JsonCall<T> {
  /** Endpoint prefix and signing name. */
  service: string;
  /** `x-amz-target`: the service's own name, a dot, the action. */
  target: string;
  /** What is being done, for messages, as in `read parameter "…"`. */
  doing: string;
  input: Readonly<Record<string, unknown>>;
  /** Reads an answer of status 200. */
  read(answer: Answer): T;
  /** This call's own meaning of an error code; `null` = the one that it has for all calls. */
  meaning(code: string): SentinelError | null;
}

/** Makes one call. Throws what `callAws` throws, and what `meaning` gives. */
export function callJson<T>(call: JsonCall<T>, options: JsonOptions): Promise<T> {
  const { service, doing, read, meaning } = call;
  const region = options.region ?? DEFAULT_REGION;
  const { credentials } = options;
  const post = {
    service,
    region,
    url: options.endpoint ?? endpointOf(service, region),
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": call.target },
    body: JSON.stringify(call.input),
  };
  return callAws({
    doing,
    repeat: "always",
    secrets: [credentials.secretAccessKey, credentials.sessionToken],
    request: () => signedPost(post, credentials, options.now?.() ?? new Date()),
    read,
    said: saidInJson,
    meaning,
  }, options);
}
