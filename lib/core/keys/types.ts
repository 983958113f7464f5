// keys: what signs people's decisions, and what such a signature is checked against.

/** How a key signs: Ed25519 (RFC 8032), or ECDSA over P-256 with SHA-256 (FIPS 186-5), in DER. */
export type KeyAlgorithm = "ed25519" | "ecdsa-p256-sha256";

/** The public half of a key. Its algorithm is its own: nothing that was signed may name another. */
export interface PublicKey {
  algorithm: KeyAlgorithm;
  /** SubjectPublicKeyInfo (RFC 5280), DER. */
  spki: Uint8Array<ArrayBuffer>;
}

/** A key that was opened to sign for one purpose. */
export interface SigningKey {
  /** SHA-256 of the public key's SPKI bytes, hex: as in the journal's head. */
  readonly id: string;
  readonly algorithm: KeyAlgorithm;
  readonly publicKey: PublicKey;
  /** What it was opened for, such as `APPROVAL_CONTEXT`: part of all that it signs. */
  readonly context: string;
  /**
   * Signs a SHA-256 digest, with the context before it.
   * @throws {RangeError} when `digest` has another length than 32 bytes
   * @throws {SentinelError} `KEY_UNUSABLE`, `KEY_MISSING`, or AWS's codes, for a key that isn't here
   */
  sign(digest: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>>;
}
