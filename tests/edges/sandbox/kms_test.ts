// sandbox tests: KMS by the real AWS SDK, its signatures judged by WebCrypto.
import { strict as assert } from "node:assert";
import {
  CreateKeyCommand,
  DecryptCommand,
  DescribeKeyCommand,
  EncryptCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  type KMSClient,
  type MessageType,
  SignCommand,
  type SigningAlgorithmSpec,
  VerifyCommand,
  VerifyMacCommand,
} from "@aws-sdk/client-kms";
import { asUser, client, failure, portable, sandboxOnly } from "./fixture.ts";

const withKms = (test: (kms: KMSClient) => Promise<void>, user = "sam") =>
  asUser(client.kms, user, test);

const MESSAGE = new TextEncoder().encode("a policy's bytes");
const digest = async (hash: string) => new Uint8Array(await crypto.subtle.digest(hash, MESSAGE));

interface Signing {
  key: string;
  algorithm: SigningAlgorithmSpec;
  hash: string;
  imported: RsaHashedImportParams | EcKeyImportParams;
  params: RsaPssParams | EcdsaParams | Algorithm;
  raw: (signature: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
}

const BITS = ["256", "384", "512"] as const;
const RSA = {
  key: "alias/sentinel-policy",
  raw: (signature: Uint8Array<ArrayBuffer>) => signature,
};
const SIGNING: readonly Signing[] = [
  ...BITS.map((bits): Signing => ({
    ...RSA,
    algorithm: `RSASSA_PKCS1_V1_5_SHA_${bits}`,
    hash: `SHA-${bits}`,
    imported: { name: "RSASSA-PKCS1-v1_5", hash: `SHA-${bits}` },
    params: { name: "RSASSA-PKCS1-v1_5" },
  })),
  ...BITS.map((bits): Signing => ({
    ...RSA,
    algorithm: `RSASSA_PSS_SHA_${bits}`,
    hash: `SHA-${bits}`,
    imported: { name: "RSA-PSS", hash: `SHA-${bits}` },
    params: { name: "RSA-PSS", saltLength: Number(bits) / 8 },
  })),
  {
    key: "alias/sentinel-journal",
    algorithm: "ECDSA_SHA_256",
    hash: "SHA-256",
    imported: { name: "ECDSA", namedCurve: "P-256" },
    params: { name: "ECDSA", hash: "SHA-256" },
    raw: derToRaw,
  },
];

/** WebCrypto wants r and s side by side, 32 bytes each. */
function derToRaw(der: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const length = der[3] ?? 0;
  const parts = [der.slice(4, 4 + length), der.slice(6 + length)];
  const raw = new Uint8Array(64);
  for (const [i, part] of parts.entries()) {
    const bare = part.slice(part.length > 32 ? part.length - 32 : 0);
    raw.set(bare, 32 * (i + 1) - bare.length);
  }
  return raw;
}

/** Sign by a row's algorithm. */
async function signed(kms: KMSClient, row: Signing, MessageType: MessageType) {
  const Message = MessageType === "RAW" ? MESSAGE : await digest(row.hash);
  const common = { KeyId: row.key, SigningAlgorithm: row.algorithm, MessageType };
  const answer = await kms.send(new SignCommand({ ...common, Message }));
  const verify = (Signature: Uint8Array, message = Message) =>
    kms.send(new VerifyCommand({ ...common, Message: message, Signature }));
  return { signature: new Uint8Array(answer.Signature ?? []), by: answer.KeyId, verify, Message };
}

/** Does the signature hold outside KMS, over the message and by the public key alone? */
async function holdsOutside(
  kms: KMSClient,
  { key, imported, params, raw }: Signing,
  signature: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: key }));
  const spki = new Uint8Array(PublicKey ?? []);
  const imports = await crypto.subtle.importKey("spki", spki, imported, false, ["verify"]);
  return await crypto.subtle.verify(params, imports, raw(signature), MESSAGE);
}

const TYPES: readonly MessageType[] = ["RAW", "DIGEST"];

// A key is made once for all algorithms of a family: RSA keys are slow to make.
for (const family of ["RSASSA_PKCS1_V1_5", "RSASSA_PSS", "ECDSA"]) {
  const rows = SIGNING.filter((row) => row.algorithm.startsWith(family));

  portable(
    `Sign by ${family} is what Verify takes`,
    withKms(async (kms) => {
      for (const [row, type] of rows.flatMap((row) => TYPES.map((type) => [row, type] as const))) {
        const { signature, by, verify } = await signed(kms, row, type);
        assert.match(by ?? "", /^arn:aws:kms:eu-central-1:111122223333:key\//);
        const answer = await verify(signature);
        assert.deepEqual([answer.SignatureValid, answer.KeyId], [true, by], row.algorithm);
      }
    }),
  );

  for (const type of TYPES) {
    const title = `Sign by ${family} over ${type} is what WebCrypto takes`;
    const run = withKms(async (kms) => {
      for (const row of rows) {
        const { signature } = await signed(kms, row, type);
        assert.ok(await holdsOutside(kms, row, signature), row.algorithm);
      }
    });
    // moto hashes a digest once more, and salts PSS as long as it can.
    if (type === "DIGEST") sandboxOnly("Sign", title, run);
    else if (family === "RSASSA_PSS") sandboxOnly("Key spec reference", title, run);
    else portable(title, run);
  }

  sandboxOnly(
    "Verify",
    `Verify by ${family} refuses another signature, another message, and bytes that are none`,
    withKms(async (kms) => {
      for (const [row, type] of rows.flatMap((row) => TYPES.map((type) => [row, type] as const))) {
        const { signature, verify, Message } = await signed(kms, row, type);
        const bent = signature.slice();
        bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1;
        const other = Message.map((byte, i) => i === 0 ? byte ^ 1 : byte);
        for (
          const call of [
            () => verify(bent),
            () => verify(signature, other),
            () => verify(new Uint8Array(256).fill(1)),
            () => verify(new Uint8Array([0x30, 0])),
          ]
        ) assert.equal((await failure(call())).code, "KMSInvalidSignatureException");
      }
    }),
  );
}

sandboxOnly(
  "Sign",
  "Sign takes no digest of another hash",
  withKms(async (kms) => {
    const sign = new SignCommand({
      KeyId: "alias/sentinel-policy",
      SigningAlgorithm: "RSASSA_PSS_SHA_384",
      MessageType: "DIGEST",
      Message: await digest("SHA-256"),
    });
    assert.equal((await failure(kms.send(sign))).code, "ValidationException");
  }),
);

/** Seal a text under a new key, and open it with whatever is said. */
async function sealedUnderNewKey(kms: KMSClient) {
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  assert.equal(KeyMetadata?.KeySpec, "SYMMETRIC_DEFAULT");
  const KeyId = KeyMetadata?.Arn;
  const { CiphertextBlob } = await kms.send(
    new EncryptCommand({ KeyId, Plaintext: MESSAGE, EncryptionContext: { a: "1", b: "2" } }),
  );
  return (EncryptionContext: Record<string, string>, key?: string) =>
    kms.send(
      new DecryptCommand({ CiphertextBlob, EncryptionContext, ...(key && { KeyId: key }) }),
    );
}

portable(
  "Encrypt and Decrypt fit only under one context",
  withKms(async (kms) => {
    const open = await sealedUnderNewKey(kms);
    const opened = await open({ b: "2", a: "1" });
    assert.deepEqual(new Uint8Array(opened.Plaintext ?? []), MESSAGE);
    assert.equal((await failure(open({ a: "1" }))).code, "InvalidCiphertextException");
  }),
);

sandboxOnly(
  "Decrypt",
  "Decrypt says so when another key is named",
  withKms(async (kms) => {
    const open = await sealedUnderNewKey(kms);
    const other = await failure(open({ a: "1", b: "2" }, "alias/aws/ssm"));
    assert.equal(other.code, "IncorrectKeyException");
  }),
);

portable(
  "GenerateMac and VerifyMac fit",
  withKms(async (kms) => {
    const common = {
      KeyId: "alias/sentinel-approvals",
      MacAlgorithm: "HMAC_SHA_256" as const,
      Message: MESSAGE,
    };
    const { Mac } = await kms.send(new GenerateMacCommand(common));
    assert.equal(Mac?.length, 32);
    assert.equal((await kms.send(new VerifyMacCommand({ ...common, Mac }))).MacValid, true);
    const bent = await failure(
      kms.send(new VerifyMacCommand({ ...common, Mac: Mac?.map((byte) => byte ^ 1) })),
    );
    assert.equal(bent.code, "KMSInvalidMacException");
  }),
);

portable(
  "keys are found by id, ARN and alias, and say what they are for",
  withKms(async (kms) => {
    const of = async (KeyId: string) =>
      (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
    const found = await of("alias/sentinel-policy");
    assert.equal(found?.KeyUsage, "SIGN_VERIFY");
    const rsa = SIGNING.filter((row) => row.key === "alias/sentinel-policy");
    assert.deepEqual(found?.SigningAlgorithms, rsa.map((row) => row.algorithm));
    for (
      const name of [
        found?.KeyId ?? "",
        found?.Arn ?? "",
        "arn:aws:kms:eu-central-1:111122223333:alias/sentinel-policy",
      ]
    ) assert.equal((await of(name))?.KeyId, found?.KeyId);
    assert.equal((await failure(of("alias/none"))).code, "NotFoundException");
  }),
);

sandboxOnly(
  "Encrypt",
  "a key is used for what it is for alone",
  withKms(async (kms) => {
    const misused = new EncryptCommand({ KeyId: "alias/sentinel-policy", Plaintext: MESSAGE });
    assert.equal((await failure(kms.send(misused))).code, "InvalidKeyUsageException");
  }),
);

sandboxOnly(
  "Key policies in AWS KMS",
  "identity policies decide who signs",
  withKms(async (kms) => {
    await kms.send(new DescribeKeyCommand({ KeyId: "alias/sentinel-policy" }));
    const sign = kms.send(
      new SignCommand({
        KeyId: "alias/sentinel-policy",
        SigningAlgorithm: "RSASSA_PSS_SHA_256",
        Message: MESSAGE,
      }),
    );
    assert.equal((await failure(sign)).code, "AccessDeniedException");
  }, "mara"),
);
