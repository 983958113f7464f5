// keys: ECDSA signatures as AWS and openssl write them (DER), for WebCrypto, which wants them raw.

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const HALF = 32;

/**
 * The two numbers of a P-256 signature side by side, 32 bytes each; `null` for what is not that
 * pair's one DER form (RFC 3279, 2.2.3): a signature has one spelling.
 */
export function rawSignature(der: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> | null {
  // Two numbers of at most 33 bytes: no length ever needs a second byte.
  if (der[0] !== SEQUENCE || der.length > 2 + 2 * (2 + HALF + 1)) return null;
  if (der[1] !== der.length - 2) return null;
  const r = numberAt(der, 2);
  if (r === null) return null;
  const s = numberAt(der, r.end);
  if (s === null || s.end !== der.length) return null;
  const raw = new Uint8Array(2 * HALF);
  raw.set(r.bytes, HALF - r.bytes.length);
  raw.set(s.bytes, 2 * HALF - s.bytes.length);
  return raw;
}

/** The number at `start`, without the zero byte that keeps it positive, and where it ends. */
function numberAt(der: Uint8Array<ArrayBuffer>, start: number) {
  const length = der[start + 1] ?? 0;
  const end = start + 2 + length;
  if (der[start] !== INTEGER || length === 0 || end > der.length) return null;
  const [first = 0, second = 0] = der.subarray(start + 2, end);
  if ((first & 0x80) !== 0) return null;
  const padded = first === 0 && length > 1;
  if (padded && (second & 0x80) === 0) return null;
  const bytes = der.subarray(padded ? start + 3 : start + 2, end);
  return bytes.length > HALF ? null : { bytes, end };
}
