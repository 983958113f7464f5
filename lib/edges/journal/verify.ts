// journal: holds the files against their chain and their head.
import { SentinelError } from "../../core/errors/mod.ts";
import {
  type HeadKey,
  judgeSignature,
  shortKey,
  type SignatureState,
} from "../../core/journal/head.ts";
import { createVerifier, type Verification } from "../../core/journal/verify.ts";
import { printable } from "../../core/text/printable.ts";
import { osReason } from "../os/owner.ts";
import { readHead } from "./head_file.ts";
import { readLines } from "./lines.ts";
import { segmentName, segmentsIn } from "./segments.ts";

/** A journal's chain, and what the signature on its head is worth. */
export interface JournalVerification extends Verification {
  /** Contradicts a configured key where it is `missing`, `foreign` or `wrong`: then `ok` is false. */
  signature: SignatureState;
}

const CONTRADICTS = new Set<SignatureState["state"]>(["missing", "foreign", "wrong"]);

/**
 * Reads the whole journal in `dir` and checks it; a directory that is missing holds no entries.
 * Needs no lock: the head is read first, so that entries appended meanwhile only put it behind.
 * @param keys one of which must have signed the head; none = a signature is only reported
 * @throws SentinelError `JOURNAL_INCOMPLETE` when a file can't be read
 */
export async function verifyJournal(
  dir: string,
  keys: readonly HeadKey[] = [],
): Promise<JournalVerification> {
  const { hash } = await import("node:crypto");
  try {
    const head = readHead(dir);
    const verifier = createVerifier({ sha256: (bytes) => hash("sha256", bytes, "hex"), head });
    for (const number of segmentsIn(dir)) {
      const file = segmentName(number);
      verifier.segment(file, number);
      for await (const lines of readLines(`${dir}/${file}`)) {
        for (const line of lines) {
          if ("fragment" in line) verifier.fragment(line.fragment);
          else verifier.line(line.bytes, line.text);
        }
      }
    }
    const chain = verifier.finish();
    const signature = await judgeSignature(head, keys);
    // A head that is not there is told by `head`, and a journal that is not there needs none.
    const contradicted = head !== null && CONTRADICTS.has(signature.state);
    return { ...chain, ok: chain.ok && !contradicted, signature };
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
export function requireWhole(verification: JournalVerification): void {
  const { firstBad, head, entries, signature } = verification;
  if (firstBad !== null) {
    const { what, seq, file, line, detail } = firstBad;
    throw new SentinelError(
      "JOURNAL_BROKEN",
      `Cannot trust journal from entry ${seq} (${file}, line ${line}): ${what}: ${detail}`,
      { hint: "keep the files as they are, and see docs/journal.md" },
    );
  }
  if (head === "missing" && entries > 0) {
    throw new SentinelError(
      "JOURNAL_INCOMPLETE",
      "Cannot tell whether the journal's end was cut: found no head.json, want the last entry's",
      { hint: "the next entry renews it and says that it was missing" },
    );
  }
  if (head !== "missing" && CONTRADICTS.has(signature.state)) throw badSignature(signature);
}

function badSignature({ state, key, wanted }: SignatureState): SentinelError {
  const named = printable(shortKey(key ?? ""));
  const found = state === "missing"
    ? "head.json is not signed"
    : state === "foreign"
    ? `head.json is signed by ${named}`
    : `the signature of head.json is not by ${named}, which it names`;
  const want = wanted.map(shortKey).join(" or ");
  return new SentinelError(
    "JOURNAL_BROKEN",
    `Cannot trust journal: found that ${found}, want a signature by ${want}`,
    { hint: "sentinel journal show: entries of kind head say when keys changed" },
  );
}
