// store tests: what can't be kept, by name.

function nested(levels: number): unknown {
  return levels === 0 ? "end" : [nested(levels - 1)];
}

/** Fields that spoil an item. */
export const INVALID: readonly { name: string; fields: Readonly<Record<string, unknown>> }[] = [
  { name: "an empty id", fields: { id: "" } },
  { name: "an id of too many bytes", fields: { id: "ä".repeat(513) } },
  { name: "an id with a NUL", fields: { id: "a\0b" } },
  { name: "an id with a line break", fields: { id: "a\nb" } },
  { name: "an id that is half a character", fields: { id: "a\ud800" } },
  { name: "an id that is a number", fields: { id: 7 } },
  { name: "no state", fields: { state: "" } },
  { name: "a state of two words", fields: { state: "pending approved" } },
  { name: "a state that is null", fields: { state: null } },
  { name: "a retention in milliseconds", fields: { retainUntil: 1_800_000_000_000 } },
  { name: "a retention that is text", fields: { retainUntil: "1800000000" } },
  { name: "a negative retention", fields: { retainUntil: -1 } },
  { name: "an empty text where an index looks", fields: { profile: "" } },
  { name: "null where an index looks", fields: { requester: null } },
  { name: "a NUL where an index looks", fields: { profile: "prod\0" } },
  { name: "too many bytes where an index looks", fields: { profile: "p".repeat(2049) } },
  { name: "a time of another offset", fields: { createdAt: "2026-01-01T01:00:00.000+01:00" } },
  { name: "a time without milliseconds", fields: { createdAt: "2026-01-01T00:00:00Z" } },
  { name: "a time of a day that is none", fields: { createdAt: "2026-02-30T00:00:00.000Z" } },
  { name: "a field that begins with an underscore", fields: { _write: "x" } },
  { name: "a field with a dot", fields: { "a.b": "x" } },
  { name: "a field with a quote", fields: { "a'b": "x" } },
  { name: "half a character", fields: { comment: "x\udc00" } },
  { name: "half a character within", fields: { list: [{ text: "\ud83d" }] } },
  { name: "half a character as a name within", fields: { map: { "\ud83d": 1 } } },
  { name: "an empty name within", fields: { map: { "": 1 } } },
  { name: "a fraction", fields: { share: 0.1 } },
  { name: "a number beyond the safe ones", fields: { count: 2 ** 53 } },
  { name: "no number", fields: { count: NaN } },
  { name: "infinity", fields: { count: Infinity } },
  { name: "undefined", fields: { comment: undefined } },
  { name: "undefined within", fields: { list: [undefined] } },
  { name: "a function", fields: { comment: () => "x" } },
  { name: "a date", fields: { at: new Date(0) } },
  { name: "bytes", fields: { bytes: new Uint8Array(2) } },
  { name: "a big integer", fields: { count: 1n } },
  { name: "too many levels", fields: { deep: nested(17) } },
];
