// sandbox tests: Parameter Store by the real AWS SDK.
import { strict as assert } from "node:assert";
import { CreateKeyCommand } from "@aws-sdk/client-kms";
import {
  DeleteParameterCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  PutParameterCommand,
  type SSMClient,
} from "@aws-sdk/client-ssm";
import { parseWorld } from "../../../lib/edges/sandbox/mod.ts";
import { asUser, type Aws, client, failure, keysOf, portable, sandboxOnly } from "./fixture.ts";

const withSsm = <A extends Aws>(user: string, test: (ssm: SSMClient, aws: A) => Promise<void>) =>
  asUser(client.ssm, user, test);

portable(
  "PutParameter makes versions that GetParameter reads",
  withSsm("sam", async (ssm) => {
    const put = (Value: string, rest = {}) =>
      ssm.send(new PutParameterCommand({ Name: "/t/a", Value, Type: "String", ...rest }));
    assert.equal((await put("one")).Version, 1);
    assert.equal((await failure(put("two"))).code, "ParameterAlreadyExists");
    assert.equal((await put("two", { Overwrite: true })).Version, 2);
    const read = async (Name: string) =>
      (await ssm.send(new GetParameterCommand({ Name }))).Parameter;
    assert.equal((await read("/t/a"))?.Value, "two");
    assert.equal((await read("/t/a:1"))?.Value, "one");
    const whole = await read("arn:aws:ssm:eu-central-1:111122223333:parameter/t/a");
    assert.equal(whole?.Version, 2);
    assert.equal(whole?.ARN, "arn:aws:ssm:eu-central-1:111122223333:parameter/t/a");
    assert.ok(whole?.LastModifiedDate instanceof Date);
    assert.equal((await failure(read("/t/a:3"))).code, "ParameterVersionNotFound");
    await ssm.send(new DeleteParameterCommand({ Name: "/t/a" }));
    assert.equal((await failure(read("/t/a"))).code, "ParameterNotFound");
  }),
);

/** A SecureString of one's own, to be read sealed or in clear. */
async function secureString(ssm: SSMClient) {
  const secret = { Name: "/t/s", Value: "geheim", Type: "SecureString" as const };
  await ssm.send(new PutParameterCommand(secret));
  return async (WithDecryption: boolean) =>
    (await ssm.send(new GetParameterCommand({ Name: "/t/s", WithDecryption }))).Parameter?.Value;
}

portable(
  "a SecureString is given in clear only when that is asked for",
  withSsm("sam", async (ssm) => {
    const read = await secureString(ssm);
    assert.equal(await read(true), "geheim");
    assert.notEqual(await read(false), "geheim");
  }),
);

sandboxOnly(
  "Restricting decryption of SecureString parameter values",
  "a SecureString's seal tells nothing of its value",
  withSsm("sam", async (ssm) => {
    const sealed = await (await secureString(ssm))(false);
    assert.ok(sealed && !sealed.includes("geheim") && !atob(sealed).includes("geheim"));
  }),
);

portable(
  "GetParametersByPath pages, and goes deep when asked",
  withSsm("sam", async (ssm) => {
    for (const name of ["/p/a", "/p/b", "/p/c", "/p/x/d", "/px"]) {
      await ssm.send(new PutParameterCommand({ Name: name, Value: name, Type: "String" }));
    }
    const names = async (rest: { Recursive?: boolean; MaxResults?: number }) => {
      const found: (string | undefined)[] = [];
      let NextToken: string | undefined;
      do {
        const page = await ssm.send(
          new GetParametersByPathCommand({ Path: "/p", ...rest, ...(NextToken && { NextToken }) }),
        );
        found.push(...page.Parameters?.map((parameter) => parameter.Name) ?? []);
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return found;
    };
    assert.deepEqual(await names({ MaxResults: 2 }), ["/p/a", "/p/b", "/p/c"]);
    assert.deepEqual(await names({ Recursive: true, MaxResults: 1 }), [
      "/p/a",
      "/p/b",
      "/p/c",
      "/p/x/d",
    ]);
  }),
);

portable(
  "GetParameters tells the ones that are missing",
  withSsm("mara", async (ssm) => {
    const answer = await ssm.send(
      new GetParametersCommand({ Names: ["/sentinel/policies/dev", "/sentinel/none"] }),
    );
    assert.equal(answer.Parameters?.[0]?.Name, "/sentinel/policies/dev");
    assert.deepEqual(answer.InvalidParameters, ["/sentinel/none"]);
  }),
);

const putLong = (ssm: SSMClient, Value: string) =>
  ssm.send(new PutParameterCommand({ Name: "/t/l", Value, Type: "String", Overwrite: true }));

portable(
  "PutParameter takes 4096 bytes",
  withSsm("sam", async (ssm) => {
    await putLong(ssm, "x".repeat(4096));
    const { Parameter } = await ssm.send(new GetParameterCommand({ Name: "/t/l" }));
    assert.equal(Parameter?.Value?.length, 4096);
  }),
);

sandboxOnly(
  "PutParameter",
  "PutParameter takes no more than 4096 bytes",
  withSsm("sam", async (ssm) => {
    for (const long of ["x".repeat(4097), "ä".repeat(2049)]) {
      assert.equal((await failure(putLong(ssm, long))).code, "ValidationException");
    }
  }),
);

sandboxOnly(
  "Restricting access to Parameter Store parameters using IAM policies",
  "identity policies decide who reads and writes",
  withSsm("mara", async (ssm, sandbox) => {
    const read = (Name: string) => ssm.send(new GetParameterCommand({ Name }));
    assert.match(
      (await read("/sentinel/policies/prod")).Parameter?.Value ?? "",
      /^version: "1"\n/,
    );
    const refused = await failure(read("/app/prod/greeting"));
    assert.equal(refused.code, "AccessDeniedException");
    assert.equal(
      refused.text,
      "User: arn:aws:iam::111122223333:user/mara is not authorized to perform: ssm:GetParameter " +
        "on resource: arn:aws:ssm:eu-central-1:111122223333:parameter/app/prod/greeting " +
        "because no identity-based policy allows the ssm:GetParameter action",
    );
    const write = ssm.send(
      new PutParameterCommand({
        Name: "/sentinel/policies/prod",
        Value: "a secret of mine",
        Overwrite: true,
      }),
    );
    assert.equal((await failure(write)).code, "AccessDeniedException");
    const record = JSON.stringify(sandbox.events().at(-1));
    assert.match(record, /"eventName":"PutParameter"/);
    assert.ok(!record.includes("a secret of mine"), "no value in the record");
  }),
);

sandboxOnly(
  "Restricting decryption of SecureString parameter values",
  "a key of one's own wants kms:Decrypt beside ssm:GetParameter",
  withSsm("sam", async (sam, sandbox) => {
    const kms = client.kms(sandbox, keysOf(sandbox, "sam"));
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    kms.destroy();
    const Name = "/sentinel/secret";
    const KeyId = KeyMetadata?.KeyId;
    await sam.send(
      new PutParameterCommand({ Name, Value: "geheim", Type: "SecureString", KeyId }),
    );
    const mara = client.ssm(sandbox, keysOf(sandbox, "mara"));
    const read = (WithDecryption: boolean) =>
      mara.send(new GetParameterCommand({ Name, WithDecryption }));
    const refused = await failure(read(true));
    assert.equal(refused.code, "AccessDeniedException");
    assert.match(refused.text, /perform: kms:Decrypt on resource: arn:aws:kms:/);
    assert.notEqual((await read(false)).Parameter?.Value, "geheim");
    const own = await sam.send(new GetParameterCommand({ Name, WithDecryption: true }));
    assert.equal(own.Parameter?.Value, "geheim");
    mara.destroy();
  }),
);

const decryption = (StringLike: Record<string, string>) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "ssm:GetParameter", Resource: "*" },
    { Effect: "Allow", Action: "kms:Decrypt", Resource: "*", Condition: { StringLike } },
  ],
});

const NARROW: readonly { name: string; when: Record<string, string>; may: boolean }[] = [
  {
    name: "through Parameter Store",
    when: { "kms:ViaService": "ssm.eu-central-1.*" },
    may: true,
  },
  { name: "through another service", when: { "kms:ViaService": "s3.*" }, may: false },
  {
    name: "for this parameter",
    when: { "kms:EncryptionContext:PARAMETER_ARN": "arn:aws:ssm:*:*:parameter/own/*" },
    may: true,
  },
  {
    name: "for another parameter",
    when: { "kms:EncryptionContext:PARAMETER_ARN": "arn:aws:ssm:*:*:parameter/other/*" },
    may: false,
  },
];

for (const { name, when, may } of NARROW) {
  sandboxOnly(
    "AWS KMS condition keys",
    `a SecureString of a world's own key is ${
      may ? "" : "not "
    }decrypted where it is allowed ${name}`,
    withSsm("ann", async (ann) => {
      const read = ann.send(new GetParameterCommand({ Name: "/own/x", WithDecryption: true }));
      if (may) assert.equal((await read).Parameter?.Value, "geheim");
      else assert.equal((await failure(read)).code, "AccessDeniedException");
    }),
    {
      world: () =>
        parseWorld(
          JSON.stringify({
            account: "111122223333",
            region: "eu-central-1",
            user: "ann",
            users: { ann: { policies: { read: decryption(when) } } },
            parameters: { "/own/x": { type: "SecureString", value: "geheim", key: "own" } },
            keys: { own: "SYMMETRIC_DEFAULT" },
          }),
          "world.yaml",
        ),
    },
  );
}
