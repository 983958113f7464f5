// store tests: SQLite's store, opened as the program does.
import type { StorePort } from "../../../lib/core/store/types.ts";
import { openSqlite, type SqliteOptions } from "../../../lib/edges/store/sqlite.ts";

/** The machine's own clock and chance. */
export const MACHINE: SqliteOptions = {
  now: () => new Date(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
};

export function openAt(path: string, options: Partial<SqliteOptions> = {}): Promise<StorePort> {
  return openSqlite(path, { ...MACHINE, ...options });
}
