// sandbox tests: STS by the real AWS SDK for JavaScript.
import { strict as assert } from "node:assert";
import {
  AssumeRoleCommand,
  GetCallerIdentityCommand,
  GetSessionTokenCommand,
} from "@aws-sdk/client-sts";
import { client, failure, keysFrom, keysOf, portable, roleArn, sandboxOnly } from "./fixture.ts";

portable("GetCallerIdentity names the user of the keys", async (aws) => {
  const sts = client.sts(aws, keysOf(aws, "mara"));
  const who = await sts.send(new GetCallerIdentityCommand({}));
  assert.equal(who.Arn, "arn:aws:iam::111122223333:user/mara");
  assert.equal(who.Account, "111122223333");
  assert.match(who.UserId ?? "", /^AIDA[A-Z2-7]{17}$/);
  sts.destroy();
});

sandboxOnly(
  "Monitor and control actions taken with assumed roles",
  "AssumeRole gives a stamped session that names role and session",
  async (aws) => {
    const sts = client.sts(aws, keysOf(aws, "mara"));
    const answer = await sts.send(
      new AssumeRoleCommand({
        RoleArn: roleArn("Dev"),
        RoleSessionName: "mara-1",
        SourceIdentity: "sentinel=mara=direct=0123456789abcdef",
        DurationSeconds: 900,
      }),
    );
    assert.equal(answer.SourceIdentity, "sentinel=mara=direct=0123456789abcdef");
    const session = client.sts(aws, keysFrom(answer));
    const who = await session.send(new GetCallerIdentityCommand({}));
    assert.equal(
      who.Arn,
      "arn:aws:sts::111122223333:assumed-role/SentinelProtected-Dev/mara-1",
    );
    assert.equal(who.UserId, answer.AssumedRoleUser?.AssumedRoleId);
    const left = (answer.Credentials?.Expiration?.getTime() ?? 0) - Date.now();
    assert.ok(left > 890_000 && left <= 900_000, `found ${left} ms`);
    sts.destroy();
    session.destroy();
  },
);

portable("GetSessionToken gives a session of the same user", async (aws) => {
  const sts = client.sts(aws, keysOf(aws, "lea"));
  const session = client.sts(
    aws,
    keysFrom(await sts.send(new GetSessionTokenCommand({ DurationSeconds: 900 }))),
  );
  const who = await session.send(new GetCallerIdentityCommand({}));
  assert.equal(who.Arn, "arn:aws:iam::111122223333:user/lea");
  const again = await failure(session.send(new GetSessionTokenCommand({})));
  assert.equal(again.code, "AccessDenied");
  sts.destroy();
  session.destroy();
});
