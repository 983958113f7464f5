// os: files that only this user may write: made private, replaced in one piece, read with suspicion.
import { hasCode, SentinelError } from "../../core/errors/mod.ts";
import { printable, shellWord } from "../../core/text/printable.ts";
import { hasMode, isOurs, isOursOrRoots, lookAt, osReason } from "./owner.ts";

const STICKY = 0o1000;
const GROUP_OR_WORLD_WRITE = 0o022;
const WORLD_WRITE = 0o002;
const ANY_OTHER = 0o077;

/**
 * Makes sure that `path` is a directory of mode 0700 that belongs to this user; parents that are
 * missing are made so too. A looser mode is tightened.
 * @throws SentinelError `FILE_UNSAFE` for a link, a file, or somebody else's directory;
 * `FILE_FAILED` when it can't be made
 */
export function ensurePrivateDirectory(path: string): void {
  attempt("make directory", path, () => {
    let info = lookAt(path);
    if (info === null) {
      Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
      info = Deno.lstatSync(path);
    }
    if (info.isSymlink) throw unsafe("use directory", path, "a symbolic link", fix("ls -ld", path));
    if (!info.isDirectory) throw unsafe("use directory", path, "no directory", fix("ls -ld", path));
    if (!isOurs(info)) throw unsafe("use directory", path, owned(info), fix("ls -ld", path));
    if (hasMode(info, ANY_OTHER)) Deno.chmodSync(path, 0o700);
  });
}

/**
 * Replaces `path` by `bytes` in one piece, mode 0600, durable when it returns: a reader sees the
 * old file or the new one, also after a power cut. A link at `path` is replaced, not followed.
 * @param options `durable: false` for what a power cut may take, or leave in pieces: a cache
 * @throws SentinelError `FILE_FAILED`; the old file is then still whole
 */
export function writePrivateFile(
  path: string,
  bytes: Uint8Array,
  { durable = true }: { durable?: boolean } = {},
): void {
  attempt("write", path, () => {
    const directory = directoryOf(path);
    const temporary = `${directory}/.${nameOf(path)}.${crypto.randomUUID()}.tmp`;
    try {
      using file = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 });
      writeAll(file, bytes);
      if (durable) file.syncSync();
      Deno.renameSync(temporary, path);
    } catch (error) {
      removeIfThere(temporary);
      throw error;
    }
    if (durable) syncDirectory(directory);
  });
}

/** What {@link readTrustedFile} accepts. */
export interface TrustedFileOptions {
  /** A longer file is refused. */
  maxBytes: number;
  /** The file and its directory must be root's own. */
  rootOnly?: boolean;
  /** The file is a secret: nobody but its owner may read it either. */
  secret?: boolean;
}

/**
 * The content of a file that nobody but this user or root can have written; `null` when there is
 * no file. A link is followed when link and target both pass; a device or FIFO is never opened.
 * @throws SentinelError `FILE_UNSAFE` with the fix; `FILE_FAILED` when it can't be read
 */
export function readTrustedFile(path: string, options: TrustedFileOptions): Uint8Array | null {
  return attempt("read", path, () => {
    const link = lookAt(path);
    if (link === null) return null;
    checkDirectory(path, options);
    if (!link.isSymlink) return readChecked(path, link, options);
    checkOwner(path, link, options);
    const target = targetOf(path);
    checkDirectory(target, options);
    return readChecked(target, Deno.lstatSync(target), options);
  });
}

/** Writes all of `bytes`, however many calls that takes. */
export function writeAll(file: Deno.FsFile, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}

/** Forces a directory's own entries to disk: what was made, renamed or removed in it. */
export function syncDirectory(path: string): void {
  if (Deno.build.os === "windows") return;
  using directory = Deno.openSync(path);
  directory.syncSync();
}

/** The directory that `path` lies in. */
export function directoryOf(path: string): string {
  const end = path.lastIndexOf("/");
  return end < 0 ? "." : end === 0 ? "/" : path.slice(0, end);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function readChecked(path: string, info: Deno.FileInfo, options: TrustedFileOptions): Uint8Array {
  if (!info.isFile) throw unsafe("read", path, kindOf(info), fix("ls -ld", path));
  checkOwner(path, info, options);
  if (hasMode(info, GROUP_OR_WORLD_WRITE)) {
    throw unsafe("read", path, "a file that others may write", fix("chmod go-w", path));
  }
  if (options.secret && hasMode(info, ANY_OTHER)) {
    throw unsafe("read", path, "a secret that others may read", fix("chmod 600", path));
  }
  using file = Deno.openSync(path);
  const opened = file.statSync();
  if (!opened.isFile || opened.ino !== info.ino || opened.dev !== info.dev) {
    throw unsafe("read", path, "another file than a moment ago", fix("ls -l", path));
  }
  return readUpTo(file, path, options.maxBytes);
}

// One byte more than allowed tells a file that is too long, whatever its size claims.
function readUpTo(file: Deno.FsFile, path: string, maxBytes: number): Uint8Array {
  let room = new Uint8Array(Math.min(file.statSync().size, maxBytes) + 1);
  let length = 0;
  for (;;) {
    const read = file.readSync(room.subarray(length));
    if (read === null) return room.slice(0, length);
    length += read;
    if (length > maxBytes) {
      throw unsafe("read", path, `more than ${maxBytes} bytes`, fix("ls -l", path));
    }
    if (length === room.length) {
      const wider = new Uint8Array(Math.min(2 * length, maxBytes) + 1);
      wider.set(room);
      room = wider;
    }
  }
}

function checkOwner(path: string, info: Deno.FileInfo, { rootOnly }: TrustedFileOptions): void {
  const good = rootOnly ? info.uid === null || info.uid === 0 : isOursOrRoots(info);
  if (good) return;
  const owner = rootOnly ? "root" : "$(id -un)";
  throw unsafe("read", path, owned(info), fix(`sudo chown -h ${owner}`, path));
}

// Whoever may write the directory may put another file in this one's place.
function checkDirectory(path: string, options: TrustedFileOptions): void {
  const directory = directoryOf(path);
  const info = Deno.statSync(directory);
  checkOwner(directory, info, options);
  const mask = options.rootOnly ? GROUP_OR_WORLD_WRITE : WORLD_WRITE;
  if (hasMode(info, mask) && !hasMode(info, STICKY)) {
    throw unsafe(
      "read",
      path,
      `its directory ${printable(directory)} open to others`,
      fix("chmod go-w", directory),
    );
  }
}

// A link to nowhere is no missing file: what should decide is there and can't be read.
function targetOf(path: string): string {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw unsafe("read", path, "a symbolic link to nothing", fix("rm", path));
  }
}

function kindOf(info: Deno.FileInfo): string {
  if (info.isDirectory) return "a directory";
  if (info.isFifo) return "a named pipe";
  if (info.isSymlink) return "a symbolic link";
  if (info.isSocket) return "a socket";
  return "a device";
}

function owned(info: Deno.FileInfo): string {
  return `the owner to be user ${info.uid}`;
}

function fix(command: string, path: string): string {
  return `${command} ${shellWord(path)}`;
}

function unsafe(action: string, path: string, found: string, hint: string): SentinelError {
  const want = action === "read"
    ? "a regular file that only its owner, you or root, may write"
    : "a directory of your own";
  return new SentinelError(
    "FILE_UNSAFE",
    `Cannot ${action} ${printable(path)}: found ${found}, want ${want}`,
    { hint },
  );
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // Nothing was made, or it can't be taken back: the first error is the one that is told.
  }
}

function attempt<T>(action: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (hasCode(cause, "FILE_UNSAFE")) throw cause;
    throw new SentinelError(
      "FILE_FAILED",
      `Cannot ${action} ${printable(path)}: ${osReason(cause)}`,
      { hint: fix("ls -ld", path), cause },
    );
  }
}
