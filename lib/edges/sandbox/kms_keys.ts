// sandbox: KMS keys and what is done with their material.
import { AwsError } from "./aws_error.ts";
import { parsePolicyDocument, type PolicyDocument } from "../../core/iam/mod.ts";
import type { IamContext } from "../../core/iam/types.ts";
import type { Call } from "./call.ts";
import { permit } from "./judge.ts";
import { newUuid } from "./random.ts";
import type { Key, State } from "./state.ts";

/** Alias of the key that AWS keeps for SSM. */
export const SSM_KEY = "alias/aws/ssm";

/** What a key of a spec is for, and its algorithms, as DescribeKey says them ("Key spec reference"). */
export const SPECS: Readonly<Record<string, { usage: string; algorithms: readonly string[] }>> = {
  SYMMETRIC_DEFAULT: { usage: "ENCRYPT_DECRYPT", algorithms: ["SYMMETRIC_DEFAULT"] },
  RSA_2048: {
    usage: "SIGN_VERIFY",
    algorithms: [
      "RSASSA_PKCS1_V1_5_SHA_256",
      "RSASSA_PKCS1_V1_5_SHA_384",
      "RSASSA_PKCS1_V1_5_SHA_512",
      "RSASSA_PSS_SHA_256",
      "RSASSA_PSS_SHA_384",
      "RSASSA_PSS_SHA_512",
    ],
  },
  ECC_NIST_P256: { usage: "SIGN_VERIFY", algorithms: ["ECDSA_SHA_256"] },
  // AWS has ED25519_PH_SHA_512 too, over a digest.
  ECC_NIST_EDWARDS25519: { usage: "SIGN_VERIFY", algorithms: ["ED25519_SHA_512"] },
  HMAC_256: { usage: "GENERATE_VERIFY_MAC", algorithms: ["HMAC_SHA_256"] },
};

/** A new key; `alias` is empty for none. */
export function addKey(state: State, spec: string, alias: string, created: number): Key {
  const id = newUuid(state.random);
  const arn = `arn:aws:kms:${state.region}:${state.account}:key/${id}`;
  const policy = defaultKeyPolicy(state.account, id);
  const key: Key = { id, arn, alias, spec, policy, created, material: null };
  state.keys.push(key);
  return key;
}

/** The account may, so its identity policies decide ("Default key policy"). */
function defaultKeyPolicy(account: string, id: string): PolicyDocument {
  const statement = {
    Sid: "Enable IAM User Permissions",
    Effect: "Allow",
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: "kms:*",
    Resource: "*",
  };
  return parsePolicyDocument({ Version: "2012-10-17", Statement: [statement] }, `key/${id}`);
}

/**
 * Let the call use a key only if the key's policy and IAM allow it.
 * @param context condition keys of this use
 * @throws {AwsError}
 */
export function permitKey(
  call: Call,
  action: string,
  key: Key,
  context: IamContext = {},
): void {
  permit(call, { action: `kms:${action}`, resource: key.arn, resourcePolicy: key.policy, context });
}

/**
 * The key that an id, ARN, alias or alias ARN names.
 * @throws {AwsError} `NotFoundException`
 */
export function findKey(state: State, name: string): Key {
  const alias = name.replace(/^arn:aws:kms:[^:]*:\d{12}:(?=alias\/)/, "");
  const key = state.keys.find((k) =>
    k.id === name || k.arn === name || k.alias !== "" && k.alias === alias
  );
  if (key === undefined) throw new AwsError("NotFoundException", `Key '${name}' does not exist`);
  return key;
}

/** The key's secret part, made when it is first needed. */
export async function secretOf(key: Key): Promise<CryptoKey> {
  const material = await materialOf(key);
  return "privateKey" in material ? material.privateKey : material;
}

/** The public key as SPKI. */
export async function publicOf(key: Key): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.exportKey("spki", await publicHalf(key)));
}

/** The key's public part. */
export async function publicHalf(key: Key): Promise<CryptoKey> {
  const material = await materialOf(key);
  if (!("publicKey" in material)) throw new Error(`${key.spec} has no public key`);
  return material.publicKey;
}

function materialOf(key: Key): Promise<CryptoKey | CryptoKeyPair> {
  return key.material ??= makeMaterial(key.spec);
}

function makeMaterial(spec: string): Promise<CryptoKey | CryptoKeyPair> {
  switch (spec) {
    case "RSA_2048":
      return crypto.subtle.generateKey(
        {
          name: "RSA-PSS",
          hash: "SHA-256",
          modulusLength: 2048,
          publicExponent: new Uint8Array([1, 0, 1]),
        },
        true,
        ["sign", "verify"],
      );
    case "ECC_NIST_P256":
      return crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, [
        "sign",
        "verify",
      ]);
    case "ECC_NIST_EDWARDS25519":
      return crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    case "HMAC_256":
      return crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256", length: 256 }, true, [
        "sign",
        "verify",
      ]);
    default:
      return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, true, [
        "encrypt",
        "decrypt",
      ]);
  }
}

const ID_LENGTH = 36;
const NONCE_LENGTH = 12;

/** Seal bytes: the key's id, a nonce, the ciphertext; the context is bound, not kept. */
export async function seal(
  key: Key,
  plain: Uint8Array<ArrayBuffer>,
  context: Readonly<Record<string, string>>,
  state: State,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = state.random(NONCE_LENGTH);
  const algorithm = { name: "AES-GCM", iv, additionalData: contextBytes(context) };
  const sealed = await crypto.subtle.encrypt(algorithm, await secretOf(key), plain);
  return joined([new TextEncoder().encode(key.id), iv, new Uint8Array(sealed)]);
}

/**
 * Open what `seal` made.
 * @throws {AwsError} `InvalidCiphertextException`
 */
export async function unseal(
  key: Key,
  blob: Uint8Array<ArrayBuffer>,
  context: Readonly<Record<string, string>>,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = blob.slice(ID_LENGTH, ID_LENGTH + NONCE_LENGTH);
  const algorithm = { name: "AES-GCM", iv, additionalData: contextBytes(context) };
  try {
    const sealed = blob.slice(ID_LENGTH + NONCE_LENGTH);
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, await secretOf(key), sealed));
  } catch {
    throw new AwsError("InvalidCiphertextException", "");
  }
}

/** Id of the key that sealed a blob. */
export function sealedBy(blob: Uint8Array): string {
  return new TextDecoder().decode(blob.slice(0, ID_LENGTH));
}

/** A parameter's value, sealed as SSM does it: the parameter's ARN is the context. */
export async function sealText(
  key: Key,
  text: string,
  parameterArn: string,
  state: State,
): Promise<string> {
  const context = { PARAMETER_ARN: parameterArn };
  return toBase64(await seal(key, new TextEncoder().encode(text), context, state));
}

function contextBytes(context: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const sorted = Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1));
  return new TextEncoder().encode(JSON.stringify(sorted));
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Bytes as base64. */
export function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Base64 as bytes. @throws {AwsError} `SerializationException` */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  } catch {
    throw new AwsError("SerializationException", "found a blob that is no base64");
  }
}
