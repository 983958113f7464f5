// keys: why a key can't be opened, used or made.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";

/** What was being done with which key, as in `open key "file:/keys/lea.pem"`. */
export type Doing = `${"open" | "use" | "make"} key ${string}`;

/** {@link Doing} of the key that `spec` names. */
export function doing(action: "open" | "use" | "make", spec: string): Doing {
  return `${action} key ${quoted(spec)}`;
}

/** `KEY_UNUSABLE`. A cause is printed under `--debug`: hand none over that may hold a secret. */
export function unusable(what: Doing, found: string, hint: string, cause?: unknown): SentinelError {
  return new SentinelError("KEY_UNUSABLE", `Cannot ${what}: found ${found}`, {
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** `KEY_MISSING`. */
export function missing(what: Doing, found: string, hint: string): SentinelError {
  return new SentinelError("KEY_MISSING", `Cannot ${what}: found ${found}`, { hint });
}
