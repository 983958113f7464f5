// keys: what is signed: a purpose, and the digest that is vouched for. One for each meaning.

/** For people's decisions about requests. */
export const APPROVAL_CONTEXT = "sentinel approval v1";

/**
 * What a context looks like. All begin with the same word, and nothing else that a key of ours may
 * sign does: a journal's head begins with a brace.
 */
export const CONTEXT = /^sentinel [a-z]+(?:-[a-z]+)* v[1-9]\d{0,2}$/;

const DIGEST_BYTES = 32;

/**
 * The bytes that are signed: the context, a zero byte, the digest. No context holds a zero byte, so
 * two contexts never yield the same bytes.
 * @param digest SHA-256
 * @throws {RangeError} for a context of another form, and for a digest of another length
 */
export function statementBytes(
  context: string,
  digest: Uint8Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  checkContext(context);
  if (digest.length !== DIGEST_BYTES) {
    throw new RangeError(`Cannot sign: found a digest of ${digest.length} bytes, want 32`);
  }
  const head = new TextEncoder().encode(`${context}\0`);
  const bytes = new Uint8Array(head.length + DIGEST_BYTES);
  bytes.set(head);
  bytes.set(digest, head.length);
  return bytes;
}

/** @throws {RangeError} for a context of another form than {@link CONTEXT} */
export function checkContext(context: string): void {
  if (!CONTEXT.test(context)) throw new RangeError("Cannot sign: found no context of ours");
}
