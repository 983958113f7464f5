// mfa: time-based one-time passwords, RFC 6238 over RFC 4226.
import { SentinelError } from "../errors/mod.ts";
import { quoted } from "../text/printable.ts";
import { decodeBase32, encodeBase32 } from "../text/base32.ts";
import { isSameSecret } from "./compare.ts";

/** Hash functions of RFC 6238; apps take SHA-1 for granted. */
export const TOTP_ALGORITHMS = ["SHA-1", "SHA-256", "SHA-512"] as const;

/** One of {@link TOTP_ALGORITHMS}. */
export type TotpAlgorithm = (typeof TOTP_ALGORITHMS)[number];

/** A shared secret with how codes are made of it, all of it valid. */
export interface TotpSecret {
  key: Uint8Array<ArrayBuffer>;
  /** 6, 7 or 8. */
  digits: number;
  periodSeconds: number;
  /** So many periods before and after the present one are taken too: 0, 1 or 2. */
  skew: number;
  algorithm: TotpAlgorithm;
}

/** A secret as it is written down. */
export interface WrittenSecret {
  /** Base32. */
  secret: string;
  digits?: number;
  periodSeconds?: number;
  skew?: number;
  algorithm?: string;
}

/** RFC 4226, R6: at least 128 bits. */
const MIN_KEY_BYTES = 16;
const MAX_KEY_BYTES = 128;
const NEW_KEY_BYTES = 20;

/**
 * A secret that can be used. What can't be decoded is refused here: it would make the same code for
 * everybody.
 * @param owner for messages; the secret itself is in none
 * @throws SentinelError `MFA_SECRET_INVALID`
 */
export function readTotpSecret(written: WrittenSecret, owner: string): TotpSecret {
  const { digits = 6, periodSeconds = 30, skew = 1, algorithm = "SHA-1" } = written;
  const key = decodeBase32(written.secret);
  if (key === null) throw badSecret(owner, "a secret that is no base32");
  if (key.length < MIN_KEY_BYTES || key.length > MAX_KEY_BYTES) {
    throw badSecret(owner, `a secret of ${key.length} bytes, want ${MIN_KEY_BYTES} or more`);
  }
  if (key.every((byte) => byte === 0)) throw badSecret(owner, "a secret of nothing but zeros");
  if (![6, 7, 8].includes(digits)) throw badSecret(owner, "digits other than 6, 7 or 8");
  if (!Number.isInteger(periodSeconds) || periodSeconds < 15 || periodSeconds > 120) {
    throw badSecret(owner, "a period other than 15 to 120 seconds");
  }
  if (![0, 1, 2].includes(skew)) throw badSecret(owner, "a skew other than 0, 1 or 2");
  const known = TOTP_ALGORITHMS.find((name) =>
    name.replace("-", "") === algorithm.replace("-", "")
  );
  if (known === undefined) throw badSecret(owner, "an unknown algorithm");
  return { key, digits, periodSeconds, skew, algorithm: known };
}

/**
 * A new secret of 160 bits, with the usual form.
 * @param random gives exactly as many random bytes as it is asked for
 * @throws SentinelError `INTERNAL` when it doesn't, or gives nothing but zeros
 */
export function newTotpSecret(random: (length: number) => Uint8Array): TotpSecret {
  const bytes = random(NEW_KEY_BYTES);
  if (bytes.length !== NEW_KEY_BYTES || bytes.every((byte) => byte === 0)) {
    throw new SentinelError("INTERNAL", "Cannot make a secret: the generator gave no randomness");
  }
  return {
    key: new Uint8Array(bytes),
    digits: 6,
    periodSeconds: 30,
    skew: 1,
    algorithm: "SHA-1",
  };
}

/** Which period an instant is in. */
export function counterAt({ periodSeconds }: TotpSecret, now: Date): number {
  const counter = Math.floor(now.getTime() / 1000 / periodSeconds);
  if (Number.isSafeInteger(counter) && counter >= 0) return counter;
  throw new RangeError("Cannot read the clock: no valid time");
}

/** The code of one period. */
export async function totpCode(secret: TotpSecret, counter: number): Promise<string> {
  const { key, algorithm, digits } = secret;
  const message = new DataView(new ArrayBuffer(8));
  message.setBigUint64(0, BigInt(counter));
  const hmac = { name: "HMAC", hash: algorithm };
  const imported = await crypto.subtle.importKey("raw", key, hmac, false, ["sign"]);
  const digest = new DataView(await crypto.subtle.sign("HMAC", imported, message.buffer));
  // RFC 4226, 5.3: the last four bits say where the 31 bits of the code begin.
  const offset = digest.getUint8(digest.byteLength - 1) & 0xf;
  const number = digest.getUint32(offset) & 0x7fff_ffff;
  return String(number % 10 ** digits).padStart(digits, "0");
}

/**
 * The first period after `after` whose code this is, of those that are taken at `now`.
 * @returns the period; `used` when the code is only that of one that is not after it; `null` for a
 * code that is none
 */
export async function matchTotp(
  secret: TotpSecret,
  code: string,
  after: number,
  now: Date,
): Promise<number | "used" | null> {
  const present = counterAt(secret, now);
  let found: number | "used" | null = null;
  // All are looked at, whichever fits: how long it takes says nothing.
  for (let counter = present + secret.skew; counter >= present - secret.skew; counter--) {
    if (counter < 0) continue;
    const same = isSameSecret(await totpCode(secret, counter), code);
    if (same && counter > after) found = counter;
    else if (same && found === null) found = "used";
  }
  return found;
}

/** What an authenticator app reads from a QR code ("Key Uri Format", google-authenticator wiki). */
export function otpauthUri(secret: TotpSecret, issuer: string, account: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const fields = [
    ["secret", encodeBase32(secret.key)],
    ["issuer", issuer],
    ["algorithm", secret.algorithm.replace("-", "")],
    ["digits", String(secret.digits)],
    ["period", String(secret.periodSeconds)],
  ].map(([name = "", value = ""]) => `${name}=${encodeURIComponent(value)}`);
  return `otpauth://totp/${label}?${fields.join("&")}`;
}

function badSecret(owner: string, found: string): SentinelError {
  return new SentinelError(
    "MFA_SECRET_INVALID",
    `Cannot use second factor of ${quoted(owner)}: found ${found}`,
    { hint: "sentinel mfa enrol" },
  );
}
