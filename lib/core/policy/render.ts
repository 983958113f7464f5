// policy: an explanation as a tree of plain text.
import { printable } from "../text/printable.ts";
import type {
  ExplainedCondition,
  ExplainedFile,
  ExplainedRule,
  Explanation,
  Standing,
} from "./explain.ts";
import type { Truth } from "./types.ts";

/**
 * An explanation as plain text, ASCII and without colour, ending in a line break. Each line is
 * safe to print.
 */
export function renderExplanation(explanation: Explanation): string {
  const { request, decision, files, wouldChange } = explanation;
  const lines = [
    `${decision.outcome}: ${request.user} wants ${request.profile} in mode ${request.mode} ` +
    `at ${request.at}`,
    `  by ${decision.ruleId ?? "no rule"}: ${decision.reason}`,
    ...files.flatMap(fileLines),
  ];
  if (wouldChange.length > 0) lines.push("what would change it");
  lines.push(...wouldChange.map((line) => `  ${line}`));
  return lines.map((line) => printable(line, 1_000)).join("\n") + "\n";
}

function fileLines({ file, kind, rules }: ExplainedFile): string[] {
  return [`${kind} ${file}`, ...rules.flatMap(ruleLines)];
}

const MARKS: Readonly<Record<Standing, string>> = {
  "decides": "=>",
  "may decide": " ?",
  "binds": " +",
  "no match": " -",
  "not reached": "  ",
};

function ruleLines(rule: ExplainedRule): string[] {
  const line = rule.place === null ? "" : ` (line ${rule.place.line})`;
  const head = `${MARKS[rule.standing]} ${rule.effect} ${rule.name}${line}: ${rule.standing}` +
    (rule.reason === null ? "" : `; ${rule.reason}`);
  const conditions = rule.conditions.length === 0
    ? ["     any request"]
    : rule.conditions.map(conditionLine);
  return [head, ...conditions];
}

function conditionLine(condition: ExplainedCondition): string {
  const { key, value, wanted, found, vouchedBy, change } = condition;
  const then = change === null ? "" : `; ${change}`;
  return `     ${word(value)} ${key}: wants ${wanted}; found ${found} (${vouchedBy})${then}`;
}

function word(value: Truth): string {
  return value === null ? "unknown" : value ? "yes" : "no";
}
