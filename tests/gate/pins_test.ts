// gate: several profiles on the way: each is held to its pin, its policy, its clock and its stamp.
import { strict as assert } from "node:assert";
import type { Hop } from "../../lib/core/profiles/types.ts";
import { NOW, play, type Played, request, ROLE, rules } from "./fakes.ts";

const ENTRY = "arn:aws:iam::111122223333:role/Entry";
const hop = (profile: string, roleArn: string, gated: boolean): Hop => ({
  profile,
  roleArn,
  externalId: null,
  mfaSerial: null,
  region: null,
  gated,
});
const BOTH = rules("  - {name: both, effect: allow, conditions: {profiles: [dev, entry]}}");

/** A chain by way of `entry`, with pins by profile. */
function through(gated: boolean, pins: Record<string, string>): Played {
  const chain = [hop("entry", ENTRY, gated), hop("dev", ROLE, true)];
  const played = play({ policy: BOTH, target: { chain } });
  played.ports.pinsFor = (profile) => {
    played.calls.push(`pins of ${profile}`);
    return Promise.resolve({
      pinned: profile in pins,
      role: pins[profile] ?? null,
      roles: new Map(),
    });
  };
  return played;
}

Deno.test("grant() holds a gated profile on the way to its own pin", async () => {
  const good = through(true, { entry: ENTRY, dev: ROLE });
  assert.equal((await request(good)).pinned, true);
  assert.deepEqual(good.calls.slice(0, 3), ["pins of dev", "resolve", "pins of entry"]);
  const bad = through(true, { entry: "arn:other" });
  await assert.rejects(request(bad), {
    code: "PIN_CONFLICT",
    message: `Cannot use profile "entry": its role is "${ENTRY}", the pins file wants "arn:other"`,
  });
  assert.ok(!bad.calls.includes("identify"));
});

Deno.test("grant() asks for no pin of a profile that is not gated, nor twice for the target's", async () => {
  const played = through(false, { entry: "arn:other" });
  assert.equal((await request(played)).pinned, false);
  const asked = played.calls.filter((call) => call.startsWith("pins"));
  assert.deepEqual(asked, ["pins of dev"]);
});

Deno.test("grant() judges every profile for one instant, with its own role, as the caller", async () => {
  const played = through(true, {});
  const seen: unknown[] = [];
  const { policyFor } = played.ports;
  played.ports.policyFor = async (profile, target, caller) => {
    const policy = await policyFor(profile, target, caller);
    return {
      ...policy,
      decide: (asked) => {
        const { principal, ...rest } = asked;
        seen.push({ ...rest, principal: principal?.name });
        return policy.decide(asked);
      },
    };
  };
  played.ports.sessionTable = "table";
  played.ports.device = { mdmEnrolled: true };
  await request(played);
  const common = {
    principal: "mara",
    user: "mara",
    mode: "cli",
    at: NOW,
    sessionTable: "table",
    device: { mdmEnrolled: true },
    approval: null,
  };
  assert.deepEqual(seen, [
    { ...common, profile: "entry", role: ENTRY },
    { ...common, profile: "dev", role: ROLE },
  ]);
});

Deno.test("a cached session must have been made under every policy on the way", async () => {
  const played = through(true, {});
  const { policyFor } = played.ports;
  played.ports.policyFor = async (profile, target, caller) => ({
    ...await policyFor(profile, target, caller),
    digest: profile,
  });
  await request(played);
  assert.equal(played.keys[0]?.policyDigest, "entry dev");
});

const TIMED = 'time: {hours: {start: "08:00", end: "18:00"}}';
const allow = (name: string, conditions: string, more = "") =>
  `  - {name: ${name}, effect: allow${more}, conditions: {${conditions}}}\n`;

for (
  const { name, policy } of [
    {
      name: "the target's rule alone",
      policy: allow("e", "profiles: [entry]") + allow("d", `profiles: [dev], ${TIMED}`),
    },
    {
      name: "the rule on the way alone",
      policy: allow("e", `profiles: [entry], ${TIMED}`) + allow("d", "profiles: [dev]"),
    },
    {
      name: "a rule that was looked at and did not match",
      policy: `  - {name: no, effect: deny, conditions: {${TIMED.replace("08:00", "17:00")}}}\n${
        allow("both", "profiles: [dev, entry]")
      }`,
    },
  ]
) {
  Deno.test(`grant() believes no skewed clock where time counts for ${name}`, async () => {
    const chain = [hop("entry", ENTRY, true), hop("dev", ROLE, true)];
    const stsDate = new Date(NOW.getTime() + 120_001);
    const world = { policy: rules(policy), target: { chain } };
    await assert.rejects(request(play({ ...world, caller: { stsDate } })), {
      code: "CLOCK_SKEWED",
    });
    assert.equal((await request(play(world))).served, "new");
  });
}

Deno.test("grant() wants every rule on the way to say that it may go unstamped", async () => {
  const unstamped = ", unstamped: true";
  const target = { roleArn: null, chain: [hop("entry", ENTRY, true), hop("dev", ROLE, true)] };
  const world = (entry: string, dev: string) => ({
    policy: rules(allow("e", "profiles: [entry]", entry) + allow("d", "profiles: [dev]", dev)),
    target,
  });
  const refused = { code: "UNSTAMPED_REFUSED" };
  await assert.rejects(request(play(world(unstamped, ""))), refused);
  await assert.rejects(request(play(world("", unstamped))), refused);
  assert.equal((await request(play(world(unstamped, unstamped)))).sourceIdentity, null);
});

Deno.test("grant() minds no earlier stamp where it would put none itself", async () => {
  const policy = rules(allow("d", "profiles: [dev]", ", unstamped: true"));
  const bare = { policy, target: { roleArn: null, chain: [] }, caller: { grantOf: "other" } };
  assert.equal((await request(play(bare))).sourceIdentity, null);
});
