// sandbox: ids and secrets in AWS's forms, from random bytes that are handed in.
import { hex } from "../../core/text/hex.ts";

/** Random bytes; the one source of everything that must not be guessed. */
export type Random = (length: number) => Uint8Array<ArrayBuffer>;

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** An id in AWS's form: four letters for the kind, then random ones. */
export function newId(prefix: string, random: Random, length = 16): string {
  return prefix + Array.from(random(length), (byte) => BASE32[byte % 32]).join("");
}

/** A random version 4 UUID. */
export function newUuid(random: Random): string {
  const bytes = random(16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** A random secret of `length` bytes in base64. */
export function newSecret(length: number, random: Random): string {
  return btoa(String.fromCharCode(...random(length)));
}
