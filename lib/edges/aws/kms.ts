// aws: KMS keys that sign. What it answers is compared with what was asked for: a signature counts.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { type Answer, rubbish } from "./call.ts";
import { asObject, objectOf } from "./json.ts";
import { callJson, type JsonOptions } from "./json_call.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Which key, asked for by whom and where. */
export interface KmsRequest extends JsonOptions {
  /** The key's own ARN. */
  arn: string;
}

/**
 * Reads a key's public half (GetPublicKey): SubjectPublicKeyInfo, DER.
 * @throws {SentinelError} `KEY_MISSING`; `KEY_UNUSABLE` for a key that is disabled, or doesn't sign;
 * and what `callAws` throws
 */
export function getPublicKey(request: KmsRequest): Promise<Bytes> {
  const doing = `read key ${quoted(request.arn)}`;
  return callKms(request, doing, "GetPublicKey", {}, (answer) => {
    const { KeyUsage: usage, PublicKey: spki } = own(answer, doing, request.arn);
    if (usage !== "SIGN_VERIFY") {
      throw unusable(doing, `a key for ${quoted(String(usage))}`, "name a key of use SIGN_VERIFY");
    }
    return bytesOf(spki, doing);
  });
}

/** What is to be signed, and how. */
export interface SignRequest extends KmsRequest {
  /** At most 4096 bytes; KMS hashes them itself. */
  message: Bytes;
  /** As in `ECDSA_SHA_256`. */
  algorithm: string;
}

/**
 * Signs a message (Sign, `RAW`). ECDSA's signatures are DER, Ed25519's 64 bytes.
 * @throws {SentinelError} as {@link getPublicKey}
 */
export function signMessage(request: SignRequest): Promise<Bytes> {
  const { arn, message, algorithm } = request;
  const doing = `sign with key ${quoted(arn)}`;
  const input = {
    Message: message.toBase64(),
    // Ed25519 takes no digest ("Sign", MessageType), so neither kind is given one.
    MessageType: "RAW",
    SigningAlgorithm: algorithm,
  };
  return callKms(request, doing, "Sign", input, (answer) => {
    const { Signature: signature, SigningAlgorithm: by } = own(answer, doing, arn);
    if (by !== algorithm) throw rubbish({ doing }, "a signature by another algorithm");
    return bytesOf(signature, doing);
  });
}

function callKms<T>(
  request: KmsRequest,
  doing: string,
  action: string,
  input: Readonly<Record<string, unknown>>,
  read: (answer: Answer) => T,
): Promise<T> {
  return callJson({
    service: "kms",
    target: `TrentService.${action}`,
    doing,
    input: { KeyId: request.arn, ...input },
    read,
    meaning: (code) => meaningOf(code, { action, doing, arn: request.arn }),
  }, request);
}

/** The answer, once it is about the key that was asked for. */
function own({ text }: Answer, doing: string, arn: string): Readonly<Record<string, unknown>> {
  const answer = asObject(objectOf(text));
  if (answer === null) throw rubbish({ doing }, "no answer of this call");
  // AWS says the ARN, others who speak as KMS does its last part.
  if (answer["KeyId"] !== arn && answer["KeyId"] !== arn.split("/")[1]) {
    throw rubbish({ doing }, "an answer about another key");
  }
  return answer;
}

function bytesOf(value: unknown, doing: string): Bytes {
  try {
    if (typeof value === "string" && value !== "") return Uint8Array.fromBase64(value);
  } catch {
    // Told below: the parser's own words quote what it read.
  }
  throw rubbish({ doing }, "an answer without its bytes");
}

/** What KMS's errors mean ("Sign" and "GetPublicKey", errors; "Key states of AWS KMS keys"). */
function meaningOf(
  code: string,
  { action, doing, arn }: { action: string; doing: string; arn: string },
): SentinelError | null {
  const show = `aws kms describe-key --key-id ${arn}`;
  switch (code) {
    case "NotFoundException":
      return new SentinelError("KEY_MISSING", `Cannot ${doing}: there is no such key`, {
        hint: "check its ARN",
      });
    case "DisabledException":
    case "KMSInvalidStateException":
      return unusable(doing, "a key that is disabled, or about to be deleted", show);
    case "InvalidKeyUsageException":
    case "UnsupportedOperationException":
      return unusable(doing, "a key that can't sign so", show);
    case "AccessDeniedException":
      return new SentinelError("AWS_REFUSED", `Cannot ${doing}: AWS says ${code}`, {
        hint: `the caller's policy and the key's must allow kms:${action} on ${arn}`,
      });
    default:
      return null;
  }
}

function unusable(doing: string, found: string, hint: string): SentinelError {
  return new SentinelError("KEY_UNUSABLE", `Cannot ${doing}: found ${found}`, { hint });
}
