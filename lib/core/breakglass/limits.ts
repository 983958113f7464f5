// breakglass: the rate-limit policy: how often the glass may be broken.
import { mistake, profiles, readDocument, ruleName } from "../approvals/names.ts";
import { MAX_LIMIT_SECONDS } from "./types.ts";
import { duration, integer, list, record, refine, type Report, text } from "../yaml/mod.ts";

/** One rule of a rate-limit policy. `null` = no such limit. */
export interface LimitRule {
  name: string;
  /** `null` = any. A quota per user counts the user's events on these profiles. */
  profiles: readonly string[] | null;
  /** Shortest time between two events of one person on one profile, in seconds. */
  cooldownSeconds: number | null;
  /** Most events of one person within the window. */
  maxPerUser: number | null;
  /** Most events on one profile within the window, whoever invoked them. */
  maxPerProfile: number | null;
  windowSeconds: number | null;
  /** From so many events of one person within the window on, it is escalated. It blocks nothing. */
  escalateAt: number | null;
}

/** A rate-limit policy, valid in every part. Made by {@link parseLimitPolicy}. */
export interface LimitPolicy {
  file: string;
  rules: readonly LimitRule[];
}

const span = duration({ min: 1, max: MAX_LIMIT_SECONDS });
const count = integer({ min: 1, max: 400 });

const rule = refine(
  record({
    name: ruleName,
    profiles,
    cooldown: span,
    max_per_user: count,
    max_per_profile: count,
    quota_window: span,
    escalation_threshold: count,
  }, {
    required: ["name"],
    wanted: "a rule with name, and cooldown, max_per_user or max_per_profile",
    known: {
      profile: mistake('unknown key "profile": without the s it would match all', "write profiles"),
    },
  }),
  (read, report): LimitRule => {
    judgeLimits(read, report);
    return {
      name: read.name,
      profiles: read.profiles ?? null,
      cooldownSeconds: read.cooldown ?? null,
      maxPerUser: read.max_per_user ?? null,
      maxPerProfile: read.max_per_profile ?? null,
      windowSeconds: read.quota_window ?? null,
      escalateAt: read.escalation_threshold ?? null,
    };
  },
);

interface Limits {
  cooldown?: number;
  max_per_user?: number;
  max_per_profile?: number;
  quota_window?: number;
  escalation_threshold?: number;
}

function judgeLimits(read: Limits, report: Report): void {
  const { cooldown, max_per_user, max_per_profile, quota_window, escalation_threshold } = read;
  if (cooldown === undefined && max_per_user === undefined && max_per_profile === undefined) {
    report([], {
      id: "limits-nothing",
      message: "found a rule that limits nothing",
      fix: "add cooldown, max_per_user or max_per_profile",
    });
  }
  const counted = max_per_user ?? max_per_profile ?? escalation_threshold;
  if (counted !== undefined && quota_window === undefined) {
    report([], {
      id: "missing-key",
      message: 'the key "quota_window" is missing: within which time is counted?',
      fix: "add `quota_window: 24h`, say",
    });
  }
}

const schema = record({
  version: text({ oneOf: ["1"], numbers: true, wanted: '"1"' }),
  rules: list(rule, { unique: { what: "rule name", path: ["name"] } }),
}, { required: ["version", "rules"], wanted: "a map with version and rules" });

/**
 * Reads and validates a rate-limit policy.
 * @param source YAML, version "1"
 * @param file the name that problems carry
 * @throws SentinelError `POLICY_INVALID` with every problem, each with its place and fix
 */
export function parseLimitPolicy(source: string, file: string): LimitPolicy {
  return { file, rules: readDocument(source, file, schema, "rate-limit policy").rules };
}

/** The first rule that covers `profile`; `null` = none, and then only stacking is looked at. */
export function limitFor(policy: LimitPolicy | null, profile: string): LimitRule | null {
  return policy?.rules.find(({ profiles }) => profiles?.includes(profile) ?? true) ?? null;
}
