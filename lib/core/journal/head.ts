// journal: the head: which entry was the last one acknowledged, and who signed that.
import { isHash } from "./entry.ts";

/**
 * Length of `head.json`, whatever it says: so that it can be written over in place, and a sector's,
 * so that a disk writes it whole or not at all.
 */
export const HEAD_BYTES = 512;

/** What `head.json` holds. Written after each append, not forced to disk: it may lag behind. */
export interface Head {
  /** Number of the segment that holds the entry. */
  segment: number;
  seq: number;
  /** SHA-256 of its line, hex. */
  hash: string;
  /** Length of the segment after it, in bytes. */
  bytes: number;
  /** Who vouches for the four fields above; absent where nobody signed. */
  signed?: HeadSignature;
}

/** A signature as it stands in `head.json`, good or not. */
export interface HeadSignature {
  /** SHA-256 of the public key's SPKI bytes, hex. */
  key: string;
  /** Ed25519 (RFC 8032) over {@link headBytes}, base64. */
  signature: string;
}

/** The public half of a key that signs heads. */
export interface HeadKey {
  /** SHA-256 of its SPKI bytes, hex. */
  readonly id: string;
  /** True when `signature` is this key's over `bytes`. */
  verify(
    bytes: Uint8Array<ArrayBuffer>,
    signature: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>;
}

/** A key that signs heads. */
export interface HeadSigner extends HeadKey {
  sign(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array>;
}

/** What a head's signature is worth to somebody who holds `keys`. */
export interface SignatureState {
  /**
   * `none` and `unknown`: no key is configured, and the head is unsigned, or signed by some key.
   * `good`: signed by a configured key. The rest contradict a configured key: `missing` = unsigned,
   * `foreign` = signed by another key, `wrong` = the signature is not that key's over these fields.
   */
  state: "none" | "unknown" | "good" | "missing" | "foreign" | "wrong";
  /** The key that the head names, as it stands there; `null` when it is unsigned. */
  key: string | null;
  /** Ids of the keys of which one must have signed. */
  wanted: readonly string[];
}

/** The text of `head.json`: one line of {@link HEAD_BYTES}, filled up with spaces. */
export function encodeHead(head: Head): string {
  const { signed } = head;
  const vouched = signed && { signature: signed.signature, key: signed.key };
  return `${JSON.stringify({ ...fieldsOf(head), ...vouched }).padEnd(HEAD_BYTES - 1)}\n`;
}

/**
 * The head in `text`; `null` when it is none, which counts as missing. A signature that can't be
 * one is kept as found: it is a bad signature, not an absent one.
 */
export function decodeHead(text: string): Head | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (value === null || typeof value !== "object") return null;
  const { segment, seq, hash, bytes, signature, key } = value as Record<string, unknown>;
  if (!isCount(segment) || !isCount(seq) || !isCount(bytes) || !isHash(hash)) return null;
  const head = { segment, seq, hash, bytes };
  if (signature === undefined && key === undefined) return head;
  return { ...head, signed: { key: textOf(key), signature: textOf(signature) } };
}

/** What is signed: `{"segment":…,"seq":…,"hash":"…","bytes":…}` in UTF-8, without spaces. */
export function headBytes(head: Head): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(fieldsOf(head)));
}

/** `head` with `signer`'s signature in place of any other. */
export async function signHead(head: Head, signer: HeadSigner): Promise<Head> {
  const signature = (await signer.sign(headBytes(head))).toBase64();
  return { ...fieldsOf(head), signed: { key: signer.id, signature } };
}

/** True when the head names `key` and carries that key's signature. */
export async function isSignedBy(head: Head, key: HeadKey): Promise<boolean> {
  if (head.signed?.key !== key.id) return false;
  const signature = base64Bytes(head.signed.signature);
  return signature !== null && await key.verify(headBytes(head), signature);
}

/** What the signature of `head` is worth to somebody who knows `keys` (any of them will do). */
export async function judgeSignature(
  head: Head | null,
  keys: readonly HeadKey[],
): Promise<SignatureState> {
  const key = head?.signed?.key ?? null;
  const of = (state: SignatureState["state"]) => ({ state, key, wanted: keys.map(({ id }) => id) });
  if (keys.length === 0) return of(key === null ? "none" : "unknown");
  if (head === null || key === null) return of("missing");
  const known = keys.find(({ id }) => id === key);
  if (known === undefined) return of("foreign");
  return of(await isSignedBy(head, known) ? "good" : "wrong");
}

/** As much of a key's id as a person compares. */
export function shortKey(id: string): string {
  return id.slice(0, 16);
}

// One order of fields, whatever order they came in: the bytes that are signed depend on it.
function fieldsOf({ segment, seq, hash, bytes }: Head): Head {
  return { segment, seq, hash, bytes };
}

function base64Bytes(text: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.fromBase64(text, { lastChunkHandling: "strict" });
  } catch {
    return null;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0;
}
