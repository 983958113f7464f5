// keys: opens the keys that sign people's decisions, wherever they are kept, and makes them.
import { keyId } from "../../core/keys/public_key.ts";
import { type KeySpec, parseKeySpec } from "../../core/keys/spec.ts";
import { checkContext, statementBytes } from "../../core/keys/statement.ts";
import type { PublicKey, SigningKey } from "../../core/keys/types.ts";
import { createAgeFile, readAgeFile } from "./age.ts";
import { type Doing, doing, unusable } from "./failure.ts";
import { createKeyFile, readKeyFile } from "./key_file.ts";
import { createInKeyring, readKeyring } from "./keyring.ts";
import { howToMake, kmsKey } from "./kms.ts";
import type { KeyPorts } from "./ports.ts";
import { type KeyPair, keyPairIn, newPrivatePem } from "./private_key.ts";

export { askAtTerminal, readPassphrase } from "./passphrase.ts";
export type { AskPassphrase, KeyPorts, KmsPort, PassphraseQuestion } from "./ports.ts";

type LocalSpec = Exclude<KeySpec, { kind: "kms" }>;

/**
 * Opens a key: asks for a passphrase where one is needed, and KMS for its public half.
 * @param spec `file:PATH`, `age:PATH`, `keyring:NAME` or `kms:ARN`
 * @param context what it will sign for, such as `APPROVAL_CONTEXT`: it signs nothing else
 * @throws SentinelError `CONFIG_INVALID`, `KEY_MISSING`, `KEY_UNUSABLE`, `PASSPHRASE_WRONG`,
 * `FILE_UNSAFE`, `FILE_FAILED`, what a port throws, and for KMS AWS's codes
 * @throws {RangeError} for a context that is none
 */
export async function openKey(
  spec: string,
  context: string,
  ports: KeyPorts = {},
): Promise<SigningKey> {
  checkContext(context);
  const where = parseKeySpec(spec);
  const what = doing("open", spec);
  if (where.kind === "kms") return await kmsKey(what, where, context, ports.kms);
  const { publicKey, sign } = await pairIn(what, where, await textOf(what, where, ports));
  return {
    id: await keyId(publicKey),
    algorithm: publicKey.algorithm,
    publicKey,
    context,
    sign: async (digest) => await sign(statementBytes(context, digest)),
  };
}

/**
 * Makes an Ed25519 key where `spec` says, and gives its public half. What is there already stays.
 * @throws SentinelError `KEY_UNUSABLE` when something is there, and for `kms:`, whose keys are made by
 * whoever administers KMS; else as {@link openKey}
 */
export async function makeKey(spec: string, ports: KeyPorts = {}): Promise<PublicKey> {
  const where = parseKeySpec(spec);
  const what = doing("make", spec);
  if (where.kind === "kms") {
    throw unusable(what, "a key of KMS, which only KMS makes", howToMake(where.region));
  }
  const text = await newPrivatePem();
  const { publicKey } = await pairIn(what, where, text);
  await keep(what, where, text, ports);
  return publicKey;
}

async function textOf(what: Doing, where: LocalSpec, ports: KeyPorts): Promise<string> {
  switch (where.kind) {
    case "file":
      return new TextDecoder().decode(readKeyFile(what, where.path));
    case "age":
      return await readAgeFile(what, where.path, ports.passphrase);
    case "keyring":
      return await readKeyring(what, where.name);
  }
}

async function keep(what: Doing, where: LocalSpec, text: string, ports: KeyPorts): Promise<void> {
  switch (where.kind) {
    case "file":
      return createKeyFile(what, where.path, new TextEncoder().encode(text));
    case "age":
      return await createAgeFile(what, where.path, text, ports.passphrase);
    case "keyring":
      return await createInKeyring(what, where.name, text);
  }
}

async function pairIn(what: Doing, where: LocalSpec, text: string): Promise<KeyPair> {
  const pair = await keyPairIn(text);
  if (typeof pair !== "string") return pair;
  // No command that writes there: what lies there may be somebody's key for something else.
  const hint = where.kind === "keyring"
    ? "name an entry that holds an Ed25519 key in PEM"
    : "name a file that holds what `openssl genpkey -algorithm ed25519` writes";
  throw unusable(what, `${pair}, want an Ed25519 private key`, hint);
}
