// store: tables of DynamoDB. Each write is one conditional call; a lost answer is settled by a mark.
import { SentinelError } from "../../core/errors/mod.ts";
import { type Attributes, attributesOf, plainOf } from "../../core/store/attributes.ts";
import { checkedCreation, checkedReplacement, isItemId, readItem } from "../../core/store/item.ts";
import { listed, type Page, type PageQuery } from "../../core/store/paging.ts";
import type {
  Expected,
  Item,
  ListQuery,
  StorePort,
  TableDefinition,
} from "../../core/store/types.ts";
import { hex } from "../../core/text/hex.ts";
import { quoted } from "../../core/text/printable.ts";
import { rubbish } from "../aws/call.ts";
import { callDynamo, ConditionFailed, type DynamoOptions } from "../aws/dynamodb.ts";
import { asObject } from "../aws/json.ts";

/** Where the tables are, and how they are asked. */
export interface DynamoStoreOptions extends DynamoOptions {
  /** What the tables' names begin with. */
  prefix: string;
}

/**
 * The attribute that says which write it was, 16 hex digits, new with each. No item's field can have
 * this name.
 */
const MARK = "_write";
const MARK_BYTES = 8;

/** A store by DynamoDB. Nothing is asked before the first call. */
export function openDynamo(options: DynamoStoreOptions): StorePort {
  return new DynamoStore(options);
}

/** An item as it lies there. */
interface Stored {
  item: Item;
  mark: string | null;
}

/** A write, and what it comes to when its condition did not hold. */
interface Write {
  action: "PutItem" | "DeleteItem";
  id: string;
  input: Readonly<Record<string, unknown>>;
  condition: Condition;
}

interface Condition {
  expression: string;
  names: Readonly<Record<string, string>>;
  values: Attributes;
}

class DynamoStore implements StorePort {
  readonly #options: DynamoStoreOptions;

  constructor(options: DynamoStoreOptions) {
    this.#options = options;
  }

  async get(table: TableDefinition, id: string): Promise<Item | null> {
    return (await this.#stored(table, id))?.item ?? null;
  }

  async create(table: TableDefinition, item: Item): Promise<"done" | "exists"> {
    const { id } = checkedCreation(table, item);
    const condition = {
      expression: "attribute_not_exists(#id)",
      names: { "#id": "id" },
      values: {},
    };
    const { done, found, repeated } = await this.#put(table, item, condition);
    // One of a later version may be what became of ours.
    if (repeated && (found?.item.version ?? 0) > 1) throw uncertain(table, id);
    return done ? "done" : "exists";
  }

  async replace(
    table: TableDefinition,
    item: Item,
    expected: Expected,
  ): Promise<"done" | "conflict" | "missing"> {
    const { id, version } = checkedReplacement(table, item, expected);
    const { done, found, repeated } = await this.#put(table, item, conditionOf(expected));
    if (done) return "done";
    if (repeated && (found === null || found.item.version > version)) throw uncertain(table, id);
    return found === null ? "missing" : "conflict";
  }

  async remove(
    table: TableDefinition,
    id: string,
    expected: Expected,
  ): Promise<"done" | "conflict" | "missing"> {
    if (!isItemId(id)) return "missing";
    const input = { Key: { id: { S: id } } };
    const condition = conditionOf(expected);
    const { done, repeated } = await this.#write(table, {
      action: "DeleteItem",
      id,
      input,
      condition,
    });
    if (done) return "done";
    const found = await this.#stored(table, id);
    // The first try may have removed it. One of an earlier version was never ours to remove.
    if (repeated && (found === null || found.item.version < expected.version)) {
      throw uncertain(table, id);
    }
    return found === null ? "missing" : "conflict";
  }

  list(table: TableDefinition, query: ListQuery): AsyncIterable<Item> {
    return listed<Readonly<Record<string, unknown>>>(
      table,
      query,
      (asked, cursor) => this.#page(table, asked, cursor),
    );
  }

  /** DynamoDB does so by itself ("Using time to live (TTL) in DynamoDB"). */
  sweep(): Promise<number> {
    return Promise.resolve(0);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #call(
    table: TableDefinition,
    action: string,
    doing: string,
    input: Write["input"],
    tried = () => {},
  ) {
    const name = `${this.#options.prefix}${table.name}`;
    return callDynamo(this.#options, {
      action,
      doing: `${doing} table ${quoted(name)}`,
      table: name,
      input,
      tried,
    });
  }

  async #stored(table: TableDefinition, id: string): Promise<Stored | null> {
    if (!isItemId(id)) return null;
    const input = { Key: { id: { S: id } }, ConsistentRead: true };
    const { Item: attributes } = await this.#call(table, "GetItem", "read", input);
    return attributes === undefined ? null : storedOf(table, id, attributes);
  }

  /** Puts the item, and tells who was there when that could not be. */
  async #put(table: TableDefinition, item: Item, condition: Condition) {
    const mark = hex(this.#random(MARK_BYTES));
    const input = { Item: { ...attributesOf(item), [MARK]: { S: mark } } };
    const write: Write = { action: "PutItem", id: item.id, input, condition };
    const { done, repeated } = await this.#write(table, write);
    if (done) return { done, repeated, found: null };
    const found = await this.#stored(table, item.id);
    return { done: repeated && found?.mark === mark, repeated, found };
  }

  /** @returns `repeated`: an earlier try of this very write may have come through */
  async #write(table: TableDefinition, { action, input, condition }: Write) {
    let tries = 0;
    const { expression, names, values } = condition;
    const whole = {
      ...input,
      ConditionExpression: expression,
      ExpressionAttributeNames: names,
      // DynamoDB takes no empty map here.
      ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    };
    try {
      await this.#call(table, action, "write to", whole, () => tries++);
      return { done: true, repeated: tries > 1 };
    } catch (error) {
      if (!(error instanceof ConditionFailed)) throw error;
      return { done: false, repeated: tries > 1 };
    }
  }

  async #page(
    table: TableDefinition,
    query: PageQuery,
    cursor: Readonly<Record<string, unknown>> | null,
  ): Promise<Page<Readonly<Record<string, unknown>>>> {
    const { index, partition, from, to, newestFirst, items } = query;
    const doing = "list";
    const answer = await this.#call(table, "Query", doing, {
      IndexName: index.name,
      KeyConditionExpression: "#partition = :partition AND #sort BETWEEN :from AND :to",
      ExpressionAttributeNames: { "#partition": index.partition, "#sort": index.sort },
      ExpressionAttributeValues: {
        ":partition": { S: partition },
        // Every time begins with a digit.
        ":from": { S: from ?? "0" },
        ":to": { S: to ?? ":" },
      },
      ScanIndexForward: !newestFirst,
      Limit: items,
      ...(cursor !== null && { ExclusiveStartKey: cursor }),
    });
    const { Items: found, LastEvaluatedKey: next } = answer;
    if (!Array.isArray(found)) {
      throw rubbish({ doing: `${doing} items` }, "an answer without items");
    }
    if (next !== undefined && JSON.stringify(next) === JSON.stringify(cursor)) {
      throw rubbish({ doing: `${doing} items` }, "pages without end");
    }
    return { items: found.map((one) => storedOf(table, null, one).item), next: asObject(next) };
  }

  #random(bytes: number): Uint8Array {
    const drawn = this.#options.random?.(bytes) ?? crypto.getRandomValues(new Uint8Array(bytes));
    if (drawn.length === bytes) return drawn;
    throw new SentinelError("INTERNAL", "Cannot draw random bytes: found too few of them");
  }
}

function conditionOf({ version, state }: Expected): Condition {
  const names = { "#version": "version" };
  const values = { ":version": { N: String(version) } };
  if (state === undefined) return { expression: "#version = :version", names, values };
  return {
    expression: "#version = :version AND #state = :state",
    names: { ...names, "#state": "state" },
    values: { ...values, ":state": { S: state } },
  };
}

/** @param id what was asked for; `null` = whatever it says */
function storedOf(table: TableDefinition, id: string | null, attributes: unknown): Stored {
  const plain = asObject(plainOf(attributes)) ?? {};
  const { [MARK]: mark, ...fields } = plain;
  const item = readItem(table, id ?? fields["id"], fields);
  return { item, mark: typeof mark === "string" ? mark : null };
}

function uncertain(table: TableDefinition, id: string): SentinelError {
  return new SentinelError(
    "STORE_UNCERTAIN",
    `Cannot tell whether ${quoted(id, 80)} of table ${quoted(table.name)} was written: ` +
      "found an answer lost, and another write since",
    { hint: "look at it before you repeat it" },
  );
}
