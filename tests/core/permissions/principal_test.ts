// permissions tests: whose policies are simulated, for each kind of caller that STS names.
import { strict as assert } from "node:assert";
import { SentinelError } from "../../../lib/core/errors/mod.ts";
import { parsePrincipal } from "../../../lib/core/identity/mod.ts";
import { principalsOf } from "../../../lib/core/permissions/mod.ts";

const ACCOUNT = "111122223333";
const SSO = "AWSReservedSSO_Dev_0123456789abcdef";

const caller = (arn: string, userId: string) => parsePrincipal({ arn, account: ACCOUNT, userId });
const session = (role: string, partition = "aws") =>
  caller(`arn:${partition}:sts::${ACCOUNT}:assumed-role/${role}/mara`, "AROAEXAMPLE:mara");

/** IAM that answers so; with an error code it fails. */
function iam(answer: string | null, asked: string[] = []) {
  return {
    roleArn: (name: string) => {
      asked.push(name);
      if (answer === "AWS_REFUSED" || answer === "AWS_THROTTLED") {
        return Promise.reject(new SentinelError(answer, "Cannot ask"));
      }
      return Promise.resolve(answer);
    },
  };
}

Deno.test("a user is simulated as STS says it, path included, and IAM isn't asked", async () => {
  const arn = `arn:aws:iam::${ACCOUNT}:user/team/mara`;
  const asked: string[] = [];
  const found = await principalsOf(caller(arn, "AIDAEXAMPLE"), iam(null, asked), null);
  assert.deepEqual(found, { kind: "known", sources: [{ arn, from: "STS" }] });
  assert.deepEqual(asked, []);
});

Deno.test("a session's role is simulated with the path that IAM's GetRole says", async () => {
  const arn = `arn:aws:iam::${ACCOUNT}:role/team/Entry`;
  const asked: string[] = [];
  const found = await principalsOf(session("Entry"), iam(arn, asked), null);
  assert.deepEqual(found, { kind: "known", sources: [{ arn, from: "iam:GetRole" }] });
  assert.deepEqual(asked, ["Entry"]);
});

const GUESSES: readonly {
  name: string;
  role: string;
  partition?: string;
  region: string | null;
  paths: string[];
}[] = [
  { name: "a role without a path", role: "Entry", region: null, paths: [""] },
  {
    name: "Identity Center's path where its region isn't known",
    role: SSO,
    region: null,
    paths: ["aws-reserved/sso.amazonaws.com/"],
  },
  {
    name: "Identity Center's path in us-east-1",
    role: SSO,
    region: "us-east-1",
    paths: ["aws-reserved/sso.amazonaws.com/"],
  },
  {
    name: "Identity Center's path elsewhere, with its region first",
    role: SSO,
    partition: "aws-cn",
    region: "cn-north-1",
    paths: ["aws-reserved/sso.amazonaws.com/cn-north-1/", "aws-reserved/sso.amazonaws.com/"],
  },
];

for (const { name, role, partition = "aws", region, paths } of GUESSES) {
  Deno.test(`where GetRole is refused, it guesses ${name}`, async () => {
    const found = await principalsOf(session(role, partition), iam("AWS_REFUSED"), region);
    assert.deepEqual(found, {
      kind: "known",
      sources: paths.map((path) => ({
        arn: `arn:${partition}:iam::${ACCOUNT}:role/${path}${role}`,
        from: "guess",
      })),
    });
  });
}

Deno.test("a role that IAM doesn't know can't be simulated", async () => {
  const found = await principalsOf(session("Entry"), iam(null), null);
  assert.deepEqual(found, { kind: "none", why: "IAM knows no role Entry in this account" });
});

Deno.test("what isn't a refusal is no reason to guess", async () => {
  await assert.rejects(
    principalsOf(session("Entry"), iam("AWS_THROTTLED"), null),
    (error) => error instanceof SentinelError && error.code === "AWS_THROTTLED",
  );
});

for (
  const { name, arn, userId, why } of [
    {
      name: "the root user",
      arn: `arn:aws:iam::${ACCOUNT}:root`,
      userId: ACCOUNT,
      why: /not the root user$/,
    },
    {
      name: "a federated user",
      arn: `arn:aws:sts::${ACCOUNT}:federated-user/bob`,
      userId: `${ACCOUNT}:bob`,
      why: /not a federated user$/,
    },
  ]
) {
  Deno.test(`${name} can't be simulated, and that is said`, async () => {
    const asked: string[] = [];
    const found = await principalsOf(caller(arn, userId), iam(null, asked), null);
    assert.equal(found.kind, "none");
    assert.match(found.kind === "none" ? found.why : "", why);
    assert.deepEqual(asked, []);
  });
}
