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
    makeOnce(path, random(BYTES));
    return readTrustedFile(path, { maxBytes: BYTES });
  } catch {
    return null;
  }
}

// Of many processes that make one at once the first wins, for all: a key that was read by anybody
// is never replaced, or what it sealed would be lost.
function makeOnce(path: string, bytes: Uint8Array): void {
  const own = `${path}.${crypto.randomUUID()}.tmp`;
  writePrivateFile(own, bytes);
  try {
    Deno.linkSync(own, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  } finally {
    Deno.removeSync(own);
  }
}
