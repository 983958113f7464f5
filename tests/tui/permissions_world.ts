// tui tests: what the permissions screen could have found, the same each time.
import {
  type Event,
  type FeatureHead,
  type Row,
  type Sight,
  start,
  type State,
  step,
} from "../../tui/permissions/state.ts";

const ROLE = "arn:aws:iam::111122223333:role/SentinelProtected-";

export const FEATURES: readonly FeatureHead[] = [
  {
    id: "identity",
    brief: "Ask STS whose credentials these are",
    optional: false,
    used: true,
    reasons: ["every decision needs it"],
  },
  {
    id: "credential_issue",
    brief: "Assume the role of a gated profile, stamped with a source identity",
    optional: false,
    used: true,
    reasons: ["profiles dev, prod"],
  },
  {
    id: "policy_decrypt",
    brief: "Decrypt a policy that is a SecureString",
    optional: true,
    used: false,
    reasons: [],
  },
  {
    id: "unstamped_session",
    brief: "A session of an IAM user without a role",
    optional: true,
    used: false,
    reasons: [],
  },
];

/** A row with what matters said. */
export function row(of: Partial<Row>): Row {
  const { feature = "credential_issue", action = "sts:AssumeRole", resource = `${ROLE}Dev` } = of;
  return {
    key: `${feature} ${action} ${resource}`,
    feature,
    action,
    resource,
    why: "the gate assumes it after it has said yes",
    status: "waiting",
    reasons: [],
    profiles: [],
    ...of,
  };
}

export const ROWS: readonly Row[] = [
  row({
    feature: "identity",
    action: "sts:GetCallerIdentity",
    resource: "",
    status: "free",
    why: "nobody can be denied it",
  }),
  row({ profiles: ["dev"] }),
  row({ action: "sts:SetSourceIdentity", profiles: ["dev"] }),
  row({ resource: `${ROLE}Prod`, profiles: ["prod"] }),
  row({ action: "sts:SetSourceIdentity", resource: `${ROLE}Prod`, profiles: ["prod"] }),
  row({
    feature: "policy_decrypt",
    action: "kms:Decrypt",
    resource: "arn:aws:kms:eu-central-1:111122223333:key/*",
    status: "not in use",
    why: "policies may be sealed",
  }),
  row({
    feature: "unstamped_session",
    action: "sts:GetSessionToken",
    resource: "",
    status: "free",
    why: "it tells that the user is the user",
  }),
];

export const PREPARED: Sight = {
  kind: "prepared",
  prepared: {
    caller: "arn:aws:iam::111122223333:user/mara",
    simulated: "arn:aws:iam::111122223333:user/mara (by STS)",
    features: FEATURES,
    rows: ROWS,
    warnings: [],
  },
};

const ANSWERS: readonly Sight[] = [
  {
    kind: "checked",
    key: ROWS[1]?.key ?? "",
    status: "allowed",
    reasons: [
      "by policy: developer",
      "not simulated: the trust policy of the role has its say too",
    ],
  },
  { kind: "checked", key: ROWS[2]?.key ?? "", status: "allowed", reasons: [] },
  {
    kind: "checked",
    key: ROWS[3]?.key ?? "",
    status: "denied",
    reasons: ["no policy allows it"],
  },
  {
    kind: "checked",
    key: ROWS[4]?.key ?? "",
    status: "in doubt",
    reasons: ["in doubt: policies ask for aws:RequestedRegion"],
  },
];

/** All that a look finds, in the order in which it comes. */
export const SIGHTS: readonly Sight[] = [PREPARED, ...ANSWERS];

/** The state after events, from the start. */
export function after(events: readonly Event[], from: State = start()): State {
  return events.reduce((state, event) => step(state, event).state, from);
}

/** What was found, as events of the first look. */
export function found(sights: readonly Sight[] = SIGHTS): Event[] {
  return [
    ...sights.map((sight) => ({ kind: "seen" as const, round: 1, sight })),
    { kind: "done", round: 1 },
  ];
}
