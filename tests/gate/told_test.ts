// gate: what a person is told where nothing is granted, to the letter.
import { strict as assert } from "node:assert";
import { SentinelError } from "../../lib/core/errors/mod.ts";
import type { Hop } from "../../lib/core/profiles/types.ts";
import { ALLOW_DEV, boom, NOW, play, request, ROLE, rules, type World } from "./fakes.ts";

const hop = (more: Partial<Hop> = {}): Hop => ({
  profile: "dev",
  roleArn: ROLE,
  externalId: null,
  mfaSerial: null,
  region: null,
  gated: true,
  ...more,
});
const EXPLAIN = "sentinel policy explain dev";
const ORIGIN = "sentinel config show --origin";
const rule = (text: string) => rules(`  - {name: r, ${text}}`);
const hours = (end: string) =>
  rule(
    `effect: allow, conditions: {profiles: [dev], time: {hours: {start: "08:00", end: "${end}"}}}`,
  );

interface Row {
  name: string;
  world: World;
  code: string;
  says: string;
  hint?: string;
}

const told: Row[] = [
  {
    name: "no rule",
    world: { policy: rule("effect: allow, conditions: {profiles: [x]}") },
    code: "POLICY_DENIED",
    says: 'Cannot grant "dev" to "mara": no rule matches',
    hint: EXPLAIN,
  },
  {
    name: "a denial without a reason",
    world: { policy: rule("effect: deny, conditions: {}") },
    code: "POLICY_DENIED",
    says: 'Cannot grant "dev" to "mara": rule "r" refuses',
    hint: EXPLAIN,
  },
  {
    name: "a denial with a reason",
    world: { policy: rule("effect: deny, reason: Frozen, conditions: {}") },
    code: "POLICY_DENIED",
    says: 'Cannot grant "dev" to "mara": "Frozen" says rule "r"',
    hint: EXPLAIN,
  },
  {
    name: "an open obligation",
    world: { policy: rule("effect: require_approval, conditions: {}") },
    code: "OBLIGATION_OPEN",
    says: 'Cannot grant "dev" to "mara" yet: this needs an approved request (rule "r")',
    hint: "sentinel request --profile dev --reason TEXT",
  },
  {
    name: "one open obligation of two",
    world: {
      policy: rule("effect: require_server_session, conditions: {profiles: [dev]}"),
      mode: "server",
    },
    code: "OBLIGATION_OPEN",
    says: 'Cannot grant "dev" to "mara" yet: ' +
      'this needs a tracked session, and no session table is set (rule "r")',
    hint: EXPLAIN,
  },
  {
    name: "a pinned role that is another",
    world: { policy: ALLOW_DEV, pinnedRole: "arn:other" },
    code: "PIN_CONFLICT",
    says: `Cannot use profile "dev": its role is "${ROLE}", the pins file wants "arn:other"`,
    hint: ORIGIN,
  },
  {
    name: "a pinned role where there is none",
    world: { policy: ALLOW_DEV, pinnedRole: "arn:other", target: { roleArn: null, chain: [] } },
    code: "PIN_CONFLICT",
    says: 'Cannot use profile "dev": its role is "none", the pins file wants "arn:other"',
    hint: ORIGIN,
  },
  {
    name: "a role that is kept for others",
    world: { policy: ALLOW_DEV, pinnedRoles: { [ROLE]: ["prod", "ops"] } },
    code: "PIN_CONFLICT",
    says: `Cannot take role "${ROLE}" by profile "dev": the pins file keeps it for "prod", "ops"`,
    hint: ORIGIN,
  },
  {
    name: "a role on the way that is kept for others",
    world: {
      policy: ALLOW_DEV,
      target: { chain: [hop({ profile: "entry", roleArn: "arn:entry", gated: false }), hop()] },
      pinnedRoles: { "arn:entry": ["ops"] },
    },
    code: "PIN_CONFLICT",
    says: 'Cannot take role "arn:entry" by profile "entry": the pins file keeps it for "ops"',
    hint: ORIGIN,
  },
  {
    name: "a stamp that is there",
    world: { policy: ALLOW_DEV, caller: { grantOf: "other" } },
    code: "ALREADY_STAMPED",
    says: 'Cannot stamp profile "dev": its credentials come from the grant for "other", ' +
      "and carry that one's source identity",
    hint: "use base credentials that come from no earlier grant: --aws-profile NAME",
  },
  {
    name: "a target without a role",
    world: { policy: ALLOW_DEV, target: { roleArn: null, chain: [] } },
    code: "UNSTAMPED_REFUSED",
    says: 'Cannot grant "dev": the profile names no role, so CloudTrail could not lead back to ' +
      'this decision, and the rule that allows it does not say "unstamped: true"',
    hint: "give the profile a role of its own with sentinel_role_arn " +
      "(for Identity Center: the two-role pattern, `sentinel template trust --help`)",
  },
  {
    name: "a clock that is wrong",
    world: { policy: hours("18:00"), caller: { stsDate: new Date(NOW.getTime() + 120_001) } },
    code: "CLOCK_SKEWED",
    says: "Cannot judge the time: this machine says 2026-01-05T09:00:00.000Z, " +
      "AWS says 2026-01-05T09:02:00.001Z",
    hint: "set this machine's clock",
  },
  {
    name: "a code that nobody gives",
    world: { policy: ALLOW_DEV, target: { chain: [hop({ mfaSerial: "arn:mfa" })] }, mfa: null },
    code: "MFA_REQUIRED",
    says: 'Cannot assume the role yet: it wants a one-time code of "arn:mfa"',
    hint: "give one with --mfa-code CODE, or set mfa_process in the profile",
  },
  {
    name: "a window that closes",
    world: { policy: hours("09:14") },
    code: "DURATION_TOO_SHORT",
    says: 'Cannot make a session: the time until 2026-01-05T09:14:00.000Z, when rule "r" ends, ' +
      "leaves 14m, AWS makes none under 15m",
  },
  {
    name: "a cap of the profile",
    world: { policy: ALLOW_DEV, target: { maxDuration: 600 } },
    code: "DURATION_TOO_SHORT",
    says: "Cannot make a session: the profile's sentinel_max_duration leaves 10m, " +
      "AWS makes none under 15m",
  },
  {
    name: "a session that lives too long",
    world: { policy: ALLOW_DEV, lives: 3600 + 301 },
    code: "AWS_RUBBISH",
    says: "Cannot hand out the session: it ends 2026-01-05T10:05:01.000Z, later than was asked for",
    hint: "check this machine's clock, and what answers at the endpoint",
  },
];

for (const { name, world, code, says, hint } of told) {
  Deno.test(`grant() tells of ${name}`, async () => {
    const played = play(world);
    const error = await request(played).then(() => null, (thrown: unknown) => thrown);
    assert.ok(error instanceof SentinelError, String(error));
    assert.equal(error.code, code);
    assert.equal(error.message, says);
    if (hint !== undefined) assert.equal(error.hint, hint);
    const last = played.entries.at(-1);
    assert.ok(last?.kind === "refused" || last?.kind === "outcome");
    assert.equal(last.code, code);
    if (last.kind === "refused") assert.equal(last.message, says);
    assert.deepEqual(played.warnings, []);
  });
}

Deno.test("grant() takes what stands just inside each limit", async () => {
  const stsDate = (ms: number) => ({ stsDate: new Date(NOW.getTime() + ms) });
  const worlds: World[] = [
    { policy: ALLOW_DEV, lives: 3600 + 300 },
    { policy: hours("18:00"), caller: stsDate(120_000) },
    { policy: hours("18:00"), caller: stsDate(-120_000) },
    { policy: hours("09:15") },
    { policy: ALLOW_DEV, target: { maxDuration: 900 } },
    { policy: ALLOW_DEV, pinnedRole: ROLE },
    { policy: ALLOW_DEV, caller: stsDate(3_600_000) },
  ];
  for (const world of worlds) assert.equal((await request(play(world))).served, "new");
});

Deno.test("grant() records by itself where the journal can't be opened, and says if that fails too", async () => {
  const local = play({
    policy: ALLOW_DEV,
    fail: { at: "journal", error: boom("JOURNAL_UNWRITABLE") },
  });
  await assert.rejects(request(local), { code: "JOURNAL_UNWRITABLE" });
  assert.ok(local.calls.includes("local journal"));
  assert.deepEqual(local.entries.map(({ kind }) => kind), ["refused"]);
  assert.deepEqual(local.warnings, []);

  const denied = rule("effect: deny, conditions: {}");
  const at = "append refused";
  const known = play({ policy: denied, fail: { at, error: boom("JOURNAL_UNWRITABLE") } });
  await assert.rejects(request(known), { code: "POLICY_DENIED" });
  assert.deepEqual(known.warnings, [
    "this refusal is not on record: planned failure JOURNAL_UNWRITABLE",
  ]);

  const odd = play({ policy: denied, fail: { at, error: new TypeError("secret") } });
  await assert.rejects(request(odd), { code: "POLICY_DENIED" });
  assert.deepEqual(odd.warnings, [
    "this refusal is not on record: the journal can't be written",
  ]);
});
