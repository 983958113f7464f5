// policy: an explanation leaves out what is met; how far a decision looks ahead; a damaged index.
import { strict as assert } from "node:assert";
import { evaluate, explain, renderExplanation } from "../../../lib/core/policy/mod.ts";
import { compiledOf, request } from "./requests.ts";

Deno.test("explain() lists open obligations, and not the met ones beside them", () => {
  const compiled = compiledOf([
    "name: s, effect: require_server_session, conditions: {profiles: [dev]}",
  ]);
  assert.deepEqual(explain(compiled, request({ mode: "server" })).wouldChange, [
    "open: this needs a tracked session, and no session table is set (policy.yaml/s)",
  ]);
  const tracked = request({ mode: "server", sessionTable: "t" });
  assert.deepEqual(explain(compiled, tracked).wouldChange, []);
});

Deno.test("explain() says nothing of a rule that is not reached, nor of what nobody can change", () => {
  const rules = [
    "name: all, effect: deny, conditions: {}",
    "name: late, effect: allow, conditions: {mode: [server]}",
  ];
  assert.deepEqual(explain(compiledOf(rules), request()).wouldChange, []);
  const bob = ["name: bob, effect: allow, conditions: {users: [bob]}"];
  assert.deepEqual(explain(compiledOf(bob), request()).wouldChange, []);
  const always = [
    "name: a, effect: allow, conditions: {time: {hours: {start: 00:00, end: 24:00}}}",
  ];
  assert.deepEqual(explain(compiledOf(always), request()).wouldChange, []);
});

Deno.test("explain() repeats what was asked, and gives the guardrails before the policy", () => {
  const compiled = compiledOf(["name: a, effect: allow, conditions: {users: [mara]}"], [
    ["name: g, effect: deny, conditions: {users: [bob]}"],
  ]);
  const explanation = explain(compiled, request());
  assert.deepEqual(explanation.request, {
    user: "mara",
    profile: "dev",
    mode: "cli",
    at: "2026-01-05T09:00:00.000Z",
  });
  assert.deepEqual(explanation.files.map(({ file, kind }) => [file, kind]), [
    ["guard-0.yaml", "guardrail"],
    ["policy.yaml", "policy"],
  ]);
});

Deno.test("renderExplanation() leaves the line out where a rule has none", () => {
  const explanation = explain(compiledOf(["name: a, effect: deny, conditions: {}"]), request());
  const files = explanation.files.map((file) => ({
    ...file,
    rules: file.rules.map((rule) => ({ ...rule, place: null })),
  }));
  assert.equal(
    renderExplanation({ ...explanation, files }),
    `deny: mara wants dev in mode cli at 2026-01-05T09:00:00.000Z
  by policy.yaml/a: rule "a" refuses
policy policy.yaml
=> deny a: decides
     any request
`,
  );
});

Deno.test("renderExplanation() says so where no rule decided", () => {
  assert.equal(
    renderExplanation(explain(compiledOf([]), request())),
    `deny: mara wants dev in mode cli at 2026-01-05T09:00:00.000Z
  by no rule: no rule matches
`,
  );
});

Deno.test("evaluate() looks ahead for a day, to the millisecond", () => {
  const untilOf = (days: string, at: string) => {
    const compiled = compiledOf([
      `name: a, effect: allow, conditions: {time: {days: [${days}]}}`,
    ]);
    const [best] = evaluate(compiled, request({ at: new Date(at) })).alternatives;
    assert.ok(best);
    return best.until?.toISOString() ?? null;
  };
  assert.equal(untilOf("monday", "2026-01-05T00:00:00Z"), "2026-01-06T00:00:00.000Z");
  assert.equal(untilOf("sunday, monday", "2026-01-04T23:59:59.999Z"), null);
});

Deno.test("evaluate() throws for an index that names a rule which is not there", () => {
  const compiled = compiledOf(["name: a, effect: allow, conditions: {users: [mara]}"]);
  assert.ok(compiled.policy);
  const damaged = { ...compiled, policy: { ...compiled.policy, rules: [] } };
  assert.throws(() => evaluate(damaged, request()), {
    name: "RangeError",
    message: "Cannot decide: policy.yaml has no rule 0",
  });
});

Deno.test("evaluate() counts no rule that surely does not match among the doubtful ones", () => {
  const server = "name: a, effect: allow, conditions: {mode: [server]}";
  const unsure = "name: b, effect: allow, conditions: {device: {require_mdm: true}}";
  const reasonOf = (...rules: string[]) => evaluate(compiledOf(rules), request()).reason;
  assert.equal(reasonOf(server), "no rule matches");
  assert.equal(
    reasonOf(server, unsure),
    'no rule matches for certain (unknown: "policy.yaml/b")',
  );
});

Deno.test("explain() says of lists that any of their names will do", () => {
  const compiled = compiledOf([
    "name: a, effect: deny, conditions: {profiles: [x, y], users: [p, q], mode: [cli, server]}",
  ]);
  const [file] = explain(compiled, request()).files;
  assert.deepEqual(file?.rules[0]?.conditions.map(({ wanted }) => wanted), [
    "x or y",
    "p or q",
    "cli or server",
  ]);
});
