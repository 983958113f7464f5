// sandbox tests: the real AWS SDK, pointed at the AWS of a case.
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import { homePaths } from "../../../lib/edges/sandbox/home.ts";
import type { Sandbox } from "../../../lib/edges/sandbox/mod.ts";
import type { Aws } from "../../aws/cases.ts";
import { type Wire, wireBy } from "../../aws/wire.ts";

export { type Aws, portable, random, sandboxOnly, withSandbox } from "../../aws/cases.ts";

/** Keys as the SDK takes them. */
export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Keys of a user of the world. */
export function keysOf(aws: Aws, user: string): Keys {
  const found = aws.world.users.find((candidate) => candidate.name === user);
  if (found === undefined) throw new Error(`no user ${user} in the world`);
  return found.keys;
}

/** Signed calls by a user of the world, for services whose SDK isn't at hand. */
export function wireOf(aws: Aws, user: string): Wire {
  return wireBy(aws.endpoint, aws.world.region, keysOf(aws, user));
}

/** Credentials of an answer as keys. */
export function keysFrom(
  answer: { Credentials?: Record<string, unknown> | undefined } | object,
): Keys {
  const { Credentials: found } = answer as { Credentials?: Record<string, string> };
  return {
    accessKeyId: found?.["AccessKeyId"] ?? "",
    secretAccessKey: found?.["SecretAccessKey"] ?? "",
    sessionToken: found?.["SessionToken"] ?? "",
  };
}

function settings(aws: Aws, keys: Keys, maxAttempts: number) {
  return {
    endpoint: aws.endpoint,
    region: aws.world.region,
    credentials: keys,
    maxAttempts,
  };
}

/** Clients of the real SDK, one for each service. */
export const client = {
  sts: (aws: Aws, keys: Keys, attempts = 1): STSClient =>
    new STSClient(settings(aws, keys, attempts)),
  iam: (aws: Aws, keys: Keys, attempts = 1): IAMClient =>
    new IAMClient(settings(aws, keys, attempts)),
  ssm: (aws: Aws, keys: Keys, attempts = 1): SSMClient =>
    new SSMClient(settings(aws, keys, attempts)),
  kms: (aws: Aws, keys: Keys, attempts = 1): KMSClient =>
    new KMSClient(settings(aws, keys, attempts)),
  cloudtrail: (aws: Aws, keys: Keys, attempts = 1): CloudTrailClient =>
    new CloudTrailClient(settings(aws, keys, attempts)),
};

/** What a case does with one client of `user`, which is destroyed whatever happens. */
export function asUser<C extends { destroy(): void }, A extends Aws>(
  make: (aws: Aws, keys: Keys) => C,
  user: string,
  test: (client: C, aws: A) => Promise<void>,
): (aws: A) => Promise<void> {
  return async (aws) => {
    const made = make(aws, keysOf(aws, user));
    try {
      await test(made, aws);
    } finally {
      made.destroy();
    }
  };
}

/** The name and message of what a promise fails with. */
export async function failure(promise: Promise<unknown>): Promise<{ code: string; text: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return { code: error.name, text: error.message };
    throw error;
  }
  throw new Error("the call was served, want a refusal");
}

/** Environment for a client that acts as `user`, once `writeHome` filled `home`. */
export const clientEnv = (aws: Aws, user: string, home: string): Record<string, string> => ({
  ...homePaths(home),
  AWS_REGION: aws.world.region,
  AWS_PROFILE: user,
  AWS_EC2_METADATA_DISABLED: "true",
});

/** ARN of a role of the default world. */
export const roleArn = (name: string): string =>
  `arn:aws:iam::111122223333:role/SentinelProtected-${name}`;

/** Tell the sandbox something over its control endpoint. */
export async function controlSandbox(
  sandbox: Sandbox,
  operation: string,
  body: unknown,
): Promise<unknown> {
  const response = await fetch(`${sandbox.control}/${operation}`, {
    method: "POST",
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  if (!response.ok) throw new Error(`${operation}: ${JSON.stringify(answer)}`);
  return answer;
}
