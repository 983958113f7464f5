// keys: private keys in the operating system's keyring. Its binding is loaded here alone, when needed.
import type { SentinelError } from "../../core/errors/mod.ts";
import { type Doing, missing, unusable } from "./failure.ts";

/** What entries of ours are filed under. */
const SERVICE = "sentinel-signing-key";
/** Unlocking a keyring may ask a person: they get this long, in milliseconds. */
const PATIENCE = 120_000;
/** Keys that the keyring won't hold can lie in a file. */
const INSTEAD = "unlock the keyring of this session, or keep the key in a file: age:PATH";

/**
 * The text of an entry.
 * @throws SentinelError `KEY_MISSING`; `KEY_UNUSABLE` when the keyring is locked, absent or silent
 */
export async function readKeyring(what: Doing, name: string): Promise<string> {
  const text = await fromKeyring(what, name, (entry) => entry.getPassword());
  if (text !== null) return text;
  throw missing(what, "no entry of that name in the keyring", "check the name");
}

/**
 * Makes an entry of `text`; whatever has that name already stays.
 * @throws SentinelError `KEY_UNUSABLE` when there is one, and when the keyring can't be used
 */
export async function createInKeyring(what: Doing, name: string, text: string): Promise<void> {
  const taken = () => unusable(what, "an entry of that name in the keyring", "take another name");
  const kept = await fromKeyring(what, name, async (entry) => {
    if (await entry.getPassword() !== null) return null;
    await entry.setPassword(text);
    // No keyring writes on a condition: of two who make one name at once, one must learn of it.
    return await entry.getPassword();
  });
  if (kept !== text) throw taken();
}

/** What is asked of an entry. */
interface Entry {
  getPassword(): Promise<string | null>;
  setPassword(text: string): Promise<void>;
}

async function fromKeyring<T>(
  what: Doing,
  name: string,
  work: (entry: Entry) => Promise<T>,
): Promise<T> {
  let late: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<never>((_, reject) => {
    late = setTimeout(() => reject(silent(what)), PATIENCE);
  });
  try {
    return await Promise.race([worked(what, name, work), silence]);
  } finally {
    clearTimeout(late);
  }
}

async function worked<T>(
  what: Doing,
  name: string,
  work: (entry: Entry) => Promise<T>,
): Promise<T> {
  const { AsyncEntry } = await binding(what);
  try {
    // Left to choose on Linux, it falls back to the kernel's keyring, which forgets, and says of a
    // keyring that can't be reached that there is no entry.
    return await work(new AsyncEntry(SERVICE, name, { linux: { store: "secret-service" } }));
  } catch (cause) {
    throw unusable(what, "a keyring that can't be used", INSTEAD, cause);
  }
}

async function binding(what: Doing): Promise<typeof import("@napi-rs/keyring")> {
  try {
    return await import("@napi-rs/keyring");
  } catch (cause) {
    const hint = "keep the key in a file: age:PATH";
    throw unusable(what, "no way to this system's keyring", hint, cause);
  }
}

function silent(what: Doing): SentinelError {
  return unusable(what, `no answer of the keyring within ${PATIENCE / 1000} s`, INSTEAD);
}
