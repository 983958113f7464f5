// policy tests: random documents and requests, dense where rules meet.
import fc from "fast-check";
import type { DevicePosture, Mode, PolicyRequest } from "../../../lib/core/policy/mod.ts";
import type { RawDocument, RawRule } from "./reference.ts";
import { REQUEST } from "./requests.ts";

const PROFILES = ["dev", "staging", "prod"];
const USERS = ["mara", "alice", "bob"];
const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/** Half-hour and midnight jumps, odd offsets, both hemispheres. */
const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "America/Santiago",
  "Asia/Kathmandu",
];
/** Days on which one of the zones moves its clocks, and an ordinary one. */
const TURNS = [
  "2026-01-05",
  "2026-03-08",
  "2026-03-29",
  "2026-04-04",
  "2026-04-05",
  "2026-09-06",
  "2026-10-03",
  "2026-10-25",
  "2026-11-01",
];

const some = <T>(from: T[]) => fc.subarray(from, { minLength: 1 });

const clock = (last: number) =>
  fc.oneof(
    fc.constantFrom("00:00", "01:30", "02:00", "02:30", "03:00", "08:00", "18:00", "22:00"),
    fc.integer({ min: 0, max: last }).map((minute) =>
      `${String(Math.floor(minute / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`
    ),
  );

const hours = fc.record({ start: clock(1_439), end: clock(1_440) })
  .filter(({ start, end }) => start !== end);

const time = fc.record({
  days: some(DAYS),
  hours,
  timezone: fc.constantFrom(...ZONES),
}, { requiredKeys: [] }).filter((window) =>
  window.days !== undefined || window.hours !== undefined
);

const device = fc.record({
  require_mdm: fc.constant(true),
  require_encryption: fc.constant(true),
  min_os_version: fc.constantFrom("14.4", "14.10", "15"),
}, { requiredKeys: [] }).filter((wants) => Object.keys(wants).length > 0);

/** Left out twice as often as not: with all of them, hardly a rule would match. */
const maybe = <T>(value: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });

const conditions: fc.Arbitrary<RawRule["conditions"]> = fc.record({
  profiles: maybe(some(PROFILES)),
  users: maybe(some(USERS)),
  mode: maybe(some(["server", "cli", "credential_process"])),
  time: maybe(time),
  device: maybe(device),
}).map((made) => Object.fromEntries(Object.entries(made).filter(([, one]) => one !== undefined)));

const GRANTS = ["allow", "require_server", "require_server_session"];
const ASKS = ["require_approval", "require_server", "require_server_session", "deny"];

const rule = (effects: string[]): fc.Arbitrary<Omit<RawRule, "name">> =>
  fc.record({
    effect: fc.constantFrom(...effects),
    conditions,
    max_server_duration: fc.constantFrom("15m", "60m"),
    session_table: fc.constantFrom("table-a", "table-b"),
  }, { requiredKeys: ["effect", "conditions"] });

function named(rules: Omit<RawRule, "name">[], policy: boolean): RawDocument {
  return {
    version: "1",
    rules: rules.map((one, index) => ({
      name: `r${index}`,
      ...one,
      ...policy && GRANTS.includes(one.effect) && Object.keys(one.conditions).length === 0
        ? { conditions: { profiles: PROFILES } }
        : {},
    })),
  };
}

/** A policy: any effects, now and then unstamped. */
export const policies: fc.Arbitrary<RawDocument> = fc.array(
  fc.tuple(rule(["allow", "allow", ...ASKS]), fc.boolean()).map(([one, unstamped]) =>
    unstamped && one.effect !== "deny" ? { ...one, unstamped } : one
  ),
  { minLength: 1, maxLength: 5 },
).map((rules) => named(rules, true));

/** A guardrail: it never allows. */
export const guardrails: fc.Arbitrary<RawDocument> = fc.array(rule(ASKS), {
  minLength: 1,
  maxLength: 2,
})
  .map((rules) => named(rules, false));

const fact = fc.constantFrom(true, false, null);

/** Postures from nothing known to everything known. */
export const devices: fc.Arbitrary<DevicePosture | null> = fc.oneof(
  fc.constant(null),
  fc.record({
    mdmEnrolled: fact,
    diskEncrypted: fact,
    osVersion: fc.constantFrom("13.2", "14.4", "14.9", "14.10", "15.0", null),
  }, { requiredKeys: [] }),
);

const instants = fc.oneof(
  fc.tuple(fc.constantFrom(...TURNS), fc.integer({ min: 0, max: 2 * 86_400 - 1 }))
    .map(([day, second]) => new Date(Date.parse(`${day}T00:00:00Z`) + second * 1_000)),
  fc.tuple(fc.constantFrom(...TURNS), fc.integer({ min: 0, max: 47 }))
    .map(([day, half]) => new Date(Date.parse(`${day}T00:00:00Z`) + half * 1_800_000)),
);

/** Requests of the people and profiles that the documents name, and one of each that they don't. */
export const requests: fc.Arbitrary<PolicyRequest> = fc.record({
  user: fc.constantFrom(...USERS, "eve"),
  profile: fc.constantFrom(...PROFILES, "other"),
  mode: fc.constantFrom<Mode>("server", "cli", "credential_process"),
  at: instants,
  sessionTable: fc.constantFrom(null, "table-r"),
  device: devices,
}).map((made) => ({ ...REQUEST, ...made }));
