// keys: public keys as pins and people write them down: PEM, or its base64 alone.
import { SentinelError } from "../errors/mod.ts";
import { PUBLIC_KEY as ED25519_KEY, publicKeyBytes } from "../journal/public_key.ts";
import { hex, sha256Hex } from "../text/hex.ts";
import type { KeyAlgorithm, PublicKey } from "./types.ts";

// The 27 bytes before the two coordinates (RFC 5480, an uncompressed point of P-256) are always the
// same and make 36 characters; PEM breaks the line after 64.
const P256 = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE[A-Za-z0-9+/]{28}(?:\\r?\\n)?[A-Za-z0-9+/]{58}==";
const P256_BARE = new RegExp(P256);
const P256_KEY = new RegExp(
  `^\\s*(?:${P256}|-----BEGIN PUBLIC KEY-----\\s+${P256}\\s+-----END PUBLIC KEY-----)\\s*$`,
);

/** What a public key looks like: SPKI of Ed25519 or P-256, in base64 or as PEM. */
export const PUBLIC_KEY = new RegExp(`${ED25519_KEY.source}|${P256_KEY.source}`);

/** How a key of each kind begins, and how long it is. */
const FORMS: readonly { algorithm: KeyAlgorithm; start: Uint8Array; length: number }[] = [
  {
    algorithm: "ed25519",
    start: Uint8Array.fromHex("302a300506032b6570032100"),
    length: 44,
  },
  {
    algorithm: "ecdsa-p256-sha256",
    start: Uint8Array.fromHex("3059301306072a8648ce3d020106082a8648ce3d03010703420004"),
    length: 91,
  },
];

/**
 * The points of Ed25519 of small order, without the bit of their sign (RFC 8032, 5.1.7, takes them):
 * under such a key one signature fits every text, or every second or eighth, and nobody need own it.
 */
const NOBODYS = new Set([
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "0000000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
]);

/** The public key in a text of the form {@link PUBLIC_KEY}; `null` for any other, and for nobody's. */
export function parsePublicKey(text: string): PublicKey | null {
  const ed25519 = publicKeyBytes(text);
  if (ed25519 !== null) return publicKeyOf(ed25519);
  const base64 = P256_KEY.test(text) ? P256_BARE.exec(text)?.[0] : undefined;
  return base64 === undefined ? null : publicKeyOf(Uint8Array.fromBase64(base64));
}

/** The public key in SPKI bytes; `null` when they are of no kind that signs here, or nobody's own. */
export function publicKeyOf(spki: Uint8Array<ArrayBuffer>): PublicKey | null {
  const form = FORMS.find(({ start, length }) =>
    spki.length === length && start.every((byte, i) => spki[i] === byte)
  );
  if (form === undefined || form.algorithm === "ed25519" && isNobodys(spki)) return null;
  return { algorithm: form.algorithm, spki };
}

function isNobodys(spki: Uint8Array): boolean {
  const point = spki.slice(-32);
  point[31] = (point[31] ?? 0) & 0x7f;
  return NOBODYS.has(hex(point));
}

/**
 * The public key that the pins file holds.
 * @throws {SentinelError} `PINS_INVALID` when it is none
 */
export function pinnedKey(text: string): PublicKey {
  const key = parsePublicKey(text);
  if (key !== null) return key;
  throw new SentinelError(
    "PINS_INVALID",
    "Cannot read approver key: want an Ed25519 or P-256 public key (SPKI), in base64 or PEM",
    { hint: "openssl pkey -pubin -in FILE -text" },
  );
}

/** The name that signatures know a key by: SHA-256 of its SPKI bytes, hex. */
export function keyId({ spki }: PublicKey): Promise<string> {
  return sha256Hex(spki);
}

/** `key` as PEM, to be pinned. */
export function publicPem({ spki }: PublicKey): string {
  return pem("PUBLIC KEY", spki);
}

/** `bytes` as PEM (RFC 7468). */
export function pem(label: string, bytes: Uint8Array): string {
  const lines = bytes.toBase64().match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
