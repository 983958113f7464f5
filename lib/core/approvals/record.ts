// approvals: a stored request read back, every field checked.
import {
  isCount,
  isDigest,
  isId,
  isInstant,
  isOneOf,
  isPositive,
  isText,
  isTruth,
  listOf,
  orNull,
  readRow,
  type Shape,
  shaped,
} from "../store/row.ts";
import type { AccessRequest, Decision, RequestState } from "./types.ts";

/** Every state, in the order in which they are met. */
export const REQUEST_STATES = [
  "pending",
  "approved",
  "denied",
  "expired",
  "cancelled",
  "revoked",
  "used",
] as const satisfies readonly RequestState[];

const DECISION: Shape<Decision> = {
  verdict: isOneOf(["approve", "deny"]),
  approver: isText,
  approverId: isText,
  approverAliases: listOf(isText, 50),
  comment: orNull(isText),
  at: isInstant,
  automatic: isTruth,
  digest: isDigest,
  signature: orNull(shaped({ key: isText, signature: isText })),
};

const REQUEST: Shape<AccessRequest> = {
  id: isId,
  version: isPositive,
  state: isOneOf(REQUEST_STATES),
  schema: isOneOf([1]),
  requester: isText,
  requesterUser: isText,
  requesterAliases: listOf(isText, 50),
  profile: isText,
  role: orNull(isText),
  durationSeconds: isPositive,
  reason: isText,
  ticket: orNull(isText),
  sessionPolicyDigest: orNull(isDigest),
  notBefore: orNull(isInstant),
  use: isOneOf(["once", "window"]),
  rules: listOf(isText, 50),
  createdAt: isInstant,
  updatedAt: isInstant,
  expiresAt: isInstant,
  approvedAt: orNull(isInstant),
  windowEndsAt: orNull(isInstant),
  decisions: listOf(shaped(DECISION), 50),
  closedBy: orNull(isText),
  closedReason: orNull(isText),
  usedAt: orNull(isInstant),
  usedBy: orNull(isText),
  retainUntil: isCount,
};

/**
 * The request in a row of the store.
 * @throws SentinelError `STORE_DAMAGED` when it is none: it then grants nothing and takes no decision
 */
export function readRequest(row: unknown): AccessRequest {
  return readRow(row, REQUEST, "request");
}
