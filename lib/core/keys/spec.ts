// keys: where a signing key is, from one line of configuration or of a flag.
import { SentinelError } from "../errors/mod.ts";
import { quoted } from "../text/printable.ts";

/** Where a key is kept. */
export type KeySpec =
  /** A private key file, as the journal's. */
  | { kind: "file"; path: string }
  /** The same, encrypted with a passphrase by age. */
  | { kind: "age"; path: string }
  /** The operating system's keyring. */
  | { kind: "keyring"; name: string }
  /** AWS KMS, which never gives it away. */
  | { kind: "kms"; arn: string; region: string };

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const LONGEST_PATH = 4096;
/** A key's own ARN ("Key identifiers", AWS KMS): an alias may be turned to another key. */
const KEY_ARN =
  /^arn:aws[a-z-]{0,20}:kms:([a-z]{2,5}(?:-[a-z]{2,12}){1,3}-\d{1,2}):\d{12}:key\/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * Reads `file:PATH`, `age:PATH`, `keyring:NAME` or `kms:ARN`.
 * @throws {SentinelError} `CONFIG_INVALID`
 */
export function parseKeySpec(text: string): KeySpec {
  const colon = text.indexOf(":");
  const [kind, rest] = [text.slice(0, Math.max(0, colon)), text.slice(colon + 1)];
  switch (kind) {
    case "file":
    case "age":
      return { kind, path: pathOf(rest, text) };
    case "keyring":
      if (!NAME.test(rest)) throw invalid(text, "a name that is no word of letters and digits");
      return { kind, name: rest };
    case "kms":
      return { kind, arn: rest, region: regionOf(rest, text) };
    default:
      throw invalid(text, "a key of another kind");
  }
}

function pathOf(path: string, text: string): string {
  if (path === "") throw invalid(text, "no path");
  if (!path.startsWith("/") && !/^[A-Za-z]:[\\/]/.test(path)) {
    throw invalid(text, "no absolute path");
  }
  if (path.endsWith("/") || path.includes("\0") || path.length > LONGEST_PATH) {
    throw invalid(text, "no file's path");
  }
  return path;
}

function regionOf(arn: string, text: string): string {
  const region = KEY_ARN.exec(arn)?.[1];
  if (region === undefined) {
    throw invalid(text, "no ARN of a key (an alias may come to mean another)");
  }
  return region;
}

function invalid(text: string, found: string): SentinelError {
  return new SentinelError(
    "CONFIG_INVALID",
    `Cannot use the key ${quoted(text)}: found ${found}, ` +
      "want file:/absolute/path, age:/absolute/path, keyring:NAME or kms:ARN",
    { hint: "sentinel config show --origin" },
  );
}
