// permissions tests: the registry, its selections, scopes and statements.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { SentinelError } from "../../../lib/core/errors/mod.ts";
import {
  DEFAULT_SCOPE,
  FEATURES,
  featuresOf,
  identityPolicy,
  ROLES,
  type Scope,
  scopeOf,
  type Selection,
  statementsFor,
  SUBSYSTEMS,
} from "../../../lib/core/permissions/mod.ts";

const RUNS = { seed: 5, numRuns: Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "100") };
const IDS = FEATURES.map(({ id }) => id);
const RIGHTS = FEATURES.flatMap(({ rights }) => rights);

Deno.test("the registry names each feature and each statement once", () => {
  assert.deepEqual([...new Set(IDS)], IDS);
  const sids = RIGHTS.map(({ sid }) => sid);
  assert.deepEqual([...new Set(sids)], sids);
  // IAM User Guide, "IAM JSON policy elements: Sid".
  for (const sid of sids) assert.match(sid, /^Sentinel[A-Za-z0-9]+$/);
  for (const id of IDS) assert.match(id, /^[a-z]+(_[a-z]+)*$/);
});

Deno.test("the registry's actions are whole names, sorted, without wildcards", () => {
  for (const { actions } of RIGHTS) {
    assert.ok(actions.length > 0);
    assert.deepEqual([...actions].sort(), actions);
    for (const action of actions) assert.match(action, /^[a-z0-9-]+:[A-Z][A-Za-z]+$/);
  }
});

Deno.test("a feature without rights says which calls need none, and where AWS says so", () => {
  for (const { id, rights, free } of FEATURES) {
    assert.ok(rights.length + free.length > 0, id);
    for (const { because } of free) assert.match(because, /\(.*(Reference|Guide).*\)$/, id);
  }
});

Deno.test("each role but the TVM's uses something, and everything is used by some role", () => {
  const used = (role: typeof ROLES[number]) => FEATURES.some(({ roles }) => roles.includes(role));
  assert.deepEqual(ROLES.filter((role) => !used(role)), ["tvm"]);
  assert.ok(FEATURES.every(({ roles }) => roles.length > 0));
});

Deno.test("statementsFor() merges rights on the same resources, under the first one's name", () => {
  const scope = scopeOf({ account: "111122223333" });
  assert.deepEqual(
    statementsFor({ features: ["session_tags", "credential_issue"] }, scope),
    [{
      Sid: "SentinelAssumeProtectedRoles",
      Effect: "Allow",
      Action: ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"],
      Resource: ["arn:aws:iam::111122223333:role/SentinelProtected-*"],
    }],
  );
  assert.deepEqual(
    statementsFor({ features: ["session_tags"] }, scope).map(({ Sid, Action }) => [Sid, Action]),
    [["SentinelTagSessions", ["sts:TagSession"]]],
  );
});

Deno.test("statementsFor() narrows decryption to Parameter Store and to the policies", () => {
  const scope = scopeOf({
    partition: "aws-cn",
    account: "111122223333",
    region: "cn-north-1",
    policyRoot: "/team/policies",
  });
  const [statement] = statementsFor({ features: ["policy_decrypt"] }, scope);
  assert.deepEqual(statement?.Resource, ["arn:aws-cn:kms:cn-north-1:111122223333:key/*"]);
  assert.deepEqual(statement?.Condition, {
    StringLike: {
      "kms:EncryptionContext:PARAMETER_ARN":
        "arn:aws-cn:ssm:cn-north-1:111122223333:parameter/team/policies/*",
      "kms:ViaService": "ssm.cn-north-1.*",
    },
  });
});

Deno.test("every part of a scope reaches the statements", () => {
  const parts: Scope = {
    partition: "aws-us-gov",
    account: "999988887777",
    region: "us-gov-west-1",
    policyRoot: "/elsewhere",
    protectedRoles: "team/Guarded-*",
    tablePrefix: "elsewhere.",
  };
  const before = JSON.stringify(statementsFor({}, DEFAULT_SCOPE));
  for (const [part, value] of Object.entries(parts)) {
    const text = JSON.stringify(statementsFor({}, scopeOf({ [part]: value })));
    assert.ok(text.includes(value), part);
    assert.ok(!before.includes(value), part);
  }
});

const selections: fc.Arbitrary<Selection> = fc.record({
  roles: fc.subarray([...ROLES], { minLength: 1 }),
  features: fc.subarray(IDS, { minLength: 1 }),
  subsystems: fc.subarray([...SUBSYSTEMS], { minLength: 1 }),
  requiredOnly: fc.boolean(),
}, { requiredKeys: [] });

Deno.test("statementsFor() allows what the selected features need, and nothing else", () => {
  fc.assert(
    fc.property(selections, (selection) => {
      const pairs = (list: readonly (readonly [readonly string[], readonly string[]])[]) =>
        [...new Set(list.flatMap(([a, r]) => a.flatMap((x) => r.map((y) => `${x} ${y}`))))].sort();
      const wanted = featuresOf(selection).flatMap(({ rights }) => rights)
        .map((right) => [right.actions, right.resources(DEFAULT_SCOPE)] as const);
      const given = statementsFor(selection, DEFAULT_SCOPE)
        .map(({ Action, Resource }) => [Action, Resource] as const);
      assert.deepEqual(pairs(given), pairs(wanted));
    }),
    RUNS,
  );
});

Deno.test("statementsFor() doesn't heed the order in which things are named", () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(IDS, { minLength: 1 }), (features) => {
      const sorted = [...features].sort();
      assert.equal(
        JSON.stringify(statementsFor({ features }, DEFAULT_SCOPE)),
        JSON.stringify(statementsFor({ features: sorted }, DEFAULT_SCOPE)),
      );
    }),
    RUNS,
  );
});

Deno.test("Sids of a policy are unique", () => {
  fc.assert(
    fc.property(selections, (selection) => {
      const sids = statementsFor(selection, DEFAULT_SCOPE).map(({ Sid }) => Sid);
      assert.deepEqual([...new Set(sids)], sids);
    }),
    RUNS,
  );
});

Deno.test("identityPolicy() is null where nothing needs a right", () => {
  assert.equal(identityPolicy({ features: ["identity"] }, DEFAULT_SCOPE), null);
  assert.equal(identityPolicy({ roles: ["tvm"] }, DEFAULT_SCOPE), null);
  assert.equal(identityPolicy({}, DEFAULT_SCOPE)?.Version, "2012-10-17");
});

Deno.test("featuresOf() leaves out what is optional where that is asked", () => {
  const ids = featuresOf({ requiredOnly: true }).map(({ id }) => id);
  assert.deepEqual(ids, ["identity", "credential_issue"]);
});

function refused(run: () => unknown): SentinelError {
  try {
    run();
  } catch (error) {
    if (error instanceof SentinelError) return error;
  }
  throw new Error("want a refusal");
}

for (
  const { name, selection, message, hint } of [
    {
      name: "a feature",
      selection: { features: ["credential_isue"] },
      message: /^Cannot find feature "credential_isue": want one of identity, /,
      hint: "did you mean credential_issue?",
    },
    {
      name: "a role",
      selection: { roles: ["auditors"] },
      message: /^Cannot find role "auditors": want one of requester, /,
      hint: "did you mean auditor?",
    },
    {
      name: "a subsystem",
      selection: { subsystems: ["zzz"] },
      message: /^Cannot find subsystem "zzz": want one of core, /,
      hint: null,
    },
  ]
) {
  Deno.test(`featuresOf() refuses ${name} that there is not, and lists those that there are`, () => {
    const error = refused(() => featuresOf(selection as Selection));
    assert.equal(error.code, "USAGE");
    assert.match(error.message, message);
    assert.equal(error.hint, hint);
  });
}

const FORMS: readonly { part: keyof Scope; takes: string[]; refuses: string[] }[] = [
  {
    part: "partition",
    takes: ["aws", "aws-cn", "aws-us-gov", "aws-iso-b"],
    refuses: ["", "*", "AWS", "gcp", "aws:", "aws-", "aws\n"],
  },
  {
    part: "account",
    takes: ["*", "111122223333"],
    refuses: ["", "1111", "1111222233334", "11112222333x", "**", "111122223333\n"],
  },
  {
    part: "region",
    takes: ["*", "eu-central-1", "us-gov-west-1", "ap-southeast-12", "eusc-de-east-1"],
    refuses: ["", "eu", "eu-central", "eu-*-1", "EU-CENTRAL-1", 'eu-central-1"'],
  },
  {
    part: "policyRoot",
    takes: ["/sentinel", "/sentinel/policies", "/a.b/c_d-e"],
    refuses: ["", "/", "sentinel", "/sentinel/", "/a//b", "/a/*", "/a b", "/ä", `/a"`, "/a\n"],
  },
  {
    part: "protectedRoles",
    takes: ["SentinelProtected-*", "team/Guarded-??", "Prod", "a/b/c/Guarded*"],
    refuses: [
      "",
      "*",
      "???",
      "a*b",
      "/SentinelProtected",
      "Guarded/",
      "Gua rded",
      'Guarded"x',
      "*/*",
    ],
  },
  {
    part: "tablePrefix",
    takes: ["sentinel-", "Team_1.", "x"],
    refuses: ["", "*", "sentinel-*", "a b", "a/", "ä", 'a"', "a\n", "x".repeat(201)],
  },
];

for (const { part, takes, refuses } of FORMS) {
  Deno.test(`scopeOf() checks the form of ${part}`, () => {
    for (const value of takes) assert.equal(scopeOf({ [part]: value })[part], value);
    for (const value of refuses) {
      const error = refused(() => scopeOf({ [part]: value }));
      assert.equal(error.code, "USAGE", value);
      assert.match(error.message, /^Cannot write rights: found /, value);
    }
  });
}
