// aws: one call of DynamoDB. What a store answers decides, so nothing but the caller says who is asked.
import { SentinelError } from "../../core/errors/mod.ts";
import { type Answer, callAws, type CallLimits, rubbish } from "./call.ts";
import { DEFAULT_REGION, endpointOf } from "./host.ts";
import { objectOf, saidInJson } from "./json.ts";
import type { Place } from "./query.ts";
import { signedPost, type SigningKeys } from "./sign.ts";

/** How DynamoDB is asked. */
export interface DynamoOptions extends Place, CallLimits {
  /** Asked for each call: whoever waits for an answer for hours outlives a session. */
  credentials(): Promise<SigningKeys>;
}

/** One call. */
export interface DynamoCall {
  action: string;
  /** What is being done, for messages, as in `read table "…"`. */
  doing: string;
  table: string;
  input: Readonly<Record<string, unknown>>;
  /** Told of each try. */
  tried?(): void;
}

/** A condition of a write did not hold: an answer, told as an error by DynamoDB alone. */
export class ConditionFailed extends SentinelError {}

/** A page holds a megabyte of items, and JSON may spell one byte with six. */
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * Makes a call, and gives its answer. It may be made more than once: an answer may get lost on its
 * way, so of a conditional write the caller must look who has written.
 * @throws {ConditionFailed}
 * @throws {SentinelError} `STORE_MISSING`, `STORE_BUSY` while a table is being changed, and what `callAws` throws
 */
export async function callDynamo(
  options: DynamoOptions,
  { action, doing, table, input, tried }: DynamoCall,
): Promise<Readonly<Record<string, unknown>>> {
  const region = options.region ?? DEFAULT_REGION;
  const credentials = await options.credentials();
  const post = {
    service: "dynamodb",
    region,
    url: options.endpoint ?? endpointOf("dynamodb", region),
    headers: {
      "content-type": "application/x-amz-json-1.0",
      "x-amz-target": `DynamoDB_20120810.${action}`,
    },
    body: JSON.stringify({ TableName: table, ...input }),
  };
  return await callAws({
    doing,
    repeat: "always",
    maxBytes: MAX_BYTES,
    secrets: [credentials.secretAccessKey, credentials.sessionToken],
    request: () => {
      tried?.();
      return signedPost(post, credentials, options.now?.() ?? new Date());
    },
    read: ({ text }: Answer) => {
      const answer = objectOf(text);
      if (answer === null) throw rubbish({ doing }, "no answer of this call");
      return answer;
    },
    said: saidInJson,
    meaning: (code) => meaningOf(code, { action, doing, table }),
  }, options);
}

function meaningOf(
  code: string,
  { action, doing, table }: Pick<DynamoCall, "action" | "doing" | "table">,
): SentinelError | null {
  switch (code) {
    case "ConditionalCheckFailedException":
      return new ConditionFailed("STORE_UNCERTAIN", `Cannot ${doing}: its condition does not hold`);
    case "ResourceNotFoundException":
    case "TableNotFoundException":
      return new SentinelError("STORE_MISSING", `Cannot ${doing}: there is no such table`, {
        hint: "make the tables, or check region, account and prefix of the store",
      });
    // Another call is at work on it ("UpdateTable", "UpdateContinuousBackups"; errors).
    case "ResourceInUseException":
    case "LimitExceededException":
    case "ContinuousBackupsUnavailableException":
      return new SentinelError("STORE_BUSY", `Cannot ${doing}: AWS says ${code}`, {
        hint: "try again in a minute",
      });
    case "AccessDeniedException":
      return new SentinelError("AWS_REFUSED", `Cannot ${doing}: AWS says ${code}`, {
        hint: `the caller's policy must allow dynamodb:${action} on table/${table} and its index/*`,
      });
    default:
      return null;
  }
}
