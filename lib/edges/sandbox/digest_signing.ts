// sandbox: sign and verify a digest (RSA, ECDSA P-256), which WebCrypto can't: it always hashes.
// Plain BigInt, in no constant time: for keys that are good nowhere else.

type Bytes = Uint8Array<ArrayBuffer>;

/** Numbers of an RSA key. `d` only to sign. */
export interface RsaNumbers {
  n: bigint;
  e: bigint;
  d?: bigint;
}

/** SHA-2 by the bytes of its digest, and the DER that PKCS #1 puts before one (RFC 8017, 9.2). */
const HASHES: Readonly<Record<number, { name: string; prefix: string }>> = {
  32: { name: "SHA-256", prefix: "3031300d060960864801650304020105000420" },
  48: { name: "SHA-384", prefix: "3041300d060960864801650304020205000430" },
  64: { name: "SHA-512", prefix: "3051300d060960864801650304020305000440" },
};

function hashOf(length: number): { name: string; prefix: string } {
  const found = HASHES[length];
  if (found === undefined) throw new Error(`no digest has ${length} bytes`);
  return found;
}

/**
 * RSASSA-PSS over a digest, whose length tells the hash (RFC 8017, 8.1.1 and 9.1.1).
 * @param salt as long as the digest
 */
export async function signPss(digest: Bytes, key: RsaNumbers, salt: Bytes): Promise<Bytes> {
  const size = byteLength(key.n);
  const hash = await pssHash(digest, salt);
  const block = new Uint8Array(size - hash.length - 1);
  block[block.length - salt.length - 1] = 1;
  block.set(salt, block.length - salt.length);
  const masked = xor(block, await mask(hash, block.length));
  masked[0] = (masked[0] ?? 0) & 0x7f;
  const encoded = new Uint8Array(size);
  encoded.set(masked);
  encoded.set(hash, masked.length);
  encoded[size - 1] = 0xbc;
  return rsaSign(encoded, key);
}

/** Does a PSS signature, its salt as long as the digest, fit? (RFC 8017, 8.1.2 and 9.1.2) */
export async function verifyPss(
  digest: Bytes,
  signature: Bytes,
  key: RsaNumbers,
): Promise<boolean> {
  const encoded = rsaOpen(signature, key);
  if (encoded === null) return false;
  const size = encoded.length;
  if (encoded[size - 1] !== 0xbc || ((encoded[0] ?? 0) & 0x80) !== 0) return false;
  const masked = encoded.slice(0, size - digest.length - 1);
  const hash = encoded.slice(size - digest.length - 1, size - 1);
  const block = xor(masked, await mask(hash, masked.length));
  block[0] = (block[0] ?? 0) & 0x7f;
  const at = block.length - digest.length - 1;
  if (block[at] !== 1 || block.slice(0, at).some((byte) => byte !== 0)) return false;
  return equal(await pssHash(digest, block.slice(at + 1)), hash);
}

/** RSASSA-PKCS1-v1_5 over a digest, whose length tells the hash (RFC 8017, 8.2.1). */
export function signPkcs1(digest: Bytes, key: RsaNumbers): Bytes {
  return rsaSign(pkcs1Block(digest, byteLength(key.n)), key);
}

/** Does a PKCS #1 signature fit a digest? (RFC 8017, 8.2.2: encode and compare) */
export function verifyPkcs1(digest: Bytes, signature: Bytes, key: RsaNumbers): boolean {
  const encoded = rsaOpen(signature, key);
  return encoded !== null && equal(encoded, pkcs1Block(digest, encoded.length));
}

function pkcs1Block(digest: Bytes, size: number): Bytes {
  const prefix = hashOf(digest.length).prefix.match(/../g)?.map((pair) => parseInt(pair, 16)) ?? [];
  const block = new Uint8Array(size).fill(0xff);
  block.set([0, 1]);
  block.set([0, ...prefix, ...digest], size - digest.length - prefix.length - 1);
  return block;
}

function rsaSign(encoded: Bytes, { n, d }: RsaNumbers): Bytes {
  if (d === undefined) throw new Error("signing wants a private key");
  return toBytes(power(toNumber(encoded), d, n), encoded.length);
}

/** What a signature holds; `null` when it is none by this key. */
function rsaOpen(signature: Bytes, { n, e }: RsaNumbers): Bytes | null {
  const size = byteLength(n);
  if (signature.length !== size || toNumber(signature) >= n) return null;
  return toBytes(power(toNumber(signature), e, n), size);
}

async function pssHash(digest: Bytes, salt: Bytes): Promise<Bytes> {
  const message = new Uint8Array(8 + digest.length + salt.length);
  message.set(digest, 8);
  message.set(salt, 8 + digest.length);
  return await sha2(message, digest.length);
}

/** MGF1 with the hash that made the seed. */
async function mask(seed: Bytes, length: number): Promise<Bytes> {
  const out = new Uint8Array(length);
  const step = seed.length;
  for (let counter = 0; counter * step < length; counter++) {
    const block = new Uint8Array(step + 4);
    block.set(seed);
    new DataView(block.buffer).setUint32(step, counter);
    out.set((await sha2(block, step)).slice(0, length - counter * step), counter * step);
  }
  return out;
}

// P-256 (FIPS 186-4, D.1.2.3).
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const N = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const G: Point = {
  x: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
  y: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
};

/** A point of the curve; `null` is the one at infinity. */
export interface Point {
  x: bigint;
  y: bigint;
}

/**
 * ECDSA over a SHA-256 digest (FIPS 186-4, 6.4), as DER.
 * @param random 40 random bytes at each call: 64 bits more than the order, so that none is likelier
 */
export function signEcdsa(digest: Bytes, d: bigint, random: () => Bytes): Bytes {
  for (;;) {
    const k = toNumber(random()) % (N - 1n) + 1n;
    const r = (times(k, G)?.x ?? 0n) % N;
    const s = inverse(k, N) * (toNumber(digest) + r * d) % N;
    if (r !== 0n && s !== 0n) return derSignature(r, s);
  }
}

/** Does a DER signature fit a digest? */
export function verifyEcdsa(digest: Bytes, signature: Bytes, key: Point): boolean {
  const read = readDer(signature);
  if (read === null) return false;
  const { r, s } = read;
  if (r <= 0n || r >= N || s <= 0n || s >= N) return false;
  const w = inverse(s, N);
  const sum = plus(times(toNumber(digest) * w % N, G), times(r * w % N, key));
  return sum !== null && sum.x % N === r;
}

function plus(a: Point | null, b: Point | null): Point | null {
  if (a === null) return b;
  if (b === null) return a;
  if (a.x === b.x && (a.y + b.y) % P === 0n) return null;
  const slope = a.x === b.x
    // The curve's a is -3.
    ? (3n * a.x * a.x - 3n) * inverse(2n * a.y, P)
    : (b.y - a.y) * inverse(mod(b.x - a.x, P), P);
  const x = mod(slope * slope - a.x - b.x, P);
  return { x, y: mod(slope * (a.x - x) - a.y, P) };
}

function times(k: bigint, point: Point): Point | null {
  let sum: Point | null = null;
  let double: Point | null = point;
  for (let left = k; left > 0n; left >>= 1n) {
    if (left & 1n) sum = plus(sum, double);
    double = plus(double, double);
  }
  return sum;
}

function derSignature(r: bigint, s: bigint): Bytes {
  const body = [r, s].flatMap((value) => {
    const bytes = [...toBytes(value, byteLength(value))];
    if ((bytes[0] ?? 0) & 0x80) bytes.unshift(0);
    return [0x02, bytes.length, ...bytes];
  });
  return new Uint8Array([0x30, body.length, ...body]);
}

function readDer(bytes: Bytes): { r: bigint; s: bigint } | null {
  const first = bytes[3] ?? 0;
  const second = bytes[5 + first] ?? 0;
  const framed = bytes[0] === 0x30 && bytes[1] === bytes.length - 2 && bytes[2] === 2 &&
    bytes[4 + first] === 2 && bytes.length === 6 + first + second && first > 0 && second > 0;
  if (!framed) return null;
  return { r: toNumber(bytes.slice(4, 4 + first)), s: toNumber(bytes.slice(6 + first)) };
}

function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [mod(value, modulus), modulus, 1n, 0n];
  while (b > 0n) {
    const q = a / b;
    [a, b, x, y] = [b, a % b, y, x - q * y];
  }
  return mod(x, modulus);
}

function mod(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let factor = base % modulus;
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = result * factor % modulus;
    factor = factor * factor % modulus;
  }
  return result;
}

/** Big-endian bytes as a number. */
export function toNumber(bytes: Uint8Array): bigint {
  return bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function toBytes(value: bigint, length: number): Bytes {
  const out = new Uint8Array(length);
  for (let i = length - 1, left = value; i >= 0; i--, left >>= 8n) out[i] = Number(left & 0xffn);
  return out;
}

function byteLength(value: bigint): number {
  return Math.ceil(value.toString(16).length / 2);
}

function xor(a: Bytes, b: Bytes): Bytes {
  return a.map((byte, i) => byte ^ (b[i] ?? 0));
}

function equal(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

async function sha2(bytes: Bytes, length: number): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest(hashOf(length).name, bytes));
}
