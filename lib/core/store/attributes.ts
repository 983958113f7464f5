// store: items as DynamoDB's attribute values ("AttributeValue", DynamoDB API reference), and back.
import { isList, isMap } from "./item.ts";
import type { Item, Plain } from "./types.ts";

/** One attribute's value, as the wire has it. */
export type AttributeValue =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: AttributeValue[] }
  | { M: Attributes };

/** Attributes by name. */
export type Attributes = { [name: string]: AttributeValue };

/** The item's fields as attributes. Nothing is left out. */
export function attributesOf(item: Item): Attributes {
  return mapOf(item);
}

/** One field's value as an attribute's. */
export function attributeOf(value: Plain): AttributeValue {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (typeof value === "boolean") return { BOOL: value };
  if (value === null) return { NULL: true };
  return isList(value) ? { L: value.map(attributeOf) } : { M: mapOf(value) };
}

function mapOf(map: Readonly<Record<string, Plain>>): Attributes {
  return Object.fromEntries(
    Object.entries(map).map(([name, value]) => [name, attributeOf(value)]),
  );
}

/**
 * Attributes as plain data. Types that Sentinel never writes (sets, bytes) and what is no attribute
 * come as `undefined`, which is in no item: whoever checks the result finds them.
 */
export function plainOf(attributes: unknown): unknown {
  if (!isMap(attributes)) return undefined;
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, valueOf(value)]),
  );
}

function valueOf(attribute: unknown): unknown {
  if (!isMap(attribute)) return undefined;
  const entries = Object.entries(attribute);
  const [type, value] = entries.length === 1 ? entries[0] ?? [] : [];
  if (type === "S" && typeof value === "string") return value;
  // DynamoDB writes numbers as it likes: 1E+3 is 1000.
  if (type === "N" && typeof value === "string" && value !== "") return Number(value);
  if (type === "BOOL" && typeof value === "boolean") return value;
  if (type === "NULL") return null;
  if (type === "L" && Array.isArray(value)) return value.map(valueOf);
  return type === "M" ? plainOf(value) : undefined;
}
