// tui tests: what whoami could have found, the same each time.
import type { LiveSession } from "../../lib/core/journal/look.ts";
import type { Answer, Event, Identity, ProfileRow, Sight, State } from "../../tui/whoami/state.ts";
import { start, step } from "../../tui/whoami/state.ts";

/** The instant at which all of it was seen. */
export const NOW = new Date("2026-01-05T09:30:00Z");

const ROLE = "arn:aws:iam::111122223333:role/SentinelProtected-";

/** An answer with what matters said. */
export function answer(of: Partial<Answer>): Answer {
  return { outcome: "allow", rule: null, why: "", until: null, code: null, ...of };
}

export const ANSWERS: Readonly<Record<string, Answer>> = {
  dev: answer({ rule: "dev-for-everyone", why: "Everybody may work in dev" }),
  staging: answer({
    rule: "staging-in-office-hours",
    why: "Staging is open in office hours",
    until: new Date("2026-01-05T17:00:00Z"),
  }),
  prod: answer({
    outcome: "pending",
    rule: "prod-with-approval",
    why: "needs an approved request",
  }),
  "billing-read": answer({ outcome: "deny", why: "no rule matches" }),
  broken: answer({
    outcome: "can't say",
    code: "POLICY_UNREADABLE",
    why: "Cannot read policy: found no such parameter, want ssm:/sentinel/policies/broken",
  }),
};

/** The rows before policy was asked. */
export const ROWS: readonly ProfileRow[] = Object.keys(ANSWERS).map((profile) => ({
  profile,
  role: `${ROLE}${profile}`,
  answer: null,
}));

export const IDENTITY: Identity = {
  arn: "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_SentinelEntry_0123456789abcdef/mara",
  account: "111122223333",
  user: "mara",
  principal: "sso:AROA2EXAMPLE3ROLE4ID5:mara",
  source: "sso of profile entry, temporary",
  expiresAt: new Date("2026-01-05T10:12:00Z"),
  wouldAssume: null,
  seal: "sealed by these credentials' own secret",
};

/** A session with what matters said. */
export function session(of: Partial<LiveSession>): LiveSession {
  return {
    profile: "dev",
    role: `${ROLE}dev`,
    user: "mara",
    accessKeyId: "ASIAEXAMPLE000000001",
    grant: "direct",
    issuedAt: new Date("2026-01-05T09:00:00Z"),
    expiresAt: new Date("2026-01-05T10:00:00Z"),
    served: 0,
    ...of,
  };
}

/** Everything that a look finds, in the order in which it comes. */
export const SIGHTS: readonly Sight[] = [
  { kind: "pins", pins: "unpinned" },
  { kind: "profiles", profiles: { state: "known", value: ROWS }, ungated: 1 },
  {
    kind: "record",
    record: {
      state: "known",
      value: {
        sight: {
          entries: 1204,
          head: "ok",
          last: { at: "2026-01-05T09:26:00.000Z", kind: "served", profile: "dev" },
        },
        sessions: [
          session({ served: 12 }),
          session({
            profile: "staging",
            accessKeyId: "ASIAEXAMPLE000000002",
            expiresAt: new Date("2026-01-05T10:35:00Z"),
          }),
        ],
      },
    },
  },
  { kind: "identity", identity: { state: "known", value: IDENTITY } },
  ...Object.entries(ANSWERS).map(([profile, answer]) => ({
    kind: "answer" as const,
    profile,
    answer,
  })),
];

/** The state after events, from the start. */
export function after(events: readonly Event[], from: State = start(NOW)): State {
  return events.reduce((state, event) => step(state, event).state, from);
}

/** What was found, as events of the first look. */
export function found(sights: readonly Sight[] = SIGHTS): Event[] {
  const seen = sights.map((sight) => ({ kind: "seen" as const, round: 1, sight }));
  return [...seen, { kind: "done", round: 1 }];
}
