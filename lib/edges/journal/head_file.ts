// journal: head.json on disk: written over in place, in one write within one sector.
import { decodeHead, encodeHead, type Head, HEAD_BYTES } from "../../core/journal/head.ts";
import { isOurs, lookAt } from "../os/owner.ts";
import { writeAll } from "../os/privateFiles.ts";
import { unsafe } from "./segments.ts";

/** How often a head is read that is another one each time. */
const READS = 20;

/** The head's file as one writer holds it, under the lock. Dispose of it before the lock goes. */
export interface HeadFile extends Disposable {
  /** What it says; `null` when it is missing or no head. */
  readonly head: Head | null;
  /** Lets it say `head`, without waiting for the disk. */
  write(head: Head): void;
}

/**
 * What `head.json` says; `null` when it is missing or no head. Without the lock a read may meet half
 * of one head and half of the next: what two reads in a row agree on was not being written.
 */
export function readHead(dir: string): Head | null {
  if (lookAtHead(dir) === null) return null;
  let text = Deno.readTextFileSync(headPath(dir));
  for (let again = 0; again < READS; again++) {
    const before = text;
    text = Deno.readTextFileSync(headPath(dir));
    if (text === before) break;
  }
  return decodeHead(text);
}

/**
 * Opens `head.json`. One of {@link HEAD_BYTES} is written over in place: a kernel copies so few bytes
 * in one piece whoever is killed, and a disk writes a sector or leaves it. Any other (none, that of an
 * older version, one with other links or a looser mode) is replaced by one of that length.
 */
export function openHead(dir: string): HeadFile {
  const info = lookAtHead(dir);
  const file = info === null || !isRecord(info) ? null : openSame(dir, info);
  try {
    const text = file !== null ? textOf(file) : info && Deno.readTextFileSync(headPath(dir));
    return {
      head: text === null ? null : decodeHead(text),
      write: (head) => write(dir, file, new TextEncoder().encode(encodeHead(head))),
      [Symbol.dispose]: () => file?.close(),
    };
  } catch (error) {
    file?.close();
    throw error;
  }
}

function write(dir: string, file: Deno.FsFile | null, bytes: Uint8Array): void {
  if (file === null || bytes.length !== HEAD_BYTES) return replace(dir, bytes);
  file.seekSync(0, Deno.SeekMode.Start);
  writeAll(file, bytes);
}

function replace(dir: string, bytes: Uint8Array): void {
  const temporary = `${headPath(dir)}.tmp`;
  if (lookAt(temporary) !== null) Deno.removeSync(temporary);
  {
    using file = Deno.openSync(temporary, { write: true, createNew: true, mode: 0o600 });
    writeAll(file, bytes);
  }
  Deno.renameSync(temporary, headPath(dir));
}

// A link elsewhere (a snapshot made of links) must keep what it holds.
function isRecord(info: Deno.FileInfo): boolean {
  const alone = info.nlink === null || info.nlink === 1;
  const mode = info.mode === null || (info.mode & 0o777) === 0o600;
  return info.size === HEAD_BYTES && alone && mode && isOurs(info);
}

function openSame(dir: string, info: Deno.FileInfo): Deno.FsFile {
  const file = Deno.openSync(headPath(dir), { read: true, write: true });
  const opened = file.statSync();
  if (opened.ino === info.ino && opened.dev === info.dev) return file;
  file.close();
  throw unsafe("head.json", "another file than a moment ago");
}

function textOf(file: Deno.FsFile): string {
  const bytes = new Uint8Array(HEAD_BYTES);
  const length = file.readSync(bytes) ?? 0;
  return new TextDecoder().decode(bytes.subarray(0, length));
}

function headPath(dir: string): string {
  return `${dir}/head.json`;
}

function lookAtHead(dir: string): Deno.FileInfo | null {
  const info = lookAt(headPath(dir));
  if (info !== null && !info.isFile) throw unsafe("head.json", "a link or a device");
  return info;
}
