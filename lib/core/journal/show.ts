// journal: one entry as one line for a person.
import { printable } from "../text/printable.ts";
import { shortKey } from "./head.ts";
import type {
  ApprovalEntry,
  Entry,
  HeadEntry,
  IntentEntry,
  OutcomeEntry,
  RecordedDecision,
  RecordedSubject,
  RefusedEntry,
  RepairEntry,
  ServedEntry,
} from "./types.ts";

/** Longest foreign text shown of one field, in characters. */
const LONGEST = 200;

/**
 * `entry` as one line: time, what came of it, user → profile (role), then what there is of rule,
 * grant, source identity, code, intent. Nothing in it can move a cursor or turn text around.
 */
export function showEntry(entry: Entry): string {
  const { what, fields } = described(entry);
  const shown = fields.filter((f) => f !== null && f !== "").map((f) => printable(`${f}`, LONGEST));
  return [`${printable(entry.at, 30)}  #${entry.seq}`, what.padEnd(9), ...shown].join("  ");
}

type Field = string | null;

// An entry that was tampered with may lack what its kind promises: shown as far as it goes.
function described(entry: Entry): { what: string; fields: Field[] } {
  try {
    return describe(entry);
  } catch {
    return { what: printable(entry.kind, LONGEST), fields: ["with fields missing"] };
  }
}

function describe(entry: Entry): { what: string; fields: Field[] } {
  switch (entry.kind) {
    case "intent":
      return { what: "intent", fields: intentFields(entry) };
    case "served":
      return { what: "served", fields: servedFields(entry) };
    case "outcome":
      return { what: entry.result, fields: outcomeFields(entry) };
    case "refused":
      return {
        what: entry.decision?.outcome === "pending" ? "pending" : "refused",
        fields: refusedFields(entry),
      };
    case "approval":
      return { what: entry.event.replace("request.", ""), fields: approvalFields(entry) };
    case "repair":
      return { what: "repair", fields: repairFields(entry) };
    case "head":
      return { what: "head", fields: headFields(entry) };
    case "segment":
      return { what: "segment", fields: [`continues segment ${entry.previous.segment}`] };
    default:
      // A newer program's kind: said to be there, not guessed at.
      return { what: printable((entry as Entry).kind, LONGEST), fields: [] };
  }
}

function intentFields(entry: IntentEntry): Field[] {
  return [
    subject(entry.subject),
    rule(entry.decision),
    `grant=${entry.grant}`,
    pair("stamp", entry.sourceIdentity),
    `for=${entry.duration.granted}s`,
    ...words(entry.intent),
    `request=${entry.requestId}`,
  ];
}

function servedFields(entry: ServedEntry): Field[] {
  return [
    subject(entry.subject),
    rule(entry.decision),
    pair("stamp", entry.sourceIdentity),
    `key=${entry.accessKeyId}`,
    `until=${entry.expiresAt}`,
    ...words(entry.intent),
    `request=${entry.requestId}`,
  ];
}

function outcomeFields(entry: OutcomeEntry): Field[] {
  return [
    pair("code", entry.code),
    pair("key", entry.accessKeyId),
    pair("until", entry.expiresAt),
    `request=${entry.requestId}`,
  ];
}

function refusedFields(entry: RefusedEntry): Field[] {
  return [
    entry.subject === null ? null : subject(entry.subject),
    rule(entry.decision),
    `code=${entry.code}`,
    entry.message,
    ...words(entry.intent),
    `request=${entry.requestId}`,
  ];
}

function approvalFields(entry: ApprovalEntry): Field[] {
  const { actor, requester, profile, role, result } = entry;
  return [
    `${requester.user} → ${profile}${role === null ? "" : ` (${role})`}`,
    `by ${actor?.user ?? "the clock"}`,
    result === "done" ? null : result === "about" ? "begun" : result,
    pair("code", entry.code),
    `for=${entry.seconds}s`,
    ...words(entry.intent),
    entry.message === null ? null : `comment: ${entry.message}`,
    `approval=${entry.approvalId}`,
  ];
}

function repairFields({ tornBytes, file }: RepairEntry): Field[] {
  return tornBytes === 0
    ? [`${file} was missing`]
    : [`${tornBytes} torn bytes`, `kept as torn/${file}`];
}

function headFields({ signedTo, previous, key }: HeadEntry): Field[] {
  const named = (id: string | null) => id === null ? "unsigned" : `signed by ${shortKey(id)}`;
  return [`was ${named(previous)} to entry ${signedTo}`, `now ${named(key)}`];
}

function subject({ principal, profile, role }: RecordedSubject): string {
  return `${principal?.user ?? "?"} → ${profile}${role === null ? "" : ` (${role})`}`;
}

function rule(decision: RecordedDecision | null): Field {
  return decision === null ? null : `rule=${decision.rule ?? "none"}`;
}

function words({ reason, ticket }: { reason: string | null; ticket: string | null }): Field[] {
  return [pair("ticket", ticket), reason === null ? null : `reason: ${reason}`];
}

function pair(name: string, value: string | null): Field {
  return value === null ? null : `${name}=${value}`;
}
