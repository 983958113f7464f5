// setup: a plan as a person reads it: each file's diff, what stays, what is left to do.
import { printable } from "../text/printable.ts";
import type { Change, Plan } from "./types.ts";

/** The diff of one change, without lines of context: what stands there may be secret. */
export function diffOf({ path, before, added }: Change): string {
  const name = printable(path, Infinity);
  const last = before === null ? 0 : lineCount(before);
  const open = before !== null && before.length > 0 && before.at(-1) !== 0x0a;
  const lines = added.replace(/\r?\n$/, "").split(/\r?\n/).slice(open ? 1 : 0);
  return [
    `--- ${before === null ? "/dev/null" : name}`,
    `+++ ${name}`,
    `@@ -${last},0 +${last + 1},${lines.length} @@`,
    ...(open ? ["\\ the last line gets the line end that it lacks"] : []),
    ...lines.map((line) => `+${printable(line, Infinity)}`),
  ].join("\n") + "\n";
}

function lineCount(bytes: Uint8Array): number {
  const ends = bytes.reduce((count, byte) => count + (byte === 0x0a ? 1 : 0), 0);
  return bytes.length > 0 && bytes.at(-1) !== 0x0a ? ends + 1 : ends;
}

/** All of a plan. */
export function planText(plan: Plan): string {
  const sections = [
    plan.changes.length === 0 ? "Nothing to write.\n" : plan.changes.map(diffOf).join("\n"),
    listed("Stays as it is", plan.kept),
    listed("Left to you", plan.left),
  ];
  return sections.filter((text) => text !== "").join("\n");
}

function listed(heading: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return `${heading}:\n${lines.map((line) => `  ${printable(line, Infinity)}\n`).join("")}`;
}
