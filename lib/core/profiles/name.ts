// profiles: which profile names may go into prompts, logs and file names.
import { SentinelError } from "../errors/mod.ts";
import { printable } from "../text/printable.ts";

const MAX_NAME = 256;
const OWN_FILE = /^[A-Za-z0-9_@+-][A-Za-z0-9._@+-]*$/;

/**
 * Refuses a name that no config file could hold or that would print as another one.
 *
 * @returns the name
 * @throws {SentinelError} `PROFILE_NAME_INVALID` for an empty or over-long name, and for control
 * characters, line breaks, bidi marks and other invisible characters
 */
export function checkProfileName(name: string): string {
  if (name === "") throw bad("an empty one");
  if (name.length > MAX_NAME) throw bad(`${name.length} characters`);
  if (name !== printable(name, MAX_NAME)) throw bad("a control or invisible character");
  if (name.trim() !== name) throw bad("white space around it");
  if (!name.isWellFormed()) throw bad("half a character");
  return name;
}

/** True when the profile may have files of its own, such as `policies/<name>.yaml`. */
export function hasOwnFile(name: string): boolean {
  return name.length <= MAX_NAME && OWN_FILE.test(name);
}

function bad(found: string): SentinelError {
  return new SentinelError(
    "PROFILE_NAME_INVALID",
    `Cannot use profile name: found ${found}, want 1 to ${MAX_NAME} printable characters`,
    { hint: "sentinel list" },
  );
}
