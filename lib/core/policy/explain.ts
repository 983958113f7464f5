// policy: why the answer is what it is: every rule and condition, and what would change it.
import type { CompiledFile, CompiledPolicy, CompiledRule } from "./document.ts";
import { evaluate } from "./evaluate.ts";
import { stepOf } from "./match.ts";
import type { ConditionStep, Decision, PolicyRequest, Step } from "./types.ts";
import { nextChange, wallText } from "./window.ts";

/** How a rule stands in its file's order. */
export type Standing = "decides" | "may decide" | "binds" | "no match" | "not reached";

/** A condition with what would turn it; `null` where nothing that the caller could do would. */
export interface ExplainedCondition extends ConditionStep {
  /** `at monday 08:00 Europe/Berlin it opens`. */
  change: string | null;
}

/** A rule, looked at in full, whether the decision needed it or not. */
export interface ExplainedRule extends Omit<Step, "conditions"> {
  /** Its name, unique in its file. */
  name: string;
  /** The rule's own reason, as written; `null` = none. */
  reason: string | null;
  /** What part it had in the answer. */
  standing: Standing;
  /** All must hold. */
  conditions: readonly ExplainedCondition[];
}

/** A file with all its rules. */
export interface ExplainedFile {
  /** The file's name, as shown in errors. */
  file: string;
  /** What kind it is. */
  kind: CompiledFile["kind"];
  /** In the order of the file. */
  rules: readonly ExplainedRule[];
}

/** The whole story of a decision. */
export interface Explanation {
  /** What was asked. */
  request: Pick<PolicyRequest, "user" | "profile" | "mode"> & { at: string };
  /** The answer. */
  decision: Decision;
  /** Guardrails first, then the policy. */
  files: readonly ExplainedFile[];
  /** What would change the answer, a line each. */
  wouldChange: readonly string[];
}

/** Whose word a fact is that the asker put in place of what was found. */
const SUPPOSED = "the user's own word";

/**
 * Explains a decision. The decision in it is what `evaluate` says; the rules are all there are,
 * not only those that could match.
 *
 * @param supposed keys of the conditions whose facts the asker put in place: nobody else vouches for them
 * @throws SentinelError as `evaluate` does; RangeError when the request's time is not valid
 * @example
 * ```ts
 * import { strict as assert } from "node:assert";
 * import { compilePolicy } from "./compile.ts";
 * import { parsePolicy } from "./parse.ts";
 * const compiled = compilePolicy([parsePolicy(`
 * version: "1"
 * rules:
 *   - name: office
 *     effect: allow
 *     conditions: {profiles: [dev], time: {hours: {start: "08:00", end: "18:00"}}}
 * `, "policy.yaml")]);
 * const explanation = explain(compiled, {
 *   principal: null, user: "mara", profile: "dev", role: null, mode: "cli",
 *   at: new Date("2026-01-05T07:00:00Z"), sessionTable: null, device: null,
 * });
 * assert.deepEqual(explanation.wouldChange, ["rule office: at monday 08:00 UTC it opens"]);
 * ```
 */
export function explain(
  compiled: CompiledPolicy,
  request: PolicyRequest,
  supposed: ReadonlySet<string> = new Set(),
): Explanation {
  const decision = evaluate(compiled, request);
  const files = [...compiled.guardrails, ...compiled.policy === null ? [] : [compiled.policy]];
  const explained = files.map((file) => explainFile(file, request, decision, supposed));
  return {
    request: {
      user: request.user,
      profile: request.profile,
      mode: request.mode,
      at: request.at.toISOString(),
    },
    decision,
    files: explained,
    wouldChange: changesOf(decision, explained, files),
  };
}

function explainFile(
  file: CompiledFile,
  request: PolicyRequest,
  decision: Decision,
  supposed: ReadonlySet<string>,
): ExplainedFile {
  let closed = false;
  const rules = file.rules.map((rule): ExplainedRule => {
    const step = stepOf(rule, request, request.at.getTime());
    const standing = closed ? "not reached" : standingOf(step, file.kind, decision);
    if (step.matched === true) closed = true;
    const conditions = step.conditions.map((condition) => ({
      ...condition,
      vouchedBy: supposed.has(condition.key) ? SUPPOSED : condition.vouchedBy,
      change: changeOf(condition, rule, request),
    }));
    return { ...step, name: rule.name, reason: rule.reason, standing, conditions };
  });
  return { file: file.file, kind: file.kind, rules };
}

function standingOf(step: Step, kind: CompiledFile["kind"], decision: Decision): Standing {
  if (step.matched === false) return "no match";
  if (step.rule === decision.ruleId) return "decides";
  return kind === "guardrail" ? "binds" : "may decide";
}

function changeOf(
  condition: ConditionStep,
  rule: CompiledRule,
  request: PolicyRequest,
): string | null {
  if (condition.key === "time") return windowChange(condition, rule, request);
  if (condition.value === true) return null;
  switch (condition.key) {
    case "mode":
      return `in mode ${condition.wanted} it would match`;
    case "device":
      return condition.value === null
        ? `it depends on the device (${condition.wanted}), of which that is not known`
        : `with a device that is ${condition.wanted} it would match`;
    default:
      return null;
  }
}

function windowChange(
  condition: ConditionStep,
  { conditions: { time } }: CompiledRule,
  request: PolicyRequest,
): string | null {
  const next = time === null ? null : nextChange(time, request.at.getTime());
  if (time === null || next === null) return null;
  return `at ${wallText(time.zone, next)} it ${condition.value === true ? "closes" : "opens"}`;
}

/** What is open; when it ends; and which rules are one condition away from matching. */
function changesOf(
  decision: Decision,
  explained: readonly ExplainedFile[],
  files: readonly CompiledFile[],
): string[] {
  const [alternative] = decision.alternatives;
  const lines = (alternative?.obligations ?? [])
    .filter(({ state }) => state !== "met")
    .map(({ why, from }) => `open: ${why} (${from.join(", ")})`);
  if (alternative?.until) lines.push(`it gets less at ${alternative.until.toISOString()}`);
  const many = files.length > 1;
  for (const { file, rules } of explained) {
    for (const rule of rules) {
      const change = rule.standing === "not reached" ? null : soleChange(rule);
      if (change === null) continue;
      lines.push(`rule ${many ? `${file}/` : ""}${rule.name}: ${change}`);
    }
  }
  return lines;
}

function soleChange({ conditions, matched }: ExplainedRule): string | null {
  if (matched === true) return conditions.find(({ change }) => change !== null)?.change ?? null;
  const standing = conditions.filter(({ value }) => value !== true);
  return standing.length === 1 ? standing[0]?.change ?? null : null;
}
