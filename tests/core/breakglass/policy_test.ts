// breakglass: policies are read strictly, and say who may act, how often, and for how long.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { SentinelError } from "../../../lib/core/errors/mod.ts";
import {
  limitFor,
  parseBreakGlassPolicy,
  parseLimitPolicy,
} from "../../../lib/core/breakglass/mod.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "300");

for (
  const row of [
    { name: "no users", text: 'version: "1"\nrules: [{name: a}]', says: /"users" is missing/ },
    { name: "empty users", text: 'version: "1"\nrules: [{name: a, users: []}]', says: /empty/ },
    {
      name: "an unknown reason",
      text: 'version: "1"\nrules: [{name: a, users: [b], allowed_reason_codes: [fun]}]',
      says: /fun/,
    },
    {
      name: "over 4 hours",
      text: 'version: "1"\nrules: [{name: a, users: [b], max_duration: 5h}]',
      says: /14400/,
    },
    {
      name: "a group that there isn't",
      text: 'version: "1"\nrules: [{name: a, users: ["@x"]}]',
      says: /@x/,
    },
    {
      name: "an unknown method",
      text: 'version: "1"\nrules: [{name: a, users: [b], mfa: {required: true, methods: [push]}}]',
      says: /push/,
    },
    {
      name: "reason_codes",
      text: 'version: "1"\nrules: [{name: a, users: [b], reason_codes: [other]}]',
      says: /allowed_reason_codes/,
    },
  ]
) {
  Deno.test(`a break-glass policy with ${row.name} is refused`, () => {
    const read = () => parseBreakGlassPolicy(row.text, "breakglass.yaml");
    assert.throws(read, { code: "POLICY_INVALID", message: row.says });
  });
}

for (
  const row of [
    { name: "no limit at all", rule: "{name: a}", says: /limits nothing/ },
    {
      name: "a threshold alone",
      rule: "{name: a, escalation_threshold: 2, quota_window: 1d}",
      says: /limits nothing/,
    },
    {
      name: "a quota without its window",
      rule: "{name: a, max_per_user: 2}",
      says: /quota_window/,
    },
    {
      name: "a quota of none",
      rule: "{name: a, max_per_user: 0, quota_window: 1d}",
      says: /1 to 400/,
    },
    {
      name: "a negative one",
      rule: "{name: a, max_per_profile: -1, quota_window: 1d}",
      says: /1 to 400/,
    },
    {
      name: "a window that the ledger forgets",
      rule: "{name: a, max_per_user: 1, quota_window: 31d}",
      says: /2592000/,
    },
    {
      name: "a cooldown that the ledger forgets",
      rule: "{name: a, cooldown: 31d}",
      says: /2592000/,
    },
  ]
) {
  Deno.test(`a rate-limit policy with ${row.name} is refused`, () => {
    const read = () => parseLimitPolicy(`version: "1"\nrules: [${row.rule}]`, "ratelimit.yaml");
    assert.throws(read, { code: "POLICY_INVALID", message: row.says });
  });
}

Deno.test("a limit rule is read with all that it says; a rule without profiles covers all", () => {
  const text = `version: "1"
rules:
  - {name: a, profiles: [prod], cooldown: 1h, max_per_user: 2, max_per_profile: 3, quota_window: 1d, escalation_threshold: 2}
  - {name: b, cooldown: 1s}`;
  const limits = parseLimitPolicy(text, "ratelimit.yaml");
  assert.deepEqual(limitFor(limits, "prod"), {
    name: "a",
    profiles: ["prod"],
    cooldownSeconds: 3600,
    maxPerUser: 2,
    maxPerProfile: 3,
    windowSeconds: 86_400,
    escalateAt: 2,
  });
  assert.deepEqual(limitFor(limits, "dev"), {
    name: "b",
    profiles: null,
    cooldownSeconds: 1,
    maxPerUser: null,
    maxPerProfile: null,
    windowSeconds: null,
    escalateAt: null,
  });
});

Deno.test("a break-glass rule is read with all that it says, and with its defaults", () => {
  const text = `version: "1"
groups: {oncall: [mara, lea]}
people: {mara: [ada]}
security: ["@oncall", sam]
rules:
  - {name: a, profiles: [prod], users: ["@oncall"], allowed_reason_codes: [incident], max_duration: 2h, mfa: {required: true, methods: [sms]}}
  - {name: b, users: [lea], mfa: {required: false}}
  - {name: c, users: [lea], mfa: {required: true}}`;
  const read = parseBreakGlassPolicy(text, "breakglass.yaml");
  assert.deepEqual([read.security, read.people], [["mara", "lea", "sam"], [["mara", "ada"]]]);
  assert.deepEqual(read.rules[0], {
    name: "a",
    profiles: ["prod"],
    users: ["mara", "lea"],
    reasonCodes: ["incident"],
    time: null,
    maxSeconds: 7200,
    mfa: ["sms"],
  });
  const defaults = { profiles: null, users: ["lea"], reasonCodes: null, time: null };
  assert.deepEqual(read.rules[1], { name: "b", ...defaults, maxSeconds: 14_400, mfa: null });
  assert.deepEqual(read.rules[2]?.mfa, ["totp", "sms"]);
  const twice = `version: "1"\nrules: [{name: a, users: [b]}, {name: a, users: [c]}]`;
  assert.throws(() => parseBreakGlassPolicy(twice, "x"), { message: /second time/ });
});

Deno.test("the first limit rule that covers the profile counts; none is no limit", () => {
  const limits = parseLimitPolicy(
    `version: "1"\nrules: [{name: a, profiles: [prod], cooldown: 1h}]`,
    "ratelimit.yaml",
  );
  assert.equal(limitFor(limits, "prod")?.cooldownSeconds, 3600);
  assert.equal(limitFor(limits, "dev"), null);
  assert.equal(limitFor(null, "prod"), null);
});

Deno.test("policies are read or refused with POLICY_INVALID, whatever they say", () => {
  const words = fc.constantFrom("version", "rules", "name", "users", "mfa", "security", "1", "1h");
  const value = fc.letrec((tie) => ({
    any: fc.oneof(
      { maxDepth: 4 },
      words,
      fc.integer(),
      fc.constant(null),
      fc.array(tie("any"), { maxLength: 3 }),
      fc.dictionary(words, tie("any"), { maxKeys: 4 }),
    ),
  })).any;
  fc.assert(
    fc.property(value, (raw) => {
      for (const parse of [parseBreakGlassPolicy, parseLimitPolicy]) {
        try {
          assert.ok(parse(JSON.stringify(raw), "x.yaml").rules.length > 0);
        } catch (error) {
          assert.ok(error instanceof SentinelError && error.code === "POLICY_INVALID");
        }
      }
    }),
    { seed: 72, numRuns: RUNS },
  );
});
