// store: a file of this machine, by SQLite.
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { type ErrorCode, SentinelError } from "../../core/errors/mod.ts";
import { checkedCreation, checkedReplacement, isItemId, readItem } from "../../core/store/item.ts";
import { listed, type Page, type PageQuery } from "../../core/store/paging.ts";
import type { Expected, Item, StorePort, TableDefinition } from "../../core/store/types.ts";
import { printable, shellWord } from "../../core/text/printable.ts";
import { withLock } from "../os/lock.ts";
import { osReason } from "../os/owner.ts";
import { checkPlace, checkStill, type FileIdentity, identityOf, makeFile } from "./sqlite_file.ts";
import { fieldOf, isCurrent, migrate, nameOf, SCHEMA, type Schema } from "./sqlite_schema.ts";

/** How a database is opened. */
export interface SqliteOptions {
  /** The lock's clock: see `withLock`. */
  now(): Date;
  sleep(ms: number): Promise<void>;
  random(bytes: number): Uint8Array;
  /** Longest wait for another writer, in milliseconds. Default 5000. */
  busyMs?: number;
  /** Default: today's. */
  schema?: Schema;
}

/** Where a page ended. */
interface Mark {
  time: string;
  id: string;
}

const BUSY_MS = 5000;

/** SQLite's primary result codes ("Result and Error Codes") that mean something of their own. */
const MEANINGS: Readonly<Record<number, readonly [code: ErrorCode, hint: string]>> = {
  5: ["STORE_BUSY", "try again; a stopped process may hold it (ps -C sentinel -o pid,stat,cmd)"],
  6: ["STORE_BUSY", "try again"],
  11: ["STORE_DAMAGED", "restore it from a copy, or move it away and begin anew"],
  26: ["STORE_DAMAGED", "it is no database: move it away"],
};

/**
 * Opens the database at `path`, an absolute path; what is missing is made, what is older is brought
 * to today's form.
 * @throws {SentinelError} `FILE_UNSAFE`, `FILE_FAILED`, `STORE_BUSY`, `STORE_DAMAGED`, `STORE_NEWER`
 */
export async function openSqlite(path: string, options: SqliteOptions): Promise<StorePort> {
  const { busyMs = BUSY_MS, schema = SCHEMA, now, sleep, random } = options;
  const form = { path, busyMs, schema };
  const database = asking(path, "open", () => current(form));
  if (database !== null) return database;
  const waiting = { deadlineMs: busyMs, now, sleep, random };
  const lock = { ...waiting, code: "STORE_BUSY", action: "open the store" } as const;
  try {
    // Of many that come at once, one makes it; the others find it made.
    return await withLock(`${path}.lock`, lock, () => current(form) ?? prepared(form));
  } catch (cause) {
    throw asStoreError(path, "open", cause);
  }
}

interface Form {
  path: string;
  busyMs: number;
  schema: Schema;
}

/** The store, if there is one of today's form. */
function current(form: Form): StorePort | null {
  if (!checkPlace(form.path)) return null;
  return opened(form, (database) => isCurrent(database, form.path, form.schema));
}

/** The store, made or brought to today's form. */
function prepared(form: Form): StorePort {
  if (!checkPlace(form.path)) makeFile(form.path);
  return opened(form, (database) => {
    const mode = database.prepare("PRAGMA journal_mode = WAL").get()?.["journal_mode"];
    if (mode !== "wal") throw new Error("a file system on which SQLite can't keep a log");
    migrate(database, form.schema);
    return true;
  });
}

/** The store, if `look` is content; else nothing stays open. */
function opened({ path, busyMs }: Form, look: (database: DatabaseSync) => true): StorePort;
function opened(form: Form, look: (database: DatabaseSync) => boolean): StorePort | null;
function opened(
  { path, busyMs }: Form,
  look: (database: DatabaseSync) => boolean,
): StorePort | null {
  const database = new DatabaseSync(path, { timeout: busyMs });
  let store: StorePort | null = null;
  try {
    if (look(database)) store = new SqliteStore(path, database);
    return store;
  } finally {
    if (store === null) database.close();
  }
}

class SqliteStore implements StorePort {
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #file: FileIdentity;

  constructor(path: string, database: DatabaseSync) {
    this.#path = path;
    this.#database = database;
    this.#file = identityOf(path);
    // What is acknowledged is on the disk, also after a power cut.
    database.exec("PRAGMA synchronous = FULL");
  }

  get(table: TableDefinition, id: string): Promise<Item | null> {
    return this.#ask("read", () => {
      const row = isItemId(id) ? this.#row(table, id) : undefined;
      return row === undefined ? null : itemOf(table, id, row["body"]);
    });
  }

  create(table: TableDefinition, item: Item): Promise<"done" | "exists"> {
    return this.#write(() => {
      const { id } = checkedCreation(table, item);
      const sql = `INSERT INTO ${nameOf(table)} (id, body) VALUES (?, ?) ON CONFLICT DO NOTHING`;
      return this.#changed(sql, id, JSON.stringify(item)) ? "done" : "exists";
    });
  }

  replace(
    table: TableDefinition,
    item: Item,
    expected: Expected,
  ): Promise<"done" | "conflict" | "missing"> {
    return this.#write(() => {
      const { id } = checkedReplacement(table, item, expected);
      const [where, values] = condition(id, expected);
      const sql = `UPDATE ${nameOf(table)} SET body = ? WHERE ${where}`;
      if (this.#changed(sql, JSON.stringify(item), ...values)) return "done";
      return this.#row(table, id) === undefined ? "missing" : "conflict";
    });
  }

  remove(
    table: TableDefinition,
    id: string,
    expected: Expected,
  ): Promise<"done" | "conflict" | "missing"> {
    return this.#write(() => {
      if (!isItemId(id)) return "missing";
      const [where, values] = condition(id, expected);
      if (this.#changed(`DELETE FROM ${nameOf(table)} WHERE ${where}`, ...values)) return "done";
      return this.#row(table, id) === undefined ? "missing" : "conflict";
    });
  }

  list(table: TableDefinition, query: Parameters<StorePort["list"]>[1]): AsyncIterable<Item> {
    return listed<Mark>(
      table,
      query,
      (asked, mark) => this.#ask("read", () => this.#page(table, asked, mark)),
    );
  }

  sweep(table: TableDefinition, now: Date): Promise<number> {
    const sql = `DELETE FROM ${nameOf(table)} WHERE ${fieldOf(table.ttl)} < ?`;
    const seconds = Math.floor(now.getTime() / 1000);
    return this.#write(() => Number(this.#database.prepare(sql).run(seconds).changes));
  }

  close(): Promise<void> {
    return Promise.resolve(asking(this.#path, "close", () => this.#database.close()));
  }

  #row(table: TableDefinition, id: string) {
    return this.#database.prepare(`SELECT body FROM ${nameOf(table)} WHERE id = ?`).get(id);
  }

  #changed(sql: string, ...values: SQLInputValue[]): boolean {
    return Number(this.#database.prepare(sql).run(...values).changes) === 1;
  }

  /** One page; no transaction stays open between pages. */
  #page(table: TableDefinition, query: PageQuery, mark: Mark | null): Page<Mark> {
    const { index, partition, from, to, newestFirst, items } = query;
    const time = fieldOf(index.sort);
    const [first, last] = newestFirst ? [from, mark?.time ?? to] : [mark?.time ?? from, to];
    const [beyond, order] = newestFirst ? ["<", "DESC"] : [">", "ASC"];
    const sql = `SELECT id, body, ${time} AS time FROM ${nameOf(table)}
      WHERE ${fieldOf(index.partition)} = ? AND ${time} >= ? AND ${time} <= ?
      ${mark === null ? "" : `AND (${time} ${beyond} ? OR id ${beyond} ?)`}
      ORDER BY ${time} ${order}, id ${order} LIMIT ?`;
    const after = mark === null ? [] : [mark.time, mark.id];
    // Every time begins with a digit.
    const bounds = [first ?? "", last ?? ":"];
    const rows = this.#database.prepare(sql).all(partition, ...bounds, ...after, items);
    const end = rows.length < items ? undefined : rows.at(-1);
    return {
      items: rows.map((row) => itemOf(table, row["id"], row["body"])),
      next: end === undefined ? null : { time: String(end["time"]), id: String(end["id"]) },
    };
  }

  #write<T>(work: () => T): Promise<T> {
    return this.#ask("write to", () => {
      const database = this.#database;
      database.prepare("BEGIN IMMEDIATE").run();
      try {
        const result = work();
        database.prepare("COMMIT").run();
        return result;
      } catch (error) {
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    });
  }

  #ask<T>(action: string, work: () => T): Promise<T> {
    return Promise.try(() =>
      asking(this.#path, action, () => {
        checkStill(this.#path, this.#file);
        return work();
      })
    );
  }
}

function condition(id: string, { version, state }: Expected): [where: string, SQLInputValue[]] {
  const where = `id = ? AND ${fieldOf("version")} = ?`;
  return state === undefined
    ? [where, [id, version]]
    : [`${where} AND ${fieldOf("state")} = ?`, [id, version, state]];
}

function itemOf(table: TableDefinition, id: unknown, body: unknown): Item {
  let value: unknown;
  try {
    value = JSON.parse(String(body));
  } catch {
    // What it is not, `readItem` says.
  }
  return readItem(table, id, value);
}

function asking<T>(path: string, action: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw asStoreError(path, action, cause);
  }
}

function asStoreError(path: string, action: string, cause: unknown): SentinelError {
  if (cause instanceof SentinelError) return cause;
  const number = (cause as { errcode?: unknown }).errcode;
  const [code, hint] = MEANINGS[typeof number === "number" ? number & 0xff : 0] ??
    ["FILE_FAILED", `df ${shellWord(path)}; ls -ld ${shellWord(path)}`];
  return new SentinelError(
    code,
    `Cannot ${action} the store ${printable(path)}: found ${osReason(cause)}`,
    { hint, cause },
  );
}
