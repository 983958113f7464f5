// permissions tests: the rights that the sandbox sees on the wire are those that the registry lists.
import { strict as assert } from "node:assert";
import {
  type Feature,
  FEATURES,
  featuresOf,
  type IdentityPolicy,
  identityPolicy,
  ROLES,
} from "../../lib/core/permissions/mod.ts";
import { play, type Scenario, SCENARIOS, SCOPE } from "./stage.ts";

/**
 * Features whose calls no sandbox serves: they are unsigned, and so take no right. The tests that
 * make them are named, and name the calls.
 */
const ELSEWHERE: Readonly<Record<string, readonly string[]>> = {
  base_credentials: ["tests/edges/credentials/leaf_token_test.ts"],
};

const FULL = Deno.env.get("SENTINEL_TEST_FULL") === "1";

const actionsOf = (features: readonly Feature[]) =>
  [...new Set(features.flatMap(({ rights }) => rights.flatMap(({ actions }) => actions)))].sort();

const involved = ({ feature, beside = [] }: Scenario) => [feature, ...beside];

const all = identityPolicy({}, SCOPE);
assert.ok(all !== null);

Deno.test("law: each feature of the registry has a scenario, or a test that is named", async () => {
  const played = SCENARIOS.map(({ feature }) => feature);
  assert.deepEqual([...new Set(played)], played, "one scenario a feature");
  const missing = FEATURES.map(({ id }) => id)
    .filter((id) => !played.includes(id) && !Object.hasOwn(ELSEWHERE, id));
  assert.deepEqual(missing, []);
  assert.deepEqual(played.filter((id) => !FEATURES.some((feature) => feature.id === id)), []);
  for (const [id, files] of Object.entries(ELSEWHERE)) {
    const [feature] = featuresOf({ features: [id] });
    assert.deepEqual(feature?.rights, [], `${id} takes rights: it needs a scenario`);
    const texts = await Promise.all(
      files.map((file) => Deno.readTextFile(new URL(`../../${file}`, import.meta.url))),
    );
    for (const { call } of feature?.free ?? []) {
      // The portal has paths, no actions.
      const word = call.split(":")[1] === "GetRoleCredentials"
        ? "/federation/credentials"
        : call.split(":")[1] ?? "";
      assert.ok(texts.some((text) => text.includes(word)), `${word} in ${files.join()}`);
    }
  }
});

Deno.test("law: every call that needs no right is played too", () => {
  const played = SCENARIOS.flatMap(({ free = [] }) => free).sort();
  const listed = FEATURES.filter(({ id }) => !Object.hasOwn(ELSEWHERE, id))
    .flatMap(({ free }) => free.map(({ call }) => call)).sort();
  assert.deepEqual(played, listed);
});

Deno.test("the wire sees exactly the registry's rights, feature by feature", async () => {
  const counted = await play(all, SCENARIOS);
  for (const [index, scenario] of SCENARIOS.entries()) {
    const seen = counted[index];
    assert.equal(seen?.code, 0, `${scenario.feature}: ${seen?.told}`);
    const wanted = actionsOf(featuresOf({ features: involved(scenario) }));
    assert.deepEqual(seen?.rights, wanted, scenario.feature);
    for (const call of scenario.free ?? []) {
      assert.ok(seen?.calls.includes(call), `${scenario.feature} calls ${call}`);
    }
  }
  const union = [...new Set(counted.flatMap(({ rights }) => rights))].sort();
  assert.deepEqual(union, actionsOf(FEATURES));
});

/** Allows nothing that anybody asks for: IAM takes no empty policy. */
const NOTHING: IdentityPolicy = {
  Version: "2012-10-17",
  Statement: [{ Sid: "Nothing", Effect: "Allow", Action: ["s3:ListBucket"], Resource: ["*"] }],
};

/** A policy without one action; a statement that is empty then goes too. */
function without(policy: IdentityPolicy, action: string): IdentityPolicy {
  const Statement = policy.Statement
    .map((statement) => ({ ...statement, Action: statement.Action.filter((a) => a !== action) }))
    .filter((statement) => statement.Action.length > 0);
  return Statement.length === 0 ? NOTHING : { ...policy, Statement };
}

for (const scenario of SCENARIOS) {
  const own = identityPolicy({ features: involved(scenario) }, SCOPE) ?? NOTHING;
  const [feature] = featuresOf({ features: [scenario.feature] });
  const actions = actionsOf(feature === undefined ? [] : [feature]);
  Deno.test({
    name: `${scenario.feature} works with exactly its own statements, and not without any of them`,
    ignore: !FULL,
    fn: async () => {
      const [whole] = await play(own, [scenario]);
      assert.equal(whole?.code, 0, whole?.told);
      for (const action of actions) {
        const [less] = await play(without(own, action), [scenario]);
        assert.ok(less !== undefined && less.code > 0, `without ${action}: ${less?.told}`);
      }
    },
  });
}

for (const role of ROLES) {
  const features = featuresOf({ roles: [role] }).map(({ id }) => id);
  const played = SCENARIOS.filter((s) => involved(s).every((id) => features.includes(id)));
  if (played.length === 0) continue;
  Deno.test({
    name: `the scenarios of the role ${role} work with exactly its statements`,
    ignore: !FULL && role !== "requester",
    fn: async () => {
      const counted = await play(identityPolicy({ roles: [role] }, SCOPE) ?? NOTHING, played);
      for (const [index, { code, told }] of counted.entries()) {
        assert.equal(code, 0, `${played[index]?.feature}: ${told}`);
      }
    },
  });
}

Deno.test("a role for which nothing is built has no statements, and no scenario", () => {
  assert.equal(identityPolicy({ roles: ["tvm"] }, SCOPE), null);
});
