// store: rows of a store read strictly: whoever can write a table can write anything into it.
import { SentinelError } from "../errors/mod.ts";
import { isTimeText } from "./item.ts";
import { isRecordId } from "./ids.ts";

/** Whether a field's value is one that we write. */
export type Check = (value: unknown) => boolean;

/** A check per field; every field must be there. */
export type Shape<T> = { readonly [K in keyof T]-?: Check };

/**
 * The fields of `row` that `shape` names, checked. Others are left out.
 * @throws SentinelError `STORE_DAMAGED` with the first field that is not as Sentinel writes it
 */
export function readRow<T>(row: unknown, shape: Shape<T>, what: string): T {
  const fields = isPlain(row) ? row : {};
  const read: Record<string, unknown> = {};
  for (const [name, check] of Object.entries<Check>(shape)) {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (!check(value)) throw badRow(what, name);
    read[name] = value;
  }
  return read as T;
}

function badRow(what: string, field: string): SentinelError {
  return new SentinelError(
    "STORE_DAMAGED",
    `Cannot read ${what}: found "${field}" in a form that Sentinel never writes`,
    { hint: "find out who else can write the store" },
  );
}

const LONGEST = 4096;

/** A text, not empty, of bounded length and whole characters. */
export const isText = (value: unknown): boolean =>
  typeof value === "string" && value !== "" && value.length <= LONGEST && value.isWellFormed();
/** The id of a record. */
export const isId = (value: unknown): boolean => typeof value === "string" && isRecordId(value);
/** An instant of fixed width. */
export const isInstant: Check = isTimeText;
/** SHA-256 in hex. */
export const isDigest = (value: unknown): boolean =>
  typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
/** A whole number, zero or more. */
export const isCount = (value: unknown): boolean =>
  Number.isSafeInteger(value) && Number(value) >= 0;
/** A whole number above zero. */
export const isPositive = (value: unknown): boolean =>
  Number.isSafeInteger(value) && Number(value) > 0;
/** True or false. */
export const isTruth = (value: unknown): boolean => typeof value === "boolean";

/** One of some words. */
export function isOneOf(words: readonly unknown[]): Check {
  return (value) => words.includes(value);
}

/** `null`, or what `check` takes. */
export function orNull(check: Check): Check {
  return (value) => value === null || check(value);
}

/** A list of at most `max` values that `check` takes. */
export function listOf(check: Check, max = 500): Check {
  return (value) => Array.isArray(value) && value.length <= max && value.every(check);
}

/** A map with these fields at least. */
export function shaped<T>(shape: Shape<T>): Check {
  return (value) =>
    isPlain(value) &&
    Object.entries<Check>(shape).every(([name, check]) =>
      check(Object.hasOwn(value, name) ? value[name] : undefined)
    );
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
