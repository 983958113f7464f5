// template tests: the trust policies, attacked.
import { strict as assert } from "node:assert";
import { CreateRoleCommand, GetRoleCommand } from "@aws-sdk/client-iam";
import { type TrustOptions, trustPolicy } from "../../templates/trust.ts";
import { client, keysOf, portable } from "../edges/sandbox/fixture.ts";
import { golden } from "./golden.ts";
import { type Attempt, decide, session, user } from "./judge.ts";

const STAMP = "sentinel=mara=direct=0123456789abcdef";
const USERS = ["arn:aws:iam::111122223333:user/mara", "arn:aws:iam::111122223333:user/team/lea"];
const ENTRY = "aws-reserved/sso.amazonaws.com/eu-central-1/AWSReservedSSO_SentinelEntry_";
const HEX = "0123456789abcdef";

interface Variant {
  options: TrustOptions;
  rows: readonly { name: string; attempt: Attempt; wanted: "allowed" | "refused" }[];
}

const VARIANTS: Readonly<Record<string, Variant>> = {
  "iam-users": {
    options: { callers: { kind: "iam-users", users: USERS } },
    rows: [
      { name: "own name", attempt: { principal: user("mara"), stamp: STAMP }, wanted: "allowed" },
      {
        name: "a user in a path",
        attempt: {
          principal: user("team/lea"),
          stamp: "sentinel=lea=ap-01234567=0123456789abcdef",
        },
        wanted: "allowed",
      },
      { name: "no stamp", attempt: { principal: user("mara") }, wanted: "refused" },
      {
        name: "somebody else's name",
        attempt: { principal: user("mara"), stamp: "sentinel=lea=direct=0123456789abcdef" },
        wanted: "refused",
      },
      {
        name: "a name that begins with the own one",
        attempt: { principal: user("mara"), stamp: "sentinel=mara2=direct=0123456789abcdef" },
        wanted: "refused",
      },
      {
        name: "a stamp of another tool",
        attempt: { principal: user("mara"), stamp: "mara" },
        wanted: "refused",
      },
      {
        name: "a user who isn't named",
        attempt: { principal: user("eve"), stamp: "sentinel=eve=direct=0123456789abcdef" },
        wanted: "refused",
      },
      {
        name: "the same name in another account",
        attempt: { principal: user("mara", "444455556666"), stamp: STAMP },
        wanted: "refused",
      },
      {
        name: "a session of the role itself, to renew for ever",
        attempt: { principal: session("SentinelProtected-Prod"), carried: STAMP, stamp: STAMP },
        wanted: "refused",
      },
      {
        name: "the account root",
        attempt: {
          principal: {
            kind: "root",
            arn: "arn:aws:iam::111122223333:root",
            account: "111122223333",
          },
          stamp: STAMP,
        },
        wanted: "refused",
      },
      {
        name: "tags where none are let in",
        attempt: { principal: user("mara"), stamp: STAMP, tags: { "sentinel:request": HEX } },
        wanted: "refused",
      },
    ],
  },
  "iam-users-tags-external-id": {
    options: { callers: { kind: "iam-users", users: USERS }, tags: true, externalId: "build-7" },
    rows: [
      {
        name: "tags and the external id",
        attempt: {
          principal: user("mara"),
          stamp: STAMP,
          externalId: "build-7",
          tags: { "sentinel:request": HEX },
        },
        wanted: "allowed",
      },
      {
        name: "no external id",
        attempt: { principal: user("mara"), stamp: STAMP },
        wanted: "refused",
      },
      {
        name: "another external id",
        attempt: { principal: user("mara"), stamp: STAMP, externalId: "build-8" },
        wanted: "refused",
      },
    ],
  },
  "permission-set": {
    options: {
      callers: { kind: "permission-set", account: "111122223333", name: "SentinelEntry" },
      tags: true,
    },
    rows: [
      {
        name: "the entry set, region in its path",
        attempt: { principal: session(ENTRY + HEX), stamp: STAMP },
        wanted: "allowed",
      },
      {
        name: "the entry set, no region in its path",
        attempt: { principal: session((ENTRY + HEX).replace("eu-central-1/", "")), stamp: STAMP },
        wanted: "allowed",
      },
      {
        name: "the entry set without a stamp",
        attempt: { principal: session(ENTRY + HEX) },
        wanted: "refused",
      },
      {
        name: "another set",
        attempt: {
          principal: session((ENTRY + HEX).replace("SentinelEntry", "Admin")),
          stamp: STAMP,
        },
        wanted: "refused",
      },
      {
        name: "a set whose name ends like the entry role's",
        attempt: {
          principal: session(
            (ENTRY + HEX).replace("AWSReservedSSO_", "AWSReservedSSO_AWSReservedSSO_"),
          ),
          stamp: STAMP,
        },
        wanted: "refused",
      },
      {
        name: "a role of that name outside Identity Center's path",
        attempt: { principal: session(`AWSReservedSSO_SentinelEntry_${HEX}`), stamp: STAMP },
        wanted: "refused",
      },
      {
        name: "a user of the account",
        attempt: { principal: user("mara"), stamp: STAMP },
        wanted: "refused",
      },
      {
        name: "the entry set of another account",
        attempt: { principal: session(ENTRY + HEX, "444455556666"), stamp: STAMP },
        wanted: "refused",
      },
      {
        name: "a stamped session of the entry set",
        attempt: { principal: session(ENTRY + HEX), carried: STAMP, stamp: STAMP },
        wanted: "refused",
      },
    ],
  },
  "roles-first": {
    options: {
      callers: { kind: "roles", roles: ["arn:aws:iam::111122223333:role/service/SentinelTVM"] },
    },
    rows: [
      {
        name: "the named role",
        attempt: { principal: session("service/SentinelTVM"), stamp: STAMP },
        wanted: "allowed",
      },
      {
        name: "the named role without a stamp",
        attempt: { principal: session("service/SentinelTVM") },
        wanted: "refused",
      },
      {
        name: "another role",
        attempt: { principal: session("Other"), stamp: STAMP },
        wanted: "refused",
      },
      {
        name: "a stamped session of the named role",
        attempt: { principal: session("service/SentinelTVM"), carried: STAMP, stamp: STAMP },
        wanted: "refused",
      },
    ],
  },
  "roles-chained": {
    options: {
      callers: { kind: "roles", roles: ["arn:aws:iam::111122223333:role/SentinelProtected-Hub"] },
      hop: "chained",
    },
    rows: [
      {
        name: "a stamped session",
        attempt: { principal: session("SentinelProtected-Hub"), carried: STAMP },
        wanted: "allowed",
      },
      {
        name: "a stamped session that says its stamp again",
        attempt: { principal: session("SentinelProtected-Hub"), carried: STAMP, stamp: STAMP },
        wanted: "allowed",
      },
      {
        name: "an unstamped session that sets a stamp now",
        attempt: { principal: session("SentinelProtected-Hub"), stamp: STAMP },
        wanted: "refused",
      },
      {
        name: "a session with a foreign source identity",
        attempt: { principal: session("SentinelProtected-Hub"), carried: "mara" },
        wanted: "refused",
      },
      {
        name: "a stamped session of another role",
        attempt: { principal: session("Other"), carried: STAMP },
        wanted: "refused",
      },
    ],
  },
};

for (const [variant, { options, rows }] of Object.entries(VARIANTS)) {
  const { text, explains } = trustPolicy(options);
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
  Deno.test(`[ours] trustPolicy() for ${variant} is as recorded`, () =>
    golden(`trust-${variant}.txt`, `${text}\n${explains.join("\n")}\n`));
}

Deno.test("[ours] trustPolicy() lets the entry set in only if its own policy does too", () => {
  const options = VARIANTS["permission-set"]?.options;
  assert.ok(options);
  const identity = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
  };
  const attempt = { principal: session(ENTRY + HEX), stamp: STAMP };
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
    options: { callers: { kind: "iam-users", users: USERS }, hop: "chained" },
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
