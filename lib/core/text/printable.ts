// text: foreign words made safe to print on a terminal, and to paste into a shell.

// Control characters (C0, DEL, C1), bidi marks, zero-width and line separators: what can move the
// cursor, recolour the screen or make a name read as another.
const UNPRINTABLE =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/**
 * `text` with each character that a terminal would obey written as `\u{…}`, cut at `max`
 * characters with a visible mark.
 */
export function printable(text: string, max = 200): string {
  const cut = text.length > max ? `${text.slice(0, max)}…[cut ${text.length - max}]` : text;
  return cut.replace(UNPRINTABLE, (c) => `\\u{${(c.codePointAt(0) ?? 0).toString(16)}}`);
}

/** What has several lines, such as the message of an invalid policy, where a line is all there is. */
export function inOneLine(text: string): string {
  return text.replaceAll("\n", "; ");
}

/** `text` in double quotes, safe to print. */
export function quoted(text: string, max = 200): string {
  return `"${printable(text, max)}"`;
}

/** `text` as one word of a POSIX shell, bare where nothing needs quoting. */
export function shellWord(text: string): string {
  const safe = printable(text);
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(safe) ? safe : `'${safe.replaceAll("'", `'\\''`)}'`;
}

/** `value` as JSON on one line, with what a terminal would obey in JSON's own escapes. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value).replace(
    UNPRINTABLE,
    (c) => `\\u${(c.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`,
  );
}
