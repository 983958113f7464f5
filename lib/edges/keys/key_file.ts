// keys: files that hold a private key: read with suspicion, and never written over.
import { SentinelError } from "../../core/errors/mod.ts";
import { printable, shellWord } from "../../core/text/printable.ts";
import { lookAt, osReason } from "../os/owner.ts";
import { directoryOf, readTrustedFile, syncDirectory, writeAll } from "../os/privateFiles.ts";
import { type Doing, missing, unusable } from "./failure.ts";
import { MOST_KEY_BYTES } from "./private_key.ts";

/**
 * What the file holds.
 * @throws SentinelError `KEY_MISSING`; `FILE_UNSAFE` when others may read or write it; `FILE_FAILED`
 */
export function readKeyFile(what: Doing, path: string): Uint8Array<ArrayBuffer> {
  const bytes = readTrustedFile(path, { maxBytes: MOST_KEY_BYTES, secret: true });
  if (bytes !== null) return new Uint8Array(bytes);
  throw missing(what, `no file ${printable(path)}`, `ls -ld ${shellWord(directoryOf(path))}`);
}

/**
 * Makes the file, mode 0600, durable when it returns; whatever lies there already stays.
 * @throws SentinelError `KEY_UNUSABLE` when something lies there; `FILE_UNSAFE` when others may write
 * its directory; `FILE_FAILED`
 */
export function createKeyFile(what: Doing, path: string, bytes: Uint8Array): void {
  const file = openNew(what, path);
  try {
    try {
      writeAll(file, bytes);
      file.syncSync();
    } finally {
      file.close();
    }
    readKeyFile(what, path);
    syncDirectory(directoryOf(path));
  } catch (cause) {
    removeIfThere(path);
    throw cause instanceof SentinelError ? cause : failed(what, path, cause);
  }
}

/**
 * Refuses early what {@link createKeyFile} would refuse after a person was asked for something.
 * @throws SentinelError `KEY_UNUSABLE` when something lies there; `FILE_FAILED` when nobody can say
 */
export function refuseTaken(what: Doing, path: string): void {
  let there: boolean;
  try {
    there = lookAt(path) !== null;
  } catch (cause) {
    throw failed(what, path, cause);
  }
  if (there) throw taken(what, path);
}

function openNew(what: Doing, path: string): Deno.FsFile {
  try {
    return Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AlreadyExists)) throw failed(what, path, cause);
    throw taken(what, path);
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It can't be taken back: the first error is the one that is told.
  }
}

function taken(what: Doing, path: string): SentinelError {
  const hint = `name another path, or look at it: ls -l ${shellWord(path)}`;
  return unusable(what, `something at ${printable(path)} already, want nothing`, hint);
}

function failed(what: Doing, path: string, cause: unknown): SentinelError {
  return new SentinelError("FILE_FAILED", `Cannot ${what}: ${osReason(cause)}`, {
    hint: `ls -ld ${shellWord(directoryOf(path))}`,
    cause,
  });
}
