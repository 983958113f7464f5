// identity: whose name stands as it is, and how everybody else is called.
import { strict as assert } from "node:assert";
import {
  type Issuer,
  parsePrincipal,
  policyUser,
  type Principal,
  sourceIdentityUser,
} from "../../../lib/core/identity/mod.ts";

const HOME = "111122223333";
const OTHER = "444455556666";
const users: Issuer = { kind: "iam-users", account: HOME };
const center: Issuer = { kind: "identity-center", accounts: [HOME, OTHER] };

const user = (name: string, account = HOME, id = "AIDAMARA"): Principal =>
  parsePrincipal({ arn: `arn:aws:iam::${account}:user/${name}`, account, userId: id });
const session = (role: string, name: string, account = HOME, id = "AROAOPS"): Principal =>
  parsePrincipal({
    arn: `arn:aws:sts::${account}:assumed-role/${role}/${name}`,
    account,
    userId: `${id}:${name}`,
  });
const ENTRY = "AWSReservedSSO_Entry_0123456789abcdef";
const ADMIN = "AWSReservedSSO_Admin_fedcba9876543210";
const DERIVED = /^[A-Za-z0-9_,.@-]{0,13}\+[a-z2-7]{10}$/;

const STANDS = [
  { name: "a home account's user", principal: user("mara"), issuer: users, want: "mara" },
  { name: "a user with a path", principal: user("a/mara"), issuer: users, want: "mara" },
  { name: "an SSO user", principal: session(ENTRY, "m@x.io"), issuer: center, want: "m@x.io" },
  {
    name: "an SSO user of a listed account",
    principal: session(ADMIN, "m@x.io", OTHER),
    issuer: center,
    want: "m@x.io",
  },
  {
    name: "a long name",
    principal: user("mara.von.und.zu.example@example.com"),
    issuer: users,
    want: "mara.von.und.zu.example@example.com",
  },
];
for (const c of STANDS) {
  Deno.test(`policyUser() lets the name of ${c.name} stand`, async () => {
    assert.equal(await policyUser(c.principal, c.issuer), c.want);
  });
}

const DERIVES = [
  { name: "without an issuer", principal: user("mara"), issuer: null, starts: "mara+" },
  { name: "of a foreign user", principal: user("mara", OTHER), issuer: users, starts: "mara+" },
  { name: "with a plus", principal: user("mara+ops"), issuer: users, starts: "maraops+" },
  { name: "with an equals sign", principal: user("a=b"), issuer: users, starts: "ab+" },
  {
    name: "of a self-chosen session, by its role",
    principal: session("Ops", "mara"),
    issuer: users,
    starts: "Ops+",
  },
  {
    name: "of a session that no store vouches for",
    principal: session("Ops", "mara"),
    issuer: center,
    starts: "Ops+",
  },
  {
    name: "of an SSO user in an account off the list",
    principal: session(ENTRY, "mara", "777788889999"),
    issuer: center,
    starts: "AWSReservedSS+",
  },
  { name: "of an IAM user beside SSO", principal: user("mara"), issuer: center, starts: "mara+" },
  { name: "of only marks", principal: user("+=+"), issuer: users, starts: "+" },
  {
    name: "of root",
    principal: parsePrincipal({ arn: `arn:aws:iam::${HOME}:root`, account: HOME, userId: HOME }),
    issuer: users,
    starts: "root+",
  },
  {
    name: "of an SSO user with a plus, by the store's name",
    principal: session(ENTRY, "mara+ops@x"),
    issuer: center,
    starts: "maraops@x+",
  },
];
for (const c of DERIVES) {
  Deno.test(`policyUser() derives a name ${c.name}`, async () => {
    const got = await policyUser(c.principal, c.issuer);
    assert.match(got, DERIVED);
    assert.ok(got.startsWith(c.starts), got);
  });
}

Deno.test("policyUser() is the same for every session name of one role", async () => {
  assert.equal(
    await policyUser(session("Ops", "alice"), users),
    await policyUser(session("Ops", "bob"), users),
  );
});

Deno.test("policyUser() tells apart what only looks alike", async () => {
  const names = await Promise.all([
    policyUser(user("alice", HOME, "AIDAONE"), null),
    policyUser(user("alice", HOME, "AIDATWO"), null),
    policyUser(user("alice", OTHER, "AIDAONE"), null),
    policyUser(session("alice", "x", HOME, "AIDAONE"), null),
    policyUser({ ...user("alice", HOME, "AIDAONE"), partition: "aws-cn" }, null),
    policyUser(user("alice"), users),
  ]);
  assert.equal(new Set(names).size, names.length);
});

Deno.test("policyUser() knows an SSO user with an odd name in every account and set", async () => {
  const one = await policyUser(session(ENTRY, "m+x@y", HOME, "AROAONE"), center);
  const two = await policyUser(session(ADMIN, "m+x@y", OTHER, "AROATWO"), center);
  assert.equal(one, two);
  assert.notEqual(one, await policyUser(session(ENTRY, "m+z@y", HOME, "AROAONE"), center));
});

Deno.test("policyUser() of a pinned principal never changes", async () => {
  assert.equal(await policyUser(user("mara"), null), "mara+drbhq6suyf");
});

Deno.test("sourceIdentityUser() keeps 24 characters and derives from 25 on", async () => {
  const fits = user("a".repeat(24));
  assert.equal(await sourceIdentityUser("a".repeat(24), fits), "a".repeat(24));
  const long = user("a".repeat(25));
  const got = await sourceIdentityUser(await policyUser(long, users), long);
  assert.match(got, DERIVED);
  assert.equal(got, await policyUser(long, null));
});

Deno.test("sourceIdentityUser() tells apart two long SSO names of one permission set", async () => {
  const one = session(ENTRY, "mara.of.the.long.name@example.com");
  const two = session(ENTRY, "mara.of.the.long.nape@example.com");
  const names = [one, two].map(async (p) => sourceIdentityUser(await policyUser(p, center), p));
  const [first, second] = await Promise.all(names);
  assert.notEqual(first, second);
  assert.match(first ?? "", DERIVED);
});
