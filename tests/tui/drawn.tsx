// tui tests: a view as the text of a screen, without colour.
import { renderToString } from "ink";
import type { ReactElement } from "react";
import { strict as assert } from "node:assert";
import { Coloured } from "../../tui/parts.tsx";
import { widthOf } from "../../tui/text.ts";

/** Draws `view`; it must fill exactly `rows` lines, none of them too wide. */
export function drawn(view: ReactElement, columns: number, rows: number): string {
  const text = renderToString(<Coloured value={false}>{view}</Coloured>, { columns });
  // deno-lint-ignore no-control-regex
  const lines = text.replaceAll(/\x1b\[[0-9;]*m/g, "").split("\n");
  assert.equal(lines.length, rows, text);
  for (const line of lines) assert.ok(widthOf(line.trimEnd()) <= columns, line);
  return lines.join("\n");
}
