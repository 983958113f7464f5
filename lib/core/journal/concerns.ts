// journal: which entries are about one profile.
import type { Entry } from "./types.ts";

/**
 * A filter for entries about `profile`, to be asked in the journal's order: an outcome names no
 * profile, and belongs to the intent before it.
 */
export function about(profile: string): (entry: Entry) => boolean {
  const requests = new Set<string>();
  return (entry) => {
    if (entry.kind === "approval") return entry.profile === profile;
    if (entry.kind === "outcome") return requests.has(entry.requestId);
    if (!("subject" in entry) || entry.subject?.profile !== profile) return false;
    requests.add(entry.requestId);
    return true;
  };
}
