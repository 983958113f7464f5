// identity: the one codec of `sentinel=<user>=<grant>=<request id>`, and of the session's name.
import { SentinelError } from "../errors/mod.ts";
import { hex } from "../text/hex.ts";
import type { GrantMark, SourceIdentity } from "./types.ts";

const USER = /^[A-Za-z0-9_,.@+-]{1,24}$/;
const GRANT_ID = /^[0-9a-f]{8}$/;
const REQUEST_ID = /^[0-9a-f]{16}$/;
const WHOLE =
  /^sentinel=([A-Za-z0-9_,.@+-]{1,24})=(a\.)?(?:(direct)|(ap|bg)-([0-9a-f]{8}))=([0-9a-f]{16})$/;

const REQUEST_ID_BYTES = 8;
const SESSION_USER = 31;
const SESSION_HASH = 32;
const SESSION_NAME = /^([A-Za-z0-9_,.@+-]{1,31})-([0-9a-f]{32})$/;

/**
 * Writes a source identity: at most 64 characters, all of which STS accepts.
 *
 * @throws {SentinelError} `INTERNAL` when a part could not be read back
 */
export function formatSourceIdentity(identity: SourceIdentity): string {
  const { user, grant, requestId } = identity;
  if (!USER.test(user)) throw malformed("user");
  if (!REQUEST_ID.test(requestId)) throw malformed("request id");
  return `sentinel=${user}=${formatGrant(grant)}=${requestId}`;
}

function formatGrant(grant: GrantMark): string {
  const agent = grant.agent ? "a." : "";
  if (grant.kind === "direct") return `${agent}direct`;
  if (!GRANT_ID.test(grant.id)) throw malformed("grant id");
  return `${agent}${grant.kind === "approval" ? "ap" : "bg"}-${grant.id}`;
}

/**
 * Reads a source identity of ours.
 *
 * @returns its parts, or `null` when the text is not one; the earlier form with colons never is,
 * since STS refuses a colon
 */
export function parseSourceIdentity(text: string): SourceIdentity | null {
  const match = WHOLE.exec(text);
  if (match === null) return null;
  const [, user, agentMark, direct, mark, id, requestId] = match;
  if (user === undefined || requestId === undefined) return null;
  const agent = agentMark !== undefined;
  if (direct !== undefined) return { user, grant: { kind: "direct", agent }, requestId };
  if (id === undefined) return null;
  const kind = mark === "ap" ? "approval" : "break-glass";
  return { user, grant: { kind, id, agent }, requestId };
}

/**
 * A new request id: 16 hex digits of fresh randomness.
 *
 * @param random gives exactly as many random bytes as it is asked for
 * @throws {SentinelError} `INTERNAL` when it doesn't: an id that could repeat is worse than none
 */
export function newRequestId(random: (length: number) => Uint8Array): string {
  const bytes = random(REQUEST_ID_BYTES);
  if (bytes.length !== REQUEST_ID_BYTES) {
    throw new SentinelError(
      "INTERNAL",
      `Cannot make a request id: found ${bytes.length} random bytes, want ${REQUEST_ID_BYTES}`,
    );
  }
  return hex(bytes);
}

/**
 * The RoleSessionName: `<user, at most 31 characters>-<32 hex digits of the intent entry's hash>`,
 * so that CloudTrail bears witness to the journal.
 *
 * @param user the policy user name
 * @param intentHash the hash of the intent's line, 64 hex digits
 * @throws {SentinelError} `INTERNAL` when a part could not be read back
 */
export function roleSessionName(user: string, intentHash: string): string {
  const name = `${user.slice(0, SESSION_USER)}-${intentHash.slice(0, SESSION_HASH)}`;
  if (!/^[0-9a-f]{64}$/.test(intentHash)) throw malformed("intent hash");
  if (!SESSION_NAME.test(name)) throw malformed("user");
  return name;
}

/**
 * Reads a RoleSessionName of ours.
 *
 * @returns the (perhaps cut) user and the first 32 digits of the intent's hash, or `null`
 */
export function parseRoleSessionName(text: string): { user: string; intentHash: string } | null {
  const [, user, intentHash] = SESSION_NAME.exec(text) ?? [];
  return user === undefined || intentHash === undefined ? null : { user, intentHash };
}

function malformed(part: string): SentinelError {
  return new SentinelError("INTERNAL", `Cannot write source identity: found a malformed ${part}`);
}
