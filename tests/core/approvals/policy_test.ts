// approvals: the approval policy is read strictly, and says who may say yes.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { SentinelError } from "../../../lib/core/errors/mod.ts";
import { isAutomatic, parseApprovalPolicy, planFor } from "../../../lib/core/approvals/mod.ts";
import { NOW, plan, POLICY } from "./people.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "300");
const parse = (text: string) => parseApprovalPolicy(text, "approval.yaml");
const one = (rule: string) => `version: "1"\nrules:\n  - ${rule}\n`;

Deno.test("a policy is read with its groups spelt out and its defaults", () => {
  const { rules } = parse(POLICY);
  assert.deepEqual(rules[0], {
    name: "prod",
    profiles: ["prod"],
    approvers: ["lea", "tom"],
    count: 1,
    use: "window",
    maxSeconds: 8 * 3600,
    withinSeconds: 24 * 3600,
    autoApprove: null,
  });
  assert.deepEqual([rules[1]?.count, rules[1]?.use, rules[1]?.maxSeconds], [2, "once", 7200]);
});

for (
  const row of [
    { name: "no rules", text: 'version: "1"\nrules: []', says: /empty list/ },
    {
      name: "another version",
      text: 'version: "2"\nrules: [{name: a, approvers: [b]}]',
      says: /2/,
    },
    { name: "no approvers", text: one("{name: a}"), says: /"approvers" is missing/ },
    { name: "an empty list of approvers", text: one("{name: a, approvers: []}"), says: /empty/ },
    {
      name: "an empty list of profiles",
      text: one("{name: a, approvers: [b], profiles: []}"),
      says: /empty/,
    },
    { name: "a pattern", text: one('{name: a, approvers: ["*"]}'), says: /pattern/ },
    {
      name: "a group that there isn't",
      text: one('{name: a, approvers: ["@leads"]}'),
      says: /@leads/,
    },
    {
      name: "an unknown key",
      text: one("{name: a, approvers: [b], approver: c}"),
      says: /unknown key/,
    },
    {
      name: "profile without s",
      text: one("{name: a, approvers: [b], profile: c}"),
      says: /write profiles/,
    },
    {
      name: "a quorum larger than its group",
      text: one("{name: a, approvers: [b, c], count: 3}"),
      says: /2 different people/,
    },
    { name: "a count of none", text: one("{name: a, approvers: [b], count: 0}"), says: /1 to 20/ },
    {
      name: "a window over 8 hours",
      text: one("{name: a, approvers: [b], max_duration: 9h}"),
      says: /at most 28800/,
    },
    { name: "an ARN", text: one('{name: a, approvers: ["arn:aws:iam::1:user/x"]}'), says: /ARN/ },
    {
      name: "two rules of one name",
      text: 'version: "1"\nrules: [{name: a, approvers: [b]}, {name: a, approvers: [c]}]',
      says: /second time/,
    },
    { name: "an approver twice", text: one("{name: a, approvers: [b, b]}"), says: /second time/ },
    {
      name: "trap: auto_approve without users, which would be everybody",
      text: one("{name: a, approvers: [b], auto_approve: {max_duration: 1h}}"),
      says: /"users" is missing/,
    },
    {
      name: "trap: auto_approve with nobody in it",
      text: one("{name: a, approvers: [b], auto_approve: {users: []}}"),
      says: /empty/,
    },
    {
      name: "trap: an unknown zone",
      text: one(
        "{name: a, approvers: [b], auto_approve: {users: [c], time: {days: [monday], timezone: Nowhere}}}",
      ),
      says: /zone/,
    },
    {
      name: "trap: a window that never opens",
      text: one(
        '{name: a, approvers: [b], auto_approve: {users: [c], time: {hours: {start: "09:00", end: "09:00"}}}}',
      ),
      says: /same start and end/,
    },
  ]
) {
  Deno.test(`an approval policy with ${row.name} is refused`, () => {
    assert.throws(() => parse(row.text), { code: "POLICY_INVALID", message: row.says });
  });
}

for (
  const row of [
    {
      name: "a group that there isn't",
      text: 'version: "1"\nrules:\n  - name: a\n    approvers: [b, "@c"]',
      says:
        "approval.yaml:4:20: found the group @c, want one of this file's groups; fix: add c under `groups:`",
    },
    {
      name: "a pattern for profiles",
      text: 'version: "1"\nrules:\n  - name: a\n    approvers: [b]\n    profiles: ["*"]',
      says:
        'approval.yaml:5:16: found a pattern in "*", want an exact name; fix: leave `profiles:` out, which means any',
    },
    {
      name: "a pattern for people",
      text: 'version: "1"\nrules:\n  - name: a\n    approvers: ["*"]',
      says:
        'approval.yaml:4:17: found a pattern in "*", want an exact name; fix: name each one, or a group such as @leads',
    },
    {
      name: "no group's name",
      text: 'version: "1"\nrules:\n  - name: a\n    approvers: ["@c!"]',
      says:
        "approval.yaml:4:17: found a name that no caller can have, want a policy user name or a group such as @leads; fix: copy the name that `sentinel whoami` prints as the policy user",
    },
  ]
) {
  Deno.test(`a problem has its place and its fix: ${row.name}`, () => {
    const message =
      `Cannot read approval policy: found 1 problem in approval.yaml, want none\n${row.says}`;
    assert.throws(() => parse(row.text), { message });
  });
}

Deno.test("count 2 needs two people, not two names of one", () => {
  const text = `version: "1"\npeople: {b: [c]}\nrules: [{name: a, approvers: [b, c], count: 2}]`;
  assert.throws(() => parse(text), { message: /1 different people/ });
});

Deno.test("the first rule that covers the profile counts; a rule without profiles covers all", () => {
  const text = `version: "1"
rules: [{name: a, profiles: [prod], approvers: [x]}, {name: b, approvers: [y]}]`;
  assert.deepEqual(plan(text, "prod").requirements.map(({ rule }) => rule), ["approval.yaml/a"]);
  assert.deepEqual(plan(text, "dev").requirements.map(({ rule }) => rule), ["approval.yaml/b"]);
});

Deno.test("trap: no rule for the profile means nobody may approve", () => {
  assert.equal(planFor([parse(POLICY)], "dev"), null);
  assert.equal(planFor([parse(POLICY)], "Prod"), null);
});

Deno.test("of two policies both bind, and the strictest limits hold", () => {
  const team = parseApprovalPolicy(
    one("{name: a, approvers: [x], max_duration: 2h, within: 12h}"),
    "team.yaml",
  );
  const all = parseApprovalPolicy(
    one("{name: a, approvers: [x], use: once, within: 1h, auto_approve: {users: [z]}}"),
    "all.yaml",
  );
  const found = planFor([team, all], "prod");
  assert.deepEqual(found?.requirements.map(({ rule }) => rule), ["team.yaml/a", "all.yaml/a"]);
  assert.deepEqual([found?.use, found?.maxSeconds, found?.withinSeconds, found?.automatic], [
    "once",
    7200,
    3600,
    null,
  ]);
});

const AUTO = `
version: "1"
rules:
  - name: night
    approvers: [lea]
    auto_approve:
      users: [ops]
      time: {days: [monday], hours: {start: "22:00", end: "06:00"}, timezone: UTC}
      max_duration: 1h`;

for (
  const row of [
    { name: "in the evening", at: "2026-01-05T22:00:00Z", is: true },
    { name: "trap: past midnight, by the day of its start", at: "2026-01-06T05:59:00Z", is: true },
    { name: "at its end", at: "2026-01-06T06:00:00Z", is: false },
    { name: "by day", at: "2026-01-05T12:00:00Z", is: false },
    { name: "for longer", at: "2026-01-05T22:00:00Z", seconds: 3601, is: false },
    { name: "for somebody else", at: "2026-01-05T22:00:00Z", user: "mara", is: false },
  ]
) {
  Deno.test(`isAutomatic() overnight ${row.name}: ${row.is}`, () => {
    const at = new Date(row.at);
    assert.equal(isAutomatic(plan(AUTO), row.user ?? "ops", row.seconds ?? 3600, at), row.is);
  });
}

Deno.test("parseApprovalPolicy() gives a policy or POLICY_INVALID, whatever it is given", () => {
  const words = fc.constantFrom(
    "version",
    "rules",
    "name",
    "approvers",
    "@leads",
    "groups",
    "people",
    "count",
    "1h",
    "prod",
  );
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      words,
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(words, tie("any"), { maxKeys: 4 }),
    ),
  })).any;
  const text = fc.oneof(value.map((v) => JSON.stringify(v)), fc.string({ unit: "binary" }));
  fc.assert(
    fc.property(text, (source) => {
      try {
        assert.ok(parse(source).rules.length > 0);
      } catch (error) {
        assert.ok(error instanceof SentinelError && error.code === "POLICY_INVALID", String(error));
      }
    }),
    { seed: 63, numRuns: RUNS },
  );
});

Deno.test("a policy that was read never approves by itself for a user whom it does not name", () => {
  const rule = fc.record({
    name: fc.constant("a"),
    approvers: fc.constant(["lea"]),
    auto_approve: fc.record({
      users: fc.subarray(["ops", "tom"], { minLength: 1 }),
      max_duration: fc.constantFrom("1h", "8h"),
    }, { requiredKeys: ["users"] }),
  });
  fc.assert(
    fc.property(rule, fc.integer({ min: 1, max: 40_000 }), (raw, seconds) => {
      const read = plan(JSON.stringify({ version: "1", rules: [raw] }));
      for (const user of ["ops", "tom", "mara", ""]) {
        const named = (raw.auto_approve.users as string[]).includes(user);
        if (!named) assert.equal(isAutomatic(read, user, seconds, NOW), false);
      }
    }),
    { seed: 64, numRuns: Math.ceil(RUNS / 4) },
  );
});
