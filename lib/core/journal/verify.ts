// journal: is the chain whole? Fed line by line, in memory that does not grow; names the first bad entry.
import { decodeEntry, MAX_LINE_BYTES, NO_PREVIOUS } from "./entry.ts";
import type { Head } from "./head.ts";
import type { Entry } from "./types.ts";

/** What happened to the first bad entry, as far as the chain can tell. */
export type Damage =
  | "edited"
  | "deleted"
  | "reordered"
  | "doubled"
  | "cut"
  | "unreadable"
  | "segment";

/** The first entry that something contradicts; all before it is as it was written. */
export interface FirstBad {
  what: Damage;
  /** Its number: as the chain counts, even where the entry itself is gone. */
  seq: number;
  /** Name of the segment file. */
  file: string;
  /** Line in that file, from 1: where the entry is or, when it is gone, should be. */
  line: number;
  /** One line for a person. */
  detail: string;
}

/** The answer of {@link Verifier.finish}. */
export interface Verification {
  /** True when nothing contradicts anything. With `head: "missing"` that is not all of the truth. */
  ok: boolean;
  /** Lines seen, bad ones included. */
  entries: number;
  firstBad: FirstBad | null;
  /** `behind` is normal; `ahead` means that the end was cut; `missing` that a cut can't be seen. */
  head: "ok" | "behind" | "ahead" | "missing";
  /**
   * The last entry that says that the head was missing, lagged, or changed its key; 0 = there is
   * none. A signature on the head vouches for what was recorded from there on: what stood before
   * could have been changed by others until then.
   */
  headSince: number;
  /** Bytes of an unfinished last line, never acknowledged: the next append moves them aside. */
  tornBytes: number;
  /** Up to which entry somebody else's word proves the chain; `null` = no witness was asked. */
  provenTo: number | null;
  /** From this entry on (exclusive) only the owner of the files vouches. */
  unwitnessedAfter: number;
}

/** Takes a journal in order: each segment, then each of its lines, then the end. */
export interface Verifier {
  /** A segment begins. */
  segment(file: string, number: number): void;
  /**
   * A line without its newline; `text` where the caller has the same bytes decoded. Await it when it
   * gives a promise; the bytes must stay what they are till then.
   */
  line(bytes: Uint8Array, text?: string | null): void | Promise<void>;
  /** Bytes after the last newline of the segment, or a line too long to be one. */
  fragment(bytes: number): void;
  /** The end of the last segment. */
  finish(): Verification;
}

/** What a verifier needs. */
export interface VerifierOptions {
  /** SHA-256 in hex. */
  sha256: (bytes: Uint8Array) => string | Promise<string>;
  /** As it stood before the first segment was read; `null` = missing or unreadable. */
  head: Head | null;
}

interface Place {
  file: string;
  number: number;
  line: number;
}

/** A verifier over one journal. */
export function createVerifier({ sha256, head }: VerifierOptions): Verifier {
  const chain = new Chain(head);
  return {
    segment: (file, number) => chain.begin(file, number),
    line(bytes, text) {
      const line = text ?? bytes;
      const hash = sha256(bytes);
      return typeof hash === "string" ? chain.take(line, hash) : hash.then((h) => {
        chain.take(line, h);
      });
    },
    fragment: (bytes) => chain.fragment(bytes),
    finish: () => chain.end(),
  };
}

class Chain {
  readonly #head: Head | null;
  #at: Place = { file: "", number: 0, line: 0 };
  // The last good entry and where it stands.
  #seq = 0;
  #hash = NO_PREVIOUS;
  #place: Place = this.#at;
  // The last entry that could be read at all.
  #lastSeq = 0;
  #headSince = 0;
  #before: { number: number; seq: number; hash: string } | null = null;
  #entries = 0;
  #bad: FirstBad | null = null;
  // First missing number and the one found in its place: a later entry between them was moved.
  #gap: { from: number; to: number } | null = null;
  #torn: { bytes: number; at: Place } | null = null;

  constructor(head: Head | null) {
    this.#head = head;
  }

  begin(file: string, number: number): void {
    this.#settleTorn();
    if (this.#at.number > 0) {
      this.#before = { number: this.#at.number, seq: this.#seq, hash: this.#hash };
    }
    this.#at = { file, number, line: 0 };
  }

  take(line: Uint8Array | string, hash: string): void {
    this.#settleTorn();
    this.#entries++;
    const { file, number, line: before } = this.#at;
    this.#at = { file, number, line: before + 1 };
    const entry = read(line);
    this.#lastSeq = entry?.seq ?? this.#lastSeq;
    if (this.#bad !== null) return this.#lookForMoved(entry);
    if (entry === null) {
      return this.#blame("unreadable", this.#seq + 1, "the line is no journal entry");
    }
    this.#link(entry);
    if (this.#bad === null) this.#carryOver(entry);
    if (this.#bad === null) this.#accept(entry, hash);
  }

  fragment(bytes: number): void {
    this.#settleTorn();
    this.#torn = { bytes, at: { ...this.#at, line: this.#at.line + 1 } };
  }

  end(): Verification {
    const torn = this.#torn;
    if (torn !== null && torn.bytes >= MAX_LINE_BYTES) this.#settleTorn();
    const head = this.#headState();
    if (head === "ahead" && this.#bad === null) {
      this.#at = torn?.at ?? { ...this.#at, line: this.#at.line + 1 };
      this.#blame(
        "cut",
        this.#seq + 1,
        `head.json knows ${this.#head?.seq} entries, the files end after ${this.#seq}`,
      );
    }
    return {
      ok: this.#bad === null,
      entries: this.#entries,
      firstBad: this.#bad,
      head,
      headSince: this.#headSince,
      tornBytes: torn?.bytes ?? 0,
      provenTo: null,
      unwitnessedAfter: 0,
    };
  }

  // Bytes without a newline are harmless at the very end only.
  #settleTorn(): void {
    const torn = this.#torn;
    this.#torn = null;
    if (torn === null || this.#bad !== null) return;
    const at = this.#at;
    this.#at = torn.at;
    this.#blame("unreadable", this.#seq + 1, `${torn.bytes} bytes are no line of a journal`);
    this.#at = at;
  }

  #link(entry: Entry): void {
    const wanted = this.#seq + 1;
    const linked = entry.prev === this.#hash;
    if (entry.seq === wanted && linked) return;
    if (linked) {
      this.#blame("edited", wanted, `it calls itself entry ${entry.seq}`);
    } else if (entry.seq > wanted) {
      this.#gap = { from: wanted, to: entry.seq };
      this.#blame("deleted", wanted, `entry ${entry.seq} stands in its place`);
    } else if (entry.seq < wanted) {
      this.#blame("doubled", entry.seq, `it stands here again, after entry ${this.#seq}`);
    } else {
      this.#unlinked(entry);
    }
  }

  // Right number, wrong hash of the one before. Which of the two was edited? No two SHA-256 are
  // alike by chance: a `prev` that is mostly right was itself touched. Else the earlier is named,
  // since nothing vouches for it any more.
  #unlinked(entry: Entry): void {
    if (this.#seq === 0 || alike(entry.prev, this.#hash)) {
      this.#blame("edited", entry.seq, "its `prev` is not the hash of the entry before it");
      return;
    }
    const at = this.#at;
    this.#at = this.#place;
    this.#blame("edited", this.#seq, `entry ${entry.seq} holds another hash of it`);
    this.#at = at;
  }

  #carryOver(entry: Entry): void {
    const first = this.#at.line === 1 && this.#before !== null;
    if (first !== (entry.kind === "segment")) {
      const detail = first ? "a new file does not begin with a segment entry" : "it begins no file";
      return this.#blame("segment", entry.seq, detail);
    }
    if (entry.kind !== "segment" || this.#before === null) return;
    const { segment, seq, hash } = entry.previous ?? {};
    const { number } = this.#before;
    if (segment === number && seq === this.#before.seq && hash === this.#before.hash) return;
    this.#blame("segment", entry.seq, `it does not carry over the end of segment ${number}`);
  }

  #accept(entry: Entry, hash: string): void {
    this.#seq = entry.seq;
    this.#hash = hash;
    this.#place = this.#at;
    if (isAboutHead(entry)) this.#headSince = entry.seq;
    const head = this.#head;
    if (head?.seq === entry.seq && head.hash !== hash) {
      this.#blame("edited", entry.seq, "head.json holds another hash of it");
    }
  }

  #lookForMoved(entry: Entry | null): void {
    const gap = this.#gap;
    if (entry === null || gap === null || this.#bad === null) return;
    if (entry.seq < gap.from || entry.seq >= gap.to) return;
    this.#gap = null;
    this.#bad = { ...this.#bad, what: "reordered" };
  }

  #blame(what: Damage, seq: number, detail: string): void {
    this.#bad ??= { what, seq, file: this.#at.file, line: this.#at.line, detail };
  }

  #headState(): Verification["head"] {
    if (this.#head === null) return "missing";
    if (this.#head.seq > this.#lastSeq) return "ahead";
    return this.#head.seq === this.#lastSeq ? "ok" : "behind";
  }
}

function isAboutHead(entry: Entry): boolean {
  return entry.kind === "head" || (entry.kind === "repair" && entry.file === "head.json");
}

function read(line: Uint8Array | string): Entry | null {
  try {
    return decodeEntry(line);
  } catch {
    return null;
  }
}

function alike(a: string, b: string): boolean {
  let same = 0;
  for (let i = 0; i < a.length; i++) if (a[i] === b[i]) same++;
  return same >= 32;
}
