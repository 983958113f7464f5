// sandbox: a KMS key's signatures by each of its algorithms ("Key spec reference").
import {
  type Point,
  type RsaNumbers,
  signEcdsa,
  signPkcs1,
  signPss,
  toNumber,
  verifyEcdsa,
  verifyPkcs1,
  verifyPss,
} from "./digest_signing.ts";
import { fromBase64, publicHalf, secretOf } from "./kms_keys.ts";
import type { Random } from "./random.ts";
import type { Key } from "./state.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** The one algorithm that takes a message as it is, and hashes it in its own way (RFC 8032). */
export const ED25519 = "ED25519_SHA_512";

/** Sign a digest, or for {@link ED25519} a message. @param algorithm one of the key's own, its hash the digest's */
export async function signDigest(
  digest: Bytes,
  key: Key,
  algorithm: string,
  random: Random,
): Promise<Bytes> {
  if (algorithm === ED25519) {
    return new Uint8Array(await crypto.subtle.sign("Ed25519", await secretOf(key), digest));
  }
  if (key.spec !== "RSA_2048") {
    return signEcdsa(digest, (await ecNumbers(key)).d, () => random(40));
  }
  const numbers = await rsaNumbers(key);
  return isPss(algorithm)
    ? await signPss(digest, numbers, random(digest.length))
    : signPkcs1(digest, numbers);
}

const isPss = (algorithm: string) => algorithm.startsWith("RSASSA_PSS_");

/** Does a signature fit a digest? @param algorithm as for {@link signDigest} */
export async function signatureFits(
  digest: Bytes,
  signature: Bytes,
  key: Key,
  algorithm: string,
): Promise<boolean> {
  if (algorithm === ED25519) {
    return await crypto.subtle.verify("Ed25519", await publicHalf(key), signature, digest);
  }
  if (key.spec !== "RSA_2048") return verifyEcdsa(digest, signature, await ecNumbers(key));
  const numbers = await rsaNumbers(key);
  return isPss(algorithm)
    ? await verifyPss(digest, signature, numbers)
    : verifyPkcs1(digest, signature, numbers);
}

async function jwkOf(key: Key): Promise<(field: "n" | "e" | "d" | "x" | "y") => bigint> {
  const jwk = await crypto.subtle.exportKey("jwk", await secretOf(key));
  return (field) => {
    const text = (jwk[field] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    return toNumber(fromBase64(text));
  };
}

async function rsaNumbers(key: Key): Promise<RsaNumbers> {
  const number = await jwkOf(key);
  return { n: number("n"), e: number("e"), d: number("d") };
}

async function ecNumbers(key: Key): Promise<Point & { d: bigint }> {
  const number = await jwkOf(key);
  return { x: number("x"), y: number("y"), d: number("d") };
}
