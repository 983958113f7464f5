// approvals: are there enough different people, each with the right to say yes?
import { distinct, isSamePerson, type Person } from "./person.ts";

/** What one rule asks for: `count` different people out of `approvers`. */
export interface Requirement {
  /** `<file>/<name>`. */
  rule: string;
  /** Policy user names, groups spelt out. */
  approvers: readonly string[];
  count: number;
}

/** How far a quorum has come. */
export interface Quorum {
  complete: boolean;
  have: number;
  want: number;
  /** What each rule still lacks; only rules that lack something. */
  missing: readonly { rule: string; count: number }[];
}

/** Why somebody may not decide; `null` = they may. */
export type NoRight = "self" | "no-approver" | null;

/** Whether `person` may decide about a request of `requester`, by the rules that ask for approval. */
export function rightOf(
  person: Person,
  requester: Person,
  requirements: readonly Requirement[],
): NoRight {
  if (isSamePerson(person, requester)) return "self";
  return requirements.some(({ approvers }) => approvers.includes(person.user))
    ? null
    : "no-approver";
}

/**
 * Counts people, not approvals: one person under two names is one, the requester is none, and one
 * person stands for one rule alone, so that two rules that each ask for one need two.
 */
export function judgeQuorum(
  requirements: readonly Requirement[],
  requester: Person,
  approvals: readonly Person[],
): Quorum {
  const people = distinct(approvals).filter((names) =>
    !names.some((name) => isSamePerson(name, requester))
  );
  const seats = requirements.flatMap((rule) => Array.from({ length: rule.count }, () => rule));
  const taken = seatPeople(seats, people);
  const have = taken.filter((person) => person !== null).length;
  const missing = requirements.map((requirement) => ({
    rule: requirement.rule,
    count: seats.filter((seat, at) => seat === requirement && taken[at] === null).length,
  })).filter(({ count }) => count > 0);
  return { complete: seats.length > 0 && have === seats.length, have, want: seats.length, missing };
}

/** Whether these requirements could ever be met for `requester`, were everybody to say yes. */
export function canBeMet(
  requirements: readonly Requirement[],
  requester: Person,
  roster: readonly Person[],
): boolean {
  return judgeQuorum(requirements, requester, roster).complete;
}

/** Gives as many seats as possible a person each (Kuhn's algorithm). */
function seatPeople(
  seats: readonly Requirement[],
  people: readonly (readonly Person[])[],
): (number | null)[] {
  const taken: (number | null)[] = seats.map(() => null);
  const place = (person: number, tried: Set<number>): boolean => {
    for (const [at, seat] of seats.entries()) {
      const mayTake = people[person]?.some(({ user }) => seat.approvers.includes(user)) ?? false;
      if (!mayTake || tried.has(at)) continue;
      tried.add(at);
      const holder = taken[at] ?? null;
      if (holder !== null && !place(holder, tried)) continue;
      taken[at] = person;
      return true;
    }
    return false;
  };
  for (const person of people.keys()) place(person, new Set());
  return taken;
}
