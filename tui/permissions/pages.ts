// tui: the pages of permissions: what the keys do, and everything about one action.
import { cell, wrap } from "../text.ts";
import type { Row, State } from "./state.ts";

/** What the keys do. */
const HELP: readonly string[] = [
  "letters         show only what has these words in feature, action, resource or status; " +
  "backspace takes one back, esc all",
  "↑ ↓             choose an action; page keys, home and end as well",
  "enter           what the action is for, on what, and why IAM answers so",
  "tab             only what is in use here, or everything",
  "ctrl-y          copy the IAM document of what is shown (the terminal must allow OSC 52)",
  "ctrl-s          save it to a file that only you may read",
  "ctrl-r          look again",
  "?               this page, while nothing is filtered",
  "q or esc        leave, while nothing is filtered; on a page, back",
  "ctrl-c          leave at once, exit code 130",
  "",
  "IAM simulates your own policies: it doesn't see the trust policies of roles, nor what other " +
  "accounts allow. sentinel permissions check says what a simulation leaves out.",
  "",
  "The same as text: sentinel permissions check --all",
];

/** The lines of a page, as broken to the screen's width; none on the main page. */
export function pageLines(state: State): string[] {
  const { page, columns, prepared } = state;
  if (page.kind === "main") return [];
  if (page.kind === "help") return wrap(HELP, columns);
  const row = prepared?.rows.find(({ key }) => key === page.key);
  if (row === undefined) return ["no longer there"];
  return detailsOf(state, row).flatMap(([label, text]) => field(label, text, columns));
}

const LABEL = 11;

/** A labelled text; what goes on stands below the text, not below the label. */
function field(label: string, text: string, columns: number): string[] {
  return wrap([text], Math.max(1, columns - LABEL)).map((part, i) =>
    cell(i === 0 ? label : "", LABEL) + part
  );
}

function detailsOf({ prepared }: State, row: Row): [label: string, text: string][] {
  const feature = prepared?.features.find(({ id }) => id === row.feature);
  const used = feature?.reasons ?? [];
  return [
    ["action", row.action],
    ...row.resource === "" ? [] : [["on", row.resource] as [string, string]],
    ["status", row.status],
    ...row.reasons.map((reason): [string, string] => ["", reason]),
    ["why", row.why],
    ...row.profiles.length === 0 ? [] : [["profiles", row.profiles.join(", ")] as [string, string]],
    ["", ""],
    ["feature", `${row.feature}${feature?.optional ? " (optional)" : ""}`],
    ["", feature?.brief ?? ""],
    ...used.length === 0
      ? [["in use", feature?.used === false ? "no" : "not known"] as [string, string]]
      : used.map((why, i): [string, string] => [i === 0 ? "in use" : "", why]),
    ["", ""],
    ["simulated", prepared?.simulated ?? ""],
  ];
}
