// setup: sections put at the end of an INI file. Every byte that is there stays.

/** A section to be. */
export interface NewSection {
  /** What stands between the brackets. */
  header: string;
  keys: readonly (readonly [string, string])[];
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** The file with `sections` at its end, in its own kind of line ends, and the text that came to it. */
export function appended(
  before: Uint8Array | null,
  sections: readonly NewSection[],
): { after: Uint8Array; added: string } {
  const bytes = before ?? new Uint8Array(0);
  const end = lineEnd(bytes);
  const open = bytes.length > 0 && bytes.at(-1) !== NEWLINE;
  const texts = sections.map((section) => sectionText(section, end));
  const gap = bytes.length === 0 ? "" : end;
  const added = `${open ? end : ""}${gap}${texts.join(end)}`;
  const tail = new TextEncoder().encode(added);
  const after = new Uint8Array(bytes.length + tail.length);
  after.set(bytes);
  after.set(tail, bytes.length);
  return { after, added };
}

/** One section's text. */
export function sectionText({ header, keys }: NewSection, end = "\n"): string {
  return `[${header}]${end}${keys.map(([key, value]) => `${key} = ${value}${end}`).join("")}`;
}

// The first line's end is the file's: a file of two kinds is read by everybody alike.
function lineEnd(bytes: Uint8Array): "\n" | "\r\n" {
  const first = bytes.indexOf(NEWLINE);
  return first > 0 && bytes[first - 1] === RETURN ? "\r\n" : "\n";
}
