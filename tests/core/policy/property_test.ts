// policy: evaluator, index and explain against the reference interpreter, and the laws.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  evaluate,
  explain,
  parsePolicy,
  type PolicyRequest,
} from "../../../lib/core/policy/mod.ts";
import { devices, guardrails, policies, requests } from "./arbitraries.ts";
import { type Answer, decide, end, isLess, matches, type RawDocument } from "./reference.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "250");
const runs = (share: number, seed: number) => ({ numRuns: Math.ceil(RUNS * share), seed });

const guards = fc.array(guardrails, { maxLength: 2 });

function compiledOf(policy: RawDocument | null, binding: readonly RawDocument[]): CompiledPolicy {
  return compilePolicy([
    ...policy === null ? [] : [parsePolicy(JSON.stringify(policy), "policy.yaml")],
    ...binding.map((guard, index) =>
      parsePolicy(JSON.stringify(guard), { file: `guard-${index}.yaml`, kind: "guardrail" })
    ),
  ]);
}

/** A decision in the reference's words. */
function answerOf(decision: Decision): Answer {
  const [best] = decision.alternatives;
  if (best === undefined) return { outcome: "deny", obligations: [], cap: 0, unstamped: false };
  return {
    outcome: decision.outcome,
    obligations: best.obligations.map(({ obligation, state }) => `${obligation.kind}:${state}`)
      .sort(),
    cap: best.maxServerDuration ?? Infinity,
    unstamped: best.unstamped,
  };
}

function ask(policy: RawDocument | null, binding: readonly RawDocument[], request: PolicyRequest) {
  return answerOf(evaluate(compiledOf(policy, binding), request));
}

Deno.test("evaluate() answers as the reference interpreter does", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(policies, guards, requests, (policy, binding, request) => {
      const found = ask(policy, binding, request);
      assert.deepEqual(found, decide(policy, binding, request));
      seen.add(found.outcome);
    }),
    runs(2, 101),
  );
  assert.deepEqual([...seen].sort(), ["allow", "deny", "pending"], "every outcome was met");
});

Deno.test("evaluate() ends a grant at the minute at which the reference gives less", () => {
  let ended = 0;
  const simple = policies.filter(({ rules }) => rules.some(({ conditions }) => conditions.time));
  fc.assert(
    fc.property(simple, guards, requests, (policy, binding, request) => {
      const decision = evaluate(compiledOf(policy, binding), request);
      const [best] = decision.alternatives;
      fc.pre(best !== undefined);
      const until = best?.until ?? null;
      assert.deepEqual(until, end(policy, binding, request));
      if (until !== null) ended += 1;
    }),
    runs(0.2, 102),
  );
  assert.ok(ended > 5, `only ${ended} grants ended`);
});

Deno.test("explain() holds evaluate()'s decision, and each rule as the reference judges it", () => {
  fc.assert(
    fc.property(policies, guards, requests, (policy, binding, request) => {
      const compiled = compiledOf(policy, binding);
      const explanation = explain(compiled, request);
      assert.deepEqual(explanation.decision, evaluate(compiled, request));
      const documents = [...binding, policy];
      for (const [index, { rules }] of explanation.files.entries()) {
        const judged = documents[index]?.rules.map((rule) => matches(rule, request, request.at));
        const told = rules.map(({ matched }) =>
          matched === null ? "unknown" : matched ? "yes" : "no"
        );
        assert.deepEqual(told, judged);
      }
    }),
    runs(0.5, 103),
  );
});

Deno.test("law: adding a deny never adds a grant", () => {
  const deny = policies.map(({ rules }) => ({ ...rules[0], name: "added", effect: "deny" }))
    .map(({ unstamped: _, ...rule }) => rule as RawDocument["rules"][number]);
  fc.assert(
    fc.property(
      policies,
      guards,
      requests,
      deny,
      fc.nat(5),
      fc.boolean(),
      (policy, binding, request, added, at, guard) => {
        const before = ask(policy, binding, request);
        const rules = policy.rules.toSpliced(at, 0, added);
        const after = guard
          ? ask(policy, [...binding, { version: "1", rules: [added] }], request)
          : ask({ ...policy, rules }, binding, request);
        assert.ok(!isLess(before, after), "the request got more by a deny");
      },
    ),
    runs(1, 104),
  );
});

Deno.test("law: adding a guardrail never adds a grant", () => {
  fc.assert(
    fc.property(policies, guards, guardrails, requests, (policy, binding, added, request) => {
      const before = ask(policy, binding, request);
      assert.ok(!isLess(before, ask(policy, [...binding, added], request)));
    }),
    runs(1, 105),
  );
});

Deno.test("law: the order of guardrail files changes nothing", () => {
  fc.assert(
    fc.property(policies, guardrails, guardrails, requests, (policy, one, two, request) => {
      assert.deepEqual(ask(policy, [one, two], request), ask(policy, [two, one], request));
    }),
    runs(0.5, 106),
  );
});

Deno.test("law: an unknown fact gives no more than either of its values", () => {
  fc.assert(
    fc.property(
      policies,
      guards,
      requests,
      devices,
      fc.boolean(),
      (policy, binding, request, device, value) => {
        const hidden = { ...request, device: { ...device, mdmEnrolled: null } };
        const shown = { ...request, device: { ...device, mdmEnrolled: value } };
        const less = ask(policy, binding, hidden);
        assert.ok(!isLess(ask(policy, binding, shown), less), "hiding a fact gained something");
      },
    ),
    runs(1, 107),
  );
});

Deno.test("law: only an exact allow grants in the modes without a server", () => {
  let granted = 0;
  fc.assert(
    fc.property(policies, guards, requests, (policy, binding, made) => {
      const request: PolicyRequest = { ...made, mode: made.mode === "server" ? "cli" : made.mode };
      const decision = evaluate(compiledOf(policy, binding), request);
      if (decision.outcome !== "allow") return;
      granted += 1;
      assert.equal(decision.effect, "allow");
      assert.equal(policy.rules[decision.ruleIndex]?.effect, "allow");
      assert.equal(policy.rules[decision.ruleIndex]?.name, decision.rule);
    }),
    runs(1, 108),
  );
  assert.ok(granted > 20, `only ${granted} grants`);
});

Deno.test("law: without a policy nothing is granted", () => {
  fc.assert(
    fc.property(guards, requests, (binding, request) => {
      assert.equal(evaluate(compiledOf(null, binding), request).outcome, "deny");
    }),
    runs(0.3, 109),
  );
});

Deno.test("compilePolicy() gives what survives JSON, and decides the same after it", () => {
  fc.assert(
    fc.property(policies, guards, requests, (policy, binding, request) => {
      const compiled = compiledOf(policy, binding);
      const stored: CompiledPolicy = JSON.parse(JSON.stringify(compiled));
      assert.deepEqual(stored, compiled);
      assert.deepEqual(evaluate(stored, request), evaluate(compiled, request));
    }),
    runs(0.5, 110),
  );
});
