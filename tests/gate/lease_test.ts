// gate: what a lease does to a grant: which kept session is served, and when its holder comes back.
import { strict as assert } from "node:assert";
import { ALLOW_DEV, NOW, play, request, sessionOf, type World } from "./fakes.ts";

const MINUTE = 60_000;
const at = (minutes: number) => new Date(NOW.getTime() + minutes * MINUTE);

const ROWS: readonly {
  name: string;
  world: Partial<World>;
  left: number;
  served: "cache" | "new";
  reported: number;
}[] = [
  { name: "calm as nobody says", world: {}, left: 14, served: "new", reported: 60 },
  { name: "live", world: { target: { lease: "live" } }, left: 14, served: "cache", reported: 4 },
  {
    name: "live, two minutes left",
    world: { target: { lease: "live" } },
    left: 2,
    served: "cache",
    reported: 2,
  },
  {
    name: "live, a minute left",
    world: { target: { lease: "live" } },
    left: 1,
    served: "new",
    reported: 4,
  },
  {
    name: "calm under a cap of 15 minutes",
    world: { target: { maxDuration: 900 } },
    left: 10,
    served: "cache",
    reported: 4,
  },
  {
    name: "live, for a holder that never comes back",
    world: { mode: "cli", target: { lease: "live" } },
    left: 14,
    served: "new",
    reported: 60,
  },
];

for (const { name, world, left, served, reported } of ROWS) {
  Deno.test(`grant() lends ${name}`, async () => {
    const cached = sessionOf(at(left), at(left - 60));
    const played = play({ policy: ALLOW_DEV, mode: "credential_process", cached, ...world });
    const got = await request(played);
    assert.equal(got.served, served);
    assert.deepEqual(got.reported, at(reported));
    // The record tells the real end, whatever was reported.
    const last = played.entries.at(-1);
    assert.ok(last !== undefined && "expiresAt" in last);
    assert.equal(last.expiresAt, at(served === "cache" ? left : 60).toISOString());
  });
}

Deno.test("grant() decides before a live lease is served: a no bites at once", async () => {
  const cached = sessionOf(at(40));
  const policy = ALLOW_DEV.replace("allow", "deny");
  const target = { lease: "live" } as const;
  const played = play({ policy, mode: "credential_process", cached, target });
  await assert.rejects(request(played), { code: "POLICY_DENIED" });
  assert.ok(!played.calls.includes("cache get"));
});
