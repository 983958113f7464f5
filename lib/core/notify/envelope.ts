// notify: what is sent, whatever the channel: one versioned envelope.
import { type Canonical, canonicalJson } from "../approvals/canonical.ts";
import type { RequestEvent } from "../approvals/events.ts";
import type { BreakGlassEvent } from "../breakglass/events.ts";
import { sha256Hex } from "../text/hex.ts";

/** What can be told of. */
export type Notice = RequestEvent | BreakGlassEvent;

/** The envelope: every key in snake_case, every duration in seconds, every time in UTC. */
export type Envelope = EnvelopeHead & (Subject<RequestEvent> | Subject<BreakGlassEvent>);

/** What every envelope begins with. */
export interface EnvelopeHead {
  schema_version: 1;
  /** 32 hex digits, the same for the same event: who gets it twice can tell. */
  event_id: string;
  /** `request.created`, `breakglass.invoked`, … */
  event_type: Notice["type"];
  occurred_at: string;
  actor: string;
}

type Subject<N extends Notice> = Omit<N, "type" | "at" | "actor">;

/** Puts a notice into its envelope. */
export async function envelopeOf(notice: Notice): Promise<Envelope> {
  const { type, at, actor, ...subject } = notice;
  const head = {
    schema_version: 1,
    event_id: await eventIdOf(notice),
    event_type: type,
    occurred_at: at,
    actor,
  } as const;
  return { ...head, ...subject };
}

/** The body of a webhook's POST, and the message of an SNS topic. */
export function envelopeText(envelope: Envelope): string {
  return JSON.stringify(envelope);
}

async function eventIdOf(notice: Notice): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(notice as unknown as Canonical));
  return (await sha256Hex(bytes)).slice(0, 32);
}
