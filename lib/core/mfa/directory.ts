// mfa: secrets and telephone numbers as an SSM parameter holds them. No message shows a value.
import { SentinelError } from "../errors/mod.ts";
import { quoted } from "../text/printable.ts";
import { readTotpSecret, type TotpSecret } from "./totp.ts";

/** E.164 ("Amazon SNS: sending an SMS message"): a plus, and up to fifteen digits. */
const PHONE = /^\+[1-9]\d{7,14}$/;
const FIELDS = ["Secret", "Digits", "Period", "Skew", "Algorithm"];

/**
 * Secrets by policy user name: `{"mara": {"Secret": "…", "Digits": 6, "Period": 30, "Skew": 1}}`,
 * where all but the secret may be left out.
 * @throws SentinelError `MFA_SECRET_INVALID` for the first that can't be used: one bad secret is
 * not left out in silence
 */
export function readTotpSecrets(text: string): Map<string, TotpSecret> {
  const secrets = new Map<string, TotpSecret>();
  for (const [user, value] of entriesOf(text, "secrets")) {
    const fields = mapOf(value);
    const { Secret: secret, Digits, Period, Skew, Algorithm } = fields ?? {};
    const strange = Object.keys(fields ?? {}).find((field) => !FIELDS.includes(field));
    if (strange !== undefined) throw bad(user, `the unknown field ${quoted(strange, 40)}`);
    if (typeof secret !== "string") throw bad(user, "no Secret");
    const written = {
      secret,
      ...numbers({ digits: Digits, periodSeconds: Period, skew: Skew }, user),
      ...(Algorithm === undefined ? {} : { algorithm: String(Algorithm) }),
    };
    secrets.set(user, readTotpSecret(written, user));
  }
  return secrets;
}

/**
 * Telephone numbers by policy user name: `{"mara": "+4917…"}`, in E.164.
 * @throws SentinelError `MFA_SECRET_INVALID`
 */
export function readPhones(text: string): Map<string, string> {
  const phones = new Map<string, string>();
  for (const [user, value] of entriesOf(text, "telephone numbers")) {
    if (typeof value !== "string" || !PHONE.test(value)) {
      throw bad(user, "no telephone number such as +4930123456");
    }
    phones.set(user, value);
  }
  return phones;
}

/** As much of a number as its owner needs to know it by: `***-***-1234`. */
export function maskedPhone(phone: string): string {
  return `***-***-${phone.slice(-4)}`;
}

function numbers<K extends string>(
  values: Record<K, unknown>,
  user: string,
): Partial<Record<K, number>> {
  const read: Partial<Record<K, number>> = {};
  for (const [name, value] of Object.entries(values) as [K, unknown][]) {
    if (value === undefined) continue;
    if (typeof value !== "number") throw bad(user, "a number that is none");
    read[name] = value;
  }
  return read;
}

function entriesOf(text: string, what: string): [string, unknown][] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Without its cause: a parser quotes what it stumbles over.
    value = null;
  }
  const map = mapOf(value);
  if (map !== null) return Object.entries(map);
  throw new SentinelError(
    "MFA_SECRET_INVALID",
    `Cannot read ${what} of second factors: want a JSON object`,
  );
}

function mapOf(value: unknown): Record<string, unknown> | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Record<string, unknown>
    : null;
}

function bad(user: string, found: string): SentinelError {
  return new SentinelError(
    "MFA_SECRET_INVALID",
    `Cannot use second factor of ${quoted(user)}: found ${found}`,
  );
}
