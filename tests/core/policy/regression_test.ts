// policy: faults of the earlier program that must never come back.
import { strict as assert } from "node:assert";
import {
  type Decision,
  type Mode,
  parsePolicy,
  PolicyInvalidError,
  type PolicyRequest,
} from "../../../lib/core/policy/mod.ts";
import { evaluate } from "../../../lib/core/policy/mod.ts";
import { compiledOf, request, rulesText } from "./requests.ts";

const MODES: readonly Mode[] = ["cli", "credential_process", "server"];
const ALLOW = "name: rest, effect: allow, conditions: {profiles: [dev]}";

const BAD: readonly { name: string; text: string }[] = [
  { name: "an unknown effect", text: rulesText("name: a, effect: grant, conditions: {}", ALLOW) },
  { name: "Deny", text: rulesText("name: a, effect: Deny, conditions: {}", ALLOW) },
  {
    name: "require-approval",
    text: rulesText("name: a, effect: require-approval, conditions: {}", ALLOW),
  },
  { name: "a missing effect", text: rulesText("name: a, conditions: {}", ALLOW) },
  { name: "condition", text: rulesText("name: a, effect: allow, condition: {users: [bob]}") },
  {
    name: "user beside profiles",
    text: rulesText("name: a, effect: allow, conditions: {profiles: [dev], user: [bob]}"),
  },
  {
    name: "users: []",
    text: rulesText("name: a, effect: allow, conditions: {profiles: [dev], users: []}"),
  },
  { name: "version 99", text: rulesText(ALLOW).replace('"1"', '"99"') },
  {
    name: "a bad zone",
    text: rulesText(
      "name: a, effect: allow, conditions: {time: {days: [monday], timezone: Mars/Olympus}}",
    ),
  },
  {
    name: "bad hours",
    text: rulesText(
      'name: a, effect: allow, conditions: {time: {hours: {start: 9am, end: "99:00"}}}',
    ),
  },
  {
    name: "a misspelt mode on a deny",
    text: rulesText("name: a, effect: deny, conditions: {mode: [CLI]}", ALLOW),
  },
  { name: "an empty time", text: rulesText("name: a, effect: allow, conditions: {time: {}}") },
  {
    name: "two documents",
    text: `${rulesText(ALLOW)}---\n${rulesText("name: d, effect: deny, conditions: {}")}`,
  },
  {
    name: "an alias bomb",
    text: "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n" + rulesText(ALLOW),
  },
  { name: "10 MB", text: rulesText(ALLOW) + "#".repeat(10_000_000) },
];

for (const row of BAD) {
  Deno.test(`regression 1: a document with ${row.name} reaches no decision`, () => {
    assert.throws(() => parsePolicy(row.text, "policy.yaml"), PolicyInvalidError);
  });
}

const EFFECTS: Readonly<Record<string, Readonly<Record<Mode, Decision["outcome"]>>>> = {
  allow: { cli: "allow", credential_process: "allow", server: "allow" },
  deny: { cli: "deny", credential_process: "deny", server: "deny" },
  require_approval: { cli: "pending", credential_process: "pending", server: "pending" },
  require_server: { cli: "pending", credential_process: "pending", server: "allow" },
  require_server_session: { cli: "pending", credential_process: "pending", server: "pending" },
};

for (const [effect, outcomes] of Object.entries(EFFECTS)) {
  for (const mode of MODES) {
    Deno.test(`regression 2: ${effect} in mode ${mode} is ${outcomes[mode]}`, () => {
      const compiled = compiledOf([`name: a, effect: ${effect}, conditions: {profiles: [dev]}`]);
      const decision = evaluate(compiled, request({ mode }));
      assert.equal(decision.outcome, outcomes[mode]);
      assert.equal(decision.effect, effect);
    });
  }
}

const tracked = "name: a, effect: require_server_session, conditions: {profiles: [dev]}";
for (const mode of MODES) {
  Deno.test(`regression 2: require_server_session with a table in mode ${mode}`, () => {
    const decision = evaluate(compiledOf([tracked]), request({ mode, sessionTable: "tab" }));
    assert.equal(decision.outcome, mode === "server" ? "allow" : "pending");
  });
}

const night = 'time: {hours: {start: "22:00", end: "06:00"}, timezone: Europe/Berlin}';
const DENIES: readonly { name: string; deny: string; ask: Partial<PolicyRequest> }[] = [
  { name: "unknown posture", deny: "device: {require_mdm: true}", ask: {} },
  {
    name: "unknown version",
    deny: 'device: {min_os_version: "14.4"}',
    ask: { device: { mdmEnrolled: true } },
  },
  { name: "a user with a hyphen", deny: "users: [contractor-1]", ask: { user: "contractor-1" } },
  {
    name: "a user that is an address",
    deny: "users: [alice@example.com]",
    ask: { user: "alice@example.com" },
  },
  {
    name: "an overnight window, in the evening",
    deny: night,
    ask: { at: new Date("2026-01-05T21:30:00Z") },
  },
  {
    name: "an overnight window, after midnight",
    deny: night,
    ask: { at: new Date("2026-01-06T04:59:59Z") },
  },
  {
    name: "an overnight window over a jump of the clock",
    deny: night,
    ask: { at: new Date("2026-03-29T03:59:00Z") },
  },
  {
    name: "the repeated hour",
    deny: 'time: {hours: {start: "02:00", end: "03:00"}, timezone: Europe/Berlin}',
    ask: { at: new Date("2026-10-25T01:30:00Z") },
  },
];
for (const row of DENIES) {
  Deno.test(`regression 2: a deny holds with ${row.name}`, () => {
    const compiled = compiledOf([`name: d, effect: deny, conditions: {${row.deny}}`, ALLOW]);
    for (const mode of MODES) {
      const decision = evaluate(compiled, request({ mode, ...row.ask }));
      assert.equal(decision.outcome, "deny");
      assert.equal(decision.rule, "d");
    }
  });
}

Deno.test("regression 2: a deny by an overnight window opens again in the morning", () => {
  const compiled = compiledOf([`name: d, effect: deny, conditions: {${night}}`, ALLOW]);
  const decision = evaluate(compiled, request({ at: new Date("2026-01-06T05:00:00Z") }));
  assert.equal(decision.outcome, "allow");
  assert.deepEqual(decision.alternatives[0]?.until, new Date("2026-01-06T21:00:00Z"));
});
