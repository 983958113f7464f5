// sandbox: DynamoDB's engine, which is dynalite in memory; loaded when the first call comes.
import { withLevel } from "./without_level.ts";
import db from "dynalite/db/index.js";
import validations from "dynalite/validations/index.js";
import batchGetItem from "dynalite/actions/batchGetItem.js";
import batchGetItemRules from "dynalite/validations/batchGetItem.js";
import batchWriteItem from "dynalite/actions/batchWriteItem.js";
import batchWriteItemRules from "dynalite/validations/batchWriteItem.js";
import createTable from "dynalite/actions/createTable.js";
import createTableRules from "dynalite/validations/createTable.js";
import deleteItem from "dynalite/actions/deleteItem.js";
import deleteItemRules from "dynalite/validations/deleteItem.js";
import deleteTable from "dynalite/actions/deleteTable.js";
import deleteTableRules from "dynalite/validations/deleteTable.js";
import describeTable from "dynalite/actions/describeTable.js";
import describeTableRules from "dynalite/validations/describeTable.js";
import getItem from "dynalite/actions/getItem.js";
import getItemRules from "dynalite/validations/getItem.js";
import listTables from "dynalite/actions/listTables.js";
import listTablesRules from "dynalite/validations/listTables.js";
import putItem from "dynalite/actions/putItem.js";
import putItemRules from "dynalite/validations/putItem.js";
import query from "dynalite/actions/query.js";
import queryRules from "dynalite/validations/query.js";
import scan from "dynalite/actions/scan.js";
import scanRules from "dynalite/validations/scan.js";
import updateItem from "dynalite/actions/updateItem.js";
import updateItemRules from "dynalite/validations/updateItem.js";
import updateTable from "dynalite/actions/updateTable.js";
import updateTableRules from "dynalite/validations/updateTable.js";

withLevel();

/** Fields of a request, an answer, an item. */
export type Fields = Readonly<Record<string, unknown>>;

type Callback = (error: unknown, answer?: unknown) => void;
type Run = (store: Store, request: Fields, done: Callback) => void;

interface Rules {
  types: Fields;
  custom?: unknown;
}

interface ItemDb {
  lock(key: string, work: (release: (then: () => void) => () => void) => void): void;
  get(key: string, done: Callback): void;
  put(key: string, value: unknown, done: Callback): void;
}

interface Store {
  tableDb: ItemDb & { awsAccountId: string; awsRegion: string };
  getTable(name: string, check: boolean, done: Callback): void;
  getItemDb(name: string): ItemDb;
  getIndexDb(kind: string, table: string, index: string): ItemDb;
  deleteIndexDb(kind: string, table: string, index: string, done: Callback): void;
}

const ACTIONS: Readonly<Record<string, { run: Run; rules: Rules }>> = {
  BatchGetItem: { run: batchGetItem, rules: batchGetItemRules },
  BatchWriteItem: { run: batchWriteItem, rules: batchWriteItemRules },
  CreateTable: { run: createTable, rules: createTableRules },
  DeleteItem: { run: deleteItem, rules: deleteItemRules },
  DeleteTable: { run: deleteTable, rules: deleteTableRules },
  DescribeTable: { run: describeTable, rules: describeTableRules },
  GetItem: { run: getItem, rules: getItemRules },
  ListTables: { run: listTables, rules: listTablesRules },
  PutItem: { run: putItem, rules: putItemRules },
  Query: { run: query, rules: queryRules },
  Scan: { run: scan, rules: scanRules },
  UpdateItem: { run: updateItem, rules: updateItemRules },
  UpdateTable: { run: updateTable, rules: updateTableRules },
};

/** A table as DescribeTable tells it. */
export interface Table extends Fields {
  TableName: string;
  KeySchema: readonly { AttributeName: string }[];
  AttributeDefinitions: readonly { AttributeName: string; AttributeType: string }[];
  GlobalSecondaryIndexes?: readonly Index[];
  LocalSecondaryIndexes?: readonly Index[];
}

/** A table's index. */
export interface Index extends Fields {
  IndexName: string;
  KeySchema: readonly { AttributeName: string }[];
}

/** Where the tables are, and in what the engine's refusals are told. */
export interface EngineOptions {
  account: string;
  region: string;
  /**
   * What is thrown when AWS would refuse. Handed in, since the engine is in a bundle of its own,
   * where every class is another one.
   */
  refusal(code: string, message: string, status: number): Error;
}

/** Tables and their items, in memory. */
export class Engine {
  readonly #store: Store;
  readonly #refusal: EngineOptions["refusal"];

  constructor({ account, region, refusal }: EngineOptions) {
    this.#refusal = refusal;
    this.#store = db.create({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
    Object.assign(this.#store.tableDb, { awsAccountId: account, awsRegion: region });
  }

  /**
   * A request, checked and with its expressions taken apart (in fields that begin with `_`).
   * @throws the refusal
   */
  read(action: string, input: Fields): Fields {
    const { rules } = this.#action(action);
    try {
      const checked = validations.checkTypes(structuredClone(input), rules.types);
      validations.checkValidations(checked, rules.types, rules.custom, this.#store);
      return checked;
    } catch (error) {
      throw this.#told(error);
    }
  }

  /** Does what {@link read} gave. @throws the refusal */
  async run(action: string, request: Fields): Promise<Fields> {
    try {
      return await call((done) => this.#action(action).run(this.#store, request, done));
    } catch (error) {
      throw this.#told(error);
    }
  }

  /** A table, or `null`. */
  async table(name: string): Promise<Table | null> {
    try {
      return await this.#tableOf(name);
    } catch (error) {
      if (saidBy(error) !== null) return null;
      throw error;
    }
  }

  /** Resolves when no table is being made, changed or deleted any more: dynalite does so by timers. */
  async settled(): Promise<void> {
    for (;;) {
      const { TableNames: names } = await this.run("ListTables", this.read("ListTables", {}));
      const tables = await Promise.all((names as string[]).map((name) => this.table(name)));
      const busy = tables.some((one) => one !== null && one["TableStatus"] !== "ACTIVE");
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (!busy) return;
    }
  }

  /** Adds an index to a table, and to it the items that are there: dynalite doesn't. */
  async addIndex(
    name: string,
    index: Index,
    definitions: Table["AttributeDefinitions"],
  ): Promise<void> {
    const { tableDb } = this.#store;
    const table = await locked(tableDb, name, async () => {
      const found = await this.#tableOf(name);
      const names = new Set(definitions.map((one) => one.AttributeName));
      const kept = found.AttributeDefinitions.filter((one) => !names.has(one.AttributeName));
      const table: Table = {
        ...found,
        AttributeDefinitions: [...kept, ...definitions],
        GlobalSecondaryIndexes: [...found.GlobalSecondaryIndexes ?? [], index],
      };
      await call((done) => tableDb.put(name, table, done));
      return table;
    });
    await this.#fill(table, index);
  }

  /** Takes an index away. */
  async removeIndex(name: string, index: string): Promise<void> {
    const { tableDb } = this.#store;
    await locked(tableDb, name, async () => {
      const { GlobalSecondaryIndexes: all = [], ...rest } = await this.#tableOf(name);
      const left = all.filter((one) => one.IndexName !== index);
      const table = { ...rest, ...(left.length > 0 && { GlobalSecondaryIndexes: left }) };
      await call((done) => tableDb.put(name, table, done));
    });
    await call((done) => this.#store.deleteIndexDb("global", name, index, done));
  }

  async #fill(table: Table, index: Index): Promise<void> {
    const name = table.TableName;
    const [items, entries] = [
      this.#store.getItemDb(name),
      this.#store.getIndexDb("global", name, index.IndexName),
    ];
    let from: unknown;
    do {
      const asked = { TableName: name, ...(from !== undefined && { ExclusiveStartKey: from }) };
      const page = await this.run("Scan", this.read("Scan", asked));
      for (const { key } of (page["Items"] as Fields[]).map((item) => keyOf(item, table))) {
        // Whoever writes meanwhile writes to the index too: what counts is what lies there now.
        await locked(items, key, async () => {
          const item = await call((done) => items.get(key, done)).catch(() => null);
          if (item === null || !fits(item, index, table)) return;
          const { puts } = db.getIndexActions([index], null, item, table);
          for (const put of puts) await call((done) => entries.put(put.key, put.item, done));
        });
      }
      from = page["LastEvaluatedKey"];
    } while (from !== undefined);
  }

  async #tableOf(name: string): Promise<Table> {
    return await call((done) => this.#store.getTable(name, false, done)) as unknown as Table;
  }

  #told(error: unknown): unknown {
    const said = saidBy(error);
    if (said === null) return error;
    const { status, body } = said;
    const code = String(body["__type"]).split("#").at(-1) ?? "";
    return this.#refusal(code, String(body["message"] ?? body["Message"] ?? ""), status);
  }

  #action(name: string): { run: Run; rules: Rules } {
    const found = ACTIONS[name];
    if (found === undefined) throw new Error(`dynalite has no ${name}`);
    return found;
  }
}

function keyOf(item: Fields, table: Table): { key: string } {
  return { key: db.createKey(item, table) };
}

/** Items without the index's key, or with one of another type, aren't in it. */
function fits(item: Fields, index: Index, table: Table): boolean {
  return index.KeySchema.every(({ AttributeName: name }) => {
    const type = table.AttributeDefinitions.find((one) => one.AttributeName === name);
    const value = item[name] as Fields | undefined;
    return type !== undefined && value?.[type.AttributeType] !== undefined;
  });
}

function call(run: (done: Callback) => void): Promise<Fields> {
  return new Promise((resolve, reject) =>
    run((error, answer) => error ? reject(error) : resolve(answer as Fields))
  );
}

function locked<T>(of: ItemDb, key: string, work: () => Promise<T>): Promise<T> {
  return new Promise((resolve, reject) =>
    of.lock(key, (release) => {
      const done = release(() => {});
      work().then(resolve, reject).finally(done);
    })
  );
}

/** Dynalite's errors are AWS's, in the form in which they would be sent; `null` for a defect. */
function saidBy(error: unknown): { status: number; body: Fields } | null {
  const { statusCode: status, body } = (error ?? {}) as { statusCode?: number; body?: Fields };
  return status === undefined || body === undefined ? null : { status, body };
}
