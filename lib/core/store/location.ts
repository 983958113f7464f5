// store: which store, from one line of configuration.
import { SentinelError } from "../errors/mod.ts";
import { quoted } from "../text/printable.ts";

/** Where things are kept. */
export type StoreLocation =
  /** A file of this machine. */
  | { kind: "sqlite"; path: string }
  /** Tables whose names begin with `prefix`. */
  | { kind: "dynamodb"; prefix: string };

/** What DynamoDB's tables begin with where nobody says otherwise. */
export const DEFAULT_PREFIX = "sentinel-";

/**
 * Form of such a beginning. Table names have 3 to 255 of these ("Naming rules", DynamoDB developer
 * guide).
 */
export const TABLE_PREFIX = /^[A-Za-z0-9_.-]{1,200}$/;

/**
 * Reads `sqlite:PATH`, `dynamodb:` or `dynamodb:PREFIX`.
 * @throws {SentinelError} `CONFIG_INVALID`
 */
export function parseStoreLocation(text: string): StoreLocation {
  const colon = text.indexOf(":");
  const [kind, rest] = [text.slice(0, Math.max(0, colon)), text.slice(colon + 1)];
  if (kind === "sqlite") return { kind, path: pathOf(rest, text) };
  if (kind !== "dynamodb") throw invalid(text, "a store of another kind");
  if (rest !== "" && !TABLE_PREFIX.test(rest)) {
    throw invalid(text, "a prefix that no table may have");
  }
  return { kind, prefix: rest === "" ? DEFAULT_PREFIX : rest };
}

function pathOf(path: string, text: string): string {
  if (path === "") throw invalid(text, "no path");
  // SQLite itself would take ":memory:" and "file:…" for something else than files.
  if (!path.startsWith("/") && !/^[A-Za-z]:[\\/]/.test(path)) {
    throw invalid(text, "no absolute path");
  }
  if (path.endsWith("/") || path.includes("\0")) throw invalid(text, "no file's path");
  return path;
}

function invalid(text: string, found: string): SentinelError {
  return new SentinelError(
    "CONFIG_INVALID",
    `Cannot use the store ${quoted(text)}: found ${found}, ` +
      "want sqlite:/absolute/path, dynamodb: or dynamodb:PREFIX",
    { hint: "sentinel config show --origin" },
  );
}
