// approvals: a request as the store keeps it, and what people decided about it.

/** Where a request stands. Only the first two are open; the others are final. */
export type RequestState =
  | "pending"
  | "approved"
  | "denied"
  | "expired"
  | "cancelled"
  | "revoked"
  | "used";

/** How often an approval may be used: `once`, or any number of times while its `window` is open. */
export type Use = "once" | "window";

/** A signature over one decision. */
export type DecisionSignature = {
  /** SHA-256 of the public key's SPKI bytes, hex: as in the journal's head. */
  key: string;
  /** Base64. */
  signature: string;
};

/** What one person said of a request. */
export type Decision = {
  verdict: "approve" | "deny";
  /** Policy user name; `policy` for an automatic one. */
  approver: string;
  approverId: string;
  approverAliases: string[];
  comment: string | null;
  /** When it was said; signed with the rest. */
  at: string;
  /** True when no person decided but the policy's `auto_approve`. Never told by comparing names. */
  automatic: boolean;
  /** What was decided about: `approvalDigest` of the request, hex. */
  digest: string;
  signature: DecisionSignature | null;
};

/** A request for access. Plain data: an item of the store's table `requests`. */
export type AccessRequest = {
  /** 16 lower-case hex digits. */
  id: string;
  /** 1 at creation, one more with each write. */
  version: number;
  state: RequestState;
  /** The form of this record. */
  schema: 1;
  /** Who asked: the person's id, their policy user name, and their further names. */
  requester: string;
  requesterUser: string;
  requesterAliases: string[];
  profile: string;
  /** ARN of the role; `null` when the profile has none. */
  role: string | null;
  /** Length of the access window, which counts from the approval. */
  durationSeconds: number;
  reason: string;
  ticket: string | null;
  /** SHA-256 of the session policy that was asked for, hex. */
  sessionPolicyDigest: string | null;
  /** No use before this instant. */
  notBefore: string | null;
  use: Use;
  /** The approval policy's rules that it was filed under. */
  rules: string[];
  createdAt: string;
  updatedAt: string;
  /** A decision must come before this instant. */
  expiresAt: string;
  /** The instant of the decision that made the quorum whole. */
  approvedAt: string | null;
  /** First instant at which an approved request is of no more use. */
  windowEndsAt: string | null;
  decisions: Decision[];
  /** Who denied, cancelled or took it back, and why. */
  closedBy: string | null;
  closedReason: string | null;
  /** The issue that used it up: its instant and request id. */
  usedAt: string | null;
  usedBy: string | null;
  /** Epoch seconds after which the store may forget it. Retention: it decides nothing. */
  retainUntil: number;
};

/** One conditional write: replace the stored item where it still is what was read. */
export interface Change<Item, Event> {
  /** What is to be written. */
  item: Item;
  /** What must still be stored. */
  expected: { version: number; state: string };
  /** To be journaled and told of once the write is done. */
  events: readonly Event[];
}
