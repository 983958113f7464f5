// yaml: characters that no file of ours may hold, since they hide what a text says.

/**
 * Control characters, marks that turn the writing direction, zero-width and line separators, the byte order mark,
 * halves of surrogate pairs, and U+FFFD, which stands for bytes that were no UTF-8. Tab and line breaks are judged by {@link findForbidden}'s caller.
 */
const FORBIDDEN = new RegExp(
  "[\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f\\u061c\\u200b-\\u200f" +
    "\\u2028-\\u202e\\u2060-\\u2069\\ufeff\\ufffd]|\\p{Surrogate}",
  "u",
);
const BREAKS = /[\t\n\r]/;

/** A character that must not be, and where in the text it stands. */
export interface ForbiddenCharacter {
  /** UTF-16 index. */
  index: number;
  /** `U+202E`. */
  name: string;
  id: "byte-order-mark" | "control-character" | "bidi-mark" | "not-utf-8";
}

/**
 * The first forbidden character of a text, or `null`.
 * @param breaks `allow` lets tab, line feed and carriage return through
 */
export function findForbidden(text: string, breaks: "allow" | "refuse"): ForbiddenCharacter | null {
  let index = text.search(FORBIDDEN);
  if (breaks === "refuse") {
    const broken = text.search(BREAKS);
    if (broken >= 0 && (index < 0 || broken < index)) index = broken;
  }
  if (index < 0) return null;
  const code = text.codePointAt(index) ?? 0;
  const name = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
  return { index, name, id: idOf(code) };
}

function idOf(code: number): ForbiddenCharacter["id"] {
  if (code === 0xfeff) return "byte-order-mark";
  if (code === 0xfffd) return "not-utf-8";
  const bidi = code === 0x061c || code === 0x200e || code === 0x200f ||
    (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
  return bidi ? "bidi-mark" : "control-character";
}
