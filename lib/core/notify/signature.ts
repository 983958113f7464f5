// notify: a webhook's body, signed so that its receiver can tell it from a stranger's.
import { SentinelError } from "../errors/mod.ts";
import { isSameSecret } from "../mfa/compare.ts";
import { hex } from "../text/hex.ts";
import type { Envelope } from "./envelope.ts";

/** The header that carries it. */
export const SIGNATURE_HEADER = "X-Sentinel-Signature";
/** Seconds that a receiver should let a signature live. */
export const SIGNATURE_SECONDS = 300;

const FORM = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/;
const MIN_SECRET = 16;

/**
 * `t=<epoch seconds>,v1=<HMAC-SHA256 over "<t>.<body>", hex>`.
 * @param secret shared with the receiver, 16 characters or more
 * @throws SentinelError `CONFIG_INVALID` for a shorter one
 */
export async function signatureHeader(secret: string, body: string, now: Date): Promise<string> {
  const seconds = Math.floor(now.getTime() / 1000);
  return `t=${seconds},v1=${await hmac(secret, seconds, body)}`;
}

/**
 * The headers of a webhook's POST.
 * @param secret `null` = the target has none: then nothing tells its receiver who sent it
 */
export async function webhookHeaders(
  envelope: Envelope,
  body: string,
  secret: string | null,
  now: Date,
): Promise<Record<string, string>> {
  const headers = {
    "Content-Type": "application/json",
    "X-Sentinel-Event": envelope.event_type,
    "X-Sentinel-Delivery": envelope.event_id,
  };
  if (secret === null) return headers;
  return { ...headers, [SIGNATURE_HEADER]: await signatureHeader(secret, body, now) };
}

/** What a receiver checks: form, age either way, and the HMAC in constant time. */
export async function isSignedBody(
  header: string,
  secret: string,
  body: string,
  now: Date,
): Promise<boolean> {
  const [, time, given] = FORM.exec(header) ?? [];
  if (time === undefined || given === undefined) return false;
  const age = Math.abs(now.getTime() / 1000 - Number(time));
  if (!(age <= SIGNATURE_SECONDS)) return false;
  return isSameSecret(await hmac(secret, Number(time), body), given);
}

async function hmac(secret: string, seconds: number, body: string): Promise<string> {
  if (secret.length < MIN_SECRET) {
    throw new SentinelError(
      "CONFIG_INVALID",
      `Cannot sign notification: found a secret of ${secret.length} characters, want ${MIN_SECRET} or more`,
    );
  }
  const utf8 = new TextEncoder();
  const terms = { name: "HMAC", hash: "SHA-256" };
  const key = await crypto.subtle.importKey("raw", utf8.encode(secret), terms, false, ["sign"]);
  const signature = await crypto.subtle.sign("HMAC", key, utf8.encode(`${seconds}.${body}`));
  return hex(new Uint8Array(signature));
}
