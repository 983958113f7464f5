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
const digest = async () => new Uint8Array(await crypto.subtle.digest("SHA-256", MESSAGE));

const SIGNING: readonly {
  key: string;
  algorithm: SigningAlgorithmSpec;
  imported: RsaHashedImportParams | EcKeyImportParams;
  params: RsaPssParams | EcdsaParams;
  raw: (signature: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;
}[] = [
  {
    key: "alias/sentinel-policy",
    algorithm: "RSASSA_PSS_SHA_256",
    imported: { name: "RSA-PSS", hash: "SHA-256" },
    params: { name: "RSA-PSS", saltLength: 32 },
    raw: (signature) => signature,
  },
  {
    key: "alias/sentinel-journal",
    algorithm: "ECDSA_SHA_256",
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

for (const { key, algorithm, imported, params, raw } of SIGNING) {
  for (const type of ["RAW", "DIGEST"] satisfies MessageType[]) {
    portable(
      `Sign by ${algorithm} over ${type} is what WebCrypto and Verify take`,
      withKms(async (kms) => {
        const Message = type === "RAW" ? MESSAGE : await digest();
        const common = { KeyId: key, SigningAlgorithm: algorithm, MessageType: type };
        const { Signature, KeyId } = await kms.send(new SignCommand({ ...common, Message }));
        const signature = new Uint8Array(Signature ?? []);
        assert.match(KeyId ?? "", /^arn:aws:kms:eu-central-1:111122223333:key\//);
        const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: key }));
        const spki = new Uint8Array(PublicKey ?? []);
        const imports = await crypto.subtle.importKey("spki", spki, imported, false, ["verify"]);
        assert.ok(await crypto.subtle.verify(params, imports, raw(signature), MESSAGE));
        const verify = (Signature: Uint8Array, message = Message) =>
          kms.send(new VerifyCommand({ ...common, Message: message, Signature }));
        assert.equal((await verify(signature)).SignatureValid, true);
        const bent = signature.slice();
        bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1;
        assert.equal((await failure(verify(bent))).code, "KMSInvalidSignatureException");
        const other = Message.map((byte, i) => i === 0 ? byte ^ 1 : byte);
        assert.equal(
          (await failure(verify(signature, other))).code,
          "KMSInvalidSignatureException",
        );
      }),
    );
  }

  portable(
    `Verify by ${algorithm} refuses bytes that are no signature`,
    withKms(async (kms) => {
      const common = { KeyId: key, SigningAlgorithm: algorithm, Message: MESSAGE };
      for (const Signature of [new Uint8Array(256).fill(1), new Uint8Array([0x30, 0])]) {
        const refusal = await failure(kms.send(new VerifyCommand({ ...common, Signature })));
        assert.equal(refusal.code, "KMSInvalidSignatureException");
      }
    }),
  );
}

portable(
  "Encrypt and Decrypt fit only under one context",
  withKms(async (kms) => {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    assert.equal(KeyMetadata?.KeySpec, "SYMMETRIC_DEFAULT");
    const KeyId = KeyMetadata?.Arn;
    const sealed = await kms.send(
      new EncryptCommand({ KeyId, Plaintext: MESSAGE, EncryptionContext: { a: "1", b: "2" } }),
    );
    const { CiphertextBlob } = sealed;
    const open = (EncryptionContext: Record<string, string>, key?: string) =>
      kms.send(
        new DecryptCommand({ CiphertextBlob, EncryptionContext, ...(key && { KeyId: key }) }),
      );
    const opened = await open({ b: "2", a: "1" });
    assert.deepEqual(new Uint8Array(opened.Plaintext ?? []), MESSAGE);
    assert.equal((await failure(open({ a: "1" }))).code, "InvalidCiphertextException");
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
  "keys are found by id, ARN and alias, and used for what they are for",
  withKms(async (kms) => {
    const of = async (KeyId: string) =>
      (await kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata;
    const found = await of("alias/sentinel-policy");
    assert.equal(found?.KeyUsage, "SIGN_VERIFY");
    assert.deepEqual(found?.SigningAlgorithms, ["RSASSA_PSS_SHA_256"]);
    for (
      const name of [
        found?.KeyId ?? "",
        found?.Arn ?? "",
        "arn:aws:kms:eu-central-1:111122223333:alias/sentinel-policy",
      ]
    ) assert.equal((await of(name))?.KeyId, found?.KeyId);
    assert.equal((await failure(of("alias/none"))).code, "NotFoundException");
    const misused = await failure(
      kms.send(new EncryptCommand({ KeyId: found?.Arn, Plaintext: MESSAGE })),
    );
    assert.equal(misused.code, "InvalidKeyUsageException");
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
