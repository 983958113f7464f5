// approvals: the people, policies and requests that the tests of this room share.
import {
  type AccessRequest,
  approvalDigest,
  type ApprovalPlan,
  cancel,
  decide,
  type Decision,
  decisionOf,
  fileRequest,
  parseApprovalPolicy,
  type Person,
  planFor,
  type RequestChange,
  statementOf,
  type Wish,
} from "../../../lib/core/approvals/mod.ts";

export const ACCOUNT = "111122223333";

export function person(user: string, id = `aws:${ACCOUNT}:user:AIDA${user.toUpperCase()}`): Person {
  return { id, user, aliases: [] };
}

export const mara = person("mara");
export const lea = person("lea");
export const tom = person("tom");
export const zoe = person("zoe");

export const NOW = new Date("2026-01-05T08:00:00.000Z");
export const ID = "00000000000000a1";

export function at(text: string): Date {
  return new Date(`2026-01-05T${text}Z`);
}

export const POLICY = `
version: "1"
groups: { leads: [lea, tom] }
rules:
  - name: prod
    profiles: [prod]
    approvers: ["@leads"]
  - name: twice
    profiles: [vault]
    approvers: [lea, tom, zoe]
    count: 2
    use: once
    max_duration: 2h
`;

export function plan(text = POLICY, profile = "prod"): ApprovalPlan {
  const found = planFor([parseApprovalPolicy(text, "approval.yaml")], profile);
  if (found === null) throw new Error(`the test's policy has no rule for ${profile}`);
  return found;
}

export function wish(changed: Partial<Wish> = {}): Wish {
  return {
    id: ID,
    requester: mara,
    profile: "prod",
    role: `arn:aws:iam::${ACCOUNT}:role/Prod`,
    durationSeconds: 3600,
    reason: "look at the broken queue",
    ticket: null,
    notBefore: null,
    sessionPolicyDigest: null,
    ...changed,
  };
}

export async function filed(
  changed: Partial<Wish> = {},
  using: ApprovalPlan = plan(POLICY, changed.profile ?? "prod"),
  now = NOW,
): Promise<AccessRequest> {
  return (await fileRequest(wish(changed), using, now)).item;
}

/** Somebody says yes or no, unsigned, in one step. */
export async function say(
  request: AccessRequest,
  verdict: Decision["verdict"],
  who: Person,
  now: Date,
  using: ApprovalPlan | null = plan(POLICY, request.profile),
): Promise<RequestChange> {
  const decision = await decisionOf(request, who, verdict, null, now);
  return decide(request, decision, await approvalDigest(statementOf(request)), using, now);
}

export function cancelled(request: AccessRequest): RequestChange {
  return cancel(request, mara, null, NOW);
}

export async function approved(
  changed: Partial<Wish> = {},
  now = at("09:00:00.000"),
): Promise<AccessRequest> {
  return (await say(await filed(changed), "approve", lea, now)).item;
}
