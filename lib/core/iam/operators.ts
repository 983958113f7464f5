// iam: the condition operators, as one table.
import { type GlobToken, matchGlob } from "./glob.ts";
import { holds, parseAddress, parseBlock } from "./ip.ts";
import type { UnknownReason } from "./types.ts";

/** Reads a policy value's variables; set by the condition, which knows document and request. */
export type Expand = (text: string, wildcards: boolean) => readonly GlobToken[] | UnknownReason;

/** Compares one value of the request with one of the policy, before any negation. */
export type Test = (actual: string, wanted: string, expand: Expand) => boolean | UnknownReason;

/** One row: the test, and whether the operator is its negation. */
export interface Operator {
  readonly negated: boolean;
  readonly test: Test;
}

/**
 * IAM User Guide, "IAM JSON policy elements: Condition operators". `Null` and the affixes
 * (`ForAllValues:`, `ForAnyValue:`, `IfExists`) belong to conditions.ts.
 */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(Object.entries({
  StringEquals: is(text({ wildcards: false, fold: false })),
  StringNotEquals: isNot(text({ wildcards: false, fold: false })),
  StringEqualsIgnoreCase: is(text({ wildcards: false, fold: true })),
  StringNotEqualsIgnoreCase: isNot(text({ wildcards: false, fold: true })),
  StringLike: is(text({ wildcards: true, fold: false })),
  StringNotLike: isNot(text({ wildcards: true, fold: false })),
  NumericEquals: is(ordered(parseNumber, (a, b) => a === b)),
  NumericNotEquals: isNot(ordered(parseNumber, (a, b) => a === b)),
  NumericLessThan: is(ordered(parseNumber, (a, b) => a < b)),
  NumericLessThanEquals: is(ordered(parseNumber, (a, b) => a <= b)),
  NumericGreaterThan: is(ordered(parseNumber, (a, b) => a > b)),
  NumericGreaterThanEquals: is(ordered(parseNumber, (a, b) => a >= b)),
  DateEquals: is(ordered(parseDate, (a, b) => a === b)),
  DateNotEquals: isNot(ordered(parseDate, (a, b) => a === b)),
  DateLessThan: is(ordered(parseDate, (a, b) => a < b)),
  DateLessThanEquals: is(ordered(parseDate, (a, b) => a <= b)),
  DateGreaterThan: is(ordered(parseDate, (a, b) => a > b)),
  DateGreaterThanEquals: is(ordered(parseDate, (a, b) => a >= b)),
  Bool: is(ordered(parseBool, (a, b) => a === b)),
  BinaryEquals: is(ordered(parseBinary, (a, b) => a === b)),
  IpAddress: is(address),
  NotIpAddress: isNot(address),
  // The guide says of both pairs that they behave identically.
  ArnEquals: is(arn),
  ArnLike: is(arn),
  ArnNotEquals: isNot(arn),
  ArnNotLike: isNot(arn),
}));

function is(test: Test): Operator {
  return { negated: false, test };
}

function isNot(test: Test): Operator {
  return { negated: true, test };
}

function text(how: { wildcards: boolean; fold: boolean }): Test {
  return (actual, wanted, expand) => {
    const tokens = expand(wanted, how.wildcards);
    if (typeof tokens === "string") return tokens;
    if (!how.fold) return matchGlob(tokens, actual);
    const folded = tokens.map((token) => typeof token === "string" ? token.toLowerCase() : token);
    return matchGlob(folded, actual.toLowerCase());
  };
}

/** Both sides read as a `T`; one that can't be read makes the answer unknown. */
function ordered<T>(parse: (text: string) => T | null, compare: (a: T, b: T) => boolean): Test {
  return (actual, wanted) => {
    const limit = parse(wanted);
    if (limit === null) return "malformed-policy-value";
    const value = parse(actual);
    return value === null ? "malformed-context-value" : compare(value, limit);
  };
}

function address(actual: string, wanted: string): boolean | UnknownReason {
  const block = parseBlock(wanted);
  if (block === null) return "malformed-policy-value";
  const caller = parseAddress(actual);
  return caller === null ? "malformed-context-value" : holds(block, caller);
}

/** Each of the six parts is compared on its own; the sixth may hold colons. */
function arn(actual: string, wanted: string, expand: Expand): boolean | UnknownReason {
  const tokens = expand(wanted, true);
  if (typeof tokens === "string") return tokens;
  const patterns = segments(tokens);
  if (patterns === null) return "malformed-policy-value";
  const parts = segments(Array.from(actual));
  if (parts === null) return "malformed-context-value";
  return patterns.every((pattern, index) => matchGlob(pattern, (parts[index] ?? []).join("")));
}

function segments(tokens: readonly GlobToken[]): GlobToken[][] | null {
  const parts: GlobToken[][] = [[]];
  for (const token of tokens) {
    if (token === ":" && parts.length < 6) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.length === 6 ? parts : null;
}

function parseNumber(value: string): number | null {
  return /^[+-]?\d+(\.\d+)?$/.test(value) ? Number(value) : null;
}

function parseBool(value: string): boolean | null {
  const folded = value.toLowerCase();
  return folded === "true" ? true : folded === "false" ? false : null;
}

/** Base64 to the bytes that it stands for, as a string of bytes. */
function parseBinary(value: string): string | null {
  try {
    return atob(value);
  } catch {
    return null;
  }
}

const DATE = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** W3C's ISO 8601 dates, or seconds of the epoch, to milliseconds; a date alone is its midnight UTC. */
function parseDate(value: string): number | null {
  if (/^\d{1,12}$/.test(value)) return Number(value) * 1000;
  const match = DATE.exec(value);
  if (match === null) return null;
  // Date.parse rolls 30 February over into March; no date is what it is.
  const last = new Date(Date.UTC(Number(match[1]), Number(match[2]), 0)).getUTCDate();
  const time = Date.parse(value);
  return Number(match[3]) > last || Number.isNaN(time) ? null : time;
}
