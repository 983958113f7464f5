// journal: the room's face. The chain's types are in `types.ts`.
export { decodeEntry, encodeEntry, hashLine, MAX_LINE_BYTES, NO_PREVIOUS } from "./entry.ts";
export {
  decodeHead,
  encodeHead,
  type Head,
  headBytes,
  type HeadKey,
  type HeadSignature,
  type HeadSigner,
  isSignedBy,
  judgeSignature,
  shortKey,
  type SignatureState,
  signHead,
} from "./head.ts";
export { PUBLIC_KEY, publicKeyBytes } from "./public_key.ts";
export { showEntry } from "./show.ts";
export {
  createVerifier,
  type Damage,
  type FirstBad,
  type Verification,
  type Verifier,
} from "./verify.ts";
export type { Appended, Entry, EntryBody, JournalPort } from "./types.ts";
