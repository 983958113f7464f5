// doctor: the journal and the cache, at a glance.
import { counted, line, say } from "../line.ts";
import type { Facts, Line } from "../types.ts";

/** From here on, reading the whole record takes its time. */
const LARGE = 1024 * 1024 * 1024;

/** Head, last entry, torn tail, size: a quick look, which proves nothing. */
export function checkJournal({ journal }: Facts): Line[] {
  const { trouble, entries, directory } = journal;
  if (trouble !== null) {
    const state = trouble.code === "JOURNAL_BROKEN" ? "problem" : "could-not-look";
    return [line("journal/readable", state, say`${trouble.message}`, {
      fix: say`sentinel journal verify`,
    })];
  }
  if (entries === 0 && journal.segments === 0) {
    return [line("journal/entries", "ok", say`no entries yet in ${directory}`)];
  }
  const last = journal.last;
  return [
    line(
      "journal/entries",
      "ok",
      last === null
        ? say`no entries yet in ${directory}`
        : say`${counted(entries, "entry", "entries")} in ${
          counted(journal.segments, "file")
        }, the last ${last.kind} at ${last.at}; whether it is whole: sentinel journal verify`,
    ),
    ...head(journal.head),
    ...torn(journal.torn),
    ...size(journal.bytes),
  ];
}

const HEADS: Readonly<Record<string, { state: "note" | "warning" | "problem"; says: string }>> = {
  behind: {
    state: "note",
    says: "the head is behind the last entry, as after a crash or while somebody writes",
  },
  missing: { state: "warning", says: "there is no head: a cut at the end could not be seen" },
  cut: { state: "problem", says: "the head names an entry that is not there: the end was cut" },
  contradicts: {
    state: "problem",
    says: "the head names another entry than the one that is there",
  },
};

function head(state: string): Line[] {
  const found = Object.hasOwn(HEADS, state) ? HEADS[state] : undefined;
  if (found === undefined) return [];
  return [line("journal/head", found.state, [found.says], { fix: say`sentinel journal verify` })];
}

function torn(found: boolean): Line[] {
  if (!found) return [];
  return [line(
    "journal/torn",
    "note",
    say`the newest file ends within a line: a crash; the next entry moves it aside and says so`,
  )];
}

function size(bytes: number): Line[] {
  if (bytes < LARGE) return [];
  return [
    line(
      "journal/size",
      "note",
      say`${Math.round(bytes / 1024 / 1024)} MiB: verifying takes its time`,
    ),
  ];
}

/** What seals kept sessions. */
export function checkCache({ profiles, cache }: Facts): Line[] {
  const lines = [
    line("cache/files", "ok", say`${counted(cache.files, "sealed file")} in ${cache.directory}`),
  ];
  for (const { name, seal } of profiles) {
    if (seal !== "key file") continue;
    lines.push(line(
      "cache/seal",
      "note",
      say`${name}: kept sessions are sealed by a key file beside them: its credentials have no secret of their own at hand`,
      { profile: name },
    ));
  }
  return lines;
}
