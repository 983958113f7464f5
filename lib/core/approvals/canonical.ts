// approvals: the one codec of what is signed: JSON with sorted keys and no spaces.

/** What a canonical text can hold. */
export type Canonical =
  | string
  | number
  | boolean
  | null
  | readonly Canonical[]
  | { readonly [key: string]: Canonical };

/**
 * One text for each value, whatever order its keys came in (by UTF-16 units, as in RFC 8785). Numbers
 * are whole: no two programs could write one differently.
 * @throws RangeError for a fraction, a number beyond the safe ones, or half a surrogate pair
 */
export function canonicalJson(value: Canonical): string {
  if (typeof value === "string") {
    if (!value.isWellFormed()) throw new RangeError("Cannot sign text: found half a character");
    return JSON.stringify(value);
  }
  if (typeof value === "number") {
    if (!Number.isSafeInteger(value)) {
      throw new RangeError("Cannot sign number: found no whole number");
    }
    return String(value === 0 ? 0 : value);
  }
  if (typeof value === "boolean" || value === null) return String(value);
  if (isList(value)) return `[${value.map(canonicalJson).join(",")}]`;
  const keys = Object.keys(value).sort();
  const members = keys.map((key) => `${canonicalJson(key)}:${canonicalJson(value[key] ?? null)}`);
  return `{${members.join(",")}}`;
}

/** The same as bytes. */
export function canonicalBytes(value: Canonical): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(canonicalJson(value));
}

function isList(value: Canonical): value is readonly Canonical[] {
  return Array.isArray(value);
}
