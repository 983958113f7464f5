// sandbox tests: STS by the real AWS SDK for JavaScript.
import { strict as assert } from "node:assert";
import {
  AssumeRoleCommand,
  type AssumeRoleCommandOutput,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
  type GetSessionTokenCommandOutput,
} from "@aws-sdk/client-sts";
import {
  type Aws,
  client,
  failure,
  keysFrom,
  keysOf,
  portable,
  roleArn,
  sandboxOnly,
} from "./fixture.ts";

portable("GetCallerIdentity names the user of the keys", async (aws) => {
  const sts = client.sts(aws, keysOf(aws, "mara"));
  const who = await sts.send(new GetCallerIdentityCommand({}));
  assert.equal(who.Arn, "arn:aws:iam::111122223333:user/mara");
  assert.equal(who.Account, "111122223333");
  assert.notEqual(who.UserId ?? "", "");
  sts.destroy();
});

const STAMP = "sentinel=mara=direct=0123456789abcdef";

async function assumeDev(aws: Aws): Promise<AssumeRoleCommandOutput> {
  const sts = client.sts(aws, keysOf(aws, "mara"));
  const call = new AssumeRoleCommand({
    RoleArn: roleArn("Dev"),
    RoleSessionName: "mara-1",
    SourceIdentity: STAMP,
    DurationSeconds: 900,
  });
  try {
    return await sts.send(call);
  } finally {
    sts.destroy();
  }
}

portable("AssumeRole gives a session that names role and session", async (aws) => {
  const answer = await assumeDev(aws);
  const left = (answer.Credentials?.Expiration?.getTime() ?? 0) - Date.now();
  assert.ok(left > 890_000 && left <= 900_000, `found ${left} ms`);
  const session = client.sts(aws, keysFrom(answer));
  const who = await session.send(new GetCallerIdentityCommand({}));
  session.destroy();
  assert.equal(who.Arn, "arn:aws:sts::111122223333:assumed-role/SentinelProtected-Dev/mara-1");
  assert.equal(who.Arn, answer.AssumedRoleUser?.Arn);
  assert.equal(who.UserId, answer.AssumedRoleUser?.AssumedRoleId);
});

sandboxOnly(
  "Monitor and control actions taken with assumed roles",
  "AssumeRole gives back the stamp",
  async (aws) => assert.equal((await assumeDev(aws)).SourceIdentity, STAMP),
);

async function sessionOf(aws: Aws, user: string): Promise<GetSessionTokenCommandOutput> {
  const sts = client.sts(aws, keysOf(aws, user));
  try {
    return await sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
  } finally {
    sts.destroy();
  }
}

portable("GetSessionToken gives keys that end when they were asked to", async (aws) => {
  const { Credentials: given } = await sessionOf(aws, "lea");
  assert.notEqual(given?.SecretAccessKey ?? "", "");
  assert.notEqual(given?.SessionToken ?? "", "");
  const left = (given?.Expiration?.getTime() ?? 0) - Date.now();
  assert.ok(left > 890_000 && left <= 900_000, `found ${left} ms`);
});

sandboxOnly(
  "IAM identifiers",
  "the id of a session's keys says by its prefix that they are temporary",
  async (aws) => {
    for (const { Credentials } of [await sessionOf(aws, "lea"), await assumeDev(aws)]) {
      assert.match(Credentials?.AccessKeyId ?? "", /^ASIA[A-Z2-7]{16}$/);
    }
  },
);

sandboxOnly(
  "GetSessionToken",
  "GetSessionToken's keys are the same user's, and make no more of their kind",
  async (aws) => {
    const session = client.sts(aws, keysFrom(await sessionOf(aws, "lea")));
    const who = await session.send(new GetCallerIdentityCommand({}));
    assert.equal(who.Arn, "arn:aws:iam::111122223333:user/lea");
    const again = await failure(session.send(new GetSessionTokenCommand({})));
    assert.equal(again.code, "AccessDenied");
    session.destroy();
  },
);
