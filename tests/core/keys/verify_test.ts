// keys: a signature holds for one key, one purpose and one digest, and for nothing beside them.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { headBytes, signHead } from "../../../lib/core/journal/head.ts";
import {
  APPROVAL_CONTEXT,
  keyId,
  type PublicKey,
  publicKeyOf,
  type SigningKey,
  statementBytes,
  textSigner,
  textVerifier,
  verifierOf,
  verifySignature,
} from "../../../lib/core/keys/mod.ts";
import {
  ALGORITHMS,
  type Bytes,
  bytesOf,
  digestOf,
  flipped,
  newPair,
  type Pair,
  RUNS,
} from "./pairs.ts";

const OTHER_CONTEXT = "sentinel policy v1";
const HEAD = { segment: 1, seq: 3, hash: "a".repeat(64), bytes: 900 };

/** `pair` as an opened key. */
async function opened(pair: Pair, context = APPROVAL_CONTEXT): Promise<SigningKey> {
  const { publicKey } = pair;
  return {
    id: await keyId(publicKey),
    algorithm: publicKey.algorithm,
    publicKey,
    context,
    sign: (digest) => pair.sign(statementBytes(context, digest)),
  };
}

const P256_START = "3059301306072a8648ce3d020106082a8648ce3d03010703420004";
const VECTORS = [
  {
    name: "RFC 8032, 7.1, test 1",
    spki: "302a300506032b6570032100" +
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    message: "",
    signature: "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555" +
      "fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  },
  {
    name: 'RFC 6979, A.2.5, SHA-256 of "sample"',
    spki: P256_START +
      "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6" +
      "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299",
    message: "sample",
    signature: "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716" +
      "022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8",
  },
];

const vectorKey = (spki: string): PublicKey => {
  const key = publicKeyOf(Uint8Array.fromHex(spki));
  assert.ok(key);
  return key;
};

for (const { name, spki, message, signature } of VECTORS) {
  Deno.test(`verifierOf() takes the signature of ${name}, and no other`, async () => {
    const { verify } = await verifierOf(vectorKey(spki));
    const good = Uint8Array.fromHex(signature);
    assert.equal(await verify(bytesOf(message), good), true);
    assert.equal(await verify(bytesOf(`${message}.`), good), false);
    for (let bit = 0; bit < good.length * 8; bit += 7) {
      assert.equal(await verify(bytesOf(message), flipped(good, bit)), false, `bit ${bit}`);
    }
  });
}

for (const algorithm of ALGORITHMS) {
  Deno.test(`verifySignature() of ${algorithm}: a turned bit anywhere fails`, async () => {
    const pair = await newPair(algorithm);
    const { spki } = pair.publicKey;
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        fc.nat(4000),
        fc.constantFrom("signature", "digest", "key"),
        async (random, bit, where) => {
          const digest = new Uint8Array(random);
          const signature = await pair.sign(statementBytes(APPROVAL_CONTEXT, digest));
          const holds = (key: PublicKey | null, over: Bytes, by: Bytes) =>
            key === null ? false : verifySignature(key, APPROVAL_CONTEXT, over, by);
          assert.equal(await holds(pair.publicKey, digest, signature), true);
          const bent = {
            signature: () => holds(pair.publicKey, digest, flipped(signature, bit)),
            digest: () => holds(pair.publicKey, flipped(digest, bit), signature),
            key: () => holds(publicKeyOf(flipped(spki, bit)), digest, signature),
          };
          assert.equal(await bent[where](), false);
        },
      ),
      { seed: 604, numRuns: RUNS },
    );
  });

  Deno.test(`verifySignature() of ${algorithm}: another purpose or another key fails`, async () => {
    const [own, other] = [await newPair(algorithm), await newPair(algorithm)];
    const digest = await digestOf("a request");
    const signature = await (await opened(own)).sign(digest);
    const holds = (key: PublicKey, context: string) =>
      verifySignature(key, context, digest, signature);
    assert.equal(await holds(own.publicKey, APPROVAL_CONTEXT), true);
    assert.equal(await holds(own.publicKey, OTHER_CONTEXT), false);
    assert.equal(await holds(own.publicKey, "sentinel approval v2"), false);
    assert.equal(await holds(other.publicKey, APPROVAL_CONTEXT), false);
  });

  Deno.test(`verifySignature() of ${algorithm}: bytes of any length are judged, not thrown at`, async () => {
    const { publicKey } = await newPair(algorithm);
    const digest = await digestOf("a request");
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => {
        const signature = new Uint8Array(bytes);
        assert.equal(await verifySignature(publicKey, APPROVAL_CONTEXT, digest, signature), false);
      }),
      { seed: 605, numRuns: RUNS },
    );
  });

  Deno.test(`a journal head's signature by ${algorithm} is no approval's, nor the other way round`, async () => {
    const pair = await newPair(algorithm);
    const key = await opened(pair);
    const raw = await verifierOf(pair.publicKey);
    const forHeads = { ...raw, sign: pair.sign };
    const head = await signHead(HEAD, forHeads);
    const signature = Uint8Array.fromBase64(head.signed?.signature ?? "");
    assert.equal(await raw.verify(headBytes(HEAD), signature), true);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", headBytes(HEAD)));
    assert.equal(await verifySignature(key.publicKey, APPROVAL_CONTEXT, digest, signature), false);
    const text = await textSigner(key);
    assert.equal(await text.verify(headBytes(HEAD), signature), false);
    const approval = await text.sign(headBytes(HEAD)) as Bytes;
    assert.equal(await text.verify(headBytes(HEAD), approval), true);
    assert.equal(await raw.verify(headBytes(HEAD), approval), false);
  });

  Deno.test(`textSigner() and textVerifier() of ${algorithm} agree on texts of any length`, async () => {
    const pair = await newPair(algorithm);
    const signer = await textSigner(await opened(pair));
    const verifier = await textVerifier(pair.publicKey, APPROVAL_CONTEXT);
    const elsewhere = await textVerifier(pair.publicKey, OTHER_CONTEXT);
    assert.equal(signer.id, verifier.id);
    for (const length of [0, 1, 32, 5000]) {
      const text = bytesOf("x".repeat(length));
      const signature = new Uint8Array(await signer.sign(text));
      assert.equal(await verifier.verify(text, signature), true);
      assert.equal(await signer.verify(text, signature), true);
      assert.equal(await verifier.verify(bytesOf(`${"x".repeat(length)}y`), signature), false);
      assert.equal(await elsewhere.verify(text, signature), false);
    }
  });
}

Deno.test("a key of one kind takes no signature of the other: the key alone names the algorithm", async () => {
  const [ed25519, p256] = [await newPair("ed25519"), await newPair("ecdsa-p256-sha256")];
  const digest = await digestOf("a request");
  const statement = statementBytes(APPROVAL_CONTEXT, digest);
  for (const [key, signer] of [[ed25519, p256], [p256, ed25519]] as const) {
    const signature = await signer.sign(statement);
    const held = await verifySignature(key.publicKey, APPROVAL_CONTEXT, digest, signature);
    assert.equal(held, false);
  }
});

Deno.test("a point that lies on no curve is a key that signed nothing", async () => {
  const spki = Uint8Array.fromHex(P256_START + "00".repeat(63) + "05");
  const key = publicKeyOf(spki);
  assert.ok(key);
  const { sign } = await newPair("ecdsa-p256-sha256");
  const digest = await digestOf("a request");
  const signature = await sign(statementBytes(APPROVAL_CONTEXT, digest));
  assert.equal(await verifySignature(key, APPROVAL_CONTEXT, digest, signature), false);
});
