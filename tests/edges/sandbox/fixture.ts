// sandbox tests: a running sandbox, and the real AWS SDK pointed at it.
import { CloudTrailClient } from "@aws-sdk/client-cloudtrail";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { SSMClient } from "@aws-sdk/client-ssm";
import { STSClient } from "@aws-sdk/client-sts";
import {
  defaultWorld,
  type Sandbox,
  startSandbox,
  type World,
} from "../../../lib/edges/sandbox/mod.ts";

/** Random bytes by Web Crypto. */
export const random = (length: number): Uint8Array<ArrayBuffer> =>
  crypto.getRandomValues(new Uint8Array(length));

/** Keys as the SDK takes them. */
export interface Keys {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Start a sandbox on real time, run a test with it, and stop it whatever happens. */
export async function withSandbox(
  test: (sandbox: Sandbox) => Promise<void>,
  world: World = defaultWorld(),
): Promise<void> {
  const sandbox = await startSandbox({ port: 0, world, now: Date.now, random });
  try {
    await test(sandbox);
  } finally {
    await sandbox.stop();
  }
}

/** Keys of a user of the world. */
export function keysOf(sandbox: Sandbox, user: string): Keys {
  const found = sandbox.world.users.find((candidate) => candidate.name === user);
  if (found === undefined) throw new Error(`no user ${user} in the world`);
  return found.keys;
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

function settings(sandbox: Sandbox, keys: Keys, maxAttempts: number) {
  return {
    endpoint: sandbox.endpoint,
    region: sandbox.world.region,
    credentials: keys,
    maxAttempts,
  };
}

/** Clients of the real SDK, one for each service. */
export const client = {
  sts: (sandbox: Sandbox, keys: Keys, attempts = 1): STSClient =>
    new STSClient(settings(sandbox, keys, attempts)),
  iam: (sandbox: Sandbox, keys: Keys, attempts = 1): IAMClient =>
    new IAMClient(settings(sandbox, keys, attempts)),
  ssm: (sandbox: Sandbox, keys: Keys, attempts = 1): SSMClient =>
    new SSMClient(settings(sandbox, keys, attempts)),
  kms: (sandbox: Sandbox, keys: Keys, attempts = 1): KMSClient =>
    new KMSClient(settings(sandbox, keys, attempts)),
  cloudtrail: (sandbox: Sandbox, keys: Keys, attempts = 1): CloudTrailClient =>
    new CloudTrailClient(settings(sandbox, keys, attempts)),
};

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
