// approvals: what the approval policies ask for, for one profile: who, how many, how long.
import { isOpen } from "../policy/window.ts";
import { knownAs, type Person, personNamed } from "./person.ts";
import type { ApprovalPolicy, AutoApprove } from "./policy.ts";
import { canBeMet, type Requirement } from "./quorum.ts";
import type { Use } from "./types.ts";

/** What a request for a profile needs. */
export interface ApprovalPlan {
  /** One per policy that has a rule for the profile; each needs its own people. */
  requirements: readonly Requirement[];
  use: Use;
  maxSeconds: number;
  withinSeconds: number;
  /** Every rule's own; `null` where one of them always wants a person. */
  automatic: readonly AutoApprove[] | null;
  /** Each list is one person's names. */
  people: readonly (readonly string[])[];
}

/**
 * The plan for `profile`. Of each policy the first rule that covers the profile counts; of several
 * policies all do, and the strictest of their limits.
 * @returns `null` when no policy has a rule for it: then nobody may approve
 */
export function planFor(policies: readonly ApprovalPolicy[], profile: string): ApprovalPlan | null {
  const found = policies.flatMap((policy) => {
    const rule = policy.rules.find(({ profiles }) => profiles?.includes(profile) ?? true);
    return rule === undefined ? [] : [{ rule, file: policy.file }];
  });
  if (found.length === 0) return null;
  const automatic = found.flatMap(({ rule }) => rule.autoApprove ?? []);
  return {
    requirements: found.map(({ rule: { name, approvers, count }, file }) => ({
      rule: `${file}/${name}`,
      approvers,
      count,
    })),
    use: found.some(({ rule }) => rule.use === "once") ? "once" : "window",
    maxSeconds: Math.min(...found.map(({ rule }) => rule.maxSeconds)),
    withinSeconds: Math.min(...found.map(({ rule }) => rule.withinSeconds)),
    automatic: automatic.length === found.length ? automatic : null,
    people: policies.flatMap(({ people }) => people),
  };
}

/** Whether the policy itself says yes to `user` for `seconds`, at this instant. */
export function isAutomatic(plan: ApprovalPlan, user: string, seconds: number, now: Date): boolean {
  return plan.automatic?.every((auto) =>
    auto.users.includes(user) &&
    (auto.maxSeconds === null || seconds <= auto.maxSeconds) &&
    (auto.time === null || isOpen(auto.time, now.getTime()))
  ) ?? false;
}

/** Why a request that was filed under an earlier policy can't be granted under this one; `null` = it can. */
export function lapsedBy(
  plan: ApprovalPlan,
  request: { durationSeconds: number; use: Use },
): string | null {
  if (request.durationSeconds > plan.maxSeconds) {
    return "its window is longer than the approval policy allows today";
  }
  return plan.use === "once" && request.use !== "once"
    ? "the approval policy wants single use today"
    : null;
}

/** Whether enough people other than `requester` exist who could say yes. */
export function canBeApproved(plan: ApprovalPlan, requester: Person): boolean {
  const names = new Set(plan.requirements.flatMap(({ approvers }) => approvers));
  const roster = [...names].map((name) => knownAs(personNamed(name), plan.people));
  return canBeMet(plan.requirements, knownAs(requester, plan.people), roster);
}
