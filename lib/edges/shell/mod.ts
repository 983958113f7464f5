// shell: rc files of others, and the generated files that are ours.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted, shellWord } from "../../core/text/printable.ts";
import { hasMode, isOurs, lookAt, osReason } from "../os/owner.ts";
import {
  directoryOf,
  ensurePrivateDirectory,
  readTrustedFile,
  syncDirectory,
  writeAll,
  writePrivateFile,
} from "../os/privateFiles.ts";

const LONGEST = 4 * 1024 * 1024;
const WORLD_WRITE = 0o002;
const STICKY = 0o1000;

/** An rc file as it is. */
export interface RcFile {
  /** As it was named; perhaps a link. */
  path: string;
  /** Where its bytes are, links followed. */
  target: string;
  /** Each byte as one character: what is no UTF-8 comes back unharmed. Empty where there is none. */
  bytes: string;
  /** `null` = there is no such file yet. */
  mode: number | null;
}

/**
 * Reads an rc file.
 * @throws SentinelError `FILE_FAILED`; `FILE_UNSAFE` when it belongs to somebody else or is no file
 */
export function readRc(path: string): RcFile {
  return attempt("read", path, () => {
    if (lookAt(path) === null) return { path, target: path, bytes: "", mode: null };
    const target = Deno.realPathSync(path);
    const info = Deno.lstatSync(target);
    if (!info.isFile || info.size > LONGEST) throw unsafe(path, "no file of a few lines");
    if (!isOurs(info)) throw unsafe(path, "somebody else's file");
    return {
      path,
      target,
      bytes: characters(Deno.readFileSync(target)),
      mode: (info.mode ?? 0o644) & 0o7777,
    };
  });
}

/**
 * Replaces an rc file in one piece, where its bytes are: a link stays a link, modes stay.
 * @throws SentinelError `FILE_FAILED`, also when it changed since it was read; it is then as it was
 */
export function writeRc(file: RcFile, bytes: string): void {
  attempt("write", file.path, () => {
    if (readRc(file.path).bytes !== file.bytes) {
      throw unsafe(file.path, "another text than a moment ago");
    }
    const directory = directoryOf(file.target);
    Deno.mkdirSync(directory, { recursive: true, mode: 0o755 });
    const temporary = `${file.target}.${crypto.randomUUID()}.tmp`;
    try {
      using made = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 });
      writeAll(made, Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
      Deno.chmodSync(temporary, file.mode ?? 0o644);
      made.syncSync();
      Deno.renameSync(temporary, file.target);
    } catch (error) {
      removeIfThere(temporary);
      throw error;
    }
    syncDirectory(directory);
  });
}

/**
 * Takes an rc file away.
 * @throws SentinelError `FILE_FAILED` `FILE_UNSAFE`, also when it changed since it was read
 */
export function removeRc(file: RcFile): void {
  attempt("remove", file.path, () => {
    if (readRc(file.path).bytes !== file.bytes) {
      throw unsafe(file.path, "another text than a moment ago");
    }
    Deno.removeSync(file.path);
  });
}

/** Remembers whether an rc file was made here. @param note where that is kept; `null` forgets */
export function rememberMade(note: string, path: string | null): void {
  if (path === null) return removeIfThere(note);
  ensurePrivateDirectory(directoryOf(note));
  writePrivateFile(note, new TextEncoder().encode(path), { durable: false });
}

/** True when {@link rememberMade} was told of this very file, and nobody put a link in its place. */
export function wasMade(note: string, path: string): boolean {
  const bytes = readTrustedFile(note, { maxBytes: LONGEST });
  const told = bytes !== null && new TextDecoder().decode(bytes) === path;
  return told && lookAt(path)?.isSymlink === false;
}

/** A text as a string of its UTF-8 bytes, as rc files are held. */
export function characters(text: string | Uint8Array): string {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  let all = "";
  for (const byte of bytes) all += String.fromCharCode(byte);
  return all;
}

/** The way back, for showing. */
export function textOf(bytes: string): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
}

/**
 * The generated files that are there, by their paths below `directory`.
 * @throws SentinelError `FILE_UNSAFE` when others may write them, or put others in their place
 */
export function readGenerated(directory: string): Map<string, string> {
  refuseOpenAbove(directory);
  const found = new Map<string, string>();
  for (const path of filesBelow(directory, "")) {
    const bytes = readTrustedFile(`${directory}/${path}`, { maxBytes: LONGEST });
    if (bytes !== null) found.set(path, new TextDecoder().decode(bytes));
  }
  return found;
}

/**
 * Makes `directory` hold exactly these files, each replaced in one piece, `entry` last but for those
 * that go. A power cut may take them: they can be made again.
 * @throws SentinelError `FILE_FAILED` `FILE_UNSAFE`
 */
export function writeGenerated(
  directory: string,
  files: ReadonlyMap<string, string>,
  entry: string,
): void {
  const there = readGenerated(directory);
  const folders = new Set([...files.keys()].map((path) => directoryOf(`${directory}/${path}`)));
  ensurePrivateDirectory(directoryOf(directory));
  for (const folder of [directory, ...folders]) ensurePrivateDirectory(folder);
  const order = [...files].sort(([a], [b]) => Number(a === entry) - Number(b === entry));
  for (const [path, text] of order) {
    if (there.get(path) === text) continue;
    writePrivateFile(`${directory}/${path}`, new TextEncoder().encode(text), { durable: false });
  }
  for (const path of there.keys()) if (!files.has(path)) removeIfThere(`${directory}/${path}`);
}

/** Takes all generated files away. */
export function removeGenerated(directory: string): void {
  if (lookAt(directory) === null) return;
  attempt("remove", directory, () => Deno.removeSync(directory, { recursive: true }));
}

/** Names of the policy files of single profiles, without their ending. */
export function policyNames(directory: string): string[] {
  if (lookAt(directory) === null) return [];
  return attempt(
    "read",
    directory,
    () =>
      [...Deno.readDirSync(directory)].filter((e) => !e.isDirectory && e.name.endsWith(".yaml"))
        .map((e) => e.name.slice(0, -".yaml".length)).sort(),
  );
}

function filesBelow(directory: string, below: string): string[] {
  if (lookAt(directory) === null) return [];
  return attempt(
    "read",
    directory,
    () =>
      [...Deno.readDirSync(directory)].flatMap((e) =>
        e.isDirectory
          ? filesBelow(`${directory}/${e.name}`, `${below}${e.name}/`)
          : [`${below}${e.name}`]
      ),
  );
}

// Each new shell runs what lies below: whoever may write a directory above can put another in its place.
function refuseOpenAbove(directory: string): void {
  for (let at = directoryOf(directory); at !== "/" && at !== "."; at = directoryOf(at)) {
    const info = attempt("look at", at, () => lookAt(at) === null ? null : Deno.statSync(at));
    if (info === null) continue;
    if (!hasMode(info, WORLD_WRITE) || hasMode(info, STICKY)) continue;
    throw new SentinelError(
      "FILE_UNSAFE",
      `Cannot trust shell text in ${quoted(directory)}: found ${quoted(at)} open to others, ` +
        "want directories that only their owners may write",
      { hint: `chmod o-w ${shellWord(at)}` },
    );
  }
}

function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // It is gone, or stays until the next time.
  }
}

function unsafe(path: string, found: string): SentinelError {
  return new SentinelError("FILE_UNSAFE", `Cannot edit ${quoted(path)}: found ${found}`, {
    hint: `ls -lL ${shellWord(path)}`,
  });
}

function attempt<T>(action: string, path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof SentinelError) throw cause;
    throw new SentinelError("FILE_FAILED", `Cannot ${action} ${quoted(path)}: ${osReason(cause)}`, {
      hint: `ls -ld ${shellWord(path)}`,
      cause,
    });
  }
}
