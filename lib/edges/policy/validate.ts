// policy: one file read for its problems, not for a decision.
import { SentinelError } from "../../core/errors/mod.ts";
import {
  compilePolicy,
  type Origin,
  parsePolicy,
  PolicyInvalidError,
  type Problem,
} from "../../core/policy/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { policyText } from "./load.ts";

/** What was found in a file. */
export interface Verdict {
  /** `null` when the file is right. */
  error: SentinelError | null;
  problems: readonly Problem[];
}

/** Reads `file` as loading would: its mode, its size, its text, its meaning. */
export function validateFile(file: string, kind: NonNullable<Origin["kind"]>): Verdict {
  try {
    const text = policyText(file, file);
    if (text === null) {
      throw new SentinelError(
        "POLICY_MISSING",
        `Cannot read policy: ${quoted(file)} does not exist`,
        {
          hint: "name an existing file",
        },
      );
    }
    compilePolicy([parsePolicy(text, { file, kind })]);
    return { error: null, problems: [] };
  } catch (error) {
    if (!(error instanceof SentinelError)) throw error;
    return { error, problems: error instanceof PolicyInvalidError ? error.problems : [] };
  }
}
