// templates: policies to begin with. Each text is valid as it is printed, and says what it rests on.
import { nearestOf } from "../lib/core/text/nearest.ts";
import { quoted } from "../lib/core/text/printable.ts";
import { commentBlock } from "./comments.ts";
import { misuse } from "./text.ts";
import { yamlOf } from "./yaml.ts";

/** What there is to begin with. */
export type Starter = "solo" | "team" | "organisation" | "regulated" | "guardrails";

/** Every starter, smallest first. */
export const STARTERS: readonly Starter[] = [
  "solo",
  "team",
  "organisation",
  "regulated",
  "guardrails",
];

/** Whom and what the starter is written for. */
export interface StarterOptions {
  /** Policy user names, as `sentinel whoami` prints them. Default `mara`, in a team also `lea`. */
  users?: readonly string[];
  /** IANA zone of the office hours. Default `UTC`. */
  timezone?: string;
}

/** A policy file, and what it is for. */
export interface StarterText {
  /** Where it belongs: `policy.yaml` or `guardrails.yaml`. */
  file: string;
  text: string;
}

/**
 * A starter of that name. What is written may still be refused by `parsePolicy`: a user name that no
 * caller can have, a zone that there isn't.
 *
 * @throws {SentinelError} `USAGE` naming the valid ones
 */
export function starterPolicy(name: string, options: StarterOptions = {}): StarterText {
  const starter = STARTERS.find((known) => known === name);
  if (starter === undefined) {
    const [near] = nearestOf(name, STARTERS, 1);
    const hint = near === undefined ? null : `did you mean ${near}?`;
    throw misuse("policy", `found ${quoted(name)}, want ${STARTERS.join(", ")}`, hint);
  }
  const users = options.users ?? (starter === "solo" ? ["mara"] : ["mara", "lea"]);
  const { about, rules } = WRITERS[starter]({
    users: `[${users.map((user) => yamlOf(user).trimEnd()).join(", ")}]`,
    timezone: yamlOf(options.timezone ?? "UTC").trimEnd(),
  });
  const file = starter === "guardrails" ? "guardrails.yaml" : "policy.yaml";
  const head = commentBlock([
    ...about,
    "",
    `check: sentinel policy validate${starter === "guardrails" ? " --guardrail" : ""} ${file}`,
    "ask: sentinel policy explain PROFILE --as USER --at 2026-01-05T09:00:00Z",
    ...starter === "guardrails"
      ? []
      : [`option --user ${users.join(", --user ")}: whom it lets in`],
    `option --timezone ${options.timezone ?? "UTC"}: whose hours and weekdays are meant`,
  ], "#");
  return { file, text: `${head}version: "1"\nrules:\n${rules.replace(/^\n/, "")}` };
}

interface Filled {
  users: string;
  timezone: string;
}

const HOW_RULES_WORK = [
  "Rules are read from the top; the first whose conditions all hold decides. Nothing matches: " +
  "refused.",
  "Values of one list are ORed, keys are ANDed, names are exact (no * in version 1).",
];

const WRITERS: Readonly<Record<Starter, (f: Filled) => { about: string[]; rules: string }>> = {
  solo: ({ users, timezone }) => ({
    about: [
      "Sentinel policy for one person: development always, production in the daytime.",
      ...HOW_RULES_WORK,
      "",
      "assumes: gated profiles dev and prod, whose roles trust you under a stamp (sentinel " +
      "template trust --user ARN).",
      "binds: your own haste, and whatever runs under your name. You can edit this file, so " +
      "against yourself it is a reminder, and the journal is the record.",
    ],
    rules: `
  - name: dev
    effect: allow
    reason: Development, at any time
    conditions:
      profiles: [dev]
      users: ${users}
  - name: prod-in-the-daytime
    effect: allow
    reason: Production while you are awake
    conditions:
      profiles: [prod]
      users: ${users}
      time:
        days: [monday, tuesday, wednesday, thursday, friday]
        hours: { start: "08:00", end: "20:00" } # 20:00 itself is outside
        timezone: ${timezone} # without one the hours are UTC
  # Said aloud, so that a refusal names a rule.
  - name: everything-else
    effect: deny
    reason: No rule for this profile, person or hour
    conditions: {}
`,
  }),
  team: ({ users, timezone }) => ({
    about: [
      "Sentinel policy for a team: development for all, staging in office hours, production " +
      "by approval.",
      ...HOW_RULES_WORK,
      "",
      "assumes: gated profiles dev, staging and prod; who may approve is said in " +
      "approval.yaml, and nobody approves his own request. Until approvals are set up, prod " +
      'answers "not yet" (exit code 4) and issues nothing.',
      "binds: everybody whose pins file names it where he can't edit it, such as Parameter Store " +
      "(ssm:/…), and who goes by Sentinel. Without a pin --policy names another one; without " +
      "Sentinel a stamp can be written by hand, and CloudTrail held against the journal shows it.",
    ],
    rules: `
  - name: dev
    effect: allow
    reason: Development is open to the team
    conditions:
      profiles: [dev]
      users: ${users}
  - name: staging-in-office-hours
    effect: allow
    reason: Staging while somebody is there to help
    conditions:
      profiles: [staging]
      users: ${users}
      time:
        days: [monday, tuesday, wednesday, thursday, friday]
        hours: { start: "08:00", end: "18:00" }
        timezone: ${timezone}
  - name: staging-at-other-hours
    effect: require_approval
    reason: Outside office hours a second person looks
    conditions:
      profiles: [staging]
      users: ${users}
  - name: prod
    effect: require_approval
    reason: Production takes two people
    conditions:
      profiles: [prod]
      users: ${users}
  - name: everything-else
    effect: deny
    reason: Not a profile or a person of this team
    conditions: {}
`,
  }),
  organisation: ({ users, timezone }) => ({
    about: [
      "Sentinel policy for an organisation: who has left goes first, auditors read, engineers " +
      "build,",
      "production is by approval and never from a process that nobody watches.",
      ...HOW_RULES_WORK,
      "",
      "assumes: policies in Parameter Store, which few may write; guardrails beside them " +
      "(sentinel template policy guardrails); approvals set up (approval.yaml). Names are " +
      "those of the one issuer that config.yaml says.",
      "replace: mallory (who has left), sam (audit), and the engineers.",
    ],
    rules: `
  # Denials first: nothing below can let these people in again.
  - name: has-left
    effect: deny
    reason: No longer with us
    conditions:
      users: [mallory]
  - name: audit-reads
    effect: allow
    reason: Auditors read at any time; their role can do nothing else
    conditions:
      profiles: [audit]
      users: [sam]
  - name: dev
    effect: allow
    reason: Development is open to engineers
    conditions:
      profiles: [dev]
      users: ${users}
  - name: staging-in-office-hours
    effect: allow
    reason: Staging in office hours
    conditions:
      profiles: [staging]
      users: ${users}
      time:
        days: [monday, tuesday, wednesday, thursday, friday]
        hours: { start: "07:00", end: "19:00" }
        timezone: ${timezone}
  # A tool that fetches production credentials by itself (credential_process) is not a person at work.
  - name: prod-not-by-tools
    effect: deny
    reason: Run it by sentinel exec, so that the command is in the journal
    conditions:
      profiles: [prod]
      mode: [credential_process]
  - name: prod
    effect: require_approval
    reason: Production takes two people
    conditions:
      profiles: [prod]
      users: ${users}
  - name: everything-else
    effect: deny
    reason: Ask the platform team for a rule
    conditions: {}
`,
  }),
  regulated: ({ users, timezone }) => ({
    about: [
      "Sentinel policy where an auditor asks: least time, managed devices, tracked sessions, " +
      "two people.",
      ...HOW_RULES_WORK,
      "",
      "assumes: a server that vouches for devices and keeps sessions (DynamoDB table " +
      "sentinel-sessions). Nothing else knows a device's state, and what is unknown never " +
      "allows: without the server prod needs an approval. Approvals and break-glass are set " +
      "up, each on record.",
      "binds: with the server, everybody. Without it the user's own machine decides, and " +
      "CloudTrail held against the journal shows who went round it.",
    ],
    rules: `
  - name: dev-in-office-hours
    effect: allow
    reason: Development in office hours
    conditions:
      profiles: [dev]
      users: ${users}
      time:
        days: [monday, tuesday, wednesday, thursday, friday]
        hours: { start: "08:00", end: "18:00" }
        timezone: ${timezone}
  - name: prod-from-managed-devices
    effect: require_server_session
    reason: Production from managed devices, in sessions that can be revoked
    session_table: sentinel-sessions
    max_server_duration: 15m # the shortest that STS gives
    conditions:
      profiles: [prod]
      users: ${users}
      device: { require_mdm: true, require_encryption: true }
      time:
        days: [monday, tuesday, wednesday, thursday, friday]
        hours: { start: "08:00", end: "18:00" }
        timezone: ${timezone}
  - name: prod-by-approval
    effect: require_approval
    reason: From anywhere else, and at any other hour, two people
    conditions:
      profiles: [prod]
      users: ${users}
  - name: everything-else
    effect: deny
    reason: No rule, no access
    conditions: {}
`,
  }),
  guardrails: ({ timezone }) => ({
    about: [
      "Sentinel guardrails: the organisation's own rules above every team's. They grant " +
      "nothing; they",
      "refuse, or ask for more, whatever a policy says.",
      ...HOW_RULES_WORK,
      "",
      "assumes: this file lies as guardrails.yaml, or in guardrails/, in Sentinel's " +
      "configuration directory (sentinel help files).",
      "binds: every profile of that name, in whatever policy. Whoever may write that directory, " +
      "or names another by SENTINEL_HOME, is reminded and not bound.",
    ],
    rules: `
  - name: has-left
    effect: deny
    reason: No longer with us
    conditions:
      users: [mallory]
  # Nobody changes production while nobody is there to put it right.
  - name: prod-weekend-freeze
    effect: deny
    reason: Weekend freeze; break-glass is for emergencies
    conditions:
      profiles: [prod]
      time:
        days: [saturday, sunday]
        timezone: ${timezone}
  - name: prod-takes-two
    effect: require_approval
    reason: Production takes two people, whatever a team's policy says
    conditions:
      profiles: [prod]
`,
  }),
};
