// journal tests: a temporary journal to write in, and what it then holds.
import { strict as assert } from "node:assert";
import {
  type Journal,
  type JournalOptions,
  openJournal,
} from "../../../lib/edges/journal/journal.ts";
import { readEntries, type ReadEntry } from "../../../lib/edges/journal/read.ts";
import { verifyJournal } from "../../../lib/edges/journal/verify.ts";

export const OPTIONS: Omit<JournalOptions, "dir"> = {
  now: () => new Date("2026-11-24T09:00:00Z"),
  random: (n) => new Uint8Array(n),
};

/** Runs `work` with the path of a journal that does not exist yet, and clears up. */
export async function withJournalDir(work: (dir: string) => Promise<void>): Promise<void> {
  const base = await Deno.makeTempDir({ prefix: "sentinel-journal-" });
  try {
    await work(`${base}/journal`);
  } finally {
    await Deno.remove(base, { recursive: true });
  }
}

export function journalIn(dir: string, options: Partial<JournalOptions> = {}): Journal {
  return openJournal({ ...OPTIONS, dir, ...options });
}

export function entriesIn(dir: string): Promise<ReadEntry[]> {
  return Array.fromAsync(readEntries(dir));
}

/** `kind` of each entry, in order. */
export async function kindsIn(dir: string): Promise<string[]> {
  return (await entriesIn(dir)).map(({ entry }) => entry.kind);
}

/** The chain holds, with nothing torn and the head at its end. */
export async function assertWhole(dir: string): Promise<void> {
  const { ok, firstBad, head, tornBytes } = await verifyJournal(dir);
  assert.deepEqual({ ok, firstBad, head, tornBytes }, {
    ok: true,
    firstBad: null,
    head: "ok",
    tornBytes: 0,
  });
}

/** A line of what the fixture `append.ts` prints. */
export type Printed = { seq: number; hash: string; requestId: string } | {
  code: string;
  message: string;
};

/** The command that runs the fixture. */
export function appender(...args: (string | number)[]): string[] {
  const fixture = new URL("./fixtures/append.ts", import.meta.url).pathname;
  return [Deno.execPath(), "run", "-A", "--no-prompt", fixture, ...args.map(String)];
}

export function printed(stdout: Uint8Array): Printed[] {
  const lines = new TextDecoder().decode(stdout).split("\n").slice(0, -1);
  return lines.map((line) => JSON.parse(line));
}
