// credentials: the secret that seals the cache of leaves that have none of their own.
import { ensurePrivateDirectory, readTrustedFile, writePrivateFile } from "../os/privateFiles.ts";

const BYTES = 32;

/**
 * The key file's bytes, made at the first call. Weaker than a leaf's own secret, since it lies
 * beside what it seals: log-out ends nothing here, so what it seals is bound to the access key id.
 * @returns `null` when it can't be read or made: then nothing is cached
 */
export function cacheKey(
  directory: string,
  random: (bytes: number) => Uint8Array,
): Uint8Array | null {
  const path = `${directory}/key`;
  try {
    const kept = readTrustedFile(path, { maxBytes: BYTES });
    if (kept !== null) return kept.length === BYTES ? kept : null;
    ensurePrivateDirectory(directory);
    writePrivateFile(path, random(BYTES));
    // Of two processes that made one at once, the later won: both go on with what is there.
    return readTrustedFile(path, { maxBytes: BYTES });
  } catch {
    return null;
  }
}
