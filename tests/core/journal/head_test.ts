// journal: what a signature on the head says, and that nothing but its own fields will do.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import {
  decodeHead,
  encodeHead,
  type Head,
  headBytes,
  type HeadSigner,
  isSignedBy,
  judgeSignature,
  signHead,
} from "../../../lib/core/journal/head.ts";
import { PUBLIC_KEY, publicKeyBytes } from "../../../lib/core/journal/public_key.ts";
import { sha256Hex } from "../../../lib/core/text/hex.ts";

const numRuns = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "200");
const seed = 20261124;

async function signer(): Promise<HeadSigner & { spki: Uint8Array }> {
  const made = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const { privateKey, publicKey } = made as CryptoKeyPair;
  const spki = new Uint8Array(await crypto.subtle.exportKey("spki", publicKey));
  return {
    spki,
    id: await sha256Hex(spki),
    sign: async (bytes) => new Uint8Array(await crypto.subtle.sign("Ed25519", privateKey, bytes)),
    verify: (bytes, signature) => crypto.subtle.verify("Ed25519", publicKey, signature, bytes),
  };
}

const [own, other] = [await signer(), await signer()];
const bare: Head = { segment: 3, seq: 41, hash: "ab".repeat(32), bytes: 2048 };
const signed = await signHead(bare, own);
const marked = (key: string, signature: string): Head => ({ ...bare, signed: { key, signature } });
const good = signed.signed?.signature ?? "";

const counts = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const hashes = fc.array(fc.constantFrom(..."0123456789abcdef"), { minLength: 64, maxLength: 64 })
  .map((digits) => digits.join(""));
const heads: fc.Arbitrary<Head> = fc.record({
  segment: counts,
  seq: counts,
  hash: hashes,
  bytes: counts,
});

Deno.test("headBytes() are the four fields, in their order, without a signature", () => {
  const text = `{"segment":3,"seq":41,"hash":"${"ab".repeat(32)}","bytes":2048}`;
  const mixed = { bytes: 2048, hash: bare.hash, seq: 41, segment: 3, signed: signed.signed };
  for (const head of [bare, signed, mixed as Head]) {
    assert.equal(new TextDecoder().decode(headBytes(head)), text);
  }
});

Deno.test("a head that is signed says so after its fields, and reads back", () => {
  const { key, ...rest } = JSON.parse(encodeHead(signed));
  assert.deepEqual(Object.keys(rest), ["segment", "seq", "hash", "bytes", "signature"]);
  assert.equal(key, own.id);
  assert.deepEqual(decodeHead(encodeHead(signed)), signed);
  assert.deepEqual(decodeHead(encodeHead(bare)), bare);
});

for (
  const c of [
    { name: "no key, unsigned", head: bare, keys: [], state: "none" },
    { name: "no key, signed", head: signed, keys: [], state: "unknown" },
    { name: "no key, no head", head: null, keys: [], state: "none" },
    { name: "its own key", head: signed, keys: [own], state: "good" },
    { name: "its own key among others", head: signed, keys: [other, own], state: "good" },
    { name: "unsigned", head: bare, keys: [own], state: "missing" },
    { name: "no head", head: null, keys: [own], state: "missing" },
    { name: "another key's", head: signed, keys: [other], state: "foreign" },
    {
      name: "another key's name on it",
      head: marked(other.id, good),
      keys: [other],
      state: "wrong",
    },
    { name: "an empty signature", head: marked(own.id, ""), keys: [own], state: "wrong" },
    { name: "no base64", head: marked(own.id, "§§"), keys: [own], state: "wrong" },
    { name: "one byte short", head: marked(own.id, cut(good, 63)), keys: [own], state: "wrong" },
    { name: "one byte more", head: marked(own.id, cut(good, 65)), keys: [own], state: "wrong" },
    { name: "no key named", head: marked("", good), keys: [own], state: "foreign" },
    {
      name: "a key in capitals",
      head: marked(own.id.toUpperCase(), good),
      keys: [own],
      state: "foreign",
    },
  ]
) {
  Deno.test(`judgeSignature(): ${c.name}: ${c.state}`, async () => {
    const answer = await judgeSignature(c.head, c.keys);
    const key = c.head?.signed?.key ?? null;
    assert.deepEqual(answer, { state: c.state, key, wanted: c.keys.map(({ id }) => id) });
  });
}

function cut(base64: string, length: number): string {
  const bytes = new Uint8Array(length);
  bytes.set(Uint8Array.fromBase64(base64).subarray(0, length));
  return bytes.toBase64();
}

for (
  const c of [
    { name: "a number as signature", more: { key: own.id, signature: 7 }, state: "wrong" },
    { name: "a key alone", more: { key: own.id }, state: "wrong" },
    { name: "a signature alone", more: { signature: good }, state: "foreign" },
    { name: "null for both", more: { key: null, signature: null }, state: "foreign" },
  ]
) {
  Deno.test(`decodeHead() takes ${c.name} for a bad signature, not for none`, async () => {
    const head = decodeHead(JSON.stringify({ ...bare, ...c.more }));
    assert.equal((await judgeSignature(head, [own])).state, c.state);
  });
}

Deno.test("property: a signed head is good as written and read back", () =>
  fc.assert(
    fc.asyncProperty(heads, async (head) => {
      const back = decodeHead(encodeHead(await signHead(head, own)));
      assert.equal((await judgeSignature(back, [own])).state, "good");
    }),
    { seed, numRuns },
  ));

Deno.test("property: any change of a head's fields breaks its signature", () =>
  fc.assert(
    fc.asyncProperty(
      heads,
      heads,
      fc.subarray(["segment", "seq", "hash", "bytes"] as const, { minLength: 1 }),
      async (head, from, fields) => {
        const { signed } = await signHead(head, own);
        const changes = Object.fromEntries(fields.map((field) => [field, from[field]]));
        fc.pre(fields.some((field) => head[field] !== from[field]));
        const changed = { ...head, ...changes, ...(signed && { signed }) };
        assert.equal(await isSignedBy(changed, own), false);
        assert.equal((await judgeSignature(changed, [own, other])).state, "wrong");
      },
    ),
    { seed, numRuns },
  ));

Deno.test("property: any other bit of the signature breaks it", () =>
  fc.assert(
    fc.asyncProperty(heads, fc.nat(64 * 8 - 1), async (head, bit) => {
      const signature = Uint8Array.fromBase64((await signHead(head, own)).signed?.signature ?? "");
      signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const changed = { ...head, signed: { key: own.id, signature: signature.toBase64() } };
      assert.equal((await judgeSignature(changed, [own])).state, "wrong");
    }),
    { seed, numRuns },
  ));

const base64 = own.spki.toBase64();
const pem = (body: string, label = "PUBLIC KEY") =>
  `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`;
for (
  const c of [
    { name: "base64", text: base64, is: true },
    { name: "base64 with a newline", text: `${base64}\n`, is: true },
    { name: "PEM", text: pem(base64), is: true },
    {
      name: "PEM on one line, as YAML folds it",
      text: pem(base64).replaceAll("\n", " "),
      is: true,
    },
    { name: "a private key's PEM", text: pem(base64, "PRIVATE KEY"), is: false },
    { name: "half a PEM", text: pem(base64).slice(0, 90), is: false },
    { name: "two keys", text: `${base64}\n${base64}`, is: false },
    { name: "a key of another kind", text: base64.replace("MCow", "MFkw"), is: false },
    { name: "a shorter key", text: `${base64.slice(0, -5)}=`, is: false },
    { name: "nothing", text: "", is: false },
  ]
) {
  Deno.test(`publicKeyBytes(): ${c.name} ${c.is ? "is a" : "is no"} key`, () => {
    assert.equal(PUBLIC_KEY.test(c.text), c.is);
    assert.deepEqual(publicKeyBytes(c.text), c.is ? own.spki : null);
  });
}
