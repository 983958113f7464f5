// store: the tables. One definition each; whatever needs to know a table's form reads it here.
import type { IndexDefinition, TableDefinition } from "./types.ts";

/** Items of one value of a field, by the time that they were made. */
function by(field: string, name: string = field): IndexDefinition {
  return { name: `by-${name}`, partition: field, sort: "createdAt" };
}

function table(name: string, indexes: readonly IndexDefinition[]): TableDefinition {
  return { name, key: "id", indexes, ttl: "retainUntil" };
}

/** All tables, by what they are for. */
export const TABLES = {
  /** Requests for access, and what was decided. `requester` is a principal's id. */
  requests: table("requests", [by("requester"), by("state"), by("profile")]),
  /** Break-glass events. `invoker` is a principal's id. */
  breakglass: table("breakglass", [by("invoker"), by("state"), by("profile")]),
  /** What two must agree on: one active event a person and profile, quotas, cooldowns, rates. */
  locks: table("locks", []),
  /** Messages that are still to be sent. */
  outbox: table("outbox", [by("state")]),
  /** Second factors: enrolments, challenges, counters that were used. `principal` is an id. */
  mfa: table("mfa", [by("principal")]),
} as const satisfies Readonly<Record<string, TableDefinition>>;

/** A table's name. */
export type TableName = keyof typeof TABLES;

/** All tables, in the order in which they are shown. */
export const ALL_TABLES: readonly TableDefinition[] = Object.values(TABLES);
