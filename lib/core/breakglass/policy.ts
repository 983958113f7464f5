// breakglass: the break-glass policy: who may act alone, on what, for which reasons.
import {
  aliases,
  groups,
  mistake,
  people,
  profiles,
  readDocument,
  ruleName,
  spellOutAt,
} from "../approvals/names.ts";
import { time } from "../policy/schema_time.ts";
import { bool, duration, list, record, refine, text } from "../yaml/mod.ts";
import { type BreakGlassPolicy, type BreakGlassRule, MAX_BREAKGLASS_SECONDS } from "./judge.ts";
import { MFA_METHODS, REASON_CODES } from "./types.ts";

const mfa = record({
  required: bool(),
  methods: list(text({ oneOf: MFA_METHODS }), { unique: { what: "method" } }),
}, { required: ["required"], wanted: "a map with required, and perhaps methods" });

const rule = record({
  name: ruleName,
  profiles,
  users: people,
  allowed_reason_codes: list(text({ oneOf: REASON_CODES }), { unique: { what: "reason code" } }),
  time,
  max_duration: duration({ min: 900, max: MAX_BREAKGLASS_SECONDS }),
  mfa,
}, {
  required: ["name", "users"],
  wanted: "a rule with name and users",
  known: {
    profile: mistake('unknown key "profile": without the s it would match all', "write profiles"),
    reason_codes: mistake('unknown key "reason_codes"', "write allowed_reason_codes"),
  },
});

const schema = refine(
  record({
    version: text({ oneOf: ["1"], numbers: true, wanted: '"1"' }),
    groups,
    people: aliases,
    security: people,
    rules: list(rule, { unique: { what: "rule name", path: ["name"] } }),
  }, { required: ["version", "rules"], wanted: "a map with version, rules, security and groups" }),
  (read, report) => ({
    people: [...read.people ?? []].map(([name, others]) => [name, ...others]),
    security: spellOutAt(["security"], read.security ?? [], read.groups, report),
    rules: read.rules.map((one, index): BreakGlassRule => ({
      name: one.name,
      profiles: one.profiles ?? null,
      users: spellOutAt(["rules", index, "users"], one.users, read.groups, report),
      reasonCodes: one.allowed_reason_codes ?? null,
      time: one.time ?? null,
      maxSeconds: one.max_duration ?? MAX_BREAKGLASS_SECONDS,
      mfa: one.mfa?.required === true ? one.mfa.methods ?? MFA_METHODS : null,
    })),
  }),
);

/**
 * Reads and validates a break-glass policy.
 * @param source YAML, version "1"
 * @param file the name that problems carry
 * @throws SentinelError `POLICY_INVALID` with every problem, each with its place and fix
 */
export function parseBreakGlassPolicy(source: string, file: string): BreakGlassPolicy {
  return { file, ...readDocument(source, file, schema, "break-glass policy") };
}
