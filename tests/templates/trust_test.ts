// template tests: the trust policies, attacked.
import { strict as assert } from "node:assert";
import { CreateRoleCommand, GetRoleCommand } from "@aws-sdk/client-iam";
import { type TrustOptions, trustPolicy } from "../../templates/trust.ts";
import { client, keysOf, portable } from "../edges/sandbox/fixture.ts";
import { entryRole, STAMP, VARIANTS } from "./attacks_trust.ts";
import { decide, session } from "./judge.ts";

for (const [variant, { options, rows }] of Object.entries(VARIANTS)) {
  const { text } = trustPolicy(options);
  for (const { name, attempt, wanted } of rows) {
    Deno.test(`[ours] trustPolicy() for ${variant}: ${name} is ${wanted}`, () =>
      assert.equal(decide(attempt, { trust: text }), wanted));
  }
  portable(`IAM takes trustPolicy() for ${variant}, and gives it back`, async (aws) => {
    const iam = client.iam(aws, keysOf(aws, "sam"));
    const RoleName = "Made";
    const AssumeRolePolicyDocument = text;
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
    const { Role } = await iam.send(new GetRoleCommand({ RoleName }));
    iam.destroy();
    const found = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
    assert.deepEqual(JSON.parse(found), JSON.parse(text));
  });
}

Deno.test("[ours] trustPolicy() lets the entry set in only if its own policy does too", () => {
  const options = VARIANTS["permission-set"]?.options;
  assert.ok(options);
  const identity = JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
  });
  const attempt = { principal: session(entryRole("SentinelEntry")), stamp: STAMP };
  assert.equal(decide(attempt, { trust: trustPolicy(options).text, identity }), "refused");
});

const role = "arn:aws:iam::111122223333:role/Hub";
const REFUSED: readonly { name: string; options: TrustOptions }[] = [
  { name: "no users", options: { callers: { kind: "iam-users", users: [] } } },
  ...[
    "arn:aws:iam::111122223333:root",
    "arn:aws:iam::111122223333:user/*",
    "arn:aws:iam::111122223333:user/ma?a",
    "arn:aws:iam::111122223333:user/mara=x",
    "arn:aws:iam::111122223333:user/mara+x",
    "arn:aws:iam::111122223333:user/a-name-of-more-than-24-chars",
    "111122223333",
    "*",
    role,
  ].map((arn) => ({
    name: `user ${arn}`,
    options: { callers: { kind: "iam-users" as const, users: [arn] } },
  })),
  {
    name: "users of two accounts",
    options: {
      callers: {
        kind: "iam-users",
        users: ["arn:aws:iam::111122223333:user/mara", "arn:aws:iam::444455556666:user/mara"],
      },
    },
  },
  {
    name: "users in a chain",
    options: {
      callers: { kind: "iam-users", users: ["arn:aws:iam::111122223333:user/mara"] },
      hop: "chained",
    },
  },
  { name: "a role pattern", options: { callers: { kind: "roles", roles: [`${role}*`] } } },
  {
    name: "a permission set pattern",
    options: { callers: { kind: "permission-set", account: "111122223333", name: "Sentinel*" } },
  },
  {
    name: "an account that is none",
    options: { callers: { kind: "permission-set", account: "*", name: "SentinelEntry" } },
  },
  {
    name: "an external id with a policy variable",
    options: { callers: { kind: "roles", roles: [role] }, externalId: "${aws:username}" },
  },
];

for (const { name, options } of REFUSED) {
  Deno.test(`[ours] trustPolicy() refuses ${name}`, () =>
    assert.throws(() => trustPolicy(options), { code: "USAGE" }));
}

Deno.test("[ours] trustPolicy() says what an ARN looks like where a name stands", () => {
  assert.throws(() => trustPolicy({ callers: { kind: "iam-users", users: ["mara"] } }), {
    message: 'Cannot write trust policy: found "mara", want the ARN of an IAM user',
    hint: "--user arn:aws:iam::111122223333:user/mara",
  });
});
