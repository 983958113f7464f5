// credentials: base credentials, checked before anything is signed with them.
import { SentinelError } from "../../core/errors/mod.ts";

/** Base credentials. The gate sees of them only when they end. */
export interface LeafCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** `null` for long-term keys. */
  readonly sessionToken: string | null;
  /** `null` = they do not say. */
  readonly expiresAt: Date | null;
  /**
   * A secret that is at hand without asking anybody, for deriving the cache's key: the secret key of
   * stored keys, the access token of SSO. `null` = none; what is got anew each time seals nothing.
   */
  readonly cheapSecret: Uint8Array | null;
}

/** Where credentials come from, for messages and for what is derived from them. */
export interface Provenance {
  /** In words: `profile "mara"`. */
  source: string;
  /** What to do when they are missing, malformed or over. */
  hint: string;
  now: Date;
  cheap: "secret-key" | { secret: string } | null;
}

/** Credentials as some source says them; an empty text counts as not said. */
export interface RawCredentials {
  accessKeyId: unknown;
  secretAccessKey: unknown;
  sessionToken: unknown;
  /** RFC 3339 text or a date. */
  expiration: unknown;
}

const KEY_ID = /^[A-Za-z0-9_]{16,128}$/;
const SECRET = /^[\x21-\x7e]{1,1024}$/;
const TOKEN = /^[\x21-\x7e]{1,16384}$/;
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)$/;

/**
 * The credentials, if they are whole, well-formed and not over.
 * @throws {SentinelError} `NO_CREDENTIALS`, `CREDENTIALS_EXPIRED`; no value is ever shown
 */
export function checkedCredentials(from: Provenance, raw: RawCredentials): LeafCredentials {
  const accessKeyId = text(from, raw.accessKeyId, KEY_ID, "access key id");
  const secretAccessKey = text(from, raw.secretAccessKey, SECRET, "secret access key");
  if (accessKeyId === null || secretAccessKey === null) {
    const missing = accessKeyId === null ? "access key id" : "secret access key";
    throw none(from, `no ${missing}`);
  }
  const sessionToken = text(from, raw.sessionToken, TOKEN, "session token");
  const expiresAt = momentOf(from, raw.expiration);
  if (expiresAt !== null && expiresAt <= from.now) throw expired(from, expiresAt);
  return {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiresAt,
    cheapSecret: cheapSecret(from, secretAccessKey),
  };
}

function text(from: Provenance, value: unknown, form: RegExp, what: string): string | null {
  if (value === undefined || value === null || value === "") return null;
  if (typeof value === "string" && form.test(value)) return value;
  throw none(from, `a malformed ${what}`);
}

function momentOf(from: Provenance, value: unknown): Date | null {
  if (value === undefined || value === null || value === "") return null;
  const date = value instanceof Date
    ? value
    : new Date(typeof value === "string" && MOMENT.test(value) ? value : Number.NaN);
  if (Number.isNaN(date.getTime())) throw none(from, "a malformed expiration");
  return date;
}

function cheapSecret({ cheap }: Provenance, secretAccessKey: string): Uint8Array | null {
  if (cheap === null) return null;
  const secret = cheap === "secret-key" ? secretAccessKey : cheap.secret;
  return new TextEncoder().encode(secret);
}

function none({ source, hint }: Provenance, found: string): SentinelError {
  return new SentinelError(
    "NO_CREDENTIALS",
    `Cannot use credentials of ${source}: found ${found}`,
    {
      hint,
    },
  );
}

/** The error for credentials whose time is over. */
export function expired(
  { source, hint }: Pick<Provenance, "source" | "hint">,
  at: Date,
): SentinelError {
  return new SentinelError(
    "CREDENTIALS_EXPIRED",
    `Cannot use credentials of ${source}: they expired at ${at.toISOString()}`,
    { hint },
  );
}
