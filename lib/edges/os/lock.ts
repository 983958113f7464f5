// os: one process at a time, by a kernel lock that ends with its holder.
import { type ErrorCode, SentinelError } from "../../core/errors/mod.ts";
import { printable, shellWord } from "../../core/text/printable.ts";
import { hasMode, isOurs, lookAt } from "./owner.ts";

/** How long to wait for a lock, and what to say when it was in vain. */
export interface LockOptions {
  /** Longest wait in milliseconds. */
  deadlineMs: number;
  now: () => Date;
  /** Waits so many milliseconds. */
  sleep: (ms: number) => Promise<void>;
  /** Gives exactly as many random bytes as it is asked for. */
  random: (bytes: number) => Uint8Array;
  /** The error's code when the deadline passes. */
  code: ErrorCode;
  /** The action that failed, for the error's message: `record in journal`. */
  action: string;
  /** Why the holder may take so long, for the error's hint. Default: it may be stopped. */
  holder?: string;
}

/** What many want at once and one is enough to make. */
export interface Flight<T> {
  /** What is there already; `null` = nothing yet. Asked again and again while somebody is at work. */
  look(): Promise<T | null>;
  /** Makes it, and puts it where `look` finds it. Runs alone. */
  make(): Promise<T>;
}

const FIRST_WAIT_MS = 2;
/**
 * Waits grow this far. A short limit serves a few no better, whose turn comes within the first steps,
 * and a crowd far worse: two hundred that look every 24 ms leave the holder no processor to end on
 * (27 of them came to write within 50 s; with this limit all, the last after 4.4 s).
 */
const LONGEST_WAIT_MS = 400;

/**
 * Runs `fn` while holding the lock file `path` (made with mode 0600, never removed). Never blocks:
 * it tries with growing, jittered waits, so that a stopped holder costs the deadline and no more. A
 * holder that was killed has let go: the kernel sees to that.
 * @throws SentinelError with `options.code` when the deadline passes; `FILE_UNSAFE` when the lock
 * file is a link or somebody else's. Errors of the file system and of `fn` pass through.
 */
export async function withLock<T>(
  path: string,
  options: LockOptions,
  fn: () => T | Promise<T>,
): Promise<T> {
  using file = openLock(path);
  await acquire(file, options, () => Promise.resolve(null));
  try {
    return await fn();
  } finally {
    file.unlockSync();
  }
}

/**
 * Gives what `flight` looks for, made once however many processes want it at once: while one makes
 * it, holding the lock file `path`, the others look for it, and the first of them goes on where the
 * maker was killed. Where the lock file can't be had at all, everybody makes their own.
 * @throws SentinelError with `options.code` when another has been at work for the whole deadline.
 * Errors of `flight` pass through; the next one then tries by itself.
 */
export async function once<T>(
  path: string,
  options: LockOptions,
  { look, make }: Flight<T>,
): Promise<T> {
  using file = lockOrNothing(path);
  if (file === null) return await make();
  const found = await acquire(file, options, look);
  if (found !== null) return found;
  try {
    // Between the last look and the lock another may have come to its end.
    return await look() ?? await make();
  } finally {
    file.unlockSync();
  }
}

function lockOrNothing(path: string): Deno.FsFile | null {
  try {
    return openLock(path);
  } catch {
    return null;
  }
}

function openLock(path: string): Deno.FsFile {
  const there = lookAt(path);
  if (there !== null && (!there.isFile || !isOurs(there))) throw unsafe(path);
  const file = Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 });
  try {
    // One that is made now has the mode that was asked for.
    if (there !== null && hasMode(there, 0o077)) Deno.chmodSync(path, 0o600);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

// Ends with the lock, and `null`; or with what `look` found meanwhile, and without the lock. The
// clock may be set, and stand still in tests: time slept counts as time passed.
async function acquire<T>(
  file: Deno.FsFile,
  options: LockOptions,
  look: () => Promise<T | null>,
): Promise<T | null> {
  const start = options.now().getTime();
  let slept = 0;
  for (let longest = FIRST_WAIT_MS; !file.tryLockSync(true);) {
    const passed = Math.max(options.now().getTime() - start, slept);
    if (passed >= options.deadlineMs) throw busy(options);
    const share = ((options.random(1)[0] ?? 255) + 1) / 256;
    const wait = Math.min(1 + longest * share, Math.max(1, options.deadlineMs - passed));
    await options.sleep(wait);
    slept += wait;
    longest = Math.min(2 * longest, LONGEST_WAIT_MS);
    const found = await look();
    if (found !== null) return found;
  }
  return null;
}

function busy({ code, action, deadlineMs, holder }: LockOptions): SentinelError {
  return new SentinelError(
    code,
    `Cannot ${action}: another process has held its lock for ${deadlineMs / 1000} s`,
    {
      hint: `try again; ${holder ?? "a stopped process may hold it"} ` +
        "(ps -C sentinel -o pid,stat,cmd)",
    },
  );
}

function unsafe(path: string): SentinelError {
  return new SentinelError(
    "FILE_UNSAFE",
    `Cannot lock ${printable(path)}: found a link or somebody else's file, want a file of your own`,
    { hint: `ls -l ${shellWord(path)}` },
  );
}
