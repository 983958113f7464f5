// journal: puts right what a crash left, and says so in the record.
import { hashLine } from "../../core/journal/entry.ts";
import type { Head } from "../../core/journal/head.ts";
import type { HeadEntry, RepairEntry } from "../../core/journal/types.ts";
import { lookAt } from "../os/owner.ts";
import { ensurePrivateDirectory, syncDirectory, writePrivateFile } from "../os/privateFiles.ts";
import { type End, type OpenSegments, segmentName } from "./segments.ts";

/**
 * Moves the bytes after the last newline to a file under `torn/` and cuts them off the segment. They
 * were never acknowledged: an append answers only after its newline is on disk.
 */
export async function moveTornAside(
  segments: OpenSegments,
  end: End,
  torn: Uint8Array<ArrayBuffer>,
): Promise<RepairEntry> {
  const tornHash = await hashLine(torn);
  const file = `${segmentName(end.segment)}.${end.size}.${tornHash.slice(0, 16)}`;
  keepTorn(segments.dir, file, torn);
  const segment = segments.at(end.segment);
  segment.truncateSync(end.size);
  segment.syncDataSync();
  return { kind: "repair", tornHash, tornBytes: torn.length, file };
}

/** For a head that was missing although there are entries: until now a cut could not have been seen. */
export async function noteLostHead(): Promise<RepairEntry> {
  const tornHash = await hashLine(new Uint8Array(0));
  return { kind: "repair", tornHash, tornBytes: 0, file: "head.json" };
}

/**
 * For a head that `key` (an id; `null` = nobody) has not signed to the end of the chain, while one
 * of both is signed: what stands there now did not have this key's word till now.
 * @returns `null` where there is nothing to say
 */
export function noteOtherHead(head: Head, end: End, key: string | null): HeadEntry | null {
  const previous = head.signed?.key ?? null;
  const lags = head.seq < end.seq && key !== null;
  if (previous === key && !lags) return null;
  return { kind: "head", signedTo: head.seq, previous, key };
}

function keepTorn(dir: string, file: string, torn: Uint8Array): void {
  const made = lookAt(`${dir}/torn`) === null;
  ensurePrivateDirectory(`${dir}/torn`);
  if (made) syncDirectory(dir);
  writePrivateFile(`${dir}/torn/${file}`, torn);
}
