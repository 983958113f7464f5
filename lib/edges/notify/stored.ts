// notify: envelopes as a store gives them back: whoever can write there can have written anything.
import { REQUEST_EVENTS } from "../../core/approvals/mod.ts";
import { BREAKGLASS_EVENTS } from "../../core/breakglass/mod.ts";
import { SentinelError } from "../../core/errors/mod.ts";
import { type Envelope, envelopeOf, type Notice } from "../../core/notify/mod.ts";
import { isTimeText } from "../../core/store/mod.ts";
import { asObject, objectOf } from "../aws/json.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Texts that messages are made of, and those that may be `null`. */
const REQUEST = {
  texts: ["id", "requester", "profile", "reason", "expires_at"],
  others: ["role", "ticket", "not_before", "window_ends_at"],
} as const;
const BREAKGLASS = {
  texts: ["id", "invoker", "profile", "reason_code", "justification", "expires_at"],
  others: ["role", "ticket", "closed_reason", "mfa_method"],
} as const;

/** What an envelope tells, without the envelope. */
export function noticeOf(envelope: Envelope): Notice {
  const {
    schema_version: _version,
    event_id: _id,
    event_type: type,
    occurred_at: at,
    actor,
    ...subject
  } = envelope;
  return { type, at, actor, ...subject } as Notice;
}

/**
 * The envelope in a message of the outbox, when its id is that of what it tells.
 * @throws {SentinelError} `STORE_DAMAGED`
 */
export async function readEnvelope(text: string): Promise<Envelope> {
  const fields = objectOf(text);
  if (fields === null || !isEnvelope(fields)) throw damaged("no envelope");
  const envelope = fields as unknown as Envelope;
  if ((await envelopeOf(noticeOf(envelope))).event_id !== envelope.event_id) {
    throw damaged("an envelope with another event's id");
  }
  return envelope;
}

function isEnvelope(fields: Fields): boolean {
  const { schema_version, event_type, occurred_at, actor } = fields;
  if (schema_version !== 1 || !isTimeText(occurred_at) || typeof actor !== "string") return false;
  if (REQUEST_EVENTS.some((type) => type === event_type)) return isRequest(fields);
  return BREAKGLASS_EVENTS.some((type) => type === event_type) && isBreakGlass(fields);
}

function isRequest({ request, decision, comment }: Fields): boolean {
  const [subject, decided] = [asObject(request), asObject(decision)];
  if (subject === null || !hasTexts(subject, REQUEST) || !isTextOrNull(comment)) return false;
  if (decision === null) return true;
  return decided !== null && isTextOrNull(decided["approver_comment"]);
}

function isBreakGlass({ breakglass }: Fields): boolean {
  const subject = asObject(breakglass);
  if (subject === null || !hasTexts(subject, BREAKGLASS)) return false;
  return subject["review"] === null || typeof asObject(subject["review"])?.["text"] === "string";
}

function hasTexts(
  fields: Fields,
  { texts, others }: { texts: readonly string[]; others: readonly string[] },
): boolean {
  return texts.every((name) => typeof fields[name] === "string") &&
    others.every((name) => isTextOrNull(fields[name])) &&
    Number.isSafeInteger(fields["duration_seconds"]);
}

function isTextOrNull(value: unknown): boolean {
  return value === null || typeof value === "string";
}

function damaged(found: string): SentinelError {
  return new SentinelError("STORE_DAMAGED", `Cannot read outbox message: found ${found}`, {
    hint: "find out who else can write the store",
  });
}
