// identity: STS answers, taken apart or refused.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { type CallerIdentity, parsePrincipal } from "../../../lib/core/identity/mod.ts";

const ACCOUNT = "111122223333";
const SSO = "AWSReservedSSO_Power_User_0123456789abcdef";

const caller = (arn: string, userId: string, account = ACCOUNT): CallerIdentity => ({
  arn,
  account,
  userId,
});

const GOOD = [
  {
    name: "an IAM user",
    in: caller(`arn:aws:iam::${ACCOUNT}:user/mara`, "AIDAMARA"),
    out: { kind: "user", name: "mara", path: "/", role: null, id: `aws:${ACCOUNT}:user:AIDAMARA` },
  },
  {
    name: "an IAM user with a path",
    in: caller(`arn:aws-cn:iam::${ACCOUNT}:user/a/b/mara+x@y`, "AIDAMARA"),
    out: { name: "mara+x@y", path: "/a/b/", partition: "aws-cn" },
  },
  {
    name: "a user who is called root, and is not it",
    in: caller(`arn:aws:iam::${ACCOUNT}:user/root`, "AIDAROOT"),
    out: { kind: "user", name: "root" },
  },
  {
    name: "a role session",
    in: caller(`arn:aws-us-gov:sts::${ACCOUNT}:assumed-role/Ops/alice`, "AROAOPS:alice"),
    out: {
      kind: "assumed-role",
      name: "alice",
      role: "Ops",
      permissionSet: null,
      uniqueId: "AROAOPS",
      id: `aws-us-gov:${ACCOUNT}:assumed-role:AROAOPS`,
    },
  },
  {
    name: "an Identity Center session",
    in: caller(`arn:aws-eusc:sts::${ACCOUNT}:assumed-role/${SSO}/m@x.example`, "AROAX:m@x.example"),
    out: { permissionSet: "Power_User", role: SSO, name: "m@x.example", partition: "aws-eusc" },
  },
  {
    name: "a role that only looks like Identity Center's",
    in: caller(`arn:aws:sts::${ACCOUNT}:assumed-role/AWSReservedSSO_Power/m`, "AROAX:m"),
    out: { permissionSet: null },
  },
  {
    name: "a federated user",
    in: caller(`arn:aws-iso-f:sts::${ACCOUNT}:federated-user/fred`, `${ACCOUNT}:fred`),
    out: { kind: "federated-user", name: "fred", uniqueId: `${ACCOUNT}:fred` },
  },
  {
    name: "root",
    in: caller(`arn:aws:iam::${ACCOUNT}:root`, ACCOUNT),
    out: { kind: "root", name: "root", uniqueId: ACCOUNT, id: `aws:${ACCOUNT}:root:${ACCOUNT}` },
  },
] as const;

for (const c of GOOD) {
  Deno.test(`parsePrincipal() reads ${c.name}`, () => {
    const got = parsePrincipal(c.in);
    assert.deepEqual({ ...got, ...c.out }, got);
    assert.equal(got.arn, c.in.arn);
  });
}

const BAD: { name: string; in: CallerIdentity }[] = [
  { name: "an IAM role", in: caller(`arn:aws:iam::${ACCOUNT}:role/Ops`, "AROAOPS") },
  { name: "another service", in: caller(`arn:aws:s3::${ACCOUNT}:user/mara`, "AIDAMARA") },
  { name: "a user of sts", in: caller(`arn:aws:sts::${ACCOUNT}:user/mara`, "AIDAMARA") },
  { name: "no ARN", in: caller("mara", "AIDAMARA") },
  { name: "an empty ARN", in: caller("", "") },
  { name: "seven parts", in: caller(`arn:aws:iam::${ACCOUNT}:user/mara:x`, "AIDAMARA") },
  { name: "another prefix", in: caller(`arm:aws:iam::${ACCOUNT}:user/mara`, "AIDAMARA") },
  { name: "a foreign partition", in: caller(`arn:evil:iam::${ACCOUNT}:user/mara`, "AIDAMARA") },
  {
    name: "a partition with a trap",
    in: caller(`arn:aws-:iam::${ACCOUNT}:user/mara`, "AIDAMARA"),
  },
  { name: "a region", in: caller(`arn:aws:iam:eu-west-1:${ACCOUNT}:user/mara`, "AIDAMARA") },
  { name: "eleven digits", in: caller("arn:aws:iam::11112222333:user/m", "AIDA", "11112222333") },
  { name: "letters for digits", in: caller("arn:aws:iam::11112222333x:user/m", "AIDA") },
  { name: "two accounts", in: caller(`arn:aws:iam::${ACCOUNT}:user/m`, "AIDA", "444455556666") },
  { name: "a user without a name", in: caller(`arn:aws:iam::${ACCOUNT}:user/`, "AIDA") },
  { name: "a name of another alphabet", in: caller(`arn:aws:iam::${ACCOUNT}:user/аlice`, "AIDA") },
  { name: "an empty path element", in: caller(`arn:aws:iam::${ACCOUNT}:user//mara`, "AIDAMARA") },
  { name: "a user without an id", in: caller(`arn:aws:iam::${ACCOUNT}:user/mara`, "") },
  { name: "a session without a name", in: caller(`arn:aws:sts::${ACCOUNT}:assumed-role/Ops`, "A") },
  {
    name: "a session with a path",
    in: caller(`arn:aws:sts::${ACCOUNT}:assumed-role/a/Ops/alice`, "AROAOPS:alice"),
  },
  {
    name: "another session's id",
    in: caller(`arn:aws:sts::${ACCOUNT}:assumed-role/Ops/alice`, "AROAOPS:bob"),
  },
  {
    name: "a session id without a session",
    in: caller(`arn:aws:sts::${ACCOUNT}:assumed-role/Ops/alice`, "alice"),
  },
  {
    name: "another federated user's id",
    in: caller(`arn:aws:sts::${ACCOUNT}:federated-user/fred`, `${ACCOUNT}:bob`),
  },
  { name: "root with a user's id", in: caller(`arn:aws:iam::${ACCOUNT}:root`, "AIDAMARA") },
  { name: "root with a tail", in: caller(`arn:aws:iam::${ACCOUNT}:root/x`, ACCOUNT) },
  { name: "a line break", in: caller(`arn:aws:iam::${ACCOUNT}:user/mara\n`, "AIDAMARA") },
  {
    name: "a very long ARN",
    in: caller(`arn:aws:iam::${ACCOUNT}:user/${"a/".repeat(2000)}m`, "A"),
  },
];

for (const c of BAD) {
  Deno.test(`parsePrincipal() refuses ${c.name}`, () => {
    assert.throws(() => parsePrincipal(c.in), (e) => {
      assert.ok(hasCode(e, "IDENTITY_UNSUPPORTED"), String(e));
      assert.ok(e.message.length < 500);
      return true;
    });
  });
}
