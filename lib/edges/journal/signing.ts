// journal: Ed25519 keys that sign heads. Loaded only where a key is configured.
import { SentinelError } from "../../core/errors/mod.ts";
import type { HeadKey, HeadSigner } from "../../core/journal/head.ts";
import { publicKeyBytes } from "../../core/journal/public_key.ts";
import { sha256Hex } from "../../core/text/hex.ts";
import { printable, shellWord } from "../../core/text/printable.ts";
import { readTrustedFile } from "../os/privateFiles.ts";

// A PKCS#8 file of Ed25519 has about 120 bytes; RSA's, to be told from it, a few thousand.
const MAX_BYTES = 16 * 1024;
const PKCS8 =
  /^\s*-----BEGIN PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END PRIVATE KEY-----\s*$/;
const LABEL = /-----BEGIN ([A-Z0-9 ]{1,40})-----/;

/**
 * The key in the private key file `path`: PKCS#8 in PEM, as `openssl genpkey -algorithm ed25519`
 * writes it, which nobody but its owner may read.
 * @throws SentinelError `JOURNAL_UNWRITABLE` when it can't be read or is no such key
 */
export async function loadSigner(path: string): Promise<HeadSigner> {
  const { privateKey, spki } = await keyPair(readKeyFile(path), path);
  const key = await loadSpki(spki);
  return {
    ...key,
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, bytes)),
  };
}

/**
 * The public key in `text`, of the form `PUBLIC_KEY`.
 * @throws SentinelError `PINS_INVALID` when it is none
 */
export async function loadPublicKey(text: string): Promise<HeadKey> {
  const spki = publicKeyBytes(text);
  if (spki !== null) return await loadSpki(spki);
  throw new SentinelError(
    "PINS_INVALID",
    "Cannot read journal key: want an Ed25519 public key (SPKI), in base64 or PEM",
  );
}

async function loadSpki(spki: Uint8Array<ArrayBuffer>): Promise<HeadKey> {
  const key = await crypto.subtle.importKey("spki", spki, "Ed25519", false, ["verify"]);
  return {
    id: await sha256Hex(spki),
    verify: (bytes, signature) => crypto.subtle.verify("Ed25519", key, signature, bytes),
  };
}

function readKeyFile(path: string): string {
  try {
    const bytes = readTrustedFile(path, { maxBytes: MAX_BYTES, secret: true });
    if (bytes !== null) return new TextDecoder().decode(bytes);
  } catch (cause) {
    if (!(cause instanceof SentinelError)) throw cause;
    throw unusable(cause.message.replace(/^C/, "c"), cause.hint ?? makeOne(path), cause);
  }
  throw unusable(`found no file ${printable(path)}`, makeOne(path));
}

// WebCrypto gives no public key for a private one, but its JWK holds both halves.
async function keyPair(
  text: string,
  path: string,
): Promise<{ privateKey: CryptoKey; spki: Uint8Array<ArrayBuffer> }> {
  const base64 = PKCS8.exec(text)?.[1];
  if (base64 === undefined) {
    const label = LABEL.exec(text)?.[1]?.toLowerCase();
    throw notAKey(path, label === undefined ? "no PEM" : `PEM of another kind (${label})`);
  }
  try {
    const { subtle } = crypto;
    const bytes = Uint8Array.fromBase64(base64);
    const whole = await subtle.importKey("pkcs8", bytes, "Ed25519", true, ["sign"]);
    const { kty, crv, x } = await subtle.exportKey("jwk", whole);
    const half = { kty, crv, x } as JsonWebKey;
    const publicKey = await subtle.importKey("jwk", half, "Ed25519", true, ["verify"]);
    const spki = new Uint8Array(await subtle.exportKey("spki", publicKey));
    const privateKey = await subtle.importKey("pkcs8", bytes, "Ed25519", false, ["sign"]);
    return { privateKey, spki };
  } catch {
    // Without its cause: whatever WebCrypto says of a private key is not for a log.
    throw notAKey(path, "a private key of another kind, or a damaged one");
  }
}

function notAKey(path: string, found: string): SentinelError {
  // No command that writes to `path`: what lies there may be somebody's key for something else.
  const hint = "name a file that `openssl genpkey -algorithm ed25519` wrote as journal_key";
  return unusable(`found ${found} in ${printable(path)}, want an Ed25519 key`, hint);
}

function makeOne(path: string): string {
  return `(umask 077; openssl genpkey -algorithm ed25519 -out ${shellWord(path)})`;
}

function unusable(found: string, hint: string, cause?: unknown): SentinelError {
  return new SentinelError("JOURNAL_UNWRITABLE", `Cannot sign journal: ${found}`, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}
