// policy: a decision, field by field, for each way in which it may end.
import { strict as assert } from "node:assert";
import {
  type Decision,
  evaluate,
  type PolicyRequest,
  renderExplanation,
} from "../../../lib/core/policy/mod.ts";
import { explain } from "../../../lib/core/policy/explain.ts";
import { compiledOf, request } from "./requests.ts";

const NOTHING = {
  outcome: "deny",
  effect: null,
  rule: null,
  ruleId: null,
  ruleIndex: -1,
  maxServerDuration: null,
  sessionTable: null,
  alternatives: [],
} as const;

function decide(
  rules: string[],
  ask: Partial<PolicyRequest> = {},
  guards: string[][] = [],
): Omit<Decision, "trace"> {
  const { trace: _, ...decision } = evaluate(compiledOf(rules, guards), request(ask));
  return decision;
}

Deno.test("evaluate() without a policy, a rule or a time denies with nothing but a reason", () => {
  assert.deepEqual(decide([]), { ...NOTHING, reason: "no rule matches" });
  const other = ["name: a, effect: allow, conditions: {profiles: [x]}"];
  assert.deepEqual(decide(other), { ...NOTHING, reason: "no rule matches" });
  assert.deepEqual(decide(other, { at: new Date(NaN) }), {
    ...NOTHING,
    reason: "the time of the request is not valid",
  });
});

const MANAGED = "conditions: {device: {require_mdm: true}}";

Deno.test("evaluate() names each rule that could not be judged", () => {
  const rules = [`name: a, effect: allow, ${MANAGED}`, `name: b, effect: allow, ${MANAGED}`];
  assert.deepEqual(decide(rules), {
    ...NOTHING,
    reason: 'no rule matches for certain (unknown: "policy.yaml/a", "policy.yaml/b")',
  });
});

Deno.test("evaluate() tells of the rule that refuses, and of doubt", () => {
  const rule = (more: string) => [
    "name: first, effect: allow, conditions: {profiles: [x]}",
    `name: no, effect: deny, ${more}`,
  ];
  const denied = {
    ...NOTHING,
    effect: "deny",
    rule: "no",
    ruleId: "policy.yaml/no",
    ruleIndex: 1,
  };
  assert.deepEqual(decide(rule("conditions: {}")), { ...denied, reason: 'rule "no" refuses' });
  assert.deepEqual(decide(rule("reason: Frozen, conditions: {}")), { ...denied, reason: "Frozen" });
  assert.deepEqual(decide(rule(MANAGED)), {
    ...denied,
    reason: 'rule "no" refuses, since it can\'t be known that it does not match',
  });
});

Deno.test("evaluate() gives a grant with everything that binds it", () => {
  const rules = [
    "name: a, effect: allow, unstamped: true, max_server_duration: 1h, session_table: t-1, " +
    'conditions: {profiles: [dev], time: {hours: {start: "08:00", end: "10:00"}}}',
  ];
  assert.deepEqual(decide(rules), {
    outcome: "allow",
    effect: "allow",
    rule: "a",
    ruleId: "policy.yaml/a",
    ruleIndex: 0,
    reason: 'rule "a" allows',
    maxServerDuration: 3600,
    sessionTable: "t-1",
    alternatives: [{
      rule: "policy.yaml/a",
      ruleName: "a",
      state: "met",
      obligations: [],
      maxDuration: null,
      maxServerDuration: 3600,
      until: new Date("2026-01-05T10:00:00Z"),
      sessionTable: "t-1",
      unstamped: true,
    }],
  });
  const reasoned = decide(["name: a, effect: allow, reason: On call, conditions: {users: [mara]}"]);
  assert.equal(reasoned.reason, "On call");
});

const obligation = (kind: string, state: string, why: string, ...from: string[]) => ({
  obligation: { kind },
  state,
  from,
  why,
});

Deno.test("evaluate() says of each obligation whether it is met, and of the open ones why not", () => {
  const rules = ["name: s, effect: require_server_session, conditions: {profiles: [dev]}"];
  const at = (ask: Partial<PolicyRequest>, guards: string[][] = []) => {
    const { outcome, reason, alternatives } = decide(rules, ask, guards);
    return { outcome, reason, obligations: alternatives[0]?.obligations };
  };
  const id = "policy.yaml/s";
  const serverOpen = "this needs server mode, which this version does not have yet";
  const sessionOpen =
    "this needs server mode with a tracked session, which this version does not have yet";
  const noTable = "this needs a tracked session, and no session table is set";
  assert.deepEqual(at({ mode: "cli" }), {
    outcome: "pending",
    reason: `${serverOpen}; ${sessionOpen}`,
    obligations: [
      obligation("server", "open", serverOpen, id),
      obligation("session", "open", sessionOpen, id),
    ],
  });
  assert.deepEqual(at({ mode: "server" }), {
    outcome: "pending",
    reason: noTable,
    obligations: [
      obligation("server", "met", "this is server mode", id),
      obligation("session", "open", noTable, id),
    ],
  });
  assert.deepEqual(at({ mode: "server", sessionTable: "t" }), {
    outcome: "allow",
    reason: 'rule "s" allows',
    obligations: [
      obligation("server", "met", "this is server mode", id),
      obligation("session", "met", "the session is tracked in t", id),
    ],
  });
  const guards = [[
    "name: g, effect: require_approval, conditions: {}",
  ], ["name: h, effect: require_server, conditions: {}"]];
  assert.deepEqual(at({ mode: "server", sessionTable: "t" }, guards), {
    outcome: "pending",
    reason: "this needs an approved request",
    obligations: [
      obligation("server", "met", "this is server mode", id, "guard-1.yaml/h"),
      obligation("session", "met", "the session is tracked in t", id),
      obligation(
        "approval",
        "open",
        "this needs an approved request",
        "guard-0.yaml/g",
      ),
    ],
  });
});

Deno.test("evaluate() takes the smaller cap and the guardrail's table", () => {
  const allow = (more: string) => [`name: a, effect: allow${more}, conditions: {users: [mara]}`];
  const guard = (more: string) => [[`name: g, effect: require_server${more}, conditions: {}`]];
  const at = (mine: string, theirs: string) => {
    const { maxServerDuration, sessionTable } = decide(
      allow(mine),
      { mode: "server", sessionTable: "asked" },
      guard(theirs),
    );
    return [maxServerDuration, sessionTable];
  };
  assert.deepEqual(at("", ""), [null, "asked"]);
  assert.deepEqual(at(", max_server_duration: 1h", ""), [3600, "asked"]);
  assert.deepEqual(at("", ", max_server_duration: 1h"), [3600, "asked"]);
  assert.deepEqual(at(", max_server_duration: 2h", ", max_server_duration: 1h"), [3600, "asked"]);
  assert.deepEqual(at(", max_server_duration: 1h", ", max_server_duration: 2h"), [3600, "asked"]);
  assert.deepEqual(at(", session_table: mine", ""), [null, "mine"]);
  assert.deepEqual(at(", session_table: mine", ", session_table: theirs"), [null, "theirs"]);
});

Deno.test("evaluate() of two possible rules gives what both give", () => {
  const rules = (first: string, second: string) => [
    `name: unsure, ${first}, conditions: {device: {require_mdm: true}}`,
    `name: sure, ${second}, conditions: {profiles: [dev]}`,
  ];
  const one = (first: string, second: string, ask: Partial<PolicyRequest> = {}) => {
    const { outcome, rule, reason, alternatives: [best] } = decide(rules(first, second), ask);
    return [outcome, rule, reason, best?.maxServerDuration, best?.sessionTable, best?.unstamped];
  };
  const allow = "effect: allow";
  assert.deepEqual(one(allow, allow), [
    "allow",
    "sure",
    'rule "sure" allows',
    null,
    null,
    false,
  ]);
  assert.deepEqual(one(`${allow}, unstamped: true`, allow)[5], false);
  assert.deepEqual(one(allow, `${allow}, unstamped: true`)[5], false);
  assert.deepEqual(one(`${allow}, unstamped: true`, `${allow}, unstamped: true`)[5], true);
  assert.deepEqual(one(`${allow}, max_server_duration: 1h`, allow)[3], 3600);
  assert.deepEqual(one(allow, `${allow}, max_server_duration: 1h`)[3], 3600);
  assert.deepEqual(one(`${allow}, session_table: one`, `${allow}, session_table: two`)[4], "one");
  assert.deepEqual(one(allow, `${allow}, session_table: two`)[4], "two");
  const open = "this needs an approved request";
  assert.deepEqual(one("effect: require_approval", allow).slice(0, 3), ["pending", "unsure", open]);
  assert.deepEqual(one(allow, "effect: require_approval").slice(0, 3), ["pending", "sure", open]);
  assert.deepEqual(one("effect: deny", allow)[1], "unsure");
  assert.deepEqual(one(allow, "effect: deny")[1], "sure");
});

Deno.test("renderExplanation() draws a doubtful rule, one that binds and one that is not reached", () => {
  const compiled = compiledOf(
    [
      `name: unsure, effect: allow, ${MANAGED}`,
      "name: sure, effect: require_approval, reason: Ask, conditions: {}",
      "name: late, effect: deny, conditions: {users: [bob, eve], mode: [cli, server]}",
    ],
    [["name: bond, effect: require_server, conditions: {time: {days: [monday, friday]}}"]],
  );
  const device = { mdmEnrolled: null, diskEncrypted: true, firewallEnabled: false };
  assert.equal(
    renderExplanation(explain(compiled, request({ device }))),
    `pending: mara wants dev in mode cli at 2026-01-05T09:00:00.000Z
  by policy.yaml/sure: Ask
guardrail guard-0.yaml
 + require_server bond (line 3): binds
     yes time: wants monday, friday all day UTC; found monday 09:00 UTC (this machine's clock); at tuesday 00:00 UTC it closes
policy policy.yaml
 ? allow unsure (line 3): may decide
     unknown device: wants managed; found disk encrypted, not firewall on (device management); it depends on the device (managed), of which that is not known
=> require_approval sure (line 4): decides; Ask
     any request
   deny late (line 5): not reached
     no users: wants bob or eve; found mara (the user's own word)
     yes mode: wants cli or server; found cli (this program)
what would change it
  open: this needs server mode, which this version does not have yet (guard-0.yaml/bond)
  open: this needs an approved request (policy.yaml/sure)
  rule guard-0.yaml/bond: at tuesday 00:00 UTC it closes
  rule policy.yaml/unsure: it depends on the device (managed), of which that is not known
`,
  );
});

Deno.test("evaluate() names the first guardrail that refuses, whatever the policy says", () => {
  const deny = (name: string) => [`name: ${name}, effect: deny, conditions: {}`];
  const policy = ["name: own, effect: deny, conditions: {}"];
  const { ruleId, reason } = decide(policy, {}, [deny("one"), deny("two")]);
  assert.deepEqual([ruleId, reason], ["guard-0.yaml/one", 'rule "one" refuses']);
});
