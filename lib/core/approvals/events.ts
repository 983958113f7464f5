// approvals: what happened to a request, as plain data: for the journal and for notifications.
import type { AccessRequest, Decision } from "./types.ts";

/** Everything that can happen to a request. */
export const REQUEST_EVENTS = [
  "request.created",
  "request.endorsed",
  "request.approved",
  "request.denied",
  "request.expired",
  "request.cancelled",
  "request.revoked",
  "request.used",
] as const;

/** One of {@link REQUEST_EVENTS}. `endorsed`: a yes that needs others beside it. */
export type RequestEventType = (typeof REQUEST_EVENTS)[number];

/** One thing that happened. Names and free text are as people wrote them: quote before printing. */
export interface RequestEvent {
  type: RequestEventType;
  /** UTC, fixed width. */
  at: string;
  /** Policy user name; `policy` for what the policy did, `clock` for what time did. */
  actor: string;
  request: {
    id: string;
    status: AccessRequest["state"];
    requester: string;
    requester_id: string;
    profile: string;
    role: string | null;
    reason: string;
    ticket: string | null;
    duration_seconds: number;
    not_before: string | null;
    expires_at: string;
    window_ends_at: string | null;
  };
  /** The decision that this is about; `null` for other events. */
  decision: {
    approver: string;
    approver_id: string;
    approver_comment: string | null;
    /** True when the policy decided: said outright, never guessed from equal names. */
    auto_approved: boolean;
    key: string | null;
  } | null;
  /** Why it was denied, cancelled or taken back. */
  comment: string | null;
}

/** The event of `type` that led to `request`. */
export function requestEvent(
  type: RequestEventType,
  request: AccessRequest,
  actor: string,
  decision: Decision | null = null,
): RequestEvent {
  return {
    type,
    at: request.updatedAt,
    actor,
    request: {
      id: request.id,
      status: request.state,
      requester: request.requesterUser,
      requester_id: request.requester,
      profile: request.profile,
      role: request.role,
      reason: request.reason,
      ticket: request.ticket,
      duration_seconds: request.durationSeconds,
      not_before: request.notBefore,
      expires_at: request.expiresAt,
      window_ends_at: request.windowEndsAt,
    },
    decision: decision === null ? null : {
      approver: decision.approver,
      approver_id: decision.approverId,
      approver_comment: decision.comment,
      auto_approved: decision.automatic,
      key: decision.signature?.key ?? null,
    },
    comment: request.closedReason,
  };
}
