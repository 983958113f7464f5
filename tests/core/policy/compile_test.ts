// policy: what may be put together, and an index that finds each rule that could match.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { candidates } from "../../../lib/core/policy/compile.ts";
import { compilePolicy, evaluate, parsePolicy } from "../../../lib/core/policy/mod.ts";
import { compiledOf, request, rulesText } from "./requests.ts";

const DENY = rulesText("name: d, effect: deny, conditions: {}");

Deno.test("compilePolicy() refuses two policies", () => {
  const two = [parsePolicy(DENY, "a.yaml"), parsePolicy(DENY, "b.yaml")];
  assert.throws(() => compilePolicy(two), (error) => hasCode(error, "POLICY_INVALID"));
});

Deno.test("compilePolicy() refuses two files of one name, since rule names belong to their file", () => {
  const two = [
    parsePolicy(DENY, "a.yaml"),
    parsePolicy(DENY, { file: "a.yaml", kind: "guardrail" }),
  ];
  assert.throws(() => compilePolicy(two), (error) => hasCode(error, "POLICY_INVALID"));
});

Deno.test("compilePolicy() of nothing decides nothing", () => {
  assert.equal(evaluate(compilePolicy([]), request()).outcome, "deny");
});

Deno.test("candidates() are the rules whose profiles and users could match, in order, each once", () => {
  const file = compiledOf([
    "name: r0, effect: deny, conditions: {users: [mara]}",
    "name: r1, effect: deny, conditions: {profiles: [dev, prod]}",
    "name: r2, effect: deny, conditions: {profiles: [dev], users: [mara, bob]}",
    "name: r3, effect: deny, conditions: {}",
    "name: r4, effect: deny, conditions: {users: [bob]}",
    "name: r5, effect: deny, conditions: {profiles: [dev, dev], users: [mara, mara]}",
  ]).policy;
  assert.ok(file);
  assert.deepEqual(candidates(file, "dev", "mara"), [0, 1, 2, 3, 5]);
  assert.deepEqual(candidates(file, "prod", "bob"), [1, 3, 4]);
  assert.deepEqual(candidates(file, "other", "eve"), [3]);
  assert.deepEqual(candidates(file, "", ""), [3]);
});

Deno.test("candidates() of names of the prototype are those of strangers", () => {
  const file = compiledOf(["name: a, effect: allow, conditions: {profiles: [dev]}"]).policy;
  assert.ok(file);
  assert.deepEqual(candidates(file, "__proto__", "toString"), []);
});

Deno.test("compilePolicy() keeps the index smaller than the square of a rule with long lists", () => {
  const names = (prefix: string) =>
    Array.from({ length: 300 }, (_, i) => `${prefix}${i}`).join(", ");
  const compiled = compiledOf([
    `name: a, effect: allow, conditions: {profiles: [${names("p")}], users: [${names("u")}]}`,
    `name: b, effect: allow, conditions: {users: [${names("u")}]}`,
  ]);
  assert.ok(Object.keys(compiled.policy?.buckets ?? {}).length <= 600);
  const file = compiled.policy;
  assert.ok(file);
  assert.deepEqual(candidates(file, "p300", "eve"), [], "long lists are no wildcards");
  const ask = (profile: string, user: string) =>
    evaluate(compiled, request({ profile, user })).rule;
  assert.equal(ask("p299", "u0"), "a");
  assert.equal(ask("p299", "u300"), null);
  assert.equal(ask("p300", "u0"), "b");
});

Deno.test("compile.ts and evaluate.ts reach no yaml package", async () => {
  const seen = new Set<string>();
  const walk = async (url: URL) => {
    if (seen.has(url.href)) return;
    seen.add(url.href);
    const source = await Deno.readTextFile(url);
    for (
      const [statement, from = ""] of source.matchAll(/^(?:import|export)\s[^;]*?from "([^"]+)"/gms)
    ) {
      if (/^(?:import|export) type/.test(statement)) continue;
      assert.ok(from.startsWith("."), `${url.href} imports ${from}`);
      await walk(new URL(from, url));
    }
  };
  await walk(new URL("../../../lib/core/policy/evaluate.ts", import.meta.url));
  await walk(new URL("../../../lib/core/policy/compile.ts", import.meta.url));
  assert.ok(seen.size >= 7, [...seen].join("\n"));
});
