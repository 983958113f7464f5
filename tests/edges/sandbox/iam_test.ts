// sandbox tests: IAM by the real AWS SDK; what is written there counts at the next call.
import { strict as assert } from "node:assert";
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  type IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { GetParameterCommand } from "@aws-sdk/client-ssm";
import { AssumeRoleCommand, GetSessionTokenCommand } from "@aws-sdk/client-sts";
import {
  asUser,
  type Aws,
  client,
  failure,
  keysFrom,
  keysOf,
  portable,
  sandboxOnly,
} from "./fixture.ts";

const withIam = <A extends Aws>(user: string, test: (iam: IAMClient, aws: A) => Promise<void>) =>
  asUser(client.iam, user, test);

const ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess";
const trust = (user: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::111122223333:user/${user}` },
      Action: "sts:AssumeRole",
    }],
  });
const allow = (Action: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action, Resource: "*" }],
  });

portable(
  "a role is made, read, listed, changed and deleted",
  withIam("sam", async (iam) => {
    const RoleName = "Made";
    const made = await iam.send(
      new CreateRoleCommand({
        RoleName,
        Path: "/team/",
        AssumeRolePolicyDocument: trust("mara"),
        MaxSessionDuration: 7200,
        Tags: [{ Key: "team", Value: "red" }],
      }),
    );
    assert.equal(made.Role?.Arn, "arn:aws:iam::111122223333:role/team/Made");
    const read = async () => (await iam.send(new GetRoleCommand({ RoleName }))).Role;
    const role = await read();
    assert.equal(decodeURIComponent(role?.AssumeRolePolicyDocument ?? ""), trust("mara"));
    assert.equal(role?.MaxSessionDuration, 7200);
    assert.deepEqual(role?.Tags, [{ Key: "team", Value: "red" }]);
    const again = new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust("mara") });
    assert.equal((await failure(iam.send(again))).code, "EntityAlreadyExistsException");
    const listed = await iam.send(new ListRolesCommand({ PathPrefix: "/team/" }));
    assert.deepEqual(listed.Roles?.map((found) => found.RoleName), [RoleName]);
    const first = await iam.send(new ListRolesCommand({ MaxItems: 3 }));
    assert.equal(first.IsTruncated, true);
    const rest = await iam.send(new ListRolesCommand({ MaxItems: 3, Marker: first.Marker }));
    assert.equal((first.Roles?.length ?? 0) + (rest.Roles?.length ?? 0), 4);
    const PolicyDocument = trust("lea");
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
    const now = decodeURIComponent((await read())?.AssumeRolePolicyDocument ?? "");
    assert.equal(now, PolicyDocument);
    await iam.send(new DeleteRoleCommand({ RoleName }));
    assert.equal((await failure(read())).code, "NoSuchEntityException");
  }),
);

portable(
  "inline and attached policies come and go",
  withIam("sam", async (iam) => {
    const role = { RoleName: "SentinelProtected-Dev" };
    const named = { ...role, PolicyName: "more" };
    await iam.send(new PutRolePolicyCommand({ ...named, PolicyDocument: allow("s3:*") }));
    const names = await iam.send(new ListRolePoliciesCommand(role));
    assert.deepEqual(names.PolicyNames, ["read-app", "more"]);
    const read = await iam.send(new GetRolePolicyCommand(named));
    assert.equal(decodeURIComponent(read.PolicyDocument ?? ""), allow("s3:*"));
    await iam.send(new AttachRolePolicyCommand({ ...role, PolicyArn: ADMIN }));
    const attached = await iam.send(new ListAttachedRolePoliciesCommand(role));
    assert.deepEqual(attached.AttachedPolicies, [{
      PolicyName: "AdministratorAccess",
      PolicyArn: ADMIN,
    }]);
    assert.equal(
      (await failure(iam.send(new DeleteRoleCommand(role)))).code,
      "DeleteConflictException",
    );
    await iam.send(new DetachRolePolicyCommand({ ...role, PolicyArn: ADMIN }));
    await iam.send(new DeleteRolePolicyCommand(named));
    assert.equal(
      (await failure(iam.send(new DeleteRolePolicyCommand(named)))).code,
      "NoSuchEntityException",
    );
  }),
);

const putMore = (iam: IAMClient, PolicyDocument: string) =>
  iam.send(
    new PutRolePolicyCommand({
      RoleName: "SentinelProtected-Dev",
      PolicyName: "more",
      PolicyDocument,
    }),
  );

portable(
  "a document that is none is refused",
  withIam("sam", async (iam) => {
    assert.equal((await failure(putMore(iam, "{"))).code, "MalformedPolicyDocumentException");
  }),
);

sandboxOnly(
  "IAM and AWS STS quotas",
  "a role's inline policies hold 10,240 characters",
  withIam("sam", async (iam) => {
    const long = allow("s3:" + "x".repeat(10_240));
    assert.equal((await failure(putMore(iam, long))).code, "LimitExceededException");
  }),
);

portable(
  "GetUser finds a user by name",
  withIam("sam", async (iam) => {
    const { User } = await iam.send(new GetUserCommand({ UserName: "mara" }));
    assert.equal(User?.Arn, "arn:aws:iam::111122223333:user/mara");
    assert.equal(
      (await failure(iam.send(new GetUserCommand({ UserName: "nobody" })))).code,
      "NoSuchEntityException",
    );
  }),
);

portable(
  "GetUser without a name is the caller",
  withIam("sam", async (iam) => {
    const { User } = await iam.send(new GetUserCommand({}));
    assert.equal(User?.Arn, "arn:aws:iam::111122223333:user/sam");
  }),
);

sandboxOnly(
  "IAM identifiers",
  "a user's id says by its prefix that it is one, a role's too",
  withIam("sam", async (iam) => {
    const { User } = await iam.send(new GetUserCommand({}));
    assert.match(User?.UserId ?? "", /^AIDA[A-Z2-7]{17}$/);
    const { Role } = await iam.send(new GetRoleCommand({ RoleName: "SentinelProtected-Dev" }));
    assert.match(Role?.RoleId ?? "", /^AROA[A-Z2-7]{17}$/);
  }),
);

sandboxOnly(
  "Disabling permissions for temporary security credentials",
  "a changed role binds sessions that are out already",
  withIam("sam", async (iam, sandbox) => {
    const RoleName = "Made";
    const AssumeRolePolicyDocument = trust("mara");
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const sts = client.sts(sandbox, keysOf(sandbox, "mara"));
    const RoleArn = `arn:aws:iam::111122223333:role/${RoleName}`;
    const keys = keysFrom(
      await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "s-1" })),
    );
    const ssm = client.ssm(sandbox, keys);
    const read = () => ssm.send(new GetParameterCommand({ Name: "/app/dev/greeting" }));
    assert.equal((await failure(read())).code, "AccessDeniedException");
    const policy = { RoleName, PolicyName: "p" };
    await iam.send(new PutRolePolicyCommand({ ...policy, PolicyDocument: allow("ssm:*") }));
    assert.equal((await read()).Parameter?.Value, "hello from dev");
    await iam.send(new DeleteRolePolicyCommand(policy));
    await iam.send(new DeleteRoleCommand({ RoleName }));
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    assert.equal((await failure(read())).code, "UnrecognizedClientException");
    ssm.destroy();
    sts.destroy();
  }),
);

sandboxOnly(
  "GetSessionToken",
  "a user's session without MFA can't call IAM",
  withIam("sam", async (_iam, sandbox) => {
    const sts = client.sts(sandbox, keysOf(sandbox, "sam"));
    const session = client.iam(sandbox, keysFrom(await sts.send(new GetSessionTokenCommand({}))));
    assert.equal(
      (await failure(session.send(new GetUserCommand({})))).code,
      "InvalidClientTokenId",
    );
    session.destroy();
    sts.destroy();
  }),
);

sandboxOnly(
  "Policy evaluation logic",
  "a developer can't read or change roles",
  withIam("mara", async (iam) => {
    const RoleName = "SentinelProtected-Prod";
    for (
      const call of [
        () => iam.send(new GetRoleCommand({ RoleName })),
        () => iam.send(new GetRoleCommand({ RoleName: "None" })),
        () =>
          iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument: trust("mara") })),
      ]
    ) assert.equal((await failure(call())).code, "AccessDenied");
  }),
);
