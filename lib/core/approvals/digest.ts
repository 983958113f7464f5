// approvals: what an approval says yes to, as one digest.
import { sha256Hex } from "../text/hex.ts";
import { type Canonical, canonicalBytes } from "./canonical.ts";
import type { AccessRequest, Use } from "./types.ts";

/** All that an approver vouches for. A change to any part is another statement. */
export interface ApprovalStatement {
  version: 1;
  requestId: string;
  requesterId: string;
  requesterUser: string;
  requesterAliases: readonly string[];
  profile: string;
  role: string | null;
  durationSeconds: number;
  sessionPolicyDigest: string | null;
  use: Use;
  /** What the approver read before saying yes. */
  reason: string;
  ticket: string | null;
  createdAt: string;
  notBefore: string | null;
  expiresAt: string;
}

/** What somebody who approves `request` says yes to. */
export function statementOf(request: AccessRequest): ApprovalStatement {
  return {
    version: 1,
    requestId: request.id,
    requesterId: request.requester,
    requesterUser: request.requesterUser,
    requesterAliases: request.requesterAliases,
    profile: request.profile,
    role: request.role,
    durationSeconds: request.durationSeconds,
    sessionPolicyDigest: request.sessionPolicyDigest,
    use: request.use,
    reason: request.reason,
    ticket: request.ticket,
    createdAt: request.createdAt,
    notBefore: request.notBefore,
    expiresAt: request.expiresAt,
  };
}

/** SHA-256 over the statement's canonical JSON, hex. */
export function approvalDigest(statement: ApprovalStatement): Promise<string> {
  return sha256Hex(canonicalBytes({ ...statement } as Canonical));
}
