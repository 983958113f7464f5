// journal: Ed25519 keys that sign heads. Loaded only where a key is configured.
import { SentinelError } from "../../core/errors/mod.ts";
import type { HeadKey, HeadSigner } from "../../core/journal/head.ts";
import { publicKeyBytes } from "../../core/journal/public_key.ts";
import { publicKeyOf } from "../../core/keys/public_key.ts";
import { verifierOf } from "../../core/keys/verify.ts";
import { printable, shellWord } from "../../core/text/printable.ts";
import { keyPairIn, MOST_KEY_BYTES } from "../keys/private_key.ts";
import { readTrustedFile } from "../os/privateFiles.ts";

/**
 * The key in the private key file `path`: PKCS#8 in PEM, as `openssl genpkey -algorithm ed25519`
 * writes it, which nobody but its owner may read.
 * @throws SentinelError `JOURNAL_UNWRITABLE` when it can't be read or is no such key
 */
export async function loadSigner(path: string): Promise<HeadSigner> {
  const pair = await keyPairIn(readKeyFile(path));
  if (typeof pair === "string") throw notAKey(path, pair);
  return { ...await verifierOf(pair.publicKey), sign: pair.sign };
}

/**
 * The public key in `text`, of the form `PUBLIC_KEY`.
 * @throws SentinelError `PINS_INVALID` when it is none
 */
export async function loadPublicKey(text: string): Promise<HeadKey> {
  const spki = publicKeyBytes(text);
  const key = spki === null ? null : publicKeyOf(spki);
  if (key !== null) return await verifierOf(key);
  throw new SentinelError(
    "PINS_INVALID",
    "Cannot read journal key: want an Ed25519 public key (SPKI), in base64 or PEM",
  );
}

function readKeyFile(path: string): string {
  try {
    const bytes = readTrustedFile(path, { maxBytes: MOST_KEY_BYTES, secret: true });
    if (bytes !== null) return new TextDecoder().decode(bytes);
  } catch (cause) {
    if (!(cause instanceof SentinelError)) throw cause;
    throw unusable(cause.message.replace(/^C/, "c"), cause.hint ?? makeOne(path), cause);
  }
  throw unusable(`found no file ${printable(path)}`, makeOne(path));
}

function notAKey(path: string, found: string): SentinelError {
  // No command that writes to `path`: what lies there may be somebody's key for something else.
  const hint = "name a file that `openssl genpkey -algorithm ed25519` wrote as journal_key";
  return unusable(`found ${found} in ${printable(path)}, want an Ed25519 key`, hint);
}

function makeOne(path: string): string {
  return `(umask 077; openssl genpkey -algorithm ed25519 -out ${shellWord(path)})`;
}

function unusable(found: string, hint: string, cause?: unknown): SentinelError {
  return new SentinelError("JOURNAL_UNWRITABLE", `Cannot sign journal: ${found}`, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}
