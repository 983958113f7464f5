// sandbox tests: keys of KMS that sign decisions, opened and used by our own client.
import { strict as assert } from "node:assert";
import {
  CreateKeyCommand,
  DescribeKeyCommand,
  GetPublicKeyCommand,
  type KeySpec,
  type KeyUsageType,
  type KMSClient,
  SignCommand,
  VerifyCommand,
} from "@aws-sdk/client-kms";
import {
  APPROVAL_CONTEXT,
  type KeyAlgorithm,
  keyId,
  publicKeyOf,
  type SigningKey,
  statementBytes,
  verifySignature,
} from "../../../lib/core/keys/mod.ts";
import { openKey } from "../../../lib/edges/keys/mod.ts";
import { digestOf } from "../../core/keys/pairs.ts";
import { assertRefused, assertSigns } from "../keys/desk.ts";
import { asUser, type Aws, client, failure, keysOf, portable, sandboxOnly } from "./fixture.ts";

type Make = (spec: KeySpec, usage?: KeyUsageType) => Promise<string>;
type Open = (arn: string, user?: string) => Promise<SigningKey>;

/** What a case does with KMS: by the SDK, with new keys, and by our own client. */
const withKeys = (test: (kms: KMSClient, make: Make, open: Open) => Promise<void>) =>
  asUser(client.kms, "sam", async (kms: KMSClient, aws: Aws) => {
    const make: Make = async (KeySpec, KeyUsage = "SIGN_VERIFY") => {
      const { KeyMetadata } = await kms.send(new CreateKeyCommand({ KeySpec, KeyUsage }));
      return KeyMetadata?.Arn ?? "";
    };
    const open: Open = (arn, user = "sam") =>
      openKey(`kms:${arn}`, APPROVAL_CONTEXT, {
        kms: {
          endpoint: `${aws.endpoint}/`,
          credentials: () => Promise.resolve({ sessionToken: null, ...keysOf(aws, user) }),
        },
      });
    await test(kms, make, open);
  });

const signsFor = (spec: KeySpec, algorithm: KeyAlgorithm) =>
  withKeys(async (kms, make, open) => {
    const arn = await make(spec);
    const key = await open(arn);
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId: arn }));
    const publicKey = publicKeyOf(new Uint8Array(PublicKey ?? []));
    assert.ok(publicKey);
    assert.deepEqual([key.algorithm, key.id], [algorithm, await keyId(publicKey)]);
    await assertSigns(key, publicKey);
    // KMS itself takes what our client made, and we take what KMS signs for somebody else.
    const common = {
      KeyId: arn,
      Message: statementBytes(APPROVAL_CONTEXT, await digestOf("a request")),
      SigningAlgorithm: algorithm === "ed25519" ? "ED25519_SHA_512" : "ECDSA_SHA_256",
    } as const;
    const Signature = await key.sign(await digestOf("a request"));
    const verified = await kms.send(new VerifyCommand({ ...common, Signature }));
    assert.equal(verified.SignatureValid, true);
    const { Signature: theirs } = await kms.send(new SignCommand(common));
    const digest = await digestOf("a request");
    const signature = new Uint8Array(theirs ?? []);
    assert.ok(await verifySignature(publicKey, APPROVAL_CONTEXT, digest, signature));
  });

portable(
  "a decision is signed by a key of P-256 that KMS holds",
  signsFor("ECC_NIST_P256", "ecdsa-p256-sha256"),
);

// moto has no such keys.
sandboxOnly(
  "Key spec reference",
  "a decision is signed by a key of Ed25519 that KMS holds",
  signsFor("ECC_NIST_EDWARDS25519", "ed25519"),
);

portable(
  "a decision is signed by no key of KMS that there is none of",
  withKeys(async (_, make, open) => {
    const arn = (await make("ECC_NIST_P256")).replace(
      /[^/]*$/,
      "1234abcd-12ab-34cd-56ef-1234567890ab",
    );
    await assertRefused(open(arn), "KEY_MISSING", /there is no such key/);
  }),
);

portable(
  "a decision is signed by no RSA key of KMS",
  withKeys(async (_, make, open) => {
    const arn = await make("RSA_2048");
    await assertRefused(open(arn), "KEY_UNUSABLE", /want ECC_NIST_P256 or ECC_NIST_EDWARDS25519/);
  }),
);

sandboxOnly(
  "GetPublicKey",
  "a decision is signed by no key of KMS that only encrypts",
  withKeys(async (_, make, open) => {
    const arn = await make("SYMMETRIC_DEFAULT", "ENCRYPT_DECRYPT");
    await assertRefused(open(arn), "KEY_UNUSABLE", /a key that can't sign so/);
  }),
);

sandboxOnly(
  "Key policies in AWS KMS",
  "whoever may read a key of KMS but not sign with it opens it, and signs nothing",
  withKeys(async (_, make, open) => {
    const arn = await make("ECC_NIST_P256");
    const key = await open(arn, "mara");
    const wanted = /AWS says AccessDeniedException/;
    await assertRefused(key.sign(await digestOf("a request")), "AWS_REFUSED", wanted);
  }),
);

sandboxOnly(
  "Sign",
  "a key of Ed25519 takes whole messages, no digests",
  withKeys(async (kms, make) => {
    const KeyId = await make("ECC_NIST_EDWARDS25519");
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId }));
    assert.deepEqual(KeyMetadata?.SigningAlgorithms, ["ED25519_SHA_512"]);
    const sign = new SignCommand({
      KeyId,
      Message: new Uint8Array(64),
      MessageType: "DIGEST",
      SigningAlgorithm: "ED25519_SHA_512",
    });
    assert.equal((await failure(kms.send(sign))).code, "ValidationException");
  }),
);
