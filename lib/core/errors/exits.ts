// errors: what each exit code says, in words. Help, man pages and docs take them from here.
import type { ErrorCode, EXIT } from "./codes.ts";

/** An exit code that Sentinel itself ends with; `exec` passes its program's own through. */
export type Exit = 0 | (typeof EXIT)[ErrorCode];

/** What each exit code means: a short word for a line of many, and a sentence. */
export const EXIT_MEANINGS: Readonly<Record<Exit, { short: string; long: string }>> = {
  0: { short: "done", long: "Done. For checks: looked at everything, found nothing." },
  1: {
    short: "could not",
    long:
      "Could not do it: AWS, network or a file failed, or a policy is missing, unreadable or invalid.",
  },
  2: {
    short: "called wrongly",
    long: "Called wrongly; also an unknown or malformed profile name.",
  },
  3: {
    short: "refused",
    long: "Refused: by policy, by a pin, or because an obligation can never be met here.",
  },
  4: {
    short: "not yet",
    long:
      "Not yet: an obligation is open (an approval, a one-time code); stderr says which, and the next command.",
  },
  5: {
    short: "could not be recorded",
    long: "Refused because the decision could not be recorded; also a busy journal.",
  },
  6: {
    short: "no valid identity",
    long: "No valid identity: no base credentials, or expired ones.",
  },
  10: { short: "a check found something", long: "A check found something." },
  11: {
    short: "a check could not look at everything",
    long: "A check could not look at everything. Never 0.",
  },
  126: { short: "not executable", long: "`exec`: the program can't be executed." },
  127: { short: "no such program", long: "`exec`: there is no such program." },
  130: { short: "interrupted", long: "Ctrl-C at a question." },
};

/** The codes, smallest first, with what they mean. */
export function exitCodes(): readonly { code: Exit; short: string; long: string }[] {
  return (Object.keys(EXIT_MEANINGS).map(Number) as Exit[])
    .sort((a, b) => a - b)
    .map((code) => ({ code, ...EXIT_MEANINGS[code] }));
}
