// identity: the codec of the source identity, the request id and the session name.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import {
  formatSourceIdentity,
  type GrantMark,
  newRequestId,
  parsePrincipal,
  parseRoleSessionName,
  parseSourceIdentity,
  policyUser,
  roleSessionName,
  type SourceIdentity,
  sourceIdentityUser,
} from "../../../lib/core/identity/mod.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "500");
const NAMES = 10_000;
/** STS API reference, AssumeRole: SourceIdentity and RoleSessionName. */
const STS = /^[\w+=,.@-]{2,64}$/;

const hex = (length: number) =>
  fc.array(fc.constantFrom(..."0123456789abcdef"), { minLength: length, maxLength: length })
    .map((digits) => digits.join(""));
const text = (alphabet: string, maxLength: number) =>
  fc.array(fc.constantFrom(...alphabet), { minLength: 1, maxLength }).map((c) => c.join(""));
/** Records with a prototype, since those are what the codec gives. */
const plainObjects = { noNullPrototype: true };
const LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const grant: fc.Arbitrary<GrantMark> = fc.oneof(
  fc.record({ kind: fc.constant("direct" as const), agent: fc.boolean() }, plainObjects),
  fc.record({
    kind: fc.constantFrom("approval" as const, "break-glass" as const),
    id: hex(8),
    agent: fc.boolean(),
  }, plainObjects),
);
const identity: fc.Arbitrary<SourceIdentity> = fc.record({
  user: text(`${LETTERS}_,.@+-`, 24),
  grant,
  requestId: hex(16),
}, plainObjects);

const FORMS: { text: string; identity: SourceIdentity }[] = [
  {
    text: "sentinel=mara=direct=0123456789abcdef",
    identity: {
      user: "mara",
      grant: { kind: "direct", agent: false },
      requestId: "0123456789abcdef",
    },
  },
  {
    text: "sentinel=Ops+abcdefghij=a.ap-89abcdef=0123456789abcdef",
    identity: {
      user: "Ops+abcdefghij",
      grant: { kind: "approval", id: "89abcdef", agent: true },
      requestId: "0123456789abcdef",
    },
  },
  {
    text: "sentinel=m@x.io=bg-00000000=ffffffffffffffff",
    identity: {
      user: "m@x.io",
      grant: { kind: "break-glass", id: "00000000", agent: false },
      requestId: "f".repeat(16),
    },
  },
];
for (const c of FORMS) {
  Deno.test(`source identity ${c.text} reads and writes`, () => {
    assert.equal(formatSourceIdentity(c.identity), c.text);
    assert.deepEqual(parseSourceIdentity(c.text), c.identity);
  });
}

for (
  const wrong of [
    "",
    "mara",
    "sentinel:mara:direct:01234567",
    "sentinel:mara:direct:0123456789abcdef",
    "sentinel=mara=direct=0123456789ABCDEF",
    "sentinel=mara=direct=0123456789abcde",
    "sentinel=mara=direct=0123456789abcdef0",
    "sentinel=mara=direct=0123456789abcdef\n",
    " sentinel=mara=direct=0123456789abcdef",
    "Sentinel=mara=direct=0123456789abcdef",
    "sentinel==direct=0123456789abcdef",
    "sentinel=ma=ra=direct=0123456789abcdef",
    "sentinel=mara=ap-0123456789abcdef=0123456789abcdef",
    "sentinel=mara=xx-01234567=0123456789abcdef",
    "sentinel=mara=direct-01234567=0123456789abcdef",
    "sentinel=mara=a.a.direct=0123456789abcdef",
    `sentinel=${"m".repeat(25)}=direct=0123456789abcdef`,
    "sentinel=mаra=direct=0123456789abcdef",
  ]
) {
  Deno.test(`parseSourceIdentity() does not know ${JSON.stringify(wrong)}`, () => {
    assert.equal(parseSourceIdentity(wrong), null);
  });
}

const internal = (e: unknown) => hasCode(e, "INTERNAL");
const plain = FORMS[0]?.identity ?? assert.fail("no form");
for (
  const [what, broken] of Object.entries({
    "an empty user": { ...plain, user: "" },
    "a user with =": { ...plain, user: "a=b" },
    "a long user": { ...plain, user: "m".repeat(25) },
    "a short request id": { ...plain, requestId: "01234567" },
    "a long grant id": {
      ...plain,
      grant: { kind: "approval" as const, id: "0".repeat(16), agent: false },
    },
  })
) {
  Deno.test(`formatSourceIdentity() writes no ${what}`, () => {
    assert.throws(() => formatSourceIdentity(broken), internal);
  });
}

Deno.test("parseSourceIdentity() undoes formatSourceIdentity(), within STS's pattern", () => {
  fc.assert(
    fc.property(identity, (it) => {
      const written = formatSourceIdentity(it);
      assert.match(written, STS);
      assert.deepEqual(parseSourceIdentity(written), it);
    }),
    { seed: 8, numRuns: RUNS },
  );
});

Deno.test("formatSourceIdentity() undoes parseSourceIdentity() whatever it is given", () => {
  const near = fc.tuple(fc.string(), fc.constantFrom("", "sentinel=", "sentinel=m=direct="))
    .map(([tail, head]) => head + tail);
  fc.assert(
    fc.property(fc.oneof(fc.string(), near), (any) => {
      const read = parseSourceIdentity(any);
      if (read !== null) assert.equal(formatSourceIdentity(read), any);
    }),
    { seed: 8, numRuns: RUNS },
  );
});

Deno.test("regression 8: source identities of 10,000 random names pass STS's pattern and never collide", async () => {
  const names = fc.sample(text(`${LETTERS}_+=,.@-`, 64), { seed: 8, numRuns: NAMES });
  const issuer = { kind: "iam-users", account: "111122223333" } as const;
  const seen = new Map<string, string>();
  const distinct = new Set(names);
  assert.ok(distinct.size > NAMES / 2);
  let index = 0;
  for (const name of distinct) {
    index += 1;
    const principal = parsePrincipal({
      arn: `arn:aws:iam::111122223333:user/${name}`,
      account: "111122223333",
      userId: `AIDA${index}`,
    });
    const user = await sourceIdentityUser(await policyUser(principal, issuer), principal);
    const written = formatSourceIdentity({ ...plain, user });
    assert.match(written, STS);
    assert.equal(parseSourceIdentity(written)?.user, user);
    assert.equal(seen.get(user), undefined, `${name} and ${seen.get(user)} are both ${user}`);
    seen.set(user, name);
  }
});

Deno.test("regression 8: derived names carry 50 bits, so 10,000 foreign callers never collide", async () => {
  const seen = new Set<string>();
  for (let index = 0; index < NAMES; index++) {
    const principal = parsePrincipal({
      arn: "arn:aws:sts::111122223333:assumed-role/Ops/same",
      account: "111122223333",
      userId: `AROA${index}:same`,
    });
    const user = await policyUser(principal, null);
    assert.match(user, /^Ops\+[a-z2-7]{10}$/);
    seen.add(user);
  }
  assert.equal(seen.size, NAMES);
});

Deno.test("newRequestId() writes 8 random bytes as 16 hex digits", () => {
  assert.equal(
    newRequestId(() => Uint8Array.of(0, 1, 2, 15, 16, 128, 254, 255)),
    "0001020f1080feff",
  );
});

for (const length of [0, 4, 7, 9]) {
  Deno.test(`newRequestId() throws when it gets ${length} bytes`, () => {
    assert.throws(() => newRequestId(() => new Uint8Array(length)), internal);
  });
}

Deno.test("parseRoleSessionName() undoes roleSessionName(), within STS's pattern", () => {
  fc.assert(
    fc.property(text(`${LETTERS}_,.@+-`, 64), hex(64), (user, hash) => {
      const written = roleSessionName(user, hash);
      assert.match(written, STS);
      assert.deepEqual(parseRoleSessionName(written), {
        user: user.slice(0, 31),
        intentHash: hash.slice(0, 32),
      });
    }),
    { seed: 8, numRuns: RUNS },
  );
});

for (
  const [what, user, hash] of [
    ["a user with a colon", "a:b", "0".repeat(64)],
    ["no user", "", "0".repeat(64)],
    ["a short hash", "mara", "0".repeat(32)],
    ["a hash in capitals", "mara", "A".repeat(64)],
  ] as const
) {
  Deno.test(`roleSessionName() writes no name for ${what}`, () => {
    assert.throws(() => roleSessionName(user, hash), internal);
  });
}

Deno.test("parseRoleSessionName() does not know a foreign name", () => {
  for (const foreign of ["", "mara", "botocore-session-1234567890", `mara-${"0".repeat(31)}`]) {
    assert.equal(parseRoleSessionName(foreign), null);
  }
});
