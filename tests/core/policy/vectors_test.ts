// policy: the decision vectors, each decided compiled, compiled and stored, and explained.
import { strict as assert } from "node:assert";
import { parse } from "yaml";
import {
  type CompiledPolicy,
  compilePolicy,
  type Decision,
  type DevicePosture,
  evaluate,
  explain,
  type Mode,
  parsePolicy,
} from "../../../lib/core/policy/mod.ts";
import { request } from "./requests.ts";

interface Case {
  name: string;
  user: string;
  profile: string;
  mode?: Mode;
  at?: string;
  device?: DevicePosture;
  outcome: Decision["outcome"];
  rule: string | null;
  effect?: Decision["effect"];
  reason?: string;
  max_server_duration?: number;
  until?: string;
}
interface Vector {
  source: string;
  files: { file: string; kind: "policy" | "guardrail"; text: string }[];
  cases: Case[];
}

const folder = new URL("../../vectors/decide/", import.meta.url);
const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("decision vectors are there", () => {
  assert.ok(names.length >= 3, names.join());
});

for (const name of names) {
  const vector: Vector = parse(Deno.readTextFileSync(new URL(name, folder)));
  const compiled = compilePolicy(
    vector.files.map(({ file, kind, text }) => parsePolicy(text, { file, kind })),
  );
  Deno.test(`decide/${name} names its source and holds cases`, () => {
    assert.ok(vector.source.length > 0 && vector.cases.length > 0);
  });
  for (const one of vector.cases) {
    Deno.test(`decide/${name}: ${one.name}`, () => {
      const { user, profile, mode = "cli", at = "2026-01-05T09:00:00Z", device = null } = one;
      const asked = request({ user, profile, mode, at: new Date(at), device });
      const stored: CompiledPolicy = JSON.parse(JSON.stringify(compiled));
      const ways = [
        evaluate(compiled, asked),
        evaluate(stored, asked),
        explain(compiled, asked).decision,
      ];
      for (const decision of ways) check(decision, one);
    });
  }
}

function check(decision: Decision, want: Case): void {
  assert.equal(decision.outcome, want.outcome);
  assert.equal(decision.rule, want.rule);
  if (want.effect !== undefined) assert.equal(decision.effect, want.effect);
  if (want.reason !== undefined) assert.equal(decision.reason, want.reason);
  if (want.max_server_duration !== undefined) {
    assert.equal(decision.maxServerDuration, want.max_server_duration);
  }
  const until = decision.alternatives[0]?.until?.toISOString().replace(".000Z", "Z");
  if (decision.outcome === "allow" || want.until !== undefined) assert.equal(until, want.until);
}
