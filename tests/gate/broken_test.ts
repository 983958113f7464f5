// gate: decisions that no sound evaluator makes, bounds by mode, and more of what is on record.
import { strict as assert } from "node:assert";
import type { Alternative, Decision } from "../../lib/core/policy/types.ts";
import { ALLOW_DEV, NOW, play, type Played, request, rules, type World } from "./fakes.ts";

/** A world whose evaluator changes what it decided. */
function twisted(change: (decision: Decision) => Partial<Decision>, world: Partial<World> = {}) {
  const played = play({ policy: ALLOW_DEV, ...world });
  const { policyFor } = played.ports;
  played.ports.policyFor = async (profile, target, caller) => {
    const policy = await policyFor(profile, target, caller);
    return {
      ...policy,
      decide: (asked) => {
        const decision = policy.decide(asked);
        return { ...decision, ...change(decision) };
      },
    };
  };
  return played;
}
const alternatives = (change: Partial<Alternative>) => ({ alternatives }: Decision) => ({
  alternatives: alternatives.map((one) => ({ ...one, ...change })),
});
const obligation = (state: "met" | "open" | "shut", why = "because") => ({
  obligation: { kind: "approval" as const },
  state,
  from: ["policy.yaml/dev"],
  why,
});

const refused: { name: string; played: () => Played; says: string }[] = [
  {
    name: "an allow with an open obligation",
    played: () => twisted(alternatives({ obligations: [obligation("met"), obligation("open")] })),
    says: "Cannot grant",
  },
  {
    name: "an allow whose alternative is open",
    played: () => twisted(alternatives({ state: "open" })),
    says: "Cannot grant",
  },
  {
    name: "an allow without an alternative",
    played: () => twisted(() => ({ alternatives: [] })),
    says: "Cannot grant",
  },
  {
    name: "a pending decision with everything met",
    played: () => twisted(() => ({ outcome: "pending" })),
    says: 'Cannot grant "dev" to "mara" yet: an obligation is open',
  },
  {
    name: "a pending decision that says one thing twice",
    played: () =>
      twisted((decision) => ({
        outcome: "pending",
        ...alternatives({ obligations: [obligation("open"), obligation("open")] })(decision),
      })),
    says: 'Cannot grant "dev" to "mara" yet: because (rule "dev")',
  },
];

for (const { name, played: build, says } of refused) {
  Deno.test(`grant() refuses ${name}`, async () => {
    const played = build();
    await assert.rejects(request(played), (error: unknown) => {
      assert.ok(error instanceof Error);
      assert.ok(error.message.startsWith(says), error.message);
      return true;
    });
    assert.equal(played.terms.length, 0);
    assert.ok(!played.calls.includes("turn"));
  });
}

Deno.test("grant() tells of a reason in full, up to five hundred characters", async () => {
  const reason = "r".repeat(500);
  const policy = rules(`  - {name: no, effect: deny, reason: ${reason}, conditions: {}}`);
  await assert.rejects(request(play({ policy })), {
    message: `Cannot grant "dev" to "mara": "${reason}" says rule "no"`,
  });
});

const capped = rules(
  "  - {name: dev, effect: allow, max_server_duration: 20m, conditions: {profiles: [dev]}}",
);

Deno.test("grant() lets a rule's cap bind in server mode alone", async () => {
  for (const [mode, seconds] of [["server", 1200], ["cli", 3600]] as const) {
    const played = play({ policy: capped, mode });
    await request(played);
    assert.equal(played.terms[0]?.duration, seconds, mode);
  }
});

for (
  const { name, change, mode, says } of [
    { name: "its own cap", change: { maxDuration: 60 }, mode: "cli", says: 'rule "dev"' },
    {
      name: "its cap in server mode",
      change: { maxServerDuration: 60 },
      mode: "server",
      says: 'rule "dev" in server mode',
    },
  ] as const
) {
  Deno.test(`grant() tells which rule binds by ${name}`, async () => {
    await assert.rejects(request(twisted(alternatives(change), { mode })), {
      code: "DURATION_TOO_SHORT",
      message: `Cannot make a session: ${says} leaves 1m, AWS makes none under 15m`,
    });
  });
}

Deno.test("grant() lets the smallest of several bounds count", async () => {
  const world = { ask: { duration: 7200 }, target: { maxDuration: 5400 } };
  const played = twisted(alternatives({ maxDuration: 1800 }), world);
  await request(played);
  assert.equal(played.terms[0]?.duration, 1800);
  const session = play({ policy: ALLOW_DEV, ...world, caller: { session: true } });
  await request(session);
  assert.equal(session.terms[0]?.duration, 3600);
});

Deno.test("grant() knows AWS's hour for a chain, but not where there is no role", async () => {
  const hop = {
    profile: "entry",
    roleArn: "arn:aws:iam::111122223333:role/Entry",
    externalId: null,
    mfaSerial: null,
    region: null,
    gated: false,
  };
  const durationOf = async (world: Partial<World>) => {
    const played = play({ policy: ALLOW_DEV, ask: { duration: 7200 }, ...world });
    await request(played);
    return played.terms[0]?.duration;
  };
  assert.equal(await durationOf({}), 7200);
  const chain = [hop, { ...hop, profile: "dev", gated: true }];
  assert.equal(await durationOf({ target: { chain } }), 3600);
  const unstamped = rules(
    "  - {name: dev, effect: allow, unstamped: true, conditions: {profiles: [dev]}}",
  );
  const bare = { target: { roleArn: null, chain: [] }, caller: { session: true } };
  assert.equal(await durationOf({ policy: unstamped, ...bare }), 7200);
});

Deno.test("the record holds the policy's age in whole seconds, never below none", async () => {
  const ageOf = async (readAt: number) => {
    const played = play({ policy: ALLOW_DEV });
    const { policyFor } = played.ports;
    played.ports.policyFor = async (profile, target, caller) => ({
      ...await policyFor(profile, target, caller),
      readAt: new Date(readAt),
    });
    await request(played);
    const [entry] = played.entries;
    return entry?.kind === "intent" ? entry.decision?.policy.age : null;
  };
  assert.equal(await ageOf(NOW.getTime() - 3_600_400), 3600);
  assert.equal(await ageOf(NOW.getTime() - 59_600), 60);
  assert.equal(await ageOf(NOW.getTime() + 5_000), 0);
});

Deno.test("the record holds each obligation with its state", async () => {
  const policy = rules(
    "  - {name: s, effect: require_server_session, conditions: {users: [mara]}}",
  );
  const obligationsOf = async (table: string | null) => {
    const played = play({ policy, mode: "server" });
    played.ports.sessionTable = table;
    await request(played).catch(() => {});
    const [entry] = played.entries;
    return entry !== undefined && "decision" in entry ? entry.decision?.obligations : null;
  };
  const server = { kind: "server", state: "met" };
  assert.deepEqual(await obligationsOf("t"), [server, { kind: "session", state: "met" }]);
  assert.deepEqual(await obligationsOf(null), [server, { kind: "session", state: "open" }]);
});
