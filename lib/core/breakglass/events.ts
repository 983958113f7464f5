// breakglass: what happened to an emergency, as plain data: for the journal and for notifications.
import type { BreakGlass } from "./types.ts";

/** Everything that can happen to an event. */
export const BREAKGLASS_EVENTS = [
  "breakglass.invoked",
  "breakglass.escalated",
  "breakglass.closed",
  "breakglass.expired",
  "breakglass.abandoned",
  "breakglass.reviewed",
] as const;

/** One of {@link BREAKGLASS_EVENTS}. `abandoned`: prepared, and never granted anything. */
export type BreakGlassEventType = (typeof BREAKGLASS_EVENTS)[number];

/** One thing that happened. Names and free text are as people wrote them: quote before printing. */
export interface BreakGlassEvent {
  type: BreakGlassEventType;
  /** UTC, fixed width. */
  at: string;
  /** Policy user name; `clock` for what time did, `sentinel` for what nobody did. */
  actor: string;
  breakglass: {
    id: string;
    status: BreakGlass["state"];
    invoker: string;
    invoker_id: string;
    profile: string;
    role: string | null;
    reason_code: string;
    justification: string;
    ticket: string | null;
    duration_seconds: number;
    expires_at: string;
    closed_by: string | null;
    closed_reason: string | null;
    mfa_verified: boolean;
    mfa_method: string | null;
    mfa_challenge_id: string | null;
    review: { by: string; verdict: string; text: string } | null;
  };
}

/** The event of `type` that led to `item`. */
export function breakGlassEvent(
  type: BreakGlassEventType,
  item: BreakGlass,
  actor: string,
): BreakGlassEvent {
  const { review } = item;
  return {
    type,
    at: item.updatedAt,
    actor,
    breakglass: {
      id: item.id,
      status: item.state,
      invoker: item.invokerUser,
      invoker_id: item.invoker,
      profile: item.profile,
      role: item.role,
      reason_code: item.reasonCode,
      justification: item.justification,
      ticket: item.ticket,
      duration_seconds: item.durationSeconds,
      expires_at: item.expiresAt,
      closed_by: item.closedBy,
      closed_reason: item.closedReason,
      mfa_verified: item.mfaMethod !== null,
      mfa_method: item.mfaMethod,
      mfa_challenge_id: item.mfaChallenge,
      review: review && { by: review.by, verdict: review.verdict, text: review.text },
    },
  };
}
