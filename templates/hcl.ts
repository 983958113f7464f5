// templates: plain data as Terraform's configuration language, laid out as `terraform fmt` does.

/** A reference or a call that stands as it is: `var.target_id`, `jsonencode({…})`. */
export class Expression {
  constructor(readonly text: string) {}
}

/** A block inside a block: `header` and what it holds. */
export class Block {
  constructor(readonly header: string, readonly body: Body) {}
}

/** What a block holds: arguments by name, and blocks under names that nobody sees. */
export type Body = Readonly<Record<string, unknown>>;

/** `resource "a" "b" { … }` with a line break at its end. */
export function hclBlock(header: string, body: Body, indent = ""): string {
  if (Object.keys(body).length === 0) return `${indent}${header} {}\n`;
  return `${indent}${header} {\n${lines(Object.entries(body), `${indent}  `)}${indent}}\n`;
}

/** A value as an expression; `indent` is that of the line on which it begins. */
export function hclOf(value: unknown, indent = ""): string {
  if (value instanceof Expression) return value.text.replaceAll("\n", `\n${indent}`);
  if (Array.isArray(value)) return listOf(value, indent);
  if (value !== null && typeof value === "object") {
    const items = Object.entries(value);
    return items.length === 0 ? "{}" : `{\n${lines(items, `${indent}  `)}${indent}}`;
  }
  return typeof value === "string" ? quoted(value) : JSON.stringify(value);
}

/** `jsonencode({ … })`: a document for review as AWS shows it, key by key. */
export const jsonEncoded = (document: unknown): Expression =>
  new Expression(`jsonencode(${hclOf(document)})`);

function listOf(value: readonly unknown[], indent: string): string {
  const flat = value.every((item) => item === null || typeof item !== "object");
  if (flat && value.length <= 1) return `[${value.map((item) => hclOf(item)).join("")}]`;
  const inner = `${indent}  `;
  return `[\n${value.map((item) => `${inner}${hclOf(item, inner)},\n`).join("")}${indent}]`;
}

/** Equals signs of neighbouring one-line arguments stand below each other. */
function lines(items: readonly (readonly [string, unknown])[], indent: string): string {
  const rows = items.filter(([, value]) => value !== undefined).map(([key, value]) =>
    value instanceof Block
      ? { key: "", text: `\n${hclBlock(value.header, value.body, indent)}`.trimEnd(), many: true }
      : rowOf(key, hclOf(value, indent))
  );
  return rows.map((row, index) => {
    if (row.key === "") return `${row.text}\n`;
    const width = row.many ? row.key.length : widthAround(rows, index);
    return `${indent}${row.key.padEnd(width)} = ${row.text}\n`;
  }).join("");
}

const rowOf = (key: string, text: string) => ({
  key: /^[A-Za-z_][\w-]*$/.test(key) ? key : quoted(key),
  text,
  many: text.includes("\n"),
});

function widthAround(rows: readonly { key: string; many: boolean }[], index: number): number {
  let first = index;
  while (first > 0 && rows[first - 1]?.many === false) first--;
  let width = 0;
  for (let at = first; rows[at]?.many === false; at++) {
    width = Math.max(width, rows[at]?.key.length ?? 0);
  }
  return width;
}

/** `${` and `%{` begin a template in this language: IAM's policy variables must not. */
const quoted = (text: string): string =>
  JSON.stringify(text).replaceAll(/[$%](?=\{)/g, (sign) => `${sign}${sign}`);
