// breakglass: stacking, cooldown and quotas: rows by name, and against a count over all that happened.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  type BreakGlass,
  type Finding,
  type Ledger,
  type LimitRule,
  readLedger,
  release,
  type Reservation,
  reserve,
} from "../../../lib/core/breakglass/mod.ts";
import { faultOf } from "../../../lib/core/store/item.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import { at, lea, mara, NOW, person } from "../approvals/people.ts";
import { idOf, prepared } from "./emergencies.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "300");

function limits(changed: Partial<LimitRule> = {}): LimitRule {
  return {
    name: "a",
    profiles: null,
    cooldownSeconds: null,
    maxPerUser: null,
    maxPerProfile: null,
    windowSeconds: 86_400,
    escalateAt: null,
    ...changed,
  };
}

const NOTHING: ReadonlyMap<string, Finding> = new Map();

function ask(
  ledger: Ledger | null,
  event: BreakGlass,
  rule: LimitRule | null,
  found = NOTHING,
): Reservation {
  return reserve(ledger, event, rule, found, [], new Date(event.createdAt));
}

/** A ledger in which these events were entered, each when it was made. */
function after(...events: BreakGlass[]): Ledger | null {
  let ledger: Ledger | null = null;
  for (const event of events) {
    const answer = ask(ledger, event, null);
    if (answer.outcome !== "reserved") throw new Error(`not reserved: ${answer.outcome}`);
    ledger = answer.ledger;
  }
  return ledger;
}

let count = 0;
function made(time: string, changed: Parameters<typeof prepared>[0] = {}): BreakGlass {
  const short = { durationSeconds: 900, id: idOf(++count) };
  return prepared({ ...short, ...changed }, at(`${time}:00.000`));
}

const outcome = (answer: Reservation) => answer.outcome === "limited" ? answer.by : answer.outcome;

Deno.test("the first entry creates the ledger, the next one replaces what was read", () => {
  const first = ask(null, made("08:00"), null);
  assert.ok(first.outcome === "reserved");
  assert.deepEqual([first.expected, first.ledger.version], [null, 1]);
  const second = ask(first.ledger, made("08:01", { invoker: lea }), null);
  assert.ok(second.outcome === "reserved");
  assert.deepEqual([second.expected, second.ledger.version], [{ version: 1, state: "open" }, 2]);
  assert.equal(faultOf(TABLES.locks, second.ledger), null);
  assert.deepEqual(readLedger(JSON.parse(JSON.stringify(second.ledger))), second.ledger);
});

for (
  const row of [
    { name: "the same person and profile", at: "08:14", change: {}, says: "stacked" },
    {
      name: "trap: an event that has run out blocks nothing",
      at: "08:15",
      change: {},
      says: "reserved",
    },
    {
      name: "another profile",
      at: "08:14",
      change: {},
      profile: "vault",
      says: "reserved",
    },
    { name: "another person", at: "08:14", change: { invoker: lea }, says: "reserved" },
    {
      name: "the same person under an alias",
      at: "08:14",
      change: { invoker: { ...lea, aliases: ["mara"] } },
      says: "stacked",
    },
  ]
) {
  Deno.test(`one active event a person and profile: ${row.name}: ${row.says}`, () => {
    const next = { ...made(row.at, row.change), profile: row.profile ?? "prod" };
    assert.equal(outcome(ask(after(made("08:00")), next, null)), row.says);
  });
}

Deno.test("trap: an older active event is seen behind newer ones of other profiles", () => {
  const long = made("08:00", { durationSeconds: 4 * 3600 });
  const others = ["09:00", "09:30", "10:00"].map((time) => ({ ...made(time), profile: time }));
  const answer = ask(after(long, ...others), made("11:00"), null);
  assert.equal(answer.outcome === "stacked" && answer.by.event, long.id);
});

Deno.test("an event that was closed early blocks nothing, and counts still", () => {
  const closed = made("08:00", { durationSeconds: 3600 });
  const ledger = after(closed);
  const found: ReadonlyMap<string, Finding> = new Map([[closed.id, "ended"]]);
  const next = made("08:10");
  assert.equal(outcome(ask(ledger, next, null)), "stacked");
  assert.equal(outcome(ask(ledger, next, null, found)), "reserved");
  assert.equal(outcome(ask(ledger, next, limits({ maxPerUser: 1 }), found)), "user quota");
  const released = release(ledger, closed.id, at("08:05:00.000"));
  assert.deepEqual(released?.expected, { version: 1, state: "open" });
  assert.equal(released && outcome(ask(released.ledger, next, null)), "reserved");
  assert.equal(released && release(released.ledger, closed.id, at("08:06:00.000")), null);
  assert.equal(release(null, closed.id, NOW), null);
  assert.equal(release(ledger, "00000000000000ff", NOW), null);
});

Deno.test("an event that was abandoned counts for nothing, and is forgotten", () => {
  const gone = made("08:00");
  const found: ReadonlyMap<string, Finding> = new Map([[gone.id, "abandoned"]]);
  const answer = ask(after(gone), made("08:10"), limits({ maxPerUser: 1 }), found);
  assert.equal(outcome(answer), "reserved");
  assert.equal(answer.outcome === "reserved" && answer.ledger.entries.length, 1);
});

for (
  const row of [
    {
      name: "cooldown, a second before",
      rule: { cooldownSeconds: 3600 },
      at: "08:59",
      says: "cooldown",
    },
    { name: "cooldown, over", rule: { cooldownSeconds: 3600 }, at: "09:00", says: "reserved" },
    {
      name: "cooldown is of one person",
      rule: { cooldownSeconds: 3600 },
      at: "08:30",
      who: lea,
      says: "reserved",
    },
    {
      name: "cooldown is of one profile",
      rule: { cooldownSeconds: 3600 },
      at: "08:30",
      profile: "other",
      says: "reserved",
    },
    { name: "a user's quota is used up", rule: { maxPerUser: 1 }, at: "09:00", says: "user quota" },
    { name: "a user's quota has room", rule: { maxPerUser: 2 }, at: "09:00", says: "reserved" },
    {
      name: "a user's quota is theirs",
      rule: { maxPerUser: 1 },
      at: "09:00",
      who: lea,
      says: "reserved",
    },
    {
      name: "a user's quota counts all profiles of its rule",
      rule: { maxPerUser: 1 },
      at: "09:00",
      profile: "other",
      says: "user quota",
    },
    {
      name: "a user's quota counts no profiles of other rules",
      rule: { maxPerUser: 1, profiles: ["other"] },
      at: "09:00",
      profile: "other",
      says: "reserved",
    },
    {
      name: "a profile's quota counts everybody",
      rule: { maxPerProfile: 1 },
      at: "09:00",
      who: lea,
      says: "profile quota",
    },
    {
      name: "a profile's quota is the profile's",
      rule: { maxPerProfile: 1 },
      at: "09:00",
      profile: "other",
      says: "reserved",
    },
    {
      name: "an event leaves the window",
      rule: { maxPerUser: 1, windowSeconds: 3600 },
      at: "09:00",
      says: "reserved",
    },
    {
      name: "an event is in the window's last second",
      rule: { maxPerUser: 1, windowSeconds: 3601 },
      at: "09:00",
      says: "user quota",
    },
    {
      name: "cooldown is told before quotas",
      rule: { maxPerUser: 1, maxPerProfile: 1, cooldownSeconds: 7200 },
      at: "09:00",
      says: "cooldown",
    },
    {
      name: "the user's quota is told before the profile's",
      rule: { maxPerUser: 1, maxPerProfile: 1 },
      at: "09:00",
      says: "user quota",
    },
  ]
) {
  Deno.test(`limits: ${row.name}: ${row.says}`, () => {
    const next = made(row.at, { invoker: row.who ?? mara });
    const event = { ...next, profile: row.profile ?? "prod" };
    assert.equal(outcome(ask(after(made("08:00")), event, limits(row.rule))), row.says);
  });
}

Deno.test("a quota says when it opens: when as many have left the window as must", () => {
  const ledger = after(made("08:00"), made("08:20"), made("08:40"));
  const rule = (max: number) => limits({ maxPerUser: max, windowSeconds: 3600 });
  for (const [max, minutes] of [[3, 5], [2, 25], [1, 45]]) {
    const answer = ask(ledger, made("08:55"), rule(max ?? 0));
    assert.equal(answer.outcome === "limited" && answer.retryAfterSeconds, (minutes ?? 0) * 60);
  }
});

Deno.test("trap: escalation counts by itself, with the event that is being made", () => {
  const ledger = after(made("08:00"));
  for (const [escalateAt, escalate] of [[1, true], [2, true], [3, false], [null, false]] as const) {
    const rule = limits({ escalateAt, cooldownSeconds: 1 });
    const answer = ask(ledger, made("09:00"), rule);
    assert.equal(answer.outcome === "reserved" && answer.escalate, escalate, String(escalateAt));
  }
});

Deno.test("an emergency that would not fit the ledger is refused, and the ledger stays readable", () => {
  let ledger = after(made("08:00"));
  assert.ok(ledger);
  const [entry] = ledger.entries;
  assert.ok(entry);
  const full = Array.from({ length: 500 }, (_, i) => ({
    ...entry,
    event: (i + 1).toString(16).padStart(16, "0"),
    aliases: ["x".repeat(64)],
  }));
  ledger = { ...ledger, entries: full };
  assert.equal(faultOf(TABLES.locks, ledger), null);
  assert.equal(outcome(ask(readLedger(ledger), made("09:00"), null)), "full ledger");
  const month = { ...made("09:00"), createdAt: "2026-02-06T09:00:00.000Z" };
  const later = ask(ledger, month, null);
  assert.equal(later.outcome === "reserved" && later.ledger.entries.length, 1);
});

const people = [mara, lea, person("tom")];
const step = fc.record({
  who: fc.constantFrom(...people),
  profile: fc.constantFrom("prod", "vault"),
  wait: fc.constantFrom(0, 1, 600, 899, 900, 1800, 3600),
});

Deno.test("limits hold over any history: as a count over all that was let through says", () => {
  const rule = limits({
    cooldownSeconds: 1200,
    maxPerUser: 3,
    maxPerProfile: 4,
    windowSeconds: 7200,
  });
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      let ledger: Ledger | null = null;
      let now = NOW.getTime();
      const made: { who: string; profile: string; at: number }[] = [];
      for (const [index, { who, profile, wait }] of steps.entries()) {
        now += wait * 1000;
        const event: BreakGlass = {
          ...prepared({ id: idOf(index), invoker: who, durationSeconds: 900 }, new Date(now)),
          profile,
        };
        const own = made.filter((one) => one.who === who.user);
        const same = own.filter((one) => one.profile === profile);
        const within = (seconds: number) => (one: { at: number }) => now - one.at < seconds * 1000;
        const wanted = same.some(within(900))
          ? "stacked"
          : same.some(within(1200))
          ? "cooldown"
          : own.filter(within(7200)).length >= 3
          ? "user quota"
          : made.filter((one) => one.profile === profile).filter(within(7200)).length >= 4
          ? "profile quota"
          : "reserved";
        const answer: Reservation = ask(ledger, event, rule);
        assert.equal(outcome(answer), wanted);
        seen.add(wanted);
        if (answer.outcome !== "reserved") continue;
        ledger = answer.ledger;
        made.push({ who: who.user, profile, at: now });
      }
    }),
    { seed: 73, numRuns: RUNS },
  );
  if (RUNS >= 100) assert.equal(seen.size, 5, [...seen].join());
});
