// journal: what one line of the record holds.
import type { Decision } from "../policy/types.ts";

/** Facts with who vouches for them, as recorded. */
export interface RecordedFact {
  name: string;
  value: string | number | boolean | null;
  vouchedBy: string;
}

/** What the decision was made about: the target as resolved, and who asked. */
export interface RecordedSubject {
  profile: string;
  mode: string;
  /** Role to be assumed last, and the hops before it. */
  role: string | null;
  chain: readonly string[];
  /** Kind and profile of the leaf credentials. */
  leaf: { kind: string; profile: string | null };
  principal: { id: string; arn: string; user: string } | null;
  /** Custom AWS endpoint, where one was used. */
  endpoint: string | null;
}

/** What it was decided from. */
export interface RecordedDecision {
  /** The profile that was judged: the target, or one on the way that did not allow. */
  profile: string;
  outcome: Decision["outcome"];
  effect: Decision["effect"];
  rule: string | null;
  ruleIndex: number;
  obligations: readonly { kind: string; state: string }[];
  policy: {
    source: string;
    digest: string;
    /** Seconds since the source was read. */
    age: number;
    signature: "unsigned" | "verified";
  };
  facts: readonly RecordedFact[];
}

/** Fields that each entry of a request carries. */
interface RequestEntry {
  requestId: string;
  subject: RecordedSubject;
  decision: RecordedDecision | null;
  intent: { reason: string | null; ticket: string | null };
  pins: "unpinned" | "pinned";
  version: string;
}

/** An issue is about to be made. Durable before AWS is asked. */
export interface IntentEntry extends RequestEntry {
  kind: "intent";
  grant: "direct" | "approval" | "break-glass";
  sourceIdentity: string | null;
  duration: { asked: number | null; granted: number };
}

/** What became of an intent. */
export interface OutcomeEntry {
  kind: "outcome";
  requestId: string;
  /** Hash of the intent's line. */
  intent: string;
  /** `unknown`: AWS's answer did not come or made no sense; a session may exist. */
  result: "issued" | "failed" | "unknown";
  /** Error code of a failed issue. */
  code: string | null;
  /** Issued access key id (an identifier, no secret). */
  accessKeyId: string | null;
  expiresAt: string | null;
}

/** A cached session handed out again, after a new decision. Durable before the answer. */
export interface ServedEntry extends RequestEntry {
  kind: "served";
  sourceIdentity: string | null;
  /** Hash of the intent under which the session was made. */
  intentHash: string;
  accessKeyId: string;
  expiresAt: string;
}

/** A request that got nothing: denied, pending, or failed on the way. */
export interface RefusedEntry extends Omit<RequestEntry, "subject"> {
  kind: "refused";
  subject: RecordedSubject | null;
  code: string;
  message: string;
}

/**
 * A step of a request for approval. Written before the store is, with `about`, and once more with
 * what came of it: an entry without its end tells of a program that was stopped in between.
 */
export interface ApprovalEntry {
  kind: "approval";
  /** The request's id. */
  approvalId: string;
  /** `request.created`, `request.approved`, …: `REQUEST_EVENTS` of the approvals room. */
  event: string;
  /** `unknown`: the store's answer did not come; the step may have been taken. */
  result: "about" | "done" | "failed" | "unknown";
  /** Why it failed. */
  code: string | null;
  /** Who took the step; `null` = time did. */
  actor: { id: string; user: string; arn: string } | null;
  requester: { id: string; user: string };
  profile: string;
  role: string | null;
  /** Length of the window that was asked for. */
  seconds: number;
  intent: { reason: string | null; ticket: string | null };
  /** The approver's comment, or why it was taken back. */
  message: string | null;
  /** Id of the key that signed the decision; `null` = unsigned. */
  key: string | null;
  pins: "unpinned" | "pinned";
  version: string;
}

/** A torn last line was moved aside, or the head was found missing. */
export interface RepairEntry {
  kind: "repair";
  /** SHA-256 of the torn bytes, hex. */
  tornHash: string;
  /** 0 when it was the head that was missing: till then a cut could not have been seen. */
  tornBytes: number;
  /** File under `torn/` that holds them; `head.json` when that was missing. */
  file: string;
}

/**
 * The head that the journal had till now was not signed to its end by the key that signs from here
 * on: the key is new or gone, or the head lagged behind. Whatever that key's signature vouches for,
 * it does from this entry on.
 */
export interface HeadEntry {
  kind: "head";
  /** Last entry that the old head vouched for. */
  signedTo: number;
  /** Id of the key that the old head named; `null` when it was unsigned. */
  previous: string | null;
  /** Id of the key that signs from now on; `null` = nobody does. */
  key: string | null;
}

/** First entry of each segment after the first. */
export interface SegmentEntry {
  kind: "segment";
  previous: { segment: number; seq: number; hash: string };
}

/** The body of an entry, before the chain's own fields are put on it. */
export type EntryBody =
  | IntentEntry
  | OutcomeEntry
  | ServedEntry
  | RefusedEntry
  | ApprovalEntry
  | RepairEntry
  | HeadEntry
  | SegmentEntry;

/** A line of the journal. */
export type Entry = EntryBody & {
  v: 1;
  /** Counts from 1, over all segments. */
  seq: number;
  /** RFC 3339 UTC with milliseconds. */
  at: string;
  /** SHA-256 of the previous line's bytes (without its newline), hex; 64 zeros before the first. */
  prev: string;
};

/** Where an entry landed. */
export interface Appended {
  seq: number;
  /** SHA-256 of the line's bytes (without its newline), hex. */
  hash: string;
}

/** The record. */
export interface JournalPort {
  /**
   * Appends one entry and returns when it is durable on disk.
   * @throws SentinelError `JOURNAL_BUSY` or `JOURNAL_UNWRITABLE`: callers hand out nothing
   */
  append(body: EntryBody): Promise<Appended>;
  /**
   * The same, with an entry that is made when it is this writer's turn: waiting for others can take
   * seconds, and what was decided before the wait may be old. `null` = append nothing after all.
   * @returns `null` when `make` did
   */
  appendIf(make: () => EntryBody | null): Promise<Appended | null>;
}
