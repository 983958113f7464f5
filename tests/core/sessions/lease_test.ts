// sessions: tables of which kept session is served, and of what is reported as its end.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { processAnswer } from "../../../lib/core/sessions/forms.ts";
import { leaseOf, LEASES, type LeaseTerms } from "../../../lib/core/sessions/lease.ts";

const NOW = new Date("2026-01-05T09:00:00.000Z");
const after = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

/** Seconds: a session's age and rest, and the end that is reported, counted from now. */
interface Row extends Partial<LeaseTerms> {
  name: string;
  age: number;
  left: number;
  serve: boolean;
  said: number;
}

const HOUR = 3600;
const ROWS: readonly Row[] = [
  { name: "calm: a new one", age: 0, left: 3600, serve: true, said: 3600 },
  { name: "calm: 15 min and a second left", age: 2699, left: 901, serve: true, said: 901 },
  { name: "calm: 15 min left", age: 2700, left: 900, serve: false, said: 900 },
  { name: "calm: it has ended", age: 3600, left: 0, serve: false, said: 0 },
  { name: "calm: it lives 21 min", age: 0, left: 1260, serve: true, said: 1260 },
  { name: "calm, but it lives 20 min", age: 0, left: 1200, serve: true, said: 240 },
  {
    name: "calm, but a cap leaves 20 min",
    age: 2500,
    left: 1100,
    clamp: 1200,
    serve: true,
    said: 240,
  },
  { name: "a cap that it outlives", age: 100, left: 3500, clamp: 1800, serve: false, said: 3500 },
  { name: "live: a new one", lease: "live", age: 0, left: 3600, serve: true, said: 240 },
  { name: "live: 15 min left", lease: "live", age: 2700, left: 900, serve: true, said: 240 },
  { name: "live: 3 min left", lease: "live", age: 3420, left: 180, serve: true, said: 180 },
  {
    name: "live: a minute and a second",
    lease: "live",
    age: 3539,
    left: 61,
    serve: true,
    said: 61,
  },
  { name: "live: a minute left", lease: "live", age: 3540, left: 60, serve: false, said: 60 },
  { name: "live: it has ended", lease: "live", age: 3700, left: -100, serve: false, said: -100 },
  {
    name: "live: a cap that it outlives",
    lease: "live",
    age: 100,
    left: 3500,
    clamp: 1800,
    serve: false,
    said: 240,
  },
  {
    name: "live, for a holder that never comes back",
    lease: "live",
    comesBack: false,
    age: 0,
    left: 3600,
    serve: true,
    said: 3600,
  },
  {
    name: "live, 15 min left, for a holder that never comes back",
    lease: "live",
    comesBack: false,
    age: 2700,
    left: 900,
    serve: false,
    said: 900,
  },
  {
    name: "a short one with 5 min left, for a holder that never comes back",
    comesBack: false,
    age: 600,
    left: 300,
    serve: false,
    said: 300,
  },
  {
    name: "a short one with more than that, for a holder that never comes back",
    comesBack: false,
    age: 599,
    left: 301,
    serve: true,
    said: 301,
  },
  { name: "a clock that went back", age: -61, left: 3000, serve: false, said: 3000 },
  { name: "a clock that went back a little", age: -60, left: 3000, serve: true, said: 3000 },
];

for (const row of ROWS) {
  const { name, age, left, serve, said, lease = "calm", clamp = HOUR, comesBack = true } = row;
  Deno.test(`leaseOf() of ${name}`, () => {
    const life = { issuedAt: after(-age), expiresAt: after(left) };
    assert.deepEqual(leaseOf(life, NOW, { lease, clamp, comesBack }), {
      serve,
      reported: after(said),
    });
  });
}

const NEVER = { issuedAt: NOW, expiresAt: new Date(NaN) };
Deno.test("leaseOf() never serves a session whose end can't be told", () => {
  const terms = { clamp: HOUR, lease: "live", comesBack: true } as const;
  assert.equal(leaseOf(NEVER, NOW, terms).serve, false);
});

Deno.test("leaseOf() never reports an end after the real one, and serves nothing that has ended", () => {
  const seconds = fc.integer({ min: -50_000, max: 50_000 });
  const terms = fc.record({
    clamp: fc.integer({ min: 900, max: 43_200 }),
    lease: fc.constantFrom(...LEASES),
    comesBack: fc.boolean(),
  });
  fc.assert(
    fc.property(seconds, seconds, terms, (age, left, said) => {
      const life = { issuedAt: after(-age), expiresAt: after(left) };
      const { serve, reported } = leaseOf(life, NOW, said);
      assert.ok(reported.getTime() <= life.expiresAt.getTime());
      if (serve) assert.ok(left > 60 && left <= said.clamp);
    }),
    { seed: 7, numRuns: Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "500") },
  );
});

Deno.test("processAnswer() prints the reported end, and never one after the real one", () => {
  const credentials = {
    accessKeyId: "ASIA",
    secretAccessKey: "s",
    sessionToken: "t",
    expiresAt: after(900),
  };
  const end = (reported: Date) => JSON.parse(processAnswer(credentials, reported)).Expiration;
  assert.equal(end(after(240)), "2026-01-05T09:04:00Z");
  assert.equal(end(after(901)), "2026-01-05T09:15:00Z");
});
