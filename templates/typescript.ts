// templates: plain data as a TypeScript literal, for CDK programs.

const WIDTH = 100;

/** A literal laid out as formatters do; `indent` is that of the line on which it begins. */
export function literal(value: unknown, indent = ""): string {
  if (value instanceof Code) return value.text;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => literal(item, inner))
    : Object.entries(value).filter(([, item]) => item !== undefined)
      .map(([key, item]) => `${nameOf(key)}: ${literal(item, inner)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const flat = Array.isArray(value) ? `[${items.join(", ")}]` : "{}";
  const short = items.length === 0 || (Array.isArray(value) && items.length === 1);
  if (short && !flat.includes("\n") && indent.length + flat.length < WIDTH) return flat;
  return `${open}\n${items.map((item) => `${inner}${item},\n`).join("")}${indent}${close}`;
}

/** Code that stands as it is inside a literal. */
export class Code {
  constructor(readonly text: string) {}
}

const nameOf = (key: string): string => /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
