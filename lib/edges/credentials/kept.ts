// credentials: what a text means, kept in sealed files, so that it is read anew only when it changed.
import { VERSION } from "../../core/config/version.ts";
import { sha256Hex } from "../../core/text/hex.ts";
import type { SealedFiles } from "./sealed.ts";

/** A text whose meaning may be kept. */
export interface KeptText {
  /** Names the place: one value is kept for each. */
  label: string;
  /** Everything that the meaning depends on: the text, its file's name, what reads it. */
  parts: readonly unknown[];
}

/** SHA-256 of `parts` as JSON, hex. */
export async function digestOf(parts: readonly unknown[]): Promise<string> {
  return await sha256Hex(new TextEncoder().encode(JSON.stringify(parts)));
}

/**
 * What `read` makes of the text, or what it made of the very same text before. The text itself is
 * always at hand and hashed; what is kept counts only for that hash and this version, and only if
 * it opens: whoever can write the cache and lacks its key can make a call slower and no more.
 *
 * @param files `null` = nothing is kept
 * @param read yields plain JSON; what it throws is never kept
 */
export async function meaningOf<T>(
  { label, parts }: KeptText,
  files: SealedFiles | null,
  read: () => Promise<T>,
): Promise<T> {
  if (files === null) return await read();
  const digest = await digestOf([VERSION, ...parts]);
  const kept = await files.read(label) as { digest?: unknown; value: T } | null;
  if (kept?.digest === digest) return kept.value;
  const value = await read();
  await files.write(label, { digest, value });
  return value;
}
