// journal: a public key as people write it down: PEM, or its base64 alone.

// The twelve bytes before an Ed25519 key in SPKI (RFC 8410) are always the same, and make sixteen
// characters: a text of this form is a key, without decoding it.
const KEY = "MCowBQYDK2VwAyEA[A-Za-z0-9+/]{43}=";
const BARE = new RegExp(KEY);

/** What a public key looks like: SPKI of Ed25519, in base64 or as PEM. */
export const PUBLIC_KEY = new RegExp(
  `^\\s*(?:${KEY}|-----BEGIN PUBLIC KEY-----\\s+${KEY}\\s+-----END PUBLIC KEY-----)\\s*$`,
);

/** The SPKI bytes in a text of the form {@link PUBLIC_KEY}; `null` for any other text. */
export function publicKeyBytes(text: string): Uint8Array<ArrayBuffer> | null {
  const base64 = PUBLIC_KEY.test(text) ? BARE.exec(text)?.[0] : undefined;
  return base64 === undefined ? null : Uint8Array.fromBase64(base64);
}
