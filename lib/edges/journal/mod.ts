// journal: the room's face. The fast path imports `journal.ts` alone.
export { type Journal, type JournalOptions, openJournal, type Signer } from "./journal.ts";
export { type JournalLook, lookAtJournal } from "./look.ts";
export { readEntries, type ReadEntry, type ReadOptions } from "./read.ts";
export { openSink, type Sink } from "./sinks.ts";
export { loadPublicKey, loadSigner } from "./signing.ts";
export { type JournalVerification, requireWhole, verifyJournal } from "./verify.ts";
