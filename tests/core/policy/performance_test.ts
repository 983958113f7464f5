// policy: deciding costs the same with ten rules or ten thousand; reading them stays cheap.
import { strict as assert } from "node:assert";
import { parseDocument } from "yaml";
import {
  type CompiledPolicy,
  compilePolicy,
  evaluate,
  parsePolicy,
} from "../../../lib/core/policy/mod.ts";
import { request, rulesText } from "./requests.ts";

function rulesOf(count: number): string {
  return rulesText(
    ...Array.from(
      { length: count },
      (_, i) => `name: r${i}, effect: allow, conditions: {profiles: [p${i}], users: [u${i}]}`,
    ),
  );
}

/** Milliseconds of the fastest of some rounds: what others do on the machine only adds. */
function fastest(rounds: number, work: () => void): number {
  let best = Infinity;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

Deno.test("evaluate() costs about the same with 10,000 rules as with 10", () => {
  const few = compilePolicy([parsePolicy(rulesOf(10), "few.yaml")]);
  const many = compilePolicy([parsePolicy(rulesOf(10_000), "many.yaml")]);
  const ask = request({ profile: "p9", user: "u9" });
  const cost = (compiled: CompiledPolicy) =>
    fastest(20, () => {
      for (let i = 0; i < 500; i += 1) assert.equal(evaluate(compiled, ask).outcome, "allow");
    });
  cost(many);
  const ratio = cost(many) / cost(few);
  assert.ok(ratio <= 3, `10,000 rules cost ${ratio.toFixed(2)} times as much as 10`);
});

Deno.test("parsePolicy() and compilePolicy() of 10,000 rules cost little beside YAML itself", () => {
  const text = rulesOf(10_000);
  const yaml = fastest(2, () => void parseDocument(text));
  const ours = fastest(2, () => void compilePolicy([parsePolicy(text, "many.yaml")]));
  const ratio = ours / yaml;
  console.log(`parse and compile: ${ratio.toFixed(2)} times YAML alone`);
  assert.ok(ratio <= 4, `it cost ${ratio.toFixed(2)} times as much`);
});
