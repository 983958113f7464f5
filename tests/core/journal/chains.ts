// journal tests: entries and chains to work on.
import { encodeEntry, hashLine, NO_PREVIOUS } from "../../../lib/core/journal/entry.ts";
import type { Head } from "../../../lib/core/journal/head.ts";
import type { Entry, EntryBody, RefusedEntry } from "../../../lib/core/journal/types.ts";

export const AT = "2026-11-24T09:00:00.000Z";

/** A refusal with nothing in it but its request. */
export function refusal(requestId: string, message = "no rule matches"): RefusedEntry {
  return {
    kind: "refused",
    requestId,
    subject: null,
    decision: null,
    intent: { reason: null, ticket: null },
    pins: "unpinned",
    version: "0.1.0",
    code: "POLICY_DENIED",
    message,
  };
}

/** A refusal of a request that was resolved, with a decision. */
export function fullRefusal(overrides: Partial<RefusedEntry> = {}): RefusedEntry {
  return {
    ...refusal("0123456789abcdef"),
    subject: {
      profile: "prod",
      mode: "cli",
      role: "arn:aws:iam::111122223333:role/SentinelProtected-Prod",
      chain: [],
      leaf: { kind: "keys", profile: "mara" },
      principal: {
        id: "AIDAEXAMPLE",
        arn: "arn:aws:iam::111122223333:user/mara",
        user: "mara",
      },
      endpoint: null,
    },
    decision: {
      profile: "prod",
      outcome: "deny",
      effect: "deny",
      rule: "block-leavers",
      ruleIndex: 0,
      obligations: [],
      policy: { source: "policy.yaml", digest: "ab".repeat(32), age: 0, signature: "unsigned" },
      facts: [{ name: "user", value: "mara", vouchedBy: "STS" }],
    },
    ...overrides,
  };
}

export function entryOf(body: EntryBody, seq = 1, prev = NO_PREVIOUS): Entry {
  return { ...body, v: 1, seq, at: AT, prev };
}

/** One segment: a file's number and its lines. */
export interface Segment {
  number: number;
  lines: string[];
}

/** A whole chain of `count` entries of segments with at most `perSegment` lines, and its head. */
export async function chainOf(
  count: number,
  perSegment = Infinity,
): Promise<{ segments: Segment[]; head: Head }> {
  const segments: Segment[] = [];
  let current: Segment = { number: 1, lines: [] };
  segments.push(current);
  let prev = NO_PREVIOUS;
  for (let seq = 1; seq <= count; seq++) {
    let body: EntryBody = refusal(`request-${seq}`);
    if (current.lines.length >= perSegment) {
      body = { kind: "segment", previous: { segment: current.number, seq: seq - 1, hash: prev } };
      current = { number: current.number + 1, lines: [] };
      segments.push(current);
    }
    const line = encodeEntry(entryOf(body, seq, prev));
    current.lines.push(new TextDecoder().decode(line));
    prev = await hashLine(line);
  }
  return { segments, head: { segment: current.number, seq: count, hash: prev, bytes: 1 } };
}
