// store: the database's file: where it may lie, who may have written it, and whether it is still there.
import { SentinelError } from "../../core/errors/mod.ts";
import { printable, shellWord } from "../../core/text/printable.ts";
import { hasMode, isOurs, isOursOrRoots, lookAt, osReason } from "../os/owner.ts";
import { directoryOf, ensurePrivateDirectory, syncDirectory } from "../os/privateFiles.ts";

const OTHERS_WRITE = 0o022;
const OTHERS_ANY = 0o077;

/** One file, however it is called later. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number | null;
}

/**
 * Looks at the place of a database. A directory that is missing is made, of mode 0700; one that is
 * there must be yours, and nobody else may write in it: they could put another file in its place.
 * SQLite's own files beside it (`-wal`, `-shm`) take the database's mode.
 * @returns true when there is a file already
 * @throws {SentinelError} `FILE_UNSAFE`, `FILE_FAILED`
 */
export function checkPlace(path: string): boolean {
  return attempt(path, () => {
    checkDirectory(directoryOf(path));
    for (const beside of ["-wal", "-shm"]) checkFile(`${path}${beside}`);
    return checkFile(path);
  });
}

/**
 * Makes an empty file of mode 0600, durable.
 * @throws {SentinelError} `FILE_FAILED`
 */
export function makeFile(path: string): void {
  attempt(path, () => {
    using _file = Deno.openSync(path, { write: true, createNew: true, mode: 0o600 });
    syncDirectory(directoryOf(path));
  });
}

/**
 * Which file lies at `path` now.
 * @throws {SentinelError} `FILE_FAILED` when there is none
 */
export function identityOf(path: string): FileIdentity {
  const { dev, ino } = attempt(path, () => Deno.lstatSync(path));
  return { dev, ino };
}

/**
 * What is written to a file that was moved or removed is lost without a word.
 * @throws {SentinelError} `FILE_FAILED` when another file lies at `path`, or none
 */
export function checkStill(path: string, opened: FileIdentity): void {
  const now = identityOf(path);
  if (now.dev === opened.dev && now.ino === opened.ino) return;
  throw failed(path, "another file than was opened", null);
}

function checkDirectory(path: string): void {
  const info = lookAt(path);
  if (info === null) return ensurePrivateDirectory(path);
  // A link is judged by what it leads to, and by who made it.
  const target = info.isSymlink ? Deno.statSync(path) : info;
  if (!target.isDirectory) throw unsafe(path, "no directory where it should lie", "ls -ld");
  if (!isOursOrRoots(info) || !isOurs(target)) {
    throw unsafe(path, "somebody else's directory", "ls -ld");
  }
  if (hasMode(target, OTHERS_WRITE)) {
    throw unsafe(path, "a directory that others may write in", "chmod go-w");
  }
}

function checkFile(path: string): boolean {
  const info = lookAt(path);
  if (info === null) return false;
  if (!info.isFile) throw unsafe(path, "a link, or no plain file", "ls -ld");
  if (!isOurs(info)) throw unsafe(path, "somebody else's file", "ls -l");
  if (hasMode(info, OTHERS_WRITE)) throw unsafe(path, "a file that others may write", "chmod 600");
  if (hasMode(info, OTHERS_ANY)) Deno.chmodSync(path, 0o600);
  return true;
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof SentinelError) throw cause;
    throw failed(path, osReason(cause), cause);
  }
}

function failed(path: string, found: string, cause: unknown): SentinelError {
  return new SentinelError(
    "FILE_FAILED",
    `Cannot use the store ${printable(path)}: found ${found}`,
    { hint: `ls -ld ${shellWord(path)}`, ...(cause !== null && { cause }) },
  );
}

function unsafe(path: string, found: string, fix: string): SentinelError {
  return new SentinelError(
    "FILE_UNSAFE",
    `Cannot use the store ${printable(path)}: found ${found}, want a file of your own in a ` +
      "directory of your own",
    { hint: `${fix} ${shellWord(path)}` },
  );
}
