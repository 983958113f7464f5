// shell: any text as one word of zsh, bash or fish. Always quoted, never judged by its looks.
import { SentinelError } from "../lib/core/errors/mod.ts";
import { quoted } from "../lib/core/text/printable.ts";

// A line break in a generated comment or word would begin a line of its own; the others move cursors.
// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u;

/**
 * `text`, when it may stand in generated shell text at all.
 * @throws SentinelError `USAGE` for control characters and half characters
 */
export function plainText(text: string): string {
  if (!CONTROL.test(text) && text.isWellFormed()) return text;
  throw new SentinelError(
    "USAGE",
    `Cannot write shell text: found a control character in ${quoted(text)}, want none`,
    { hint: "rename it, or leave it out" },
  );
}

/** One word of zsh and bash (any POSIX shell). @throws SentinelError `USAGE`, see {@link plainText} */
export function quotePosix(text: string): string {
  return `'${plainText(text).replaceAll("'", `'\\''`)}'`;
}

/** One word of fish, in whose quotes backslash and quote are written with a backslash. */
export function quoteFish(text: string): string {
  return `'${plainText(text).replaceAll(/['\\]/g, "\\$&")}'`;
}
