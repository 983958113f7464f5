// journal: the head: which entry was the last one acknowledged.
import { isHash } from "./entry.ts";

/** What `head.json` holds. Written after each append, not forced to disk: it may lag behind. */
export interface Head {
  /** Number of the segment that holds the entry. */
  segment: number;
  seq: number;
  /** SHA-256 of its line, hex. */
  hash: string;
  /** Length of the segment after it, in bytes. */
  bytes: number;
}

/** The text of `head.json`. */
export function encodeHead({ segment, seq, hash, bytes }: Head): string {
  return `${JSON.stringify({ segment, seq, hash, bytes })}\n`;
}

/** The head in `text`; `null` when it is none, which counts as missing. */
export function decodeHead(text: string): Head | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (value === null || typeof value !== "object") return null;
  const { segment, seq, hash, bytes } = value as Record<string, unknown>;
  if (!isCount(segment) || !isCount(seq) || !isCount(bytes) || !isHash(hash)) return null;
  return { segment, seq, hash, bytes };
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
