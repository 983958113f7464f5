// keys: public keys, what is signed with them, and whether a signature holds. Pure.
export {
  keyId,
  parsePublicKey,
  pinnedKey,
  PUBLIC_KEY,
  publicKeyOf,
  publicPem,
} from "./public_key.ts";
export { type KeySpec, parseKeySpec } from "./spec.ts";
export { APPROVAL_CONTEXT, CONTEXT, statementBytes } from "./statement.ts";
export type { KeyAlgorithm, PublicKey, SigningKey } from "./types.ts";
export { textSigner, textVerifier, verifierOf, verifySignature } from "./verify.ts";
