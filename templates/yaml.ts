// templates: plain data as YAML text, the same bytes for the same data.

/** Words that some YAML reader takes for something else than text. */
const NOT_PLAIN = /^(?:true|false|yes|no|on|off|null|y|n|e[0-9]+)$/i;
/** A colon inside a word is plain text, before a space or at the end it isn't. */
const PLAIN = /^[A-Za-z](?:[\w.\/-]|:+(?=[\w.\/-]))*$/;

/**
 * YAML of plain data: two spaces a level, block style, keys in their order. Text that could be read
 * as anything else (`2012-10-17`, `*`, `no`) stands in double quotes, escaped as in JSON.
 */
export function yamlOf(value: unknown): string {
  return isNested(value) ? `${block(value, "")}` : `${scalar(value)}\n`;
}

function block(value: object, indent: string): string {
  return Array.isArray(value)
    ? value.map((item) => `${indent}-${entry(item, `${indent}  `, true)}`).join("")
    : pairs(value).map(([key, item]) => `${indent}${keyOf(key)}:${entry(item, `${indent}  `)}`)
      .join("");
}

/** What stands after `-` or `key:`. A map in a list begins on the dash's own line. */
function entry(value: unknown, indent: string, inList = false): string {
  if (!isNested(value)) return ` ${scalar(value)}\n`;
  const text = block(value, indent);
  return inList && !Array.isArray(value) ? ` ${text.slice(indent.length)}` : `\n${text}`;
}

function scalar(value: unknown): string {
  if (Array.isArray(value)) return "[]";
  if (value !== null && typeof value === "object") return "{}";
  if (typeof value !== "string") return JSON.stringify(value);
  return PLAIN.test(value) && !NOT_PLAIN.test(value) ? value : JSON.stringify(value);
}

const keyOf = (key: string): string =>
  PLAIN.test(key) && !NOT_PLAIN.test(key) ? key : JSON.stringify(key);

function isNested(value: unknown): value is object {
  if (value === null || typeof value !== "object") return false;
  return Array.isArray(value) ? value.length > 0 : pairs(value).length > 0;
}

/** As JSON has it: what is undefined isn't there. */
function pairs(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}
