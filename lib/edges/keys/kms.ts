// keys: keys that KMS holds. The private half is nowhere here; its signatures are checked at once.
import { SentinelError } from "../../core/errors/mod.ts";
import { keyId, publicKeyOf } from "../../core/keys/public_key.ts";
import type { KeySpec } from "../../core/keys/spec.ts";
import { statementBytes } from "../../core/keys/statement.ts";
import type { KeyAlgorithm, SigningKey } from "../../core/keys/types.ts";
import { verifierOf } from "../../core/keys/verify.ts";
import { getPublicKey, signMessage } from "../aws/kms.ts";
import { type Doing, unusable } from "./failure.ts";
import type { KmsPort } from "./ports.ts";

/** KMS's words ("Key spec reference", asymmetric keys). */
const WORDS: Readonly<Record<KeyAlgorithm, string>> = {
  "ed25519": "ED25519_SHA_512",
  "ecdsa-p256-sha256": "ECDSA_SHA_256",
};

/**
 * A key of KMS, opened by reading its public half.
 * @throws SentinelError `KEY_UNUSABLE` for a key of another kind, and what asking KMS throws
 */
export async function kmsKey(
  what: Doing,
  { arn, region }: KeySpec & { kind: "kms" },
  context: string,
  port: KmsPort | undefined,
): Promise<SigningKey> {
  if (port === undefined) throw nobodyAsks(what);
  const asker = async () => ({ ...port, arn, region, credentials: await port.credentials() });
  const publicKey = publicKeyOf(await getPublicKey(await asker()));
  if (publicKey === null) {
    const found = "a key of another kind, want ECC_NIST_P256 or ECC_NIST_EDWARDS25519";
    throw unusable(what, found, howToMake(region));
  }
  const { algorithm } = publicKey;
  const { verify } = await verifierOf(publicKey);
  return {
    id: await keyId(publicKey),
    algorithm,
    publicKey,
    context,
    async sign(digest) {
      const message = statementBytes(context, digest);
      const how = { message, algorithm: WORDS[algorithm] };
      const signature = await signMessage({ ...await asker(), ...how });
      if (await verify(message, signature)) return signature;
      throw new SentinelError("AWS_RUBBISH", `Cannot ${what}: its signature does not hold`, {
        hint: "check endpoint and proxy: something else answers in AWS's place",
      });
    },
  };
}

/** How a key of KMS comes to be: by whoever administers KMS, with a key policy. */
export function howToMake(region: string): string {
  return `aws kms create-key --region ${region} --key-spec ECC_NIST_P256 --key-usage SIGN_VERIFY`;
}

function nobodyAsks(what: Doing): SentinelError {
  return new SentinelError("NO_CREDENTIALS", `Cannot ${what}: nobody is there to ask KMS`, {
    hint: "log in, or name base credentials with --aws-profile",
  });
}
