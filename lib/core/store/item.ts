// store: what an item may be, so that every adapter keeps it as it is, or refuses it as the others do.
import { SentinelError } from "../errors/mod.ts";
import { printable, quoted } from "../text/printable.ts";
import type { Expected, Item, Plain, TableDefinition } from "./types.ts";

/**
 * The most bytes of an item by {@link itemBytes}. DynamoDB takes 409,600 with everything ("Service,
 * account, and table quotas in Amazon DynamoDB"); the rest is for what an adapter adds.
 */
export const MAX_ITEM_BYTES = 400_000;
/** Lists and maps within each other. DynamoDB: 32 levels. */
const MAX_DEPTH = 16;
const MAX_ID_BYTES = 1024;
/** "Constraints in Amazon DynamoDB": a partition key has at most 2048 bytes. */
const MAX_PARTITION_BYTES = 2048;
/** 9999-12-31T23:59:59Z, the last second whose year has four digits. */
const LAST_SECOND = 253_402_300_799;

const FIELD = /^[a-z][A-Za-z0-9]{0,63}$/;
const STATE = /^[a-z][a-z0-9-]{0,63}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

const utf8 = new TextEncoder();

/**
 * An instant as items hold it: UTC with milliseconds, always 24 characters, so that the order of
 * texts is the order of times.
 * @throws {RangeError} for an invalid date, and for years that have no four digits
 */
export function timeText(at: Date): string {
  const text = at.toISOString();
  if (!TIME.test(text)) throw new RangeError(`found the year in ${text}, want 0000 to 9999`);
  return text;
}

/** True for a text that {@link timeText} could have written. */
export function isTimeText(value: unknown): value is string {
  if (typeof value !== "string" || !TIME.test(value)) return false;
  const at = new Date(value);
  return !Number.isNaN(at.getTime()) && at.toISOString() === value;
}

/**
 * The item, if it can be kept.
 * @throws {SentinelError} `STORE_ITEM_INVALID` with the first thing that is wrong
 */
export function checkedItem(table: TableDefinition, item: Item): Item {
  const wrong = faultOf(table, item);
  if (wrong !== null) {
    throw new SentinelError(
      "STORE_ITEM_INVALID",
      `Cannot write to table ${quoted(table.name)}: found ${wrong}`,
      { hint: "shorten or mend what was entered" },
    );
  }
  return item;
}

/** What keeps a value from being an item of the table, `null` when nothing does. */
export function faultOf(table: TableDefinition, item: unknown): string | null {
  if (!isMap(item)) return "no item";
  return faultOfFrame(item) ??
    faultOfIndexes(table, item) ??
    faultOfFields(item) ??
    (itemBytes(item as Item) > MAX_ITEM_BYTES
      ? `an item of more than ${MAX_ITEM_BYTES} bytes`
      : null);
}

/** The fields that every item has. */
function faultOfFrame(item: Readonly<Record<string, unknown>>): string | null {
  const { id, version, state, retainUntil } = item;
  if (!isKeyText(id, MAX_ID_BYTES)) {
    return `an id that is no text of 1 to ${MAX_ID_BYTES} bytes without control characters`;
  }
  if (!Number.isSafeInteger(version) || Number(version) < 1) return "a version below 1, or none";
  if (typeof state !== "string" || !STATE.test(state)) return "no state, or one that is no word";
  if (retainUntil === undefined) return null;
  const seconds = Number.isSafeInteger(retainUntil) ? Number(retainUntil) : -1;
  return seconds >= 0 && seconds <= LAST_SECOND
    ? null
    : "a retention that is no number of seconds since 1970";
}

function faultOfIndexes(
  { indexes }: TableDefinition,
  item: Readonly<Record<string, unknown>>,
): string | null {
  for (const { partition, sort } of indexes) {
    const [key, time] = [item[partition], item[sort]];
    if (key !== undefined && !isKeyText(key, MAX_PARTITION_BYTES)) {
      return `${partition} to be no text of 1 to ${MAX_PARTITION_BYTES} bytes without control characters`;
    }
    if (time !== undefined && !isTimeText(time)) return `${sort} to be no time in UTC`;
  }
  return null;
}

function faultOfFields(item: Readonly<Record<string, unknown>>): string | null {
  for (const [name, value] of Object.entries(item)) {
    if (!FIELD.test(name)) return `the field name ${quoted(name, 80)}`;
    const wrong = faultOfValue(value, 1);
    if (wrong !== null) return `${wrong} in ${name}`;
  }
  return null;
}

function faultOfValue(value: unknown, depth: number): string | null {
  if (value === null || typeof value === "boolean") return null;
  if (typeof value === "string") return value.isWellFormed() ? null : "half a character";
  if (typeof value === "number") {
    return Number.isSafeInteger(value) ? null : `the number ${value}, want a whole one`;
  }
  if (!Array.isArray(value) && !isMap(value)) return "what is no plain data";
  if (depth > MAX_DEPTH) return `more than ${MAX_DEPTH} levels`;
  for (const [name, inner] of Object.entries(value)) {
    if (name === "" || !name.isWellFormed()) return "an empty or broken name";
    const wrong = faultOfValue(inner, depth + 1);
    if (wrong !== null) return wrong;
  }
  return null;
}

/**
 * An item's size as DynamoDB counts it ("DynamoDB item sizes and formats"), numbers at their most.
 */
export function itemBytes(item: Item): number {
  return sizeOfMap(item);
}

function sizeOf(value: Plain): number {
  if (typeof value === "string") return utf8.encode(value).length;
  if (typeof value === "number") return 21;
  if (value === null || typeof value === "boolean") return 1;
  if (isList(value)) return value.reduce((sum: number, one) => sum + 1 + sizeOf(one), 3);
  return 3 + sizeOfMap(value);
}

function sizeOfMap(map: Readonly<Record<string, Plain>>): number {
  return Object.entries(map)
    .reduce((sum, [name, value]) => sum + 1 + utf8.encode(name).length + sizeOf(value), 0);
}

/** True for a list; `Array.isArray` alone doesn't know readonly ones. */
export function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value);
}

/** True for a plain object, whatever it holds. */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function isKeyText(value: unknown, maxBytes: number): value is string {
  return typeof value === "string" && value !== "" && value.isWellFormed() &&
    !CONTROL.test(value) && utf8.encode(value).length <= maxBytes;
}

/** True for what may be an item's id: others are asked of no store. */
export function isItemId(id: string): boolean {
  return isKeyText(id, MAX_ID_BYTES);
}

/**
 * What was read, as an item of the table: whoever can write there may have written anything.
 * @throws {SentinelError} `STORE_DAMAGED`
 */
export function readItem(table: TableDefinition, id: unknown, value: unknown): Item {
  const wrong = faultOf(table, value) ?? ((value as Item).id === id ? null : "another id within");
  if (wrong === null) return value as Item;
  throw new SentinelError(
    "STORE_DAMAGED",
    `Cannot read ${printable(typeof id === "string" ? id : "an item", 80)} of table ` +
      `${quoted(table.name)}: found ${wrong}`,
    { hint: "something other than Sentinel wrote it: look at it, and remove it" },
  );
}

/**
 * What a caller may ask for in a replacement: the version that follows.
 * @throws {SentinelError} `INTERNAL`, `STORE_ITEM_INVALID`
 */
export function checkedReplacement(table: TableDefinition, item: Item, expected: Expected): Item {
  if (item.version !== expected.version + 1) {
    throw wrongCall(`a replacement of version ${expected.version} by version ${item.version}`);
  }
  return checkedItem(table, item);
}

/**
 * What a caller may ask for in a creation.
 * @throws {SentinelError} `INTERNAL`, `STORE_ITEM_INVALID`
 */
export function checkedCreation(table: TableDefinition, item: Item): Item {
  if (item.version !== 1) throw wrongCall(`a new item of version ${item.version}`);
  return checkedItem(table, item);
}

/** A caller's mistake: Sentinel's own. */
export function wrongCall(found: string): SentinelError {
  return new SentinelError("INTERNAL", `Cannot use the store: found ${found}`, {
    hint: "report it: this is a mistake of Sentinel's own",
  });
}
