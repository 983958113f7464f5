// template tests: the starters are valid, and decide as their comments say.
import { strict as assert } from "node:assert";
import {
  compilePolicy,
  evaluate,
  type Mode,
  parsePolicy,
  type PolicyRequest,
} from "../../lib/core/policy/mod.ts";
import { type Starter, starterPolicy, STARTERS } from "../../templates/policy.ts";
import { printed } from "./printed.ts";

const parsed = (name: Starter, users?: readonly string[]) => {
  const { file, text } = starterPolicy(name, users === undefined ? {} : { users });
  return parsePolicy(text, { file, kind: file === "guardrails.yaml" ? "guardrail" : "policy" });
};

/** Monday, and a Saturday. */
const DAY = "2026-01-05T10:00:00Z";
const NIGHT = "2026-01-05T23:00:00Z";
const WEEKEND = "2026-01-10T10:00:00Z";

interface Asked {
  starters: readonly Starter[];
  user: string;
  profile: string;
  at: string;
  mode?: Mode;
  device?: PolicyRequest["device"];
  sessionTable?: string;
  /** Outcome and rule. */
  wanted: string;
}

const MANAGED = { mdmEnrolled: true, diskEncrypted: true };
const SERVER = { mode: "server", sessionTable: "sentinel-sessions" } as const;

const ROWS: readonly Asked[] = [
  { starters: ["organisation"], user: "lea", profile: "dev", at: NIGHT, wanted: "allow dev" },
  {
    starters: ["organisation"],
    user: "lea",
    profile: "staging",
    at: DAY,
    wanted: "allow staging-in-office-hours",
  },
  {
    starters: ["regulated"],
    user: "mara",
    profile: "dev",
    at: DAY,
    wanted: "allow dev-in-office-hours",
  },
  {
    starters: ["team", "guardrails"],
    user: "mallory",
    profile: "dev",
    at: DAY,
    wanted: "deny has-left",
  },
  { starters: ["solo"], user: "mara", profile: "dev", at: NIGHT, wanted: "allow dev" },
  {
    starters: ["solo"],
    user: "mara",
    profile: "prod",
    at: DAY,
    wanted: "allow prod-in-the-daytime",
  },
  { starters: ["solo"], user: "mara", profile: "prod", at: NIGHT, wanted: "deny everything-else" },
  {
    starters: ["solo"],
    user: "mara",
    profile: "prod",
    at: WEEKEND,
    wanted: "deny everything-else",
  },
  { starters: ["solo"], user: "lea", profile: "dev", at: DAY, wanted: "deny everything-else" },
  { starters: ["team"], user: "lea", profile: "dev", at: NIGHT, wanted: "allow dev" },
  {
    starters: ["team"],
    user: "mara",
    profile: "staging",
    at: DAY,
    wanted: "allow staging-in-office-hours",
  },
  {
    starters: ["team"],
    user: "mara",
    profile: "staging",
    at: NIGHT,
    wanted: "pending staging-at-other-hours",
  },
  { starters: ["team"], user: "mara", profile: "prod", at: DAY, wanted: "pending prod" },
  { starters: ["team"], user: "eve", profile: "prod", at: DAY, wanted: "deny everything-else" },
  { starters: ["organisation"], user: "mallory", profile: "dev", at: DAY, wanted: "deny has-left" },
  {
    starters: ["organisation"],
    user: "sam",
    profile: "audit",
    at: NIGHT,
    wanted: "allow audit-reads",
  },
  {
    starters: ["organisation"],
    user: "sam",
    profile: "dev",
    at: DAY,
    wanted: "deny everything-else",
  },
  {
    starters: ["organisation"],
    user: "mara",
    profile: "prod",
    at: DAY,
    mode: "credential_process",
    wanted: "deny prod-not-by-tools",
  },
  { starters: ["organisation"], user: "mara", profile: "prod", at: DAY, wanted: "pending prod" },
  {
    starters: ["regulated"],
    user: "mara",
    profile: "prod",
    at: DAY,
    ...SERVER,
    device: MANAGED,
    wanted: "allow prod-from-managed-devices",
  },
  {
    starters: ["regulated"],
    user: "mara",
    profile: "prod",
    at: DAY,
    ...SERVER,
    device: null,
    wanted: "pending prod-by-approval",
  },
  {
    starters: ["regulated"],
    user: "mara",
    profile: "prod",
    at: DAY,
    ...SERVER,
    device: { ...MANAGED, diskEncrypted: false },
    wanted: "pending prod-by-approval",
  },
  {
    starters: ["regulated"],
    user: "mara",
    profile: "prod",
    at: NIGHT,
    ...SERVER,
    device: MANAGED,
    wanted: "pending prod-by-approval",
  },
  {
    starters: ["regulated"],
    user: "mara",
    profile: "dev",
    at: DAY,
    wanted: "allow dev-in-office-hours",
  },
  {
    starters: ["regulated"],
    user: "mara",
    profile: "dev",
    at: NIGHT,
    wanted: "deny everything-else",
  },
  {
    starters: ["team", "guardrails"],
    user: "mallory",
    profile: "dev",
    at: DAY,
    wanted: "deny has-left",
  },
  {
    starters: ["solo", "guardrails"],
    user: "mara",
    profile: "prod",
    at: DAY,
    wanted: "pending prod-in-the-daytime",
  },
  {
    starters: ["organisation", "guardrails"],
    user: "mara",
    profile: "prod",
    at: WEEKEND,
    wanted: "deny prod-weekend-freeze",
  },
  {
    starters: ["solo", "guardrails"],
    user: "mara",
    profile: "dev",
    at: NIGHT,
    wanted: "allow dev",
  },
];

for (const asked of ROWS) {
  const { starters, user, profile, at, mode = "cli", wanted } = asked;
  Deno.test(
    `[ours] starter ${starters.join(" under ")}: ${user} on ${profile} at ${at} by ${mode}${
      asked.device === undefined ? "" : ` with ${JSON.stringify(asked.device)}`
    }: ${wanted}`,
    () => {
      const { outcome, rule } = evaluate(compilePolicy(starters.map((name) => parsed(name))), {
        principal: null,
        user,
        profile,
        role: null,
        mode,
        at: new Date(at),
        sessionTable: asked.sessionTable ?? null,
        device: asked.device ?? null,
      });
      assert.equal(`${outcome} ${rule}`, wanted);
    },
  );
}

for (const name of STARTERS) {
  Deno.test(`[ours] starter ${name} is valid, and each of its rules decides something`, () => {
    const rules = parsed(name).rules.map((rule) => rule.name);
    assert.deepEqual(
      rules.filter((rule) =>
        !ROWS.some(({ starters, wanted }) => starters.includes(name) && wanted.endsWith(` ${rule}`))
      ),
      // It binds in a row above, under the name of the policy's own rule.
      name === "guardrails" ? ["prod-takes-two"] : [],
    );
  });
}

Deno.test("[ours] a starter takes names that YAML reads otherwise", () => {
  const users = ["no", "1e3", "2026-01-05", "e5", "mara+abcdefghij"];
  assert.deepEqual(parsed("team", users).rules[0]?.conditions.users, users);
});

Deno.test("[ours] template policy prints no policy that isn't valid", async () => {
  const { code, out, err } = await printed(["policy", "solo", "--user", "arn:aws:iam::1:user/x"]);
  assert.deepEqual([code, out], [1, ""]);
  assert.match(err, /policy user name/);
});

Deno.test("starterPolicy() names the starter that was meant", () => {
  assert.throws(() => starterPolicy("tema"), { code: "USAGE", hint: "did you mean team?" });
  assert.throws(() => starterPolicy("xqzzy"), { code: "USAGE", hint: null });
});
