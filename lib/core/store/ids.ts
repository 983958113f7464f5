// store: ids of records, and the short form that a source identity carries.
import { SentinelError } from "../errors/mod.ts";
import { newRequestId } from "../identity/mod.ts";

const RECORD_ID = /^[0-9a-f]{16}$/;
const NO_ID = "0".repeat(16);
const GRANT_ID_LENGTH = 8;

/**
 * A new record id: 16 lower-case hex digits.
 * @param random gives exactly as many random bytes as it is asked for
 * @throws SentinelError `INTERNAL` when it gives fewer, or nothing but zeros: what a generator that
 * failed leaves behind
 */
export function newRecordId(random: (length: number) => Uint8Array): string {
  const id = newRequestId(random);
  if (id !== NO_ID) return id;
  throw new SentinelError(
    "INTERNAL",
    "Cannot make an id: found nothing but zeros, want randomness",
  );
}

/** True for the form of every record id; the id of nothing but zeros is none. */
export function isRecordId(text: string): boolean {
  return RECORD_ID.test(text) && text !== NO_ID;
}

/** What stands after `ap-` or `bg-` in a source identity: the id's first 8 digits. */
export function grantIdOf(id: string): string {
  if (isRecordId(id)) return id.slice(0, GRANT_ID_LENGTH);
  throw new SentinelError("INTERNAL", "Cannot name grant: want an id of 16 hex digits");
}
