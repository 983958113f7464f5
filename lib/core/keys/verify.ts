// keys: is a signature that key's over these bytes? By WebCrypto alone.
import type { HeadKey, HeadSigner } from "../journal/head.ts";
import { rawSignature } from "./der.ts";
import { keyId } from "./public_key.ts";
import { statementBytes } from "./statement.ts";
import type { KeyAlgorithm, PublicKey, SigningKey } from "./types.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** WebCrypto's words for an algorithm, and a signature as it wants it; `null` = can't be one. */
interface Scheme {
  imported: { name: string; namedCurve?: string };
  verified: { name: string; hash?: string };
  raw(signature: Bytes): Bytes | null;
}

const SCHEMES: Readonly<Record<KeyAlgorithm, Scheme>> = {
  "ed25519": {
    imported: { name: "Ed25519" },
    verified: { name: "Ed25519" },
    raw: (signature) => signature.length === 64 ? signature : null,
  },
  "ecdsa-p256-sha256": {
    imported: { name: "ECDSA", namedCurve: "P-256" },
    verified: { name: "ECDSA", hash: "SHA-256" },
    raw: rawSignature,
  },
};

/** `key`, ready to judge signatures over bytes as they are. A key of no point of its curve has none. */
export async function verifierOf(key: PublicKey): Promise<HeadKey> {
  const { imported, verified, raw } = SCHEMES[key.algorithm];
  const usable = await importOrNull(key, imported);
  return {
    id: await keyId(key),
    async verify(bytes, signature) {
      const form = raw(signature);
      if (usable === null || form === null) return false;
      try {
        return await crypto.subtle.verify(verified, usable, form, bytes);
      } catch {
        // Whether a point lies on its curve, Deno looks at when it is used.
        return false;
      }
    },
  };
}

/**
 * True when `signature` is `key`'s over `digest` for the purpose `context`. The algorithm is the
 * key's: what stands beside a signature chooses nothing.
 * @param digest SHA-256
 * @throws {RangeError} for a context or a digest of another form
 */
export async function verifySignature(
  key: PublicKey,
  context: string,
  digest: Bytes,
  signature: Bytes,
): Promise<boolean> {
  const statement = statementBytes(context, digest);
  return await (await verifierOf(key)).verify(statement, signature);
}

/** `key` as it judges texts of any length that were signed for `context`: by their SHA-256. */
export async function textVerifier(key: PublicKey, context: string): Promise<HeadKey> {
  const { id, verify } = await verifierOf(key);
  return {
    id,
    verify: async (bytes, signature) =>
      await verify(statementBytes(context, await sha256(bytes)), signature),
  };
}

/** `key` as it signs texts of any length: by their SHA-256, for the purpose it was opened for. */
export async function textSigner(key: SigningKey): Promise<HeadSigner> {
  const { id, verify } = await textVerifier(key.publicKey, key.context);
  return { id, verify, sign: async (bytes) => await key.sign(await sha256(bytes)) };
}

async function importOrNull(
  { spki }: PublicKey,
  imported: Scheme["imported"],
): Promise<CryptoKey | null> {
  try {
    return await crypto.subtle.importKey("spki", spki, imported, false, ["verify"]);
  } catch {
    return null;
  }
}

async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
