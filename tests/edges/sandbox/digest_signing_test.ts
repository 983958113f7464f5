// sandbox tests: signatures over digests, held against WebCrypto's and a published vector.
import { strict as assert } from "node:assert";
import { toNumber, verifyEcdsa, verifyPss } from "../../../lib/edges/sandbox/digest_signing.ts";

type Bytes = Uint8Array<ArrayBuffer>;
const sha256 = async (text: string): Promise<Bytes> =>
  new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
const fromHex = (hex: string): Bytes =>
  Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

/** DER of two 32-byte numbers. */
function der(raw: Bytes): Bytes {
  const body = [raw.slice(0, 32), raw.slice(32)].flatMap((part) => {
    const bare = [...part.slice(part.findIndex((byte) => byte !== 0))];
    const positive = (bare[0] ?? 0) & 0x80 ? [0, ...bare] : bare;
    return [2, positive.length, ...positive];
  });
  return new Uint8Array([0x30, body.length, ...body]);
}

async function numbers(key: CryptoKey): Promise<(field: "n" | "e" | "x" | "y") => bigint> {
  const jwk = await crypto.subtle.exportKey("jwk", key);
  return (field) => {
    const base64 = (jwk[field] ?? "").replaceAll("-", "+").replaceAll("_", "/");
    return toNumber(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
  };
}

Deno.test("[ours] verifyEcdsa() takes RFC 6979's signature of 'sample' (A.2.5) and no other", async () => {
  const key = {
    x: 0x60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6n,
    y: 0x7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299n,
  };
  const signature = der(fromHex(
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716" +
      "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
  ));
  assert.equal(verifyEcdsa(await sha256("sample"), signature, key), true);
  assert.equal(verifyEcdsa(await sha256("sampl"), signature, key), false);
});

Deno.test("[ours] verifyEcdsa() takes what WebCrypto signs", async () => {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const { publicKey, privateKey } = await crypto.subtle.generateKey(algorithm, true, ["sign"]);
  const number = await numbers(publicKey);
  const point = { x: number("x"), y: number("y") };
  for (let i = 0; i < 8; i++) {
    const message = new TextEncoder().encode(`message ${i}`);
    const raw = new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, message));
    const signature = der(raw);
    assert.equal(verifyEcdsa(await sha256(`message ${i}`), signature, point), true);
    assert.equal(verifyEcdsa(await sha256(`message ${i + 1}`), signature, point), false);
  }
});

Deno.test("[ours] verifyPss() takes what WebCrypto signs with a salt of 32 bytes", async () => {
  const { publicKey, privateKey } = await crypto.subtle.generateKey(
    {
      name: "RSA-PSS",
      hash: "SHA-256",
      modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]),
    },
    true,
    ["sign"],
  );
  const number = await numbers(publicKey);
  const key = { n: number("n"), e: number("e") };
  for (const saltLength of [32, 20]) {
    const params = { name: "RSA-PSS", saltLength };
    const message = new TextEncoder().encode("message");
    const signature = new Uint8Array(await crypto.subtle.sign(params, privateKey, message));
    assert.equal(await verifyPss(await sha256("message"), signature, key), saltLength === 32);
    assert.equal(await verifyPss(await sha256("massage"), signature, key), false);
  }
});
