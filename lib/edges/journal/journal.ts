// journal: appends entries to the chain, each durable before its promise is kept.
import { type ErrorCode, hasCode, SentinelError } from "../../core/errors/mod.ts";
import { encodeEntry, hashLine } from "../../core/journal/entry.ts";
import { type Head, type HeadSigner, isSignedBy, signHead } from "../../core/journal/head.ts";
import type { Appended, EntryBody, JournalPort } from "../../core/journal/types.ts";
import { shellWord } from "../../core/text/printable.ts";
import { withLock } from "../os/lock.ts";
import { lookAt, osReason } from "../os/owner.ts";
import { ensurePrivateDirectory } from "../os/privateFiles.ts";
import { type HeadFile, openHead } from "./head_file.ts";
import { moveTornAside, noteLostHead, noteOtherHead } from "./repair.ts";
import { createSegment, type End, findEnd, OpenSegments } from "./segments.ts";
import type { Sink } from "./sinks.ts";

/** What a journal needs. */
export interface JournalOptions {
  /** Its directory; made with mode 0700 at the first append. */
  dir: string;
  now: () => Date;
  /** Gives exactly as many random bytes as it is asked for: jitter while waiting for the lock. */
  random: (bytes: number) => Uint8Array;
  /** A segment that an entry would make longer than this is followed by a new one. 16 MiB. */
  segmentBytes?: number;
  /** Longest wait for other writers, in milliseconds. 10,000. */
  lockDeadlineMs?: number;
  /** Waits so many milliseconds. */
  sleep?: (ms: number) => Promise<void>;
  /** Places that get each line too; one that fails makes the append fail. */
  sinks?: readonly Sink[];
  /**
   * Who signs the head, asked at each append; a failure makes the append fail. `unknown` = that
   * can't be told now: a head that is signed is then left as it is, behind, rather than replaced by
   * one that is not. Nobody, where left out.
   */
  signer?: () => Promise<Signer>;
}

/** See {@link JournalOptions.signer}; `null` = nobody signs. */
export type Signer = HeadSigner | "unknown" | null;

/** A journal on disk. */
export interface Journal extends JournalPort {
  /** No append after this one: `JOURNAL_UNWRITABLE`. Appends on their way end as they would. */
  close(): void;
}

const SEGMENT_BYTES = 16 * 1024 * 1024;
const LOCK_DEADLINE_MS = 10_000;
const NEWLINE = 0x0a;

/**
 * The journal in `options.dir`. Any number of processes may hold one open and append at once.
 * Nothing is touched before the first append.
 */
export function openJournal(options: JournalOptions): Journal {
  let closed = false;
  let made = false;
  let last: Promise<unknown> = Promise.resolve();
  const prepare = () => {
    if (!made) ensurePrivateDirectory(options.dir);
    else if (lookAt(options.dir) === null) throw unwritable("its directory is gone");
    made = true;
  };
  const append = async (make: () => EntryBody | null): Promise<Appended | null> => {
    try {
      const signer = await options.signer?.() ?? null;
      prepare();
      return await withLock(`${options.dir}/lock`, lockOptions(options), async () => {
        using segments = new OpenSegments(options.dir);
        return await new Append(options, signer, segments).run(make);
      });
    } catch (error) {
      throw asRefusal(error, options.dir);
    }
  };
  const inTurn = (make: () => EntryBody | null): Promise<Appended | null> => {
    if (closed) return Promise.reject(unwritable("it was closed"));
    const next = last.then(() => append(make));
    last = next.catch(() => {});
    return next;
  };
  return {
    async append(body) {
      const appended = await inTurn(() => body);
      if (appended === null) throw new TypeError("an entry that is there is appended");
      return appended;
    },
    appendIf: inTurn,
    close() {
      closed = true;
    },
  };
}

function lockOptions({ lockDeadlineMs, now, random, sleep }: JournalOptions) {
  return {
    deadlineMs: lockDeadlineMs ?? LOCK_DEADLINE_MS,
    now,
    random,
    sleep: sleep ?? ((ms: number) => new Promise<void>((done) => setTimeout(done, ms))),
    code: "JOURNAL_BUSY" as ErrorCode,
    action: "record in journal",
  };
}

// One append, under the lock. What a crash left is put right first, each step an entry of its own.
class Append {
  readonly #options: JournalOptions;
  readonly #signer: Signer;
  readonly #segments: OpenSegments;
  readonly #lines: Uint8Array[] = [];

  constructor(options: JournalOptions, signer: Signer, segments: OpenSegments) {
    this.#options = options;
    this.#signer = signer;
    this.#segments = segments;
  }

  async run(make: () => EntryBody | null): Promise<Appended | null> {
    const { dir, sinks = [] } = this.#options;
    const { end: ended, torn } = findEnd(this.#segments);
    using headFile = openHead(dir);
    const { head } = headFile;
    const found = await ended;
    if (head !== null) await this.#checkHead(head, found);
    const repairs: EntryBody[] = [];
    if (torn.length > 0) repairs.push(await moveTornAside(this.#segments, found, torn));
    const headNote = await this.#headNote(head, found);
    if (headNote !== null) repairs.push(headNote);
    const body = make();
    const entries = body === null ? repairs : [...repairs, body];
    if (entries.length === 0) return null;
    let end = found;
    for (const next of entries) end = await this.#put(end, next);
    await this.#moveHead(headFile, end);
    for (const sink of sinks) for (const line of this.#lines) sink.write(line);
    return body === null ? null : { seq: end.seq, hash: end.hash };
  }

  async #checkHead(head: Head, end: End): Promise<void> {
    checkHead(head, end);
    const signer = this.#signer;
    if (signer === null || signer === "unknown" || head.signed?.key !== signer.id) return;
    // A new signature would cover up what was done under the old one.
    if (await isSignedBy(head, signer)) return;
    throw unwritable("the signature of head.json is not its key's: edited");
  }

  async #headNote(head: Head | null, end: End): Promise<EntryBody | null> {
    const signer = this.#signer;
    if (head === null) return end.seq > 0 ? await noteLostHead() : null;
    return signer === "unknown" ? null : noteOtherHead(head, end, signer?.id ?? null);
  }

  async #moveHead(file: HeadFile, { segment, seq, hash, size }: End): Promise<void> {
    const signer = this.#signer;
    if (signer === "unknown" && file.head?.signed !== undefined) return;
    const head = { segment, seq, hash, bytes: size };
    file.write(signer === null || signer === "unknown" ? head : await signHead(head, signer));
  }

  async #put(end: End, body: EntryBody): Promise<End> {
    const line = this.#encode(end, body);
    const start = await this.#place(end, line.length);
    return await this.#write(start, start === end ? line : this.#encode(start, body));
  }

  // Where an entry of so many bytes goes: into the newest segment, or a new one when that is full.
  async #place(end: End, bytes: number): Promise<End> {
    const { dir, segmentBytes = SEGMENT_BYTES } = this.#options;
    if (end.segment > 0 && end.size === 0) return await this.#begin(end);
    if (end.segment > 0 && end.size + bytes <= segmentBytes) return end;
    createSegment(dir, end.segment + 1);
    return await this.#begin({ ...end, segment: end.segment + 1, size: 0 });
  }

  // Each segment after the first begins by carrying over the end of the one before.
  async #begin(end: End): Promise<End> {
    if (end.seq === 0) return end;
    const previous = { segment: end.lastIn, seq: end.seq, hash: end.hash };
    return await this.#write(end, this.#encode(end, { kind: "segment", previous }));
  }

  async #write(end: End, line: Uint8Array<ArrayBuffer>): Promise<End> {
    // On another thread, while this one waits for the disk.
    const hash = hashLine(line.subarray(0, -1));
    writeLine(this.#segments.at(end.segment), line);
    this.#lines.push(line);
    return {
      segment: end.segment,
      lastIn: end.segment,
      size: end.size + line.length,
      seq: end.seq + 1,
      hash: await hash,
    };
  }

  #encode(end: End, body: EntryBody): Uint8Array<ArrayBuffer> {
    const at = this.#options.now().toISOString();
    const bytes = encodeEntry({ ...body, v: 1, seq: end.seq + 1, at, prev: end.hash });
    const line = new Uint8Array(bytes.length + 1);
    line.set(bytes);
    line[bytes.length] = NEWLINE;
    return line;
  }
}

// One write: half a line on disk is a failure, and the next append's business.
function writeLine(file: Deno.FsFile, line: Uint8Array): void {
  const written = file.writeSync(line);
  if (written !== line.length) {
    throw unwritable(`the disk took ${written} of ${line.length} bytes`);
  }
  file.syncDataSync();
}

// The head is written after its entry is durable: ahead of the files means that these were cut.
function checkHead(head: Head, end: End): void {
  if (head.segment > end.segment || head.seq > end.seq) {
    throw unwritable(`its files end at entry ${end.seq}, before head.json's ${head.seq}: cut`);
  }
  if (head.segment === end.segment && head.bytes > end.size) {
    throw unwritable(`its newest file has ${end.size} bytes, head.json says ${head.bytes}: cut`);
  }
  if (head.seq === end.seq && head.hash !== end.hash) {
    throw unwritable(`entry ${end.seq} is not the one that head.json knows: edited`);
  }
}

function unwritable(found: string): SentinelError {
  return new SentinelError("JOURNAL_UNWRITABLE", `Cannot record in journal: ${found}`, {
    hint: "sentinel journal verify",
  });
}

// Whatever went wrong, nothing was recorded that a caller may build on.
function asRefusal(error: unknown, dir: string): SentinelError {
  if (hasCode(error, "JOURNAL_BUSY") || hasCode(error, "JOURNAL_UNWRITABLE")) return error;
  const known = error instanceof SentinelError;
  const found = known ? error.message.replace(/^C/, "c") : osReason(error);
  const hint = known && error.hint !== null ? error.hint : `ls -la ${shellWord(dir)}`;
  return new SentinelError("JOURNAL_UNWRITABLE", `Cannot record in journal: ${found}`, {
    hint,
    cause: error,
  });
}
