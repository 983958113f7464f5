// aws tests: a sandbox world, made in another AWS by its own API.
import {
  AttachRolePolicyCommand,
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from "@aws-sdk/client-kms";
import { PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import type {
  SettledWorld,
  World,
  WorldKey,
  WorldRole,
  WorldUser,
} from "../../lib/edges/sandbox/mod.ts";
import { worldParameters } from "../../lib/edges/sandbox/seed.ts";
import { wireBy } from "./wire.ts";

/** Keys that nobody has: moto takes them for the account's root. */
const ROOT = { accessKeyId: "AKIAROOTOFTHEACCOUNT", secretAccessKey: "root-of-the-account" };

const USAGE = {
  SYMMETRIC_DEFAULT: "ENCRYPT_DECRYPT",
  RSA_2048: "SIGN_VERIFY",
  ECC_NIST_P256: "SIGN_VERIFY",
  HMAC_256: "GENERATE_VERIFY_MAC",
} as const satisfies Record<WorldKey["spec"], string>;

/**
 * Make what a world holds: users with their keys and policies, roles, parameters, KMS keys, topics,
 * senders of e-mail. Left out are service control policies, boundaries and MFA devices: moto would judge by none of them.
 * @returns the world with the keys that this AWS made
 */
export async function seedWorld(endpoint: string, world: World): Promise<SettledWorld> {
  const settings = { endpoint, region: world.region, credentials: ROOT, maxAttempts: 1 };
  const iam = new IAMClient(settings);
  const ssm = new SSMClient(settings);
  const kms = new KMSClient(settings);
  const { sns, ses } = wireBy(endpoint, world.region, ROOT);
  try {
    const [users] = await Promise.all([
      Promise.all(world.users.map((user) => makeUser(iam, user))),
      Promise.all(world.roles.map((role) => makeRole(iam, role))),
      Promise.all(world.keys.map((key) => makeKey(kms, key))),
      Promise.all(world.topics.map((Name) => sns("CreateTopic", { Name }))),
      Promise.all(
        world.senders.map((EmailIdentity) =>
          ses("POST", "/v2/email/identities", { EmailIdentity })
        ),
      ),
      Promise.all(
        worldParameters(world).map(({ name, type, value }) =>
          ssm.send(new PutParameterCommand({ Name: name, Type: type, Value: value }))
        ),
      ),
    ]);
    return { ...world, users };
  } finally {
    for (const made of [iam, ssm, kms]) made.destroy();
  }
}

function tagsOf(of: { tags: ReadonlyMap<string, string> }) {
  return [...of.tags].map(([Key, Value]) => ({ Key, Value }));
}

async function makeUser(iam: IAMClient, user: WorldUser): Promise<SettledWorld["users"][number]> {
  const UserName = user.name;
  await iam.send(new CreateUserCommand({ UserName, Path: user.path, Tags: tagsOf(user) }));
  for (const { name: PolicyName, document: PolicyDocument } of user.policies) {
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName, PolicyDocument }));
  }
  for (const PolicyArn of user.attached) {
    await iam.send(new AttachUserPolicyCommand({ UserName, PolicyArn }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
  const keys = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  return { ...user, keys };
}

async function makeRole(iam: IAMClient, role: WorldRole): Promise<void> {
  const RoleName = role.name;
  await iam.send(
    new CreateRoleCommand({
      RoleName,
      Path: role.path,
      AssumeRolePolicyDocument: role.trust,
      MaxSessionDuration: role.maxSession,
      Tags: tagsOf(role),
    }),
  );
  for (const { name: PolicyName, document: PolicyDocument } of role.policies) {
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName, PolicyDocument }));
  }
  for (const PolicyArn of role.attached) {
    await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  }
}

async function makeKey(kms: KMSClient, { alias, spec }: WorldKey): Promise<void> {
  const made = await kms.send(new CreateKeyCommand({ KeySpec: spec, KeyUsage: USAGE[spec] }));
  const TargetKeyId = made.KeyMetadata?.KeyId;
  await kms.send(new CreateAliasCommand({ AliasName: `alias/${alias}`, TargetKeyId }));
}
