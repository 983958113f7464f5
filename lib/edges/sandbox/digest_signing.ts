// sandbox: sign and verify a digest (RSA-PSS, ECDSA P-256), which WebCrypto can't: it always hashes.
// Plain BigInt, in no constant time: for keys that are good nowhere else.

type Bytes = Uint8Array<ArrayBuffer>;

/** Numbers of an RSA key. `d` only to sign. */
export interface RsaNumbers {
  n: bigint;
  e: bigint;
  d?: bigint;
}

const HASH = 32;

/** RSASSA-PSS over a SHA-256 digest, salt of 32 bytes (RFC 8017, 8.1.1 and 9.1.1). */
export async function signPss(digest: Bytes, key: RsaNumbers, salt: Bytes): Promise<Bytes> {
  if (key.d === undefined) throw new Error("signing wants a private key");
  const size = byteLength(key.n);
  const hash = await pssHash(digest, salt);
  const block = new Uint8Array(size - HASH - 1);
  block[block.length - HASH - 1] = 1;
  block.set(salt, block.length - HASH);
  const masked = xor(block, await mask(hash, block.length));
  masked[0] = (masked[0] ?? 0) & 0x7f;
  const encoded = new Uint8Array(size);
  encoded.set(masked);
  encoded.set(hash, masked.length);
  encoded[size - 1] = 0xbc;
  return toBytes(power(toNumber(encoded), key.d, key.n), size);
}

/** Does a PSS signature fit a digest? (RFC 8017, 8.1.2 and 9.1.2) */
export async function verifyPss(
  digest: Bytes,
  signature: Bytes,
  key: RsaNumbers,
): Promise<boolean> {
  const size = byteLength(key.n);
  if (signature.length !== size || toNumber(signature) >= key.n) return false;
  const encoded = toBytes(power(toNumber(signature), key.e, key.n), size);
  if (encoded[size - 1] !== 0xbc || ((encoded[0] ?? 0) & 0x80) !== 0) return false;
  const masked = encoded.slice(0, size - HASH - 1);
  const hash = encoded.slice(size - HASH - 1, size - 1);
  const block = xor(masked, await mask(hash, masked.length));
  block[0] = (block[0] ?? 0) & 0x7f;
  const at = block.length - HASH - 1;
  if (block[at] !== 1 || block.slice(0, at).some((byte) => byte !== 0)) return false;
  const wanted = await pssHash(digest, block.slice(at + 1));
  return wanted.every((byte, i) => byte === hash[i]);
}

async function pssHash(digest: Bytes, salt: Bytes): Promise<Bytes> {
  const message = new Uint8Array(8 + digest.length + salt.length);
  message.set(digest, 8);
  message.set(salt, 8 + digest.length);
  return await sha256(message);
}

/** MGF1 with SHA-256. */
async function mask(seed: Bytes, length: number): Promise<Bytes> {
  const out = new Uint8Array(length);
  for (let counter = 0; counter * HASH < length; counter++) {
    const block = new Uint8Array(seed.length + 4);
    block.set(seed);
    new DataView(block.buffer).setUint32(seed.length, counter);
    out.set((await sha256(block)).slice(0, length - counter * HASH), counter * HASH);
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

async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
