// journal: holds the files against their chain and their head.
import { SentinelError } from "../../core/errors/mod.ts";
import { createVerifier, type Verification } from "../../core/journal/verify.ts";
import { osReason } from "../os/owner.ts";
import { readLines } from "./lines.ts";
import { readHead, segmentName, segmentsIn } from "./segments.ts";

/**
 * Reads the whole journal in `dir` and checks it; a directory that is missing holds no entries.
 * Needs no lock: the head is read first, so that entries appended meanwhile only put it behind.
 * @throws SentinelError `JOURNAL_INCOMPLETE` when a file can't be read
 */
export async function verifyJournal(dir: string): Promise<Verification> {
  const { hash } = await import("node:crypto");
  try {
    const verifier = createVerifier({
      sha256: (bytes) => hash("sha256", bytes, "hex"),
      head: readHead(dir),
    });
    for (const number of segmentsIn(dir)) {
      const file = segmentName(number);
      verifier.segment(file, number);
      for await (const line of readLines(`${dir}/${file}`)) {
        if ("fragment" in line) verifier.fragment(line.fragment);
        else await verifier.line(line.bytes);
      }
    }
    return verifier.finish();
  } catch (cause) {
    throw new SentinelError("JOURNAL_INCOMPLETE", `Cannot verify journal: ${osReason(cause)}`, {
      cause,
    });
  }
}

/**
 * Throws what a verification amounts to: nothing when the journal is whole, or empty.
 * @throws SentinelError `JOURNAL_BROKEN` names the first bad entry; `JOURNAL_INCOMPLETE` when there
 * is no head to tell whether the end was cut
 */
export function requireWhole({ firstBad, head, entries }: Verification): void {
  if (firstBad !== null) {
    const { what, seq, file, line, detail } = firstBad;
    throw new SentinelError(
      "JOURNAL_BROKEN",
      `Cannot trust journal from entry ${seq} (${file}, line ${line}): ${what}: ${detail}`,
      { hint: "sentinel journal show" },
    );
  }
  if (head === "missing" && entries > 0) {
    throw new SentinelError(
      "JOURNAL_INCOMPLETE",
      "Cannot tell whether the journal's end was cut: found no head.json, want the last entry's",
      { hint: "the next entry renews it and says that it was missing" },
    );
  }
}
