// credentials: sessions kept between calls, in sealed files.
import type {
  CachedSession,
  Caller,
  SessionCachePort,
  SessionKey,
} from "../../core/sessions/types.ts";
import type { SealedFiles } from "./sealed.ts";

/** The session cache over whatever files the caller's own secret opens; `null` = can't cache. */
export function sessionCache(
  filesFor: (caller: Caller) => Promise<SealedFiles | null>,
): SessionCachePort {
  return {
    async get(caller, key) {
      const files = await filesFor(caller);
      return files === null ? null : readSession(await files.read(labelOf(key)));
    },
    async put(caller, key, session) {
      const { credentials, issuedAt, ...rest } = session;
      const value = {
        ...rest,
        issuedAt: issuedAt.toISOString(),
        credentials: { ...credentials, expiresAt: credentials.expiresAt.toISOString() },
      };
      try {
        await (await filesFor(caller))?.write(labelOf(key), value);
      } catch {
        // The credentials are issued and on record: a cache that fails may not take them back.
      }
    },
    async once(caller, key, flight) {
      const files = await filesFor(caller);
      return files === null ? await flight.make() : await files.once(issueOf(key), flight);
    },
  };
}

// One at a time for each way to a role: who asks for another duration waits too, so that one person
// sees one prompt, and lock files, which are never removed, stay few.
function issueOf({ principal, role, chain, mfa, endpoint }: SessionKey): string {
  return `issue ${JSON.stringify([principal, role, chain, mfa, endpoint])}`;
}

// Key order is fixed by the type's own literal in the gate; sorting makes it independent of that.
function labelOf(key: SessionKey): string {
  const sorted = Object.entries(key).sort(([a], [b]) => a < b ? -1 : 1);
  return `session ${JSON.stringify(sorted)}`;
}

function readSession(value: unknown): CachedSession | null {
  if (value === null || typeof value !== "object") return null;
  const { credentials, issuedAt, duration, sourceIdentity, intentHash } = value as Record<
    string,
    unknown
  >;
  if (credentials === null || typeof credentials !== "object") return null;
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = credentials as Record<
    string,
    unknown
  >;
  const texts = [accessKeyId, secretAccessKey, sessionToken, expiresAt, issuedAt, intentHash];
  if (!texts.every((t) => typeof t === "string") || typeof duration !== "number") return null;
  return {
    credentials: {
      accessKeyId: String(accessKeyId),
      secretAccessKey: String(secretAccessKey),
      sessionToken: String(sessionToken),
      expiresAt: new Date(String(expiresAt)),
    },
    issuedAt: new Date(String(issuedAt)),
    duration,
    sourceIdentity: typeof sourceIdentity === "string" ? sourceIdentity : null,
    intentHash: String(intentHash),
  };
}
