// approvals: the approval policy: who may say yes to what, and what needs nobody.
import type { TimeWindow } from "../policy/document.ts";
import { time } from "../policy/schema_time.ts";
import { duration, integer, list, record, refine, type Report, text } from "../yaml/mod.ts";
import type { ValueOf } from "../yaml/mod.ts";
import {
  aliases,
  groups,
  mistake,
  people,
  profiles,
  readDocument,
  ruleName,
  spellOutAt,
} from "./names.ts";
import { distinct, knownAs, personNamed } from "./person.ts";
import type { Use } from "./types.ts";

/** The longest access window that anybody can ask for, in seconds. */
export const MAX_WINDOW_SECONDS = 8 * 3600;
/** How long a request waits for a decision where the policy says nothing else, in seconds. */
export const DEFAULT_WITHIN_SECONDS = 24 * 3600;
const MAX_WITHIN_SECONDS = 7 * 86_400;

/** When nobody needs to be asked. All of it must hold. */
export interface AutoApprove {
  /** Never empty: a rule for everybody is no approval. */
  users: readonly string[];
  time: TimeWindow | null;
  /** Seconds; `null` = no cap of its own. */
  maxSeconds: number | null;
}

/** One rule of an approval policy. */
export interface ApprovalRule {
  name: string;
  /** `null` = any. */
  profiles: readonly string[] | null;
  /** Groups spelt out. */
  approvers: readonly string[];
  /** How many different people must say yes. */
  count: number;
  use: Use;
  /** Longest window, seconds. */
  maxSeconds: number;
  /** How long a request may wait for its decision, seconds. */
  withinSeconds: number;
  autoApprove: AutoApprove | null;
}

/** An approval policy, valid in every part. Made by {@link parseApprovalPolicy}. */
export interface ApprovalPolicy {
  file: string;
  rules: readonly ApprovalRule[];
  /** Each list is one person's names. */
  people: readonly (readonly string[])[];
}

const autoApprove = record({
  users: people,
  time,
  max_duration: duration({ max: MAX_WINDOW_SECONDS }),
}, {
  required: ["users"],
  wanted: "a map with users, and perhaps time and max_duration",
  known: { user: mistake('unknown key "user"', "write users") },
});

const rule = record({
  name: ruleName,
  profiles,
  approvers: people,
  count: integer({ min: 1, max: 20 }),
  use: text({ oneOf: ["once", "window"] as const }),
  max_duration: duration({ min: 900, max: MAX_WINDOW_SECONDS }),
  within: duration({ min: 60, max: MAX_WITHIN_SECONDS }),
  auto_approve: autoApprove,
}, {
  required: ["name", "approvers"],
  wanted: "a rule with name and approvers",
  known: {
    profile: mistake('unknown key "profile": without the s it would match all', "write profiles"),
    users: mistake('a rule has no "users": it names approvers', "write approvers"),
  },
});

const schema = refine(
  record({
    version: text({ oneOf: ["1"], numbers: true, wanted: '"1"' }),
    groups,
    people: aliases,
    rules: list(rule, { unique: { what: "rule name", path: ["name"] } }),
  }, { required: ["version", "rules"], wanted: "a map with version, rules, groups and people" }),
  (read, report) => {
    const known = [...read.people ?? []].map(([name, others]) => [name, ...others]);
    const rules = read.rules.map((one, index) => ruleOf(one, index, read.groups, known, report));
    return { rules, people: known };
  },
);

function ruleOf(
  read: ValueOf<typeof rule>,
  index: number,
  known: ReadonlyMap<string, readonly string[]> | undefined,
  names: readonly (readonly string[])[],
  report: Report,
): ApprovalRule {
  const path = ["rules", index] as const;
  const auto = read.auto_approve;
  const approvers = spellOutAt([...path, "approvers"], read.approvers, known, report);
  const count = read.count ?? 1;
  const persons = distinct(approvers.map((name) => knownAs(personNamed(name), names))).length;
  if (count > persons) {
    report([...path, "count"], {
      id: "quorum-too-large",
      message: `found count ${count}, but the approvers are ${persons} different people`,
      fix: "name more approvers, or ask for fewer",
    });
  }
  return {
    name: read.name,
    profiles: read.profiles ?? null,
    approvers,
    count,
    use: read.use ?? "window",
    maxSeconds: read.max_duration ?? MAX_WINDOW_SECONDS,
    withinSeconds: read.within ?? DEFAULT_WITHIN_SECONDS,
    autoApprove: auto === undefined ? null : {
      users: spellOutAt([...path, "auto_approve", "users"], auto.users, known, report),
      time: auto.time ?? null,
      maxSeconds: auto.max_duration ?? null,
    },
  };
}

/**
 * Reads and validates an approval policy.
 * @param source YAML, version "1"
 * @param file the name that problems carry
 * @throws SentinelError `POLICY_INVALID` with every problem, each with its place and fix
 */
export function parseApprovalPolicy(source: string, file: string): ApprovalPolicy {
  return { file, ...readDocument(source, file, schema, "approval policy") };
}
