// keys: Ed25519 private keys in PKCS#8, as PEM. What WebCrypto says of one is for no message.
import { pem, publicKeyOf } from "../../core/keys/public_key.ts";
import type { PublicKey } from "../../core/keys/types.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Most bytes of a key's text. One of Ed25519 has 120; RSA's, to be told from it, a few thousand. */
export const MOST_KEY_BYTES = 16 * 1024;

const PKCS8 =
  /^\s*-----BEGIN PRIVATE KEY-----\s+([A-Za-z0-9+/=\s]+?)\s+-----END PRIVATE KEY-----\s*$/;
const LABEL = /-----BEGIN ([A-Z0-9 ]{1,40})-----/;

/** Both halves of a key, the private one as what it can do. */
export interface KeyPair {
  publicKey: PublicKey;
  /** Signs `bytes` as they are. */
  sign(bytes: Bytes): Promise<Bytes>;
}

/** The pair in `text`, or in words what is there instead. */
export async function keyPairIn(text: string): Promise<KeyPair | string> {
  const base64 = PKCS8.exec(text)?.[1];
  if (base64 === undefined) {
    const label = LABEL.exec(text)?.[1]?.toLowerCase();
    return label === undefined ? "no PEM" : `PEM of another kind (${label})`;
  }
  try {
    return await pairOf(Uint8Array.fromBase64(base64));
  } catch {
    return "a private key of another kind, or a damaged one";
  }
}

/** A new private key, as `openssl genpkey -algorithm ed25519` writes one. */
export async function newPrivatePem(): Promise<string> {
  const pair = await crypto.subtle.generateKey("Ed25519", true, [
    "sign",
    "verify",
  ]) as CryptoKeyPair;
  return pem(
    "PRIVATE KEY",
    new Uint8Array(await crypto.subtle.exportKey("pkcs8", pair.privateKey)),
  );
}

// WebCrypto gives no public key for a private one, but its JWK holds both halves.
async function pairOf(pkcs8: Bytes): Promise<KeyPair> {
  const { subtle } = crypto;
  const whole = await subtle.importKey("pkcs8", pkcs8, "Ed25519", true, ["sign"]);
  const { kty, crv, x } = await subtle.exportKey("jwk", whole);
  const half = { kty, crv, x } as JsonWebKey;
  const publicHalf = await subtle.importKey("jwk", half, "Ed25519", true, ["verify"]);
  const publicKey = publicKeyOf(new Uint8Array(await subtle.exportKey("spki", publicHalf)));
  if (publicKey === null) throw new Error("no key of Ed25519");
  const privateKey = await subtle.importKey("pkcs8", pkcs8, "Ed25519", false, ["sign"]);
  return {
    publicKey,
    sign: async (bytes) => new Uint8Array(await subtle.sign("Ed25519", privateKey, bytes)),
  };
}
