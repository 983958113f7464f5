// approvals: who a person is, by every name that is theirs; two names of one person are one person.
import { isVouched } from "../identity/mod.ts";
import type { Issuer, Principal } from "../identity/types.ts";

/** Somebody who asks, decides or acts. */
export interface Person {
  /** What is theirs alone and never changes: see {@link personOf}. */
  id: string;
  /** The policy user name. */
  user: string;
  /** Further names that are theirs and nobody else's. */
  aliases: readonly string[];
}

/**
 * The person behind a caller. For most the id is the principal's. But a role's id names everybody
 * who may take the role on: where the issuer vouches for the session's name, the two together are
 * the person's id; elsewhere the role is one person, since its sessions call themselves anything.
 */
export function personOf(principal: Principal, user: string, issuer: Issuer | null): Person {
  const shared = principal.kind === "assumed-role" && isVouched(principal, issuer);
  return { id: shared ? `${principal.id}:${principal.name}` : principal.id, user, aliases: [] };
}

/** Somebody of whom a policy says no more than the name. */
export function personNamed(user: string): Person {
  return { id: user, user, aliases: [] };
}

/** True when any name is common to both: letter case counts for nothing, as in IAM. */
export function isSamePerson(a: Person, b: Person): boolean {
  const names = new Set(namesOf(a));
  return namesOf(b).some((name) => names.has(name));
}

/** True only for the very same id under the very same name: what a grant is handed out on. */
export function isExactly(a: Person, b: Person): boolean {
  return a.id === b.id && a.user === b.user;
}

/** The people behind `persons`, each once, with all the names that they were met under. */
export function distinct(persons: readonly Person[]): Person[][] {
  let groups: Person[][] = [];
  for (const person of persons) {
    const theirs = groups.filter((group) => group.some((known) => isSamePerson(known, person)));
    groups = [...groups.filter((group) => !theirs.includes(group)), [...theirs.flat(), person]];
  }
  return groups;
}

/** `person` with the further names that an approval policy's `people` gives them. */
export function knownAs(
  person: Person,
  people: readonly (readonly string[])[],
): Person {
  const own = new Set(namesOf(person));
  const more = people.filter((names) => names.some((name) => own.has(fold(name)))).flat();
  return more.length === 0 ? person : { ...person, aliases: [...person.aliases, ...more] };
}

function namesOf({ id, user, aliases }: Person): string[] {
  return [id, user, ...aliases].map(fold);
}

function fold(name: string): string {
  return name.toLowerCase();
}
