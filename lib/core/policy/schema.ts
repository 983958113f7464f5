// policy: what a version "1" document may hold, and the mistakes that people are known to make.
import { POLICY_USER } from "../identity/policy_user.ts";
import {
  bool,
  duration,
  type Finding,
  list,
  record,
  type RecordOf,
  refine,
  type Report,
  type Schema,
  text,
  type ValueOf,
} from "../yaml/mod.ts";
import { device } from "./schema_device.ts";
import { time } from "./schema_time.ts";
import type { Effect, Mode, Origin } from "./types.ts";

type Kind = NonNullable<Origin["kind"]>;

const EFFECTS = [
  "allow",
  "deny",
  "require_approval",
  "require_server",
  "require_server_session",
] as const satisfies readonly Effect[];
const MODES = ["server", "cli", "credential_process"] as const satisfies readonly Mode[];

function mistake(message: string, fix: string, replacement?: string): Finding {
  return {
    id: "known-mistake",
    message,
    fix,
    ...(replacement === undefined ? {} : { replacement }),
  };
}

const foreign = (key: string, instead: string) =>
  mistake(
    `the key "${key}" is another schema's: a policy has "version" and "rules", a rule "conditions"`,
    `write \`${instead}:\``,
    instead,
  );
const inside = (key: string, parent: string) =>
  mistake(
    `"${key}" does not stand here, want it under "${parent}"`,
    `move it under \`${parent}:\``,
  );
const noApprovers = mistake(
  'a rule has no "approvers": who approves is said in the approval policy',
  "take it out, and name approvers in approval.yaml",
);
const noGlob = (what: string) => (name: string): Finding | null =>
  /[*?[\]]/.test(name)
    ? mistake(
      `found a pattern in "${name}", want an exact name: version "1" has no globs`,
      name === "*" ? `leave \`${what}:\` out, which means any` : "name each one",
    )
    : null;

const profiles = list(text({ max: 256, wanted: "a profile name", check: noGlob("profiles") }));

const users = list(text({
  wanted: "a policy user name",
  check: (name) => noGlob("users")(name) ?? judgeUser(name),
}));

function judgeUser(name: string): Finding | null {
  if (POLICY_USER.test(name)) return null;
  const what = name.startsWith("arn:") ? "an ARN" : "a name that no caller can have";
  return {
    id: "impossible-user",
    message: `found ${what}, want a policy user name: 1 to 64 of A-Z a-z 0-9 _ , . @ - ` +
      `(or a derived one, such as readable+abcdefghij)`,
    fix: "copy the name that `sentinel whoami` prints as the policy user",
  };
}

const mode = list(text({
  oneOf: MODES,
  known: { exec: mistake('found "exec", want the mode\'s name', "write cli", "cli") },
}));

const conditions = record({ profiles, users, time, mode, device }, {
  wanted: "a map with profiles, users, time, mode or device",
  known: {
    user: mistake(
      'unknown key "user": without the s it would match everyone',
      "write users",
      "users",
    ),
    profile: mistake(
      'unknown key "profile": without the s it would match everything',
      "write profiles",
      "profiles",
    ),
    modes: mistake('unknown key "modes"', "write mode", "mode"),
    approvers: noApprovers,
    match: mistake('unknown key "match"', "write its keys here"),
    days: inside("days", "time"),
    hours: inside("hours", "time"),
    timezone: inside("timezone", "time"),
  },
});

const NAME = text({
  pattern: /^[A-Za-z0-9._-]+$/,
  max: 64,
  wanted: "a name of A-Z a-z 0-9 . _ -",
});

const fields = {
  reason: text({ max: 500, wanted: "a text" }),
  max_server_duration: duration({ min: 900 }),
  session_table: text({
    pattern: /^[A-Za-z0-9_.-]{3,255}$/,
    wanted: "a DynamoDB table name (3 to 255 of A-Z a-z 0-9 _ . -)",
  }),
  unstamped: bool(),
  conditions,
};

const ruleMistakes = {
  condition: mistake(
    'unknown key "condition": without the s it would match everyone',
    "write conditions",
    "conditions",
  ),
  match: foreign("match", "conditions"),
  max_duration: mistake(
    'unknown key "max_duration": version "1" caps server mode alone',
    "write max_server_duration if that is meant, or cap the profile with sentinel_max_duration",
  ),
  approvers: noApprovers,
  users: inside("users", "conditions"),
  profiles: inside("profiles", "conditions"),
  time: inside("time", "conditions"),
  mode: inside("mode", "conditions"),
  device: inside("device", "conditions"),
};

function effect(kind: Kind): Schema<Effect> {
  const oneOf: readonly Effect[] = kind === "policy"
    ? EFFECTS
    : EFFECTS.filter((known) => known !== "allow");
  const known = kind === "policy" ? {} : {
    allow: {
      id: "guardrail-allows",
      message: "found allow in a guardrail: guardrails never allow",
      fix: "move the rule to the policy",
    },
  };
  return text({ oneOf, known });
}

function rule(kind: Kind) {
  const read = record({ name: NAME, effect: effect(kind), ...fields }, {
    required: ["name", "effect", "conditions"],
    known: ruleMistakes,
    wanted: "a rule with name, effect and conditions",
  });
  return refine(read, (value, report) => {
    judgeCatchAll(kind, value, report);
    judgeUnstamped(kind, value, report);
    return value;
  });
}

type ReadRule = Pick<
  RecordOf<typeof fields & { effect: Schema<Effect> }, "effect" | "conditions">,
  "effect" | "conditions" | "unstamped"
>;

/** What grants by itself must say whom it means; what refuses or asks may mean everyone. */
function judgeCatchAll(kind: Kind, { effect, conditions }: ReadRule, report: Report): void {
  if (Object.keys(conditions).length > 0 || kind === "guardrail") return;
  if (effect === "deny" || effect === "require_approval") return;
  report(["conditions"], {
    id: "grants-to-all",
    message: `found no conditions on ${effect}, want at least one: it can grant by itself`,
    fix: "add profiles, users, time, mode or device",
  });
}

function judgeUnstamped(kind: Kind, { effect, unstamped }: ReadRule, report: Report): void {
  if (unstamped !== true || (effect !== "deny" && kind === "policy")) return;
  report(["unstamped"], {
    id: "unstamped-grants-nothing",
    message: `found unstamped on ${
      kind === "policy" ? "a deny" : "a guardrail"
    }, which never grants`,
    fix: "take it out",
  });
}

function document(kind: Kind) {
  return record({
    version: text({ oneOf: ["1"], numbers: true, wanted: '"1"' }),
    rules: list(rule(kind), {
      unique: { what: "rule name", path: ["name"] },
      wanted: "a list of rules",
      empty: {
        id: "empty-list",
        message: "found no rules, want at least one",
        fix: "add a rule with name, effect and conditions",
      },
    }),
  }, {
    required: ["version", "rules"],
    known: { policies: foreign("policies", "rules"), match: foreign("match", "rules") },
    wanted: "a map with version and rules",
  });
}

/** The schema of each kind of file. */
export const SCHEMAS = { policy: document("policy"), guardrail: document("guardrail") };

/** A document as the schema reads it. */
export type ReadDocument = ValueOf<typeof SCHEMAS.policy>;
