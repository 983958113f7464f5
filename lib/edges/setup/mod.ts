// setup: the files that a set-up reads and writes. What changed since it was read is never written over.
import { SentinelError } from "../../core/errors/mod.ts";
import type { Change, Present } from "../../core/setup/mod.ts";
import { printable, shellWord } from "../../core/text/printable.ts";
import { isOurs, lookAt, osReason } from "../os/owner.ts";
import {
  directoryOf,
  ensurePrivateDirectory,
  syncDirectory,
  writeAll,
} from "../os/privateFiles.ts";

export { awsPaths } from "../doctor/aws_files.ts";

const MAX_BYTES = 16 * 1024 * 1024;

/** A file as it stands. @throws SentinelError `FILE_FAILED` for what is there and can't be read */
export function presentFile(path: string): Present {
  try {
    const { isFile, size } = Deno.statSync(path);
    if (!isFile || size > MAX_BYTES) throw failed("read", path, "no file of less than 16 MiB");
    return { path, bytes: Deno.readFileSync(path) };
  } catch (error) {
    if (error instanceof SentinelError) throw error;
    if (!(error instanceof Deno.errors.NotFound)) throw failed("read", path, osReason(error));
    if (lookAtQuietly(path)) throw failed("read", path, "a symbolic link to nothing");
    return { path, bytes: null };
  }
}

function lookAtQuietly(path: string): boolean {
  try {
    return lookAt(path) !== null;
  } catch {
    return false;
  }
}

/**
 * Writes one change, in one piece: mode and owner stay, a link stays a link. What is there is kept
 * in a file beside it first.
 * @param stamp for the backup's name: `20261124T194500Z`
 * @returns the backup's path; `null` where nothing was there
 * @throws SentinelError `FILE_FAILED` when the file is another than the plan saw, or can't be written;
 * nothing has changed then
 */
export function writeChange(change: Change, stamp: string): string | null {
  try {
    return change.before === null ? (create(change), null) : replace(change, change.before, stamp);
  } catch (error) {
    if (error instanceof SentinelError) throw error;
    throw failed("write", change.path, osReason(error));
  }
}

function create({ path, after }: Change): void {
  const directory = directoryOf(path);
  // A directory that is there is its owner's business: `~/.aws` may be a link.
  if (lookAt(directory) === null) ensurePrivateDirectory(directory);
  const temporary = written(path, after, 0o600);
  try {
    // A link is made only where nothing is: whoever was faster keeps his file.
    Deno.linkSync(temporary, path);
  } catch (error) {
    if (error instanceof Deno.errors.AlreadyExists) throw changed(path);
    throw error;
  } finally {
    Deno.removeSync(temporary);
  }
  syncDirectory(directory);
}

function replace(change: Change, before: Uint8Array, stamp: string): string {
  const path = Deno.realPathSync(change.path);
  const info = Deno.statSync(path);
  if (!isOurs(info)) throw failed("write", path, "a file of another user");
  const mode = (info.mode ?? 0o600) & 0o7777;
  refuseChanged(path, before);
  const backup = keep(path, before, mode, stamp);
  const temporary = written(path, change.after, mode);
  try {
    refuseChanged(path, before);
    Deno.renameSync(temporary, path);
  } catch (error) {
    Deno.removeSync(temporary);
    Deno.removeSync(backup);
    throw error;
  }
  syncDirectory(directoryOf(path));
  return backup;
}

/** A new file beside `path`, whole and on disk. */
function written(path: string, bytes: Uint8Array, mode: number): string {
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  using file = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 });
  writeAll(file, bytes);
  file.syncSync();
  if (mode !== 0o600 && Deno.build.os !== "windows") Deno.chmodSync(temporary, mode);
  return temporary;
}

/** The old bytes under a name of their own; never readable by more than the file was. */
function keep(path: string, bytes: Uint8Array, mode: number, stamp: string): string {
  const temporary = written(path, bytes, mode);
  for (let count = 1;; count++) {
    const backup = `${path}.before-sentinel-${stamp}${count === 1 ? "" : `-${count}`}`;
    try {
      Deno.linkSync(temporary, backup);
      Deno.removeSync(temporary);
      return backup;
    } catch (error) {
      if (error instanceof Deno.errors.AlreadyExists && count < 100) continue;
      Deno.removeSync(temporary);
      throw error;
    }
  }
}

function refuseChanged(path: string, before: Uint8Array): void {
  const now = Deno.readFileSync(path);
  if (now.length !== before.length || now.some((byte, at) => byte !== before[at])) {
    throw changed(path);
  }
}

function changed(path: string): SentinelError {
  return new SentinelError(
    "FILE_FAILED",
    `Cannot write ${
      printable(path)
    }: found that another program changed it since the plan was made`,
    { hint: "sentinel init, again: it makes a new plan" },
  );
}

function failed(action: string, path: string, found: string): SentinelError {
  return new SentinelError("FILE_FAILED", `Cannot ${action} ${printable(path)}: ${found}`, {
    hint: `ls -ld ${shellWord(path)}`,
  });
}
