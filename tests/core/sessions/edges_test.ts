// sessions: each limit of a lease, to the millisecond; permits that can't be changed.
import { strict as assert } from "node:assert";
import { leaseOf, LEASES, type LeaseTerms } from "../../../lib/core/sessions/lease.ts";
import { Permit, redeemPermit } from "../../../lib/core/sessions/permit.ts";
import type { VendTerms } from "../../../lib/core/sessions/types.ts";

const NOW = new Date("2026-01-05T09:00:00.000Z");
const MINUTE = 60_000;
const after = (ms: number) => new Date(NOW.getTime() + ms);

/** Age and rest in milliseconds. */
interface Row extends Partial<LeaseTerms> {
  name: string;
  age: number;
  left: number;
  serve: boolean;
  said?: number;
}

const HOUR = 60 * MINUTE;
const live = { lease: "live" } as const;
const rows: Row[] = [
  { name: "calm, 15 min", age: 0.75 * HOUR, left: 15 * MINUTE, serve: false },
  { name: "calm, 15 min and 1 ms", age: 0.75 * HOUR, left: 15 * MINUTE + 1, serve: true },
  { name: "live, 1 min", ...live, age: HOUR, left: MINUTE, serve: false },
  { name: "live, 1 min and 1 ms", ...live, age: HOUR, left: MINUTE + 1, serve: true },
  { name: "live, 4 min", ...live, age: HOUR, left: 4 * MINUTE, serve: true, said: 4 * MINUTE },
  {
    name: "live, 4 min and 1 ms",
    ...live,
    age: HOUR,
    left: 4 * MINUTE + 1,
    serve: true,
    said: 4 * MINUTE,
  },
  {
    name: "a life of 20 min is short",
    age: 10 * MINUTE,
    left: 10 * MINUTE,
    serve: true,
    said: 4 * MINUTE,
  },
  {
    name: "a life of 20 min and 1 ms is not",
    age: 10 * MINUTE + 1,
    left: 10 * MINUTE,
    serve: false,
  },
  {
    name: "short, 5 min, never comes back",
    comesBack: false,
    age: 10 * MINUTE,
    left: 5 * MINUTE,
    serve: false,
  },
  {
    name: "short, 5 min and 1 ms, never comes back",
    comesBack: false,
    age: 10 * MINUTE,
    left: 5 * MINUTE + 1,
    serve: true,
  },
  { name: "made in a minute", age: -MINUTE, left: 0.9 * HOUR, serve: true },
  { name: "made in a minute and 1 ms", age: -MINUTE - 1, left: 0.9 * HOUR, serve: false },
  { name: "as long as the clamp", age: 0, left: 1800 * 1000 + 999, clamp: 1800, serve: true },
  { name: "a second over the clamp", age: 0, left: 1801 * 1000, clamp: 1800, serve: false },
  {
    name: "a clamp of 20 min is short",
    clamp: 1200,
    age: HOUR,
    left: 10 * MINUTE,
    serve: true,
    said: 4 * MINUTE,
  },
  { name: "a clamp of 1201 s is not", clamp: 1201, age: HOUR, left: 10 * MINUTE, serve: false },
];

for (const row of rows) {
  const { name, age, left, serve, said = left } = row;
  const { lease = "calm", clamp = 3600, comesBack = true } = row;
  Deno.test(`leaseOf() to the millisecond: ${name}`, () => {
    const life = { issuedAt: after(-age), expiresAt: after(left) };
    assert.deepEqual(leaseOf(life, NOW, { lease, clamp, comesBack }), {
      serve,
      reported: after(said),
    });
  });
}

Deno.test("the leases are two, the calm one first", () => {
  assert.deepEqual([...LEASES], ["calm", "live"]);
});

Deno.test("redeemPermit() tells what is wrong with a permit that nobody minted", () => {
  const permit = new Permit({} as VendTerms, { seq: 1, hash: "h" });
  assert.throws(() => redeemPermit(permit), {
    code: "INTERNAL",
    message: "Cannot vend: the permit is not one of the gate's, or used",
  });
  assert.ok(Object.isFrozen(permit.terms) && Object.isFrozen(permit.intent));
  assert.deepEqual(permit.intent, { seq: 1, hash: "h" });
});
