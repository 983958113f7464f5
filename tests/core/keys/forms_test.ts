// keys: what is read: public keys, statements, DER, and where a key is kept.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { rawSignature } from "../../../lib/core/keys/der.ts";
import {
  APPROVAL_CONTEXT,
  keyId,
  parseKeySpec,
  parsePublicKey,
  pinnedKey,
  PUBLIC_KEY,
  publicKeyOf,
  publicPem,
  statementBytes,
  verifierOf,
} from "../../../lib/core/keys/mod.ts";
import { loadPublicKey } from "../../../lib/edges/journal/signing.ts";
import { pemOf } from "../../edges/journal/keys.ts";
import { ALGORITHMS, type Bytes, bytesOf, derOf, digestOf, newPair, RUNS } from "./pairs.ts";

for (const algorithm of ALGORITHMS) {
  Deno.test(`parsePublicKey() reads ${algorithm} as PEM, as base64, and with a Windows editor's line ends`, async () => {
    const { publicKey } = await newPair(algorithm);
    const pem = publicPem(publicKey);
    const base64 = publicKey.spki.toBase64();
    for (const text of [pem, base64, ` ${base64}\n`, pem.replaceAll("\n", "\r\n"), pem.trim()]) {
      assert.deepEqual(parsePublicKey(text), publicKey);
      assert.deepEqual(pinnedKey(text), publicKey);
      assert.match(text, PUBLIC_KEY);
    }
    assert.match(await keyId(publicKey), /^[0-9a-f]{64}$/);
  });
}

const ed25519 = await pemOf("Ed25519");
const p256 = await pemOf("P-256");
const p384 = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-384" }, true, [
  "sign",
  "verify",
]);
const p384Text = new Uint8Array(await crypto.subtle.exportKey("spki", p384.publicKey)).toBase64();
for (
  const c of [
    { name: "nothing", text: "" },
    { name: "a private key", text: ed25519.privatePem },
    { name: "a private key of P-256", text: p256.privatePem },
    { name: "a key of P-384", text: p384Text },
    { name: "a key cut short", text: p256.publicBase64.slice(0, -4) },
    { name: "a key with more behind it", text: `${ed25519.publicBase64}AAAA` },
    { name: "two keys", text: `${ed25519.publicBase64}\n${p256.publicBase64}` },
    { name: "a line break in the wrong place", text: p256.publicBase64.replace(/^.{40}/, "$&\n") },
    {
      name: "PEM of another label",
      text: `-----BEGIN CERTIFICATE-----\n${p256.publicBase64}\n-----END CERTIFICATE-----\n`,
    },
    {
      name: "the other curve's name over a P-256 point",
      text: p256.publicBase64.replace("DAQcDQgAE", "DAQgDQgAE"),
    },
  ]
) {
  Deno.test(`parsePublicKey() takes no ${c.name}`, () => {
    assert.equal(parsePublicKey(c.text), null);
    assert.doesNotMatch(c.text, PUBLIC_KEY);
    assert.throws(() => pinnedKey(c.text), (error: unknown) => hasCode(error, "PINS_INVALID"));
  });
}

Deno.test("publicKeyOf() takes nothing that differs before the key's own bytes", async () => {
  for (const [algorithm, length] of [["ed25519", 12], ["ecdsa-p256-sha256", 27]] as const) {
    const { spki } = (await newPair(algorithm)).publicKey;
    for (let at = 0; at < length; at++) {
      assert.equal(publicKeyOf(spki.map((byte, i) => i === at ? byte ^ 1 : byte)), null);
    }
    assert.equal(publicKeyOf(spki.slice(0, -1)), null);
    assert.equal(publicKeyOf(new Uint8Array([...spki, 0])), null);
  }
});

// The forgery that needs no key: R the neutral element, S zero.
const FORGED = new Uint8Array(64).fill(1, 0, 1);
for (
  const c of [
    { order: 1, point: `01${"00".repeat(31)}` },
    { order: 2, point: `ec${"ff".repeat(30)}7f` },
    { order: 4, point: "00".repeat(32) },
    { order: 4, point: `${"00".repeat(31)}80` },
    { order: 8, point: "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05" },
    { order: 8, point: "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85" },
    { order: 8, point: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a" },
    { order: 8, point: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa" },
  ]
) {
  Deno.test(`a point of order ${c.order} is nobody's key, and no pin: ${c.point.slice(0, 8)}…${c.point.slice(-2)}`, async () => {
    const spki = Uint8Array.fromHex(`302a300506032b6570032100${c.point}`);
    const { verify } = await verifierOf({ algorithm: "ed25519", spki });
    const taken = await Promise.all(
      Array.from({ length: 64 }, (_, i) => verify(bytesOf(`${i}`), FORGED)),
    );
    assert.ok(taken.includes(true), "WebCrypto itself takes what nobody signed");
    assert.equal(publicKeyOf(spki), null);
    assert.equal(parsePublicKey(spki.toBase64()), null);
    const pinned = (error: unknown) => hasCode(error, "PINS_INVALID");
    assert.throws(() => pinnedKey(spki.toBase64()), pinned);
    await assert.rejects(loadPublicKey(spki.toBase64()), pinned);
  });
}

Deno.test("statementBytes() is the context, a zero byte and the digest", async () => {
  const digest = await digestOf("a request");
  const bytes = statementBytes(APPROVAL_CONTEXT, digest);
  assert.equal(new TextDecoder().decode(bytes.subarray(0, 21)), "sentinel approval v1\0");
  assert.deepEqual(bytes.subarray(21), digest);
  assert.equal(APPROVAL_CONTEXT.length, 20);
});

for (
  const context of [
    "",
    "approval v1",
    "sentinel approval",
    "sentinel approval v1\0",
    "sentinel approval v1\n",
    "sentinel  v1",
    "sentinel A v1",
    "sentinel approval v0",
    "{sentinel approval v1",
  ]
) {
  Deno.test(`statementBytes() takes no context ${JSON.stringify(context)}`, async () => {
    const digest = await digestOf("a request");
    assert.throws(() => statementBytes(context, digest), RangeError);
  });
}

for (const length of [0, 20, 31, 33, 64]) {
  Deno.test(`statementBytes() takes no digest of ${length} bytes`, () => {
    assert.throws(() => statementBytes(APPROVAL_CONTEXT, new Uint8Array(length)), RangeError);
  });
}

Deno.test("rawSignature() undoes DER, whatever the two numbers are", () => {
  const half = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => {
    bytes[31] = (bytes[31] ?? 0) | 1;
    return bytes;
  });
  // Small numbers too: leading zero bytes are what DER leaves out.
  const zeros = fc.nat(31);
  fc.assert(
    fc.property(half, half, zeros, zeros, (r, s, a, b) => {
      const raw = new Uint8Array([...r.fill(0, 0, a), ...s.fill(0, 0, b)]);
      assert.deepEqual(rawSignature(derOf(raw)), raw);
    }),
    { seed: 606, numRuns: RUNS },
  );
});

Deno.test("rawSignature() takes one spelling: whatever it reads, prints back byte for byte", () => {
  const near = fc.tuple(
    fc.constantFrom(0x30, 0x31, 0x02),
    fc.nat(80),
    fc.uint8Array({ maxLength: 80 }),
  ).map(([tag, length, rest]) => new Uint8Array([tag, length, 0x02, ...rest]));
  const random = fc.uint8Array({ maxLength: 80 }).map((bytes) => new Uint8Array(bytes));
  fc.assert(
    fc.property(fc.oneof(near, random), (bytes) => {
      const raw = rawSignature(bytes);
      if (raw !== null && raw.subarray(0, 32).some((b) => b) && raw.subarray(32).some((b) => b)) {
        assert.deepEqual(derOf(raw), bytes);
      }
    }),
    { seed: 607, numRuns: RUNS },
  );
});

const GOOD = derOf(new Uint8Array(64).fill(0x81));
for (
  const c of [
    { name: "nothing", der: [] },
    { name: "no sequence", der: [0x31, ...GOOD.subarray(1)] },
    { name: "another length", der: [0x30, (GOOD[1] ?? 0) + 1, ...GOOD.subarray(2)] },
    { name: "a length of two bytes", der: [0x30, 0x81, ...GOOD.subarray(1)] },
    { name: "bytes behind it", der: [...GOOD, 0] },
    { name: "a number that is none", der: [0x30, 6, 2, 0, 2, 2, 1, 1] },
    { name: "a negative number", der: [0x30, 6, 2, 1, 0x80, 2, 1, 1] },
    { name: "a number with a zero too many", der: [0x30, 7, 2, 2, 0, 1, 2, 1, 1] },
    { name: "one number", der: [0x30, 3, 2, 1, 1] },
    { name: "three numbers", der: [0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1] },
    { name: "a number of 33 bytes", der: [0x30, 38, 2, 33, ...Array(33).fill(1), 2, 1, 1] },
    { name: "a number that ends outside", der: [0x30, 6, 2, 1, 1, 2, 9, 1] },
    { name: "a bit string", der: [0x30, 6, 3, 1, 1, 2, 1, 1] },
  ]
) {
  Deno.test(`rawSignature() takes no DER with ${c.name}`, () => {
    assert.equal(rawSignature(new Uint8Array(c.der) as Bytes), null);
  });
}

const ARN = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
for (
  const { text, want } of [
    { text: "file:/keys/lea.pem", want: { kind: "file", path: "/keys/lea.pem" } },
    { text: "file:/a:b", want: { kind: "file", path: "/a:b" } },
    { text: "file:C:\\keys\\lea.pem", want: { kind: "file", path: "C:\\keys\\lea.pem" } },
    { text: "age:/keys/lea.age", want: { kind: "age", path: "/keys/lea.age" } },
    { text: "keyring:lea", want: { kind: "keyring", name: "lea" } },
    { text: `kms:${ARN}`, want: { kind: "kms", arn: ARN, region: "eu-central-1" } },
    {
      text:
        "kms:arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
      want: {
        kind: "kms",
        arn:
          "arn:aws-us-gov:kms:us-gov-west-1:111122223333:key/mrk-1234abcd12ab34cd56ef1234567890ab",
        region: "us-gov-west-1",
      },
    },
  ]
) {
  Deno.test(`parseKeySpec() reads ${text}`, () => assert.deepEqual(parseKeySpec(text), want));
}

for (
  const text of [
    "",
    "lea",
    ":",
    "file:",
    "file:lea.pem",
    "file:~/lea.pem",
    "file:/keys/",
    "file:/a\0b",
    "age:lea.age",
    "FILE:/a",
    "pkcs11:lea",
    "keyring:",
    "keyring:a b",
    "keyring:../a",
    `keyring:${"a".repeat(65)}`,
    "kms:",
    "kms:alias/lea",
    `kms:${ARN.replace("key/", "alias/")}`,
    `kms:${ARN}/`,
    `kms:${ARN.replace("kms", "ssm")}`,
    `kms:${ARN.replace("111122223333", "1")}`,
  ]
) {
  Deno.test(`parseKeySpec() takes no ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseKeySpec(text), (error: unknown) => {
      assert.ok(hasCode(error, "CONFIG_INVALID"));
      assert.match(error.message, /^Cannot use the key ".*": found .*, want file:/);
      return error.hint !== null;
    });
  });
}
