// sessions: credentials that live for a while, and who they were made for.
import type { Principal } from "../identity/types.ts";
import type { Target } from "../profiles/types.ts";

/** Temporary credentials. There are no others to hand out: long-term keys never leave. */
export interface SessionCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiresAt: Date;
}

/** Who asks, as STS says of the leaf, with a handle on the credentials that will sign. */
export interface Caller {
  principal: Principal;
  /** The name that policy compares. */
  user: string;
  /** The same, as short as a source identity wants it (24 characters at most). */
  userSegment: string;
  /** True when the leaf is itself a session (SSO, role, process, instance): chaining limits apply. */
  session: boolean;
  /** The profile whose grant these credentials come from already; `null` = of none that is known. */
  grantOf: string | null;
  /** STS's own clock when it answered; `null` when the answer came from the cache. */
  stsDate: Date | null;
  /** The leaf's credentials. Opaque to the gate: it hands them to the vending edge as they are. */
  readonly leaf: LeafHandle;
}

/** Leaf credentials, seen from the core: something that only the edge can open. */
export interface LeafHandle {
  readonly expiresAt: Date | null;
}

/** A one-time code for one device. */
export interface MfaAnswer {
  serial: string;
  code: string;
}

/** Everything that AWS is asked for. Fixed before the intent is written. */
export interface VendTerms {
  requestId: string;
  target: Target;
  caller: Caller;
  /** `null` only where the rule says `unstamped: true`. */
  sourceIdentity: string | null;
  sessionName: string;
  /** Seconds, clamped. */
  duration: number;
  /** No session may live beyond this instant; `null` = no window closes. */
  until: Date | null;
  /** The decision counts no longer than this: no call to AWS begins after it. */
  notAfter: Date;
  tags: readonly { key: string; value: string }[];
  mfa: MfaAnswer | null;
}

/** What makes two issues the same one. Every part of it is bound to a cached session. */
export interface SessionKey {
  principal: string;
  /** The name in the stamp: it changes with the configured issuer. */
  user: string;
  role: string | null;
  chain: readonly string[];
  grant: string;
  tags: string;
  mfa: string | null;
  externalId: string | null;
  policyDigest: string;
  duration: number;
  region: string | null;
  endpoint: string | null;
}

/** A session that was made earlier, and the record that it was made under. */
export interface CachedSession {
  credentials: SessionCredentials;
  /** The decision's instant. */
  issuedAt: Date;
  /** Seconds that AWS was asked for. */
  duration: number;
  sourceIdentity: string | null;
  intentHash: string;
}

/** Sessions kept for the next call, sealed with a key that only the leaf's holder can derive. */
export interface SessionCachePort {
  /** @returns the session, or `null` when there is none, or none that opens: never throws. */
  get(caller: Caller, key: SessionKey): Promise<CachedSession | null>;
  /** Keeps a session. A failure is not an error: the next call makes its own. */
  put(caller: Caller, key: SessionKey, session: CachedSession): Promise<void>;
  /**
   * Gives what `look` finds or `make` makes, in such a way that of many processes that want a
   * session on the same way to the same role one makes it, and the others look until it is there.
   * A maker that dies makes room for the next. Where nothing can be locked each makes its own.
   * What `make` throws is its own caller's: others try for themselves.
   * @throws SentinelError `ISSUE_BUSY` when another has been at it for too long
   */
  once<T>(
    caller: Caller,
    key: SessionKey,
    flight: { look(): Promise<T | null>; make(): Promise<T> },
  ): Promise<T>;
}
