// keys tests: keys of both kinds made afresh, and signatures by them, by WebCrypto alone.
import type { KeyAlgorithm, PublicKey } from "../../../lib/core/keys/mod.ts";
import { publicKeyOf } from "../../../lib/core/keys/mod.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** How many runs a property test has. */
export const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "100");

export const ALGORITHMS: readonly KeyAlgorithm[] = ["ed25519", "ecdsa-p256-sha256"];

/** A key and its private half. */
export interface Pair {
  publicKey: PublicKey;
  /** As AWS and openssl write it: ECDSA's in DER. */
  sign(bytes: Bytes): Promise<Bytes>;
}

export const bytesOf = (text: string): Bytes => new TextEncoder().encode(text);

/** SHA-256. */
export const digestOf = async (text: string): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(text)));

/** `bytes` with bit number `bit`, counted from the first one and around the end, turned. */
export function flipped(bytes: Bytes, bit: number): Bytes {
  const at = Math.floor(bit / 8) % bytes.length;
  return bytes.map((byte, i) => i === at ? byte ^ (1 << (bit % 8)) : byte);
}

export async function newPair(algorithm: KeyAlgorithm): Promise<Pair> {
  const how = algorithm === "ed25519"
    ? { name: "Ed25519" }
    : { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const { subtle } = crypto;
  const pair = await subtle.generateKey(how, true, ["sign", "verify"]) as CryptoKeyPair;
  const spki = new Uint8Array(await subtle.exportKey("spki", pair.publicKey));
  const publicKey = publicKeyOf(spki);
  if (publicKey?.algorithm !== algorithm) throw new Error("publicKeyOf() does not know its own");
  return {
    publicKey,
    async sign(bytes) {
      const raw = new Uint8Array(await subtle.sign(how, pair.privateKey, bytes));
      return algorithm === "ed25519" ? raw : derOf(raw);
    },
  };
}

/** DER of two numbers that stand side by side. */
export function derOf(raw: Bytes): Bytes {
  const half = raw.length / 2;
  const body = [raw.subarray(0, half), raw.subarray(half)].flatMap((part) => {
    const digits = [...part.subarray(part.findIndex((byte) => byte !== 0))];
    if (((digits[0] ?? 0) & 0x80) !== 0) digits.unshift(0);
    return [0x02, digits.length, ...digits];
  });
  return new Uint8Array([0x30, body.length, ...body]);
}
