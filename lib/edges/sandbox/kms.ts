// sandbox: KMS, by its table of actions.
import { AwsError } from "./aws_error.ts";
import type { Answer, Call, Service } from "./call.ts";
import { optionalText, requiredText } from "./fields.ts";
import { ED25519, signatureFits, signDigest } from "./kms_signing.ts";
import { permit } from "./judge.ts";
import {
  addKey,
  findKey,
  fromBase64,
  permitKey,
  publicOf,
  seal,
  sealedBy,
  secretOf,
  SPECS,
  toBase64,
  unseal,
} from "./kms_keys.ts";
import type { Key } from "./state.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** KMS. Every key has the default key policy: the account's identity policies decide. */
export const kms: Service = {
  protocol: "json",
  namespace: "",
  actions: {
    CreateKey: { readOnly: false, run: createKey },
    DescribeKey: { readOnly: true, run: describeKey },
    GetPublicKey: { readOnly: true, run: getPublicKey },
    Encrypt: { readOnly: true, hide: ["Plaintext"], run: encrypt },
    Decrypt: { readOnly: true, hide: ["CiphertextBlob"], run: decrypt },
    Sign: { readOnly: true, hide: ["Message"], run: sign },
    Verify: { readOnly: true, hide: ["Message", "Signature"], run: verify },
    GenerateMac: { readOnly: true, hide: ["Message"], run: generateMac },
    VerifyMac: { readOnly: true, hide: ["Message", "Mac"], run: verifyMac },
  },
};

function createKey(call: Call): Answer {
  permit(call, { action: "kms:CreateKey", resource: "*" });
  const spec = optionalText(call.input, "KeySpec") ?? "SYMMETRIC_DEFAULT";
  const known = Object.hasOwn(SPECS, spec) ? SPECS[spec] : undefined;
  if (known === undefined) {
    throw new AwsError("ValidationError", `The sandbox makes no keys of spec ${spec}`);
  }
  const usage = optionalText(call.input, "KeyUsage") ?? "ENCRYPT_DECRYPT";
  if (usage !== known.usage) {
    throw new AwsError("ValidationError", `KeyUsage ${usage} is not compatible with ${spec}`);
  }
  const key = addKey(call.state, spec, "", call.state.time());
  return { result: { KeyMetadata: metadata(call, key) }, elements: { keyId: key.id } };
}

function describeKey(call: Call): Answer {
  const key = allowed(call, "DescribeKey");
  return { result: { KeyMetadata: metadata(call, key) }, resources: named(key) };
}

function metadata(call: Call, key: Key): Record<string, unknown> {
  return {
    AWSAccountId: call.state.account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: new Date(key.created),
    Enabled: true,
    Description: "",
    KeyState: "Enabled",
    Origin: "AWS_KMS",
    KeyManager: key.alias.startsWith("alias/aws/") ? "AWS" : "CUSTOMER",
    KeySpec: key.spec,
    CustomerMasterKeySpec: key.spec,
    MultiRegion: false,
    ...algorithms(key),
  };
}

function algorithms(key: Key): Record<string, unknown> {
  const spec = SPECS[key.spec];
  const field = {
    ENCRYPT_DECRYPT: "EncryptionAlgorithms",
    SIGN_VERIFY: "SigningAlgorithms",
    GENERATE_VERIFY_MAC: "MacAlgorithms",
  }[spec?.usage ?? ""] ?? "EncryptionAlgorithms";
  return { KeyUsage: spec?.usage, [field]: spec?.algorithms };
}

async function getPublicKey(call: Call): Promise<Answer> {
  const key = allowed(call, "GetPublicKey");
  mustBeFor(key, "SIGN_VERIFY");
  return {
    result: {
      KeyId: key.arn,
      PublicKey: toBase64(await publicOf(key)),
      KeySpec: key.spec,
      CustomerMasterKeySpec: key.spec,
      ...algorithms(key),
    },
    resources: named(key),
  };
}

async function encrypt(call: Call): Promise<Answer> {
  const key = allowed(call, "Encrypt");
  mustBeFor(key, "ENCRYPT_DECRYPT");
  const plain = blob(call, "Plaintext", 4096);
  const sealed = await seal(key, plain, context(call), call.state);
  return {
    result: {
      CiphertextBlob: toBase64(sealed),
      KeyId: key.arn,
      EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
    },
    resources: named(key),
  };
}

async function decrypt(call: Call): Promise<Answer> {
  const sealed = blob(call, "CiphertextBlob", 6144);
  const key = call.state.keys.find((candidate) => candidate.id === sealedBy(sealed));
  if (key === undefined) throw new AwsError("InvalidCiphertextException", "");
  permitKey(call, "Decrypt", key);
  const asked = optionalText(call.input, "KeyId");
  if (asked !== null && findKey(call.state, asked) !== key) {
    throw new AwsError(
      "IncorrectKeyException",
      "The key ID in the request does not identify a CMK that can perform this operation.",
    );
  }
  const plain = await unseal(key, sealed, context(call));
  return {
    result: {
      KeyId: key.arn,
      Plaintext: toBase64(plain),
      EncryptionAlgorithm: "SYMMETRIC_DEFAULT",
    },
    resources: named(key),
  };
}

async function sign(call: Call): Promise<Answer> {
  const key = allowed(call, "Sign");
  mustBeFor(key, "SIGN_VERIFY");
  const algorithm = signingAlgorithm(call, key);
  const digest = await readDigest(call, algorithm);
  const signature = await signDigest(digest, key, algorithm, call.state.random);
  return {
    result: { KeyId: key.arn, Signature: toBase64(signature), SigningAlgorithm: algorithm },
    resources: named(key),
  };
}

async function verify(call: Call): Promise<Answer> {
  const key = allowed(call, "Verify");
  mustBeFor(key, "SIGN_VERIFY");
  const algorithm = signingAlgorithm(call, key);
  const digest = await readDigest(call, algorithm);
  if (!await signatureFits(digest, blob(call, "Signature", 6144), key, algorithm)) {
    throw new AwsError("KMSInvalidSignatureException", "");
  }
  return {
    result: { KeyId: key.arn, SignatureValid: true, SigningAlgorithm: algorithm },
    resources: named(key),
  };
}

async function generateMac(call: Call): Promise<Answer> {
  const key = allowed(call, "GenerateMac");
  mustBeFor(key, "GENERATE_VERIFY_MAC");
  const message = blob(call, "Message", 4096);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", await secretOf(key), message));
  return {
    result: { KeyId: key.arn, Mac: toBase64(mac), MacAlgorithm: macAlgorithm(call) },
    resources: named(key),
  };
}

async function verifyMac(call: Call): Promise<Answer> {
  const key = allowed(call, "VerifyMac");
  mustBeFor(key, "GENERATE_VERIFY_MAC");
  const message = blob(call, "Message", 4096);
  const mac = blob(call, "Mac", 6144);
  if (!await crypto.subtle.verify("HMAC", await secretOf(key), mac, message)) {
    throw new AwsError("KMSInvalidMacException", "");
  }
  return {
    result: { KeyId: key.arn, MacValid: true, MacAlgorithm: macAlgorithm(call) },
    resources: named(key),
  };
}

function allowed(call: Call, action: string): Key {
  const key = findKey(call.state, requiredText(call.input, "KeyId", { min: 1, max: 2048 }));
  permitKey(call, action, key);
  return key;
}

function named(key: Key): NonNullable<Answer["resources"]> {
  return [{ arn: key.arn, type: "AWS::KMS::Key" }];
}

function mustBeFor(key: Key, usage: string): void {
  if (SPECS[key.spec]?.usage === usage) return;
  throw new AwsError(
    "InvalidKeyUsageException",
    `${key.arn} key usage is ${SPECS[key.spec]?.usage} which is not valid for this operation.`,
  );
}

function signingAlgorithm(call: Call, key: Key): string {
  const algorithm = requiredText(call.input, "SigningAlgorithm");
  if (SPECS[key.spec]?.algorithms.includes(algorithm)) return algorithm;
  throw new AwsError(
    "InvalidKeyUsageException",
    `Algorithm ${algorithm} is incompatible with key spec ${key.spec}.`,
  );
}

function macAlgorithm(call: Call): string {
  const algorithm = requiredText(call.input, "MacAlgorithm");
  if (algorithm === "HMAC_SHA_256") return algorithm;
  throw new AwsError("InvalidKeyUsageException", `Algorithm ${algorithm} is incompatible.`);
}

/** What is to be signed: a raw message's digest, the one that the caller brings, or a whole message. */
async function readDigest(call: Call, algorithm: string): Promise<Bytes> {
  const message = blob(call, "Message", 4096);
  const bits = algorithm.slice(-3);
  const type = optionalText(call.input, "MessageType") ?? "RAW";
  // "Sign", MessageType: ED25519_SHA_512 takes RAW alone.
  if (algorithm === ED25519 && type === "RAW") return message;
  if (type === "RAW") return new Uint8Array(await crypto.subtle.digest(`SHA-${bits}`, message));
  if (type !== "DIGEST" || algorithm === ED25519) {
    throw new AwsError("ValidationError", `no MessageType ${type}`);
  }
  if (message.length * 8 === Number(bits)) return message;
  throw new AwsError(
    "ValidationError",
    `Digest is invalid length for algorithm ${algorithm}.`,
  );
}

function blob(call: Call, field: string, max: number): Bytes {
  const bytes = fromBase64(requiredText(call.input, field));
  if (bytes.length >= 1 && bytes.length <= max) return bytes;
  throw new AwsError("ValidationError", `'${field}' must have 1 to ${max} bytes`);
}

function context(call: Call): Readonly<Record<string, string>> {
  const value = call.input["EncryptionContext"] ?? {};
  return value as Readonly<Record<string, string>>;
}
