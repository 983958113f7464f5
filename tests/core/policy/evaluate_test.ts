// policy: decisions by table: order, effects, modes, guardrails, unknown facts, damage.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import {
  type CompiledPolicy,
  type Decision,
  evaluate,
  type PolicyRequest,
} from "../../../lib/core/policy/mod.ts";
import { compiledOf, request } from "./requests.ts";

const DEV = "conditions: {profiles: [dev]}";
const allow = (name: string, more = "") => `name: ${name}, effect: allow, ${DEV}${more}`;
const MANAGED = "{profiles: [dev], device: {require_mdm: true}}";

interface Row {
  name: string;
  rules: string[];
  guards?: string[][];
  ask?: Partial<PolicyRequest>;
  outcome: Decision["outcome"];
  rule: string | null;
  effect?: Decision["effect"];
  obligations?: string[];
}

const ROWS: Row[] = [
  {
    name: "grants by a rule that allows",
    rules: [allow("a")],
    outcome: "allow",
    rule: "a",
    effect: "allow",
  },
  {
    name: "denies where no rule matches",
    rules: [allow("a")],
    ask: { profile: "prod" },
    outcome: "deny",
    rule: null,
    effect: null,
  },
  {
    name: "compares profiles exactly",
    rules: [allow("a")],
    ask: { profile: "Dev" },
    outcome: "deny",
    rule: null,
  },
  {
    name: "compares users exactly",
    rules: ["name: a, effect: allow, conditions: {users: [Mara]}"],
    outcome: "deny",
    rule: null,
  },
  {
    name: "takes the first of two matching rules (deny)",
    rules: [`name: d, effect: deny, ${DEV}`, allow("a")],
    outcome: "deny",
    rule: "d",
    effect: "deny",
  },
  {
    name: "takes the first of two matching rules (allow)",
    rules: [allow("a"), `name: d, effect: deny, ${DEV}`],
    outcome: "allow",
    rule: "a",
  },
  {
    name: "keeps the order across buckets of the index",
    rules: ["name: any, effect: deny, conditions: {users: [mara]}", allow("a")],
    outcome: "deny",
    rule: "any",
  },
  {
    name: "waits for an approval",
    rules: [`name: a, effect: require_approval, ${DEV}`],
    outcome: "pending",
    rule: "a",
    effect: "require_approval",
    obligations: ["approval:open"],
  },
  {
    name: "waits for server mode in classic mode",
    rules: [`name: a, effect: require_server, ${DEV}`],
    outcome: "pending",
    rule: "a",
    effect: "require_server",
    obligations: ["server:open"],
  },
  {
    name: "waits for server mode in credential_process",
    rules: [`name: a, effect: require_server, ${DEV}`],
    ask: { mode: "credential_process" },
    outcome: "pending",
    rule: "a",
    obligations: ["server:open"],
  },
  {
    name: "grants in server mode, and keeps the effect as written",
    rules: [`name: a, effect: require_server, ${DEV}`],
    ask: { mode: "server" },
    outcome: "allow",
    rule: "a",
    effect: "require_server",
    obligations: ["server:met"],
  },
  {
    name: "waits for a session table in server mode",
    rules: [`name: a, effect: require_server_session, ${DEV}`],
    ask: { mode: "server" },
    outcome: "pending",
    rule: "a",
    obligations: ["server:met", "session:open"],
  },
  {
    name: "grants with the request's table",
    rules: [`name: a, effect: require_server_session, ${DEV}`],
    ask: { mode: "server", sessionTable: "t" },
    outcome: "allow",
    rule: "a",
  },
  {
    name: "grants with the rule's table",
    rules: [`name: a, effect: require_server_session, ${DEV}, session_table: tab`],
    ask: { mode: "server" },
    outcome: "allow",
    rule: "a",
  },
  {
    name: "a table alone makes no session in classic mode",
    rules: [`name: a, effect: require_server_session, ${DEV}, session_table: tab`],
    outcome: "pending",
    rule: "a",
    obligations: ["server:open", "session:open"],
  },
  {
    name: "denies by a deny whose device is unknown",
    rules: [`name: d, effect: deny, conditions: ${MANAGED}`, allow("a")],
    outcome: "deny",
    rule: "d",
    effect: "deny",
  },
  {
    name: "skips a deny whose device is known not to match",
    rules: [`name: d, effect: deny, conditions: ${MANAGED}`, allow("a")],
    ask: { device: { mdmEnrolled: false } },
    outcome: "allow",
    rule: "a",
  },
  {
    name: "does not grant by an allow whose device is unknown",
    rules: [`name: a, effect: allow, conditions: ${MANAGED}`],
    outcome: "deny",
    rule: null,
    effect: null,
  },
  {
    name: "takes the stricter of an unknown allow and the approval after it",
    rules: [
      `name: a, effect: allow, conditions: ${MANAGED}`,
      `name: b, effect: require_approval, ${DEV}`,
    ],
    outcome: "pending",
    rule: "b",
    obligations: ["approval:open"],
  },
  {
    name: "takes the stricter of an unknown approval and the allow after it",
    rules: [`name: b, effect: require_approval, conditions: ${MANAGED}`, allow("a")],
    outcome: "pending",
    rule: "b",
    obligations: ["approval:open"],
  },
  {
    name: "grants where an unknown allow is followed by an allow",
    rules: [`name: a, effect: allow, conditions: ${MANAGED}`, allow("b")],
    outcome: "allow",
    rule: "b",
  },
  {
    name: "denies for a guardrail that denies",
    rules: [allow("a")],
    guards: [["name: g, effect: deny, conditions: {}"]],
    outcome: "deny",
    rule: "g",
  },
  {
    name: "denies for a guardrail whose device is unknown",
    rules: [allow("a")],
    guards: [[`name: g, effect: deny, conditions: ${MANAGED}`]],
    outcome: "deny",
    rule: "g",
  },
  {
    name: "binds by a guardrail that asks for approval",
    rules: [allow("a")],
    guards: [["name: g, effect: require_approval, conditions: {}"]],
    outcome: "pending",
    rule: "a",
    effect: "allow",
    obligations: ["approval:open"],
  },
  {
    name: "binds by a guardrail that can't be judged",
    rules: [allow("a")],
    guards: [[`name: g, effect: require_server, conditions: ${MANAGED}`]],
    outcome: "pending",
    rule: "a",
    obligations: ["server:open"],
  },
  {
    name: "binds by several guardrails at once",
    rules: [allow("a")],
    guards: [["name: g, effect: require_server, conditions: {}"], [
      "name: g, effect: require_approval, conditions: {}",
    ]],
    ask: { mode: "server" },
    outcome: "pending",
    rule: "a",
    obligations: ["approval:open", "server:met"],
  },
  {
    name: "is not granted by a guardrail alone",
    rules: [],
    guards: [["name: g, effect: require_server, conditions: {}"]],
    ask: { mode: "server" },
    outcome: "deny",
    rule: null,
  },
  {
    name: "is free where no guardrail matches",
    rules: [allow("a")],
    guards: [["name: g, effect: deny, conditions: {profiles: [prod]}"]],
    outcome: "allow",
    rule: "a",
  },
  {
    name: "a guardrail's session takes the rule's table",
    rules: [allow("a", ", session_table: tab")],
    guards: [["name: g, effect: require_server_session, conditions: {}"]],
    ask: { mode: "server" },
    outcome: "allow",
    rule: "a",
    obligations: ["server:met", "session:met"],
  },
  {
    name: "nothing matches a user of the prototype",
    rules: [allow("a")],
    ask: { profile: "__proto__", user: "constructor" },
    outcome: "deny",
    rule: null,
  },
  {
    name: "empty names match no rule that names one",
    rules: [allow("a")],
    ask: { profile: "", user: "" },
    outcome: "deny",
    rule: null,
  },
];

for (const row of ROWS) {
  Deno.test(`evaluate() ${row.name}`, () => {
    const decision = evaluate(compiledOf(row.rules, row.guards), request(row.ask));
    assert.equal(decision.outcome, row.outcome);
    assert.equal(decision.rule, row.rule);
    if (row.effect !== undefined) assert.equal(decision.effect, row.effect);
    const states = decision.alternatives[0]?.obligations
      .map(({ obligation, state }) => `${obligation.kind}:${state}`).sort();
    if (row.obligations !== undefined) assert.deepEqual(states, row.obligations);
    assert.equal(decision.alternatives.length, row.outcome === "deny" ? 0 : 1);
  });
}

Deno.test("evaluate() carries the rule's own words, caps, table and stamp", () => {
  const rule = allow(
    "a",
    ", reason: because, max_server_duration: 1h, session_table: tab, unstamped: true",
  );
  const decision = evaluate(compiledOf([rule]), request({ sessionTable: "other" }));
  assert.equal(decision.reason, "because");
  assert.equal(decision.ruleId, "policy.yaml/a");
  assert.equal(decision.ruleIndex, 0);
  assert.equal(decision.maxServerDuration, 3_600);
  assert.equal(decision.sessionTable, "tab");
  assert.equal(decision.alternatives[0]?.unstamped, true);
  assert.equal(decision.trace.length, 1);
});

Deno.test("evaluate() carries the cap of a rule that refuses", () => {
  const rule = `name: d, effect: deny, ${DEV}, max_server_duration: 1h`;
  assert.equal(evaluate(compiledOf([rule]), request()).maxServerDuration, 3_600);
  assert.equal(evaluate(compiledOf([]), request()).maxServerDuration, null);
});

Deno.test("evaluate() takes the smallest cap of rule and guardrails", () => {
  const guard = "name: g, effect: require_server, conditions: {}, max_server_duration: 30m";
  const decision = evaluate(
    compiledOf([allow("a", ", max_server_duration: 1h")], [[guard]]),
    request({ mode: "server" }),
  );
  assert.equal(decision.maxServerDuration, 1_800);
});

Deno.test("evaluate() says who asks for an obligation", () => {
  const compiled = compiledOf([`name: a, effect: require_approval, ${DEV}`], [
    ["name: g, effect: require_approval, conditions: {}"],
  ]);
  const [alternative] = evaluate(compiled, request()).alternatives;
  assert.deepEqual(alternative?.obligations.map(({ from }) => from), [
    ["policy.yaml/a", "guard-0.yaml/g"],
  ]);
});

const SESSION = `name: a, effect: require_server_session, ${DEV}`;
const GUARD_SESSION = "name: g, effect: require_server_session, conditions: {}";
for (
  const row of [
    {
      name: "a guardrail's own table closes no obligation of the rule",
      rule: SESSION,
      guard: `${GUARD_SESSION}, session_table: tab`,
      state: "open",
    },
    {
      name: "a rule's own table closes both",
      rule: `${SESSION}, session_table: tab`,
      guard: GUARD_SESSION,
      state: "met",
    },
    { name: "no table closes neither", rule: SESSION, guard: GUARD_SESSION, state: "open" },
  ]
) {
  Deno.test(`evaluate() of two that ask for a session: ${row.name}`, () => {
    const decision = evaluate(compiledOf([row.rule], [[row.guard]]), request({ mode: "server" }));
    const states = decision.alternatives[0]?.obligations
      .filter(({ obligation }) => obligation.kind === "session").map(({ state }) => state);
    assert.deepEqual(states, [row.state]);
    assert.equal(decision.outcome, row.state === "met" ? "allow" : "pending");
  });
}

Deno.test("evaluate() takes a guardrail's table before the rule's, whichever file comes first", () => {
  const guards = ["tab-b", "tab-a"].map((table) => [
    `name: g, effect: require_server, conditions: {}, session_table: ${table}`,
  ]);
  const rule = allow("a", ", session_table: own");
  for (const files of [guards, guards.toReversed()]) {
    const decision = evaluate(compiledOf([rule], files), request({ mode: "server" }));
    assert.equal(decision.sessionTable, "tab-a");
  }
});

Deno.test("evaluate() keeps the table of the rule that can't be judged before another's", () => {
  const compiled = compiledOf([
    `name: u, effect: allow, conditions: ${MANAGED}, session_table: first`,
    allow("a", ", session_table: second"),
  ]);
  assert.equal(evaluate(compiled, request()).sessionTable, "first");
});

Deno.test("evaluate() lets an unstamped grant end where only a stamped one would be left", () => {
  const compiled = compiledOf([
    office("b", "allow", "10:00", "13:00"),
    allow("a", ", unstamped: true"),
  ]);
  const [alternative] = evaluate(compiled, request()).alternatives;
  assert.deepEqual(alternative?.until, new Date("2026-01-05T10:00:00Z"));
});

Deno.test("evaluate() ends a grant early rather than look at hundreds of edges", () => {
  const windows = Array.from({ length: 120 }, (_, i) => {
    const start = `${String(10 + Math.floor(i / 60)).padStart(2, "0")}:${
      String(i % 60).padStart(2, "0")
    }`;
    return office(`w${i}`, "allow", start, "12:30");
  });
  const [alternative] = evaluate(compiledOf([...windows, allow("a")]), request()).alternatives;
  assert.deepEqual(alternative?.until, new Date("2026-01-05T11:36:00Z"));
});

Deno.test("evaluate() names the rules that it could not judge when nothing matches", () => {
  const compiled = compiledOf([`name: a, effect: allow, conditions: ${MANAGED}`]);
  assert.equal(
    evaluate(compiled, request()).reason,
    'no rule matches for certain (unknown: "policy.yaml/a")',
  );
});

const office = (name: string, effect: string, start: string, end: string) =>
  `name: ${name}, effect: ${effect}, conditions: {profiles: [dev], time: {hours: {start: "${start}", end: "${end}"}}}`;
for (
  const row of [
    {
      name: "is the close of the window that grants",
      rules: [office("a", "allow", "08:00", "18:00")],
      until: "18:00",
    },
    {
      name: "is the opening of an earlier deny",
      rules: [office("d", "deny", "12:00", "13:00"), allow("a")],
      until: "12:00",
    },
    {
      name: "is the opening of an earlier approval",
      rules: [office("d", "require_approval", "11:00", "13:00"), allow("a")],
      until: "11:00",
    },
    {
      name: "is the opening of a guardrail's deny",
      rules: [allow("a")],
      guards: [[office("d", "deny", "10:00", "13:00")]],
      until: "10:00",
    },
    {
      name: "is no opening of a later deny",
      rules: [allow("a"), office("d", "deny", "12:00", "13:00")],
      until: null,
    },
    {
      name: "is no opening of an earlier allow that gives as much",
      rules: [office("b", "allow", "10:00", "13:00"), allow("a")],
      until: null,
    },
    {
      name: "is no close of a window behind which as much is given",
      rules: [office("b", "allow", "08:00", "10:00"), allow("a")],
      until: null,
    },
    {
      name: "is no opening of a deny for somebody else",
      rules: [
        'name: d, effect: deny, conditions: {users: [bob], time: {hours: {start: "10:00", end: "11:00"}}}',
        allow("a"),
      ],
      until: null,
    },
    {
      name: "is the close of a guardrail's milder rule before its deny",
      rules: [allow("a")],
      guards: [[
        office("m", "require_approval", "08:00", "10:30"),
        "name: d, effect: deny, conditions: {}",
      ]],
      until: "10:30",
    },
  ] as { name: string; rules: string[]; guards?: string[][]; until: string | null }[]
) {
  Deno.test(`evaluate() until ${row.name}`, () => {
    const [alternative] = evaluate(compiledOf(row.rules, row.guards), request()).alternatives;
    assert.ok(alternative);
    const want = row.until === null ? null : new Date(`2026-01-05T${row.until}:00Z`);
    assert.deepEqual(alternative.until, want);
  });
}

Deno.test("evaluate() denies at a time that is none", () => {
  const decision = evaluate(compiledOf([allow("a")]), request({ at: new Date(NaN) }));
  assert.equal(decision.outcome, "deny");
  assert.deepEqual(decision.alternatives, []);
});

/** The compiled form of one allow, damaged. */
function damaged(change: (rule: Record<string, unknown>, policy: Record<string, unknown>) => void) {
  const copy = JSON.parse(JSON.stringify(compiledOf([allow("a")])));
  change(copy.policy.rules[0], copy);
  return copy as CompiledPolicy;
}

for (const effect of ["Allow", "permit", "", null, 1, true, ["allow"], "toString"]) {
  Deno.test(`evaluate() denies for the damaged effect ${JSON.stringify(effect)}`, () => {
    const decision = evaluate(damaged((rule) => rule["effect"] = effect), request());
    assert.equal(decision.outcome, "deny");
  });
}

for (
  const row of [
    {
      name: "conditions are gone",
      change: (rule: Record<string, unknown>) => delete rule["conditions"],
    },
    {
      name: "a condition is gone",
      change: (rule: Record<string, unknown>) => rule["conditions"] = {},
    },
    {
      name: "there is no rule",
      change: (_: unknown, policy: Record<string, unknown>) =>
        (policy["policy"] as Record<string, unknown>)["rules"] = [],
    },
    {
      name: "there is no policy key",
      change: (_: unknown, policy: Record<string, unknown>) => delete policy["policy"],
    },
    {
      name: "there are no guardrails",
      change: (_: unknown, policy: Record<string, unknown>) => delete policy["guardrails"],
    },
  ]
) {
  Deno.test(`evaluate() throws where ${row.name}`, () => {
    assert.throws(() => evaluate(damaged(row.change), request()), Error);
  });
}

Deno.test("evaluate() refuses another compiler's form", () => {
  const other = damaged((_, policy) => policy["compiler"] = "sentinel-policy-0");
  assert.throws(() => evaluate(other, request()), (error) => hasCode(error, "POLICY_UNREADABLE"));
});

Deno.test("evaluate() denies for an allow smuggled into a guardrail's compiled form", () => {
  const compiled = compiledOf([allow("a")], [["name: g, effect: deny, conditions: {}"]]);
  const copy = JSON.parse(JSON.stringify(compiled));
  copy.guardrails[0].rules[0].effect = "allow";
  assert.equal(evaluate(copy, request()).outcome, "deny");
});

Deno.test("evaluate() makes no zone object unless a rule looks at the time", () => {
  const original = Intl.DateTimeFormat;
  let made = 0;
  const counting = new Proxy(original, {
    construct(target, args) {
      made += 1;
      return Reflect.construct(target, args);
    },
  });
  const zone = "Antarctica/Troll";
  const compiled = compiledOf([
    `name: t, effect: allow, conditions: {profiles: [prod], time: {days: [monday], timezone: ${zone}}}`,
    allow("a"),
  ]);
  try {
    Object.defineProperty(Intl, "DateTimeFormat", {
      value: counting,
      configurable: true,
      writable: true,
    });
    evaluate(compiled, request());
    assert.equal(made, 0);
    evaluate(compiled, request({ profile: "prod" }));
    assert.equal(made, 1);
  } finally {
    Object.defineProperty(Intl, "DateTimeFormat", {
      value: original,
      configurable: true,
      writable: true,
    });
  }
});
