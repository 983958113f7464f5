// keys: private keys in age files, under a passphrase. The library is loaded here alone, when needed.
import { SentinelError } from "../../core/errors/mod.ts";
import { printable, shellWord } from "../../core/text/printable.ts";
import { type Doing, unusable } from "./failure.ts";
import { createKeyFile, readKeyFile, refuseTaken } from "./key_file.ts";
import type { AskPassphrase } from "./ports.ts";

/** How a file begins that a passphrase opens (age-encryption.org/v1, "Header", "scrypt recipient"). */
const HEADER = "age-encryption.org/v1\n-> ";
const BY_PASSPHRASE = `${HEADER}scrypt `;
const ARMOR = /^\s*-----BEGIN AGE ENCRYPTED FILE-----/;
/** The library's words where no passphrase opens a file that is whole. */
const NOT_OPENED = "no identity matched any of the file's recipients";
/** Of a new one. Whoever has the file may try as many as they can compute. */
const SHORTEST = 12;

/**
 * The text in an age file.
 * @throws SentinelError `PASSPHRASE_WRONG`; `KEY_UNUSABLE` for what is no such file, or is damaged; and
 * what reading files and asking people throws
 */
export async function readAgeFile(
  what: Doing,
  path: string,
  ask: AskPassphrase | undefined,
): Promise<string> {
  const bytes = await sealedIn(what, path);
  const passphrase = await asked(what, path, ask, false);
  const { Decrypter } = await import("age-encryption");
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  try {
    return await decrypter.decrypt(bytes, "text");
  } catch (thrown) {
    // Without its cause: what a decryption says is not for a log.
    if (thrown instanceof Error && thrown.message === NOT_OPENED) throw wrong(what, "a wrong one");
    throw unusable(what, `a damaged age file ${printable(path)}`, lookAt(path));
  }
}

/**
 * Makes an age file of `text`, armored, under a passphrase that is asked for.
 * @throws SentinelError `PASSPHRASE_WRONG` for one that is too short, and what making files throws
 */
export async function createAgeFile(
  what: Doing,
  path: string,
  text: string,
  ask: AskPassphrase | undefined,
): Promise<void> {
  refuseTaken(what, path);
  const passphrase = await asked(what, path, ask, true);
  if ([...passphrase].length < SHORTEST) {
    throw wrong(what, `a short one, want ${SHORTEST} characters or more`);
  }
  const { armor, Encrypter } = await import("age-encryption");
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  const sealed = armor.encode(await encrypter.encrypt(text));
  createKeyFile(what, path, new TextEncoder().encode(sealed));
}

/** The file's bytes without their armor, once its header says that a passphrase opens it. */
async function sealedIn(what: Doing, path: string): Promise<Uint8Array> {
  const bytes = readKeyFile(what, path);
  const text = new TextDecoder().decode(bytes);
  const sealed = ARMOR.test(text) ? await unarmored(what, path, text) : bytes;
  const start = new TextDecoder().decode(sealed.subarray(0, BY_PASSPHRASE.length));
  if (start === BY_PASSPHRASE) return sealed;
  const found = start.startsWith(HEADER) ? "an age file for a key" : "no age file";
  throw unusable(what, `${found} in ${printable(path)}, want one with a passphrase`, lookAt(path));
}

async function unarmored(what: Doing, path: string, text: string): Promise<Uint8Array> {
  const { armor } = await import("age-encryption");
  try {
    return armor.decode(text);
  } catch {
    throw unusable(what, `a damaged age file ${printable(path)}`, lookAt(path));
  }
}

async function asked(
  what: Doing,
  path: string,
  ask: AskPassphrase | undefined,
  isNew: boolean,
): Promise<string> {
  if (ask === undefined) {
    throw new SentinelError("NO_TERMINAL", `Cannot ${what}: nobody can be asked for a passphrase`, {
      hint: "run it on a terminal, or hand the passphrase over on stdin",
    });
  }
  const question = `${isNew ? "New passphrase" : "Passphrase"} for ${printable(path)}: `;
  const passphrase = await ask({ question, isNew });
  if (passphrase === "") throw wrong(what, "none");
  return passphrase;
}

function wrong(what: Doing, found: string): SentinelError {
  return new SentinelError(
    "PASSPHRASE_WRONG",
    `Cannot ${what}: found ${found} for its passphrase`,
    {
      hint: "type it again; if it is lost, make another key and have it pinned",
    },
  );
}

function lookAt(path: string): string {
  return `head -n 2 ${shellWord(path)}`;
}
