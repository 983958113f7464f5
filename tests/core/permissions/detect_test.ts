// permissions tests: which features are found in use, and what makes that doubtful.
import { strict as assert } from "node:assert";
import { detect, scopeOf, type Surroundings } from "../../../lib/core/permissions/mod.ts";
import { ACCOUNT, profile, role, shell, store } from "./uses.ts";

const SCOPE = scopeOf({ account: ACCOUNT });
const PARAMETER = `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/sentinel/policies/prod`;
const NOTHING: Surroundings = {
  profiles: [],
  shells: [],
  stores: [],
  unstamped: [],
  broken: [],
  sealed: [],
};
const ALWAYS = ["identity", "permissions_check"];

const ROWS: readonly {
  name: string;
  here: Partial<Surroundings>;
  found: string[];
  reason?: RegExp;
  warnings?: RegExp[];
}[] = [
  { name: "nothing gated", here: {}, found: [] },
  {
    name: "gated profiles, by name",
    here: { profiles: [profile("prod"), profile("dev")] },
    found: ["credential_issue"],
    reason: /^profiles prod, dev: gated$/,
  },
  {
    name: "many gated profiles, some by name",
    here: { profiles: Array.from({ length: 8 }, (_, i) => profile(`p${i}`)) },
    found: ["credential_issue"],
    reason: /^profiles p0, p1, p2, p3, p4 and 3 more: gated$/,
  },
  {
    name: "tags",
    here: { profiles: [profile("prod", { tags: true })] },
    found: ["credential_issue", "session_tags"],
    reason: /^profile prod: sentinel_tags = true$/,
  },
  {
    name: "a log-in by Identity Center",
    here: { profiles: [profile("prod", { leaf: "sso" })] },
    found: ["base_credentials", "credential_issue"],
    reason: /base credentials by sso$/,
  },
  {
    name: "a policy in Parameter Store, and where that was said",
    here: { profiles: [profile("prod", { policy: PARAMETER, policyOrigin: "SENTINEL_POLICY" })] },
    found: ["policy_load", "credential_issue"],
    reason: /^profile prod: ssm: by SENTINEL_POLICY$/,
  },
  {
    name: "a sealed policy",
    here: { profiles: [profile("prod", { policy: PARAMETER })], sealed: [PARAMETER] },
    found: ["policy_load", "policy_decrypt", "credential_issue"],
    reason: /is a SecureString$/,
  },
  {
    name: "a policy of which nobody can tell whether it is sealed",
    here: { profiles: [profile("prod", { policy: PARAMETER })], sealed: null },
    found: ["policy_load", "credential_issue"],
    warnings: [/^policy_decrypt: can't tell/],
  },
  {
    name: "a role that the statements don't reach",
    here: { profiles: [profile("prod", { chain: [role("team/Prod")] })] },
    found: ["credential_issue"],
    warnings: [/^credential_issue: "arn:.*role\/team\/Prod" is none of .*\(--roles\)$/],
  },
  {
    name: "a policy that the statements don't reach",
    here: { profiles: [profile("p", { policy: PARAMETER.replace("/sentinel/", "/own/") })] },
    found: ["policy_load", "credential_issue"],
    warnings: [/^policy_load: .*\/own\/policies\/prod" is not below .*\(--policy-root\)$/],
  },
  {
    name: "a shell's functions, and a root that the statements don't reach",
    here: { shells: [shell("zsh", "/sentinel/policies"), shell("bash", "/own")] },
    found: ["shell_functions"],
    reason: /^functions of zsh: --policy-root \/sentinel\/policies$/,
    warnings: [/^shell_functions: "\/own" is not "\/sentinel\/policies": .*\(--policy-root\)$/],
  },
  {
    name: "a store in DynamoDB, and where that was said",
    here: { stores: [store("sentinel-")] },
    found: ["approval_store"],
    reason: /^store in arn:aws:dynamodb:.*:table\/sentinel-requests by config\.yaml:2$/,
  },
  {
    name: "a profile's own store, and a prefix that the statements don't reach, once",
    here: { stores: [store("own-"), store("own-", { profile: "prod" })] },
    found: ["approval_store"],
    reason: /^store of profile prod in arn:.*:table\/own-requests by config\.yaml:2$/,
    warnings: [/^approval_store: "own-" is not "sentinel-": .*\(--table-prefix\)$/],
  },
  {
    name: "a rule that lets credentials out without a stamp",
    here: { unstamped: [{ profile: "mara", rule: "policy.yaml/own" }] },
    found: ["unstamped_session"],
    reason: /^profile mara: rule policy\.yaml\/own: unstamped: true$/,
  },
  {
    name: "what can't be read, beside what can",
    here: { profiles: [profile("prod")], broken: ['profile "x": it loops'] },
    found: ["credential_issue"],
    warnings: [/^profile "x": it loops$/],
  },
];

for (const { name, here, found, reason, warnings = [] } of ROWS) {
  Deno.test(`detect() finds ${name}`, () => {
    const told = detect({ ...NOTHING, ...here }, SCOPE);
    const features = told.found.map(({ feature }) => feature);
    assert.deepEqual(features.filter((id) => !ALWAYS.includes(id)), found);
    assert.deepEqual(features.filter((id) => ALWAYS.includes(id)), ALWAYS);
    if (reason !== undefined) {
      assert.ok(told.found.some(({ reasons }) => reasons.some((text) => reason.test(text))));
    }
    assert.equal(told.warnings.length, warnings.length, told.warnings.join("\n"));
    warnings.forEach((form, index) => assert.match(told.warnings[index] ?? "", form));
  });
}

Deno.test("a role's pattern is matched as a whole, its path included, dots as dots", () => {
  const warned = (name: string, protectedRoles: string) =>
    detect(
      { ...NOTHING, profiles: [profile("p", { chain: [role(name)] })] },
      scopeOf({ protectedRoles }),
    ).warnings.length > 0;
  assert.equal(warned("SentinelProtected-A", "SentinelProtected-*"), false);
  assert.equal(warned("team/SentinelProtected-A", "SentinelProtected-*"), true);
  assert.equal(warned("team/Guarded-A", "team/Guarded-?"), false);
  assert.equal(warned("team/Guarded-AB", "team/Guarded-?"), true);
  assert.equal(warned("GuardxA", "Guard.A"), true);
});
