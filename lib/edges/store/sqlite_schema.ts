// store: the database's form: its version, and the way from each older one to today's.
import type { DatabaseSync } from "node:sqlite";
import { SentinelError } from "../../core/errors/mod.ts";
import { printable } from "../../core/text/printable.ts";
import { ALL_TABLES } from "../../core/store/tables.ts";
import type { IndexDefinition, TableDefinition } from "../../core/store/types.ts";

/** Says in the file's head whose database it is: `STNL`. */
const APPLICATION = 0x53544e4c;

/**
 * The step to each version. Tables and indexes that are new are made by every migration, so a step
 * holds only what must change besides. A change of the tables takes a new step: a test says so.
 */
const STEPS: readonly ((database: DatabaseSync) => void)[] = [() => {}];

/** What a test may put in place of today's schema. */
export interface Schema {
  readonly steps: readonly ((database: DatabaseSync) => void)[];
  readonly tables: readonly TableDefinition[];
}

/** Today's schema: its version is the number of its steps. */
export const SCHEMA: Schema = { steps: STEPS, tables: ALL_TABLES };

/**
 * True when the database has today's form.
 * @throws {SentinelError} `STORE_NEWER`; `STORE_DAMAGED` for another program's database
 */
export function isCurrent(database: DatabaseSync, path: string, { steps }: Schema): boolean {
  const version = pragma(database, "user_version");
  const owner = pragma(database, "application_id");
  if (owner !== APPLICATION && !(owner === 0 && version === 0 && isEmpty(database))) {
    throw new SentinelError(
      "STORE_DAMAGED",
      `Cannot use the store ${printable(path)}: found another program's database`,
      { hint: "name a file of its own: sqlite:PATH" },
    );
  }
  if (version > steps.length) {
    throw new SentinelError(
      "STORE_NEWER",
      `Cannot use the store ${printable(path)}: found version ${version} of its form, ` +
        `want at most ${steps.length}`,
      { hint: "a newer Sentinel wrote it: update this one" },
    );
  }
  return version === steps.length;
}

/**
 * Brings the database to today's form, in one transaction: all of it or nothing. Whoever calls it
 * holds the store's lock.
 * @throws what SQLite throws
 */
export function migrate(database: DatabaseSync, { steps, tables }: Schema): void {
  database.prepare("BEGIN IMMEDIATE").run();
  try {
    for (const step of steps.slice(pragma(database, "user_version"))) step(database);
    for (const table of tables) makeTable(database, table);
    database.exec(`PRAGMA application_id = ${APPLICATION}`);
    database.exec(`PRAGMA user_version = ${steps.length}`);
    database.prepare("COMMIT").run();
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** A field within an item, as SQL: what an index is made of and what a query asks for is one text. */
export function fieldOf(name: string): string {
  return `json_extract(body, '$.${name}')`;
}

/** A table's name as SQL. */
export function nameOf({ name }: TableDefinition): string {
  return `"${name}"`;
}

function makeTable(database: DatabaseSync, table: TableDefinition): void {
  const name = nameOf(table);
  // The item is kept once, as text: nothing beside it can say something else.
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${name} (id TEXT PRIMARY KEY NOT NULL, body TEXT NOT NULL) STRICT`,
  );
  for (const index of table.indexes) {
    database.exec(`CREATE INDEX IF NOT EXISTS ${indexName(table, index)} ON ${name}
      (${fieldOf(index.partition)}, ${fieldOf(index.sort)}, id)`);
  }
  const retention = indexName(table, { name: "retention" });
  database.exec(
    `CREATE INDEX IF NOT EXISTS ${retention} ON ${name} (${fieldOf(table.ttl)})`,
  );
}

function indexName(table: TableDefinition, { name }: Pick<IndexDefinition, "name">): string {
  return `"${table.name}-${name}"`;
}

function isEmpty(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
}

function pragma(database: DatabaseSync, name: "user_version" | "application_id"): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
