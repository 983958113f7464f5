// policy: the decision. Pure and hot: no YAML, and no Intl unless a rule looks at the time.
import { SentinelError } from "../errors/mod.ts";
import { candidates, COMPILER } from "./compile.ts";
import type { CompiledFile, CompiledPolicy } from "./document.ts";
import { judgeButTime, stepOf } from "./match.ts";
import type { Alternative, Decision, PolicyRequest, Step } from "./types.ts";
import { type Branch, type Grant, judge, type Verdict } from "./verdict.ts";
import { edgesOf } from "./window.ts";

/** How far ahead {@link evaluate} looks for an end: no session lives longer than twelve hours. */
const AHEAD = 86_400_000;
/** Edges looked at before it is assumed that the next one makes it worse. */
const MOST_EDGES = 96;

/**
 * Decides a request.
 *
 * Only a rule that allows and whose obligations are all met yields `allow`; with one open it is
 * `pending`; everything else, an invalid time and a damaged compiled form included, is `deny` or
 * throws, and both are refusals. An alternative's `until` is the first instant within a day at
 * which the same request would get less.
 *
 * @throws SentinelError `POLICY_UNREADABLE` when another compiler made the form
 * @example
 * ```ts
 * import { strict as assert } from "node:assert";
 * import { compilePolicy } from "./compile.ts";
 * import { parsePolicy } from "./parse.ts";
 * const compiled = compilePolicy([parsePolicy(
 *   'version: "1"\nrules:\n  - {name: dev, effect: allow, conditions: {profiles: [dev]}}',
 *   "policy.yaml",
 * )]);
 * const request = {
 *   principal: null, user: "mara", profile: "dev", role: null, mode: "cli",
 *   at: new Date("2026-01-05T09:00:00Z"), sessionTable: null, device: null,
 * } as const;
 * assert.equal(evaluate(compiled, request).outcome, "allow");
 * assert.equal(evaluate(compiled, { ...request, profile: "prod" }).reason, "no rule matches");
 * ```
 */
export function evaluate(compiled: CompiledPolicy, request: PolicyRequest): Decision {
  if (compiled.compiler !== COMPILER) {
    throw new SentinelError(
      "POLICY_UNREADABLE",
      `Cannot decide: found a policy compiled by "${compiled.compiler}", want "${COMPILER}"`,
    );
  }
  const instant = request.at.getTime();
  if (!Number.isFinite(instant)) return refusal(null, "the time of the request is not valid", []);
  const trace: Step[] = [];
  const verdict = judge(compiled, request, instant, (rule) => {
    trace.push(stepOf(rule, request, instant));
  });
  if (verdict.grant === null) return refused(verdict.refusedBy, trace);
  const until = endOf(compiled, request, verdict);
  return granted(verdict.grant, until, trace);
}

function refused(branch: Branch | null, trace: readonly Step[]): Decision {
  const rule = branch?.rule ?? null;
  if (rule === null) {
    const unsure = trace.filter(({ matched }) => matched === null).map((step) => `"${step.rule}"`);
    const why = unsure.length === 0 ? "" : ` for certain (unknown: ${unsure.join(", ")})`;
    return refusal(null, `no rule matches${why}`, trace);
  }
  const matched = trace.find((step) => step.rule === rule.id)?.matched;
  const unsure = matched === null ? ", since it can't be known that it does not match" : "";
  return refusal(branch, rule.reason ?? `rule "${rule.name}" refuses${unsure}`, trace);
}

function refusal(branch: Branch | null, reason: string, trace: readonly Step[]): Decision {
  const rule = branch?.rule ?? null;
  return {
    outcome: "deny",
    effect: rule?.effect ?? null,
    rule: rule?.name ?? null,
    ruleId: rule?.id ?? null,
    ruleIndex: rule?.index ?? -1,
    reason,
    maxServerDuration: rule?.maxServerDuration ?? null,
    sessionTable: rule?.sessionTable ?? null,
    alternatives: [],
    trace,
  };
}

function granted(grant: Grant, until: Date | null, trace: readonly Step[]): Decision {
  const { rule, state, obligations, maxServerDuration, sessionTable, unstamped } = grant;
  const alternative: Alternative = {
    rule: rule.id,
    ruleName: rule.name,
    state,
    obligations,
    maxDuration: null,
    maxServerDuration,
    until,
    sessionTable,
    unstamped,
  };
  const open = obligations.filter((one) => one.state !== "met").map(({ why }) => why);
  const plain = state === "met" ? `rule "${rule.name}" allows` : open.join("; ");
  return {
    outcome: state === "met" ? "allow" : "pending",
    effect: rule.effect,
    rule: rule.name,
    ruleId: rule.id,
    ruleIndex: rule.index,
    reason: rule.reason ?? plain,
    maxServerDuration,
    sessionTable,
    alternatives: [alternative],
    trace,
  };
}

/** The first instant within a day at which the same request gets less; `null` when none. */
function endOf(compiled: CompiledPolicy, request: PolicyRequest, now: Verdict): Date | null {
  const edges = edgesAhead(compiled, request);
  for (const edge of edges.slice(0, MOST_EDGES)) {
    if (isWorse(judge(compiled, request, edge), now)) return new Date(edge);
  }
  const unseen = edges[MOST_EDGES];
  return unseen === undefined ? null : new Date(unseen);
}

/** Every instant within a day at which a window that could matter to the request changes. */
function edgesAhead(compiled: CompiledPolicy, request: PolicyRequest): number[] {
  const edges = new Set<number>();
  for (const { conditions } of timedRules(compiled, request)) {
    if (conditions.time === null) continue;
    for (const edge of edgesOf(conditions.time, request.at.getTime(), AHEAD)) edges.add(edge);
  }
  return [...edges].sort((a, b) => a - b);
}

function timedRules(compiled: CompiledPolicy, request: PolicyRequest): CompiledFile["rules"] {
  const files = [...compiled.policy === null ? [] : [compiled.policy], ...compiled.guardrails];
  return files.flatMap((file) =>
    candidates(file, request.profile, request.user)
      .flatMap((index) => file.rules[index] ?? [])
      .filter((rule) => rule.conditions.time !== null && judgeButTime(rule, request) !== false)
  );
}

function isWorse(later: Verdict, now: Verdict): boolean {
  if (now.grant === null) return false;
  if (later.grant === null) return true;
  const held = new Map(
    now.grant.obligations.map(({ obligation, state }) => [obligation.kind, state]),
  );
  const heavier = later.grant.obligations.some(({ obligation, state }) =>
    state !== "met" && (held.get(obligation.kind) ?? "met") === "met"
  );
  return heavier || (now.grant.unstamped && !later.grant.unstamped) ||
    (later.grant.maxServerDuration ?? Infinity) < (now.grant.maxServerDuration ?? Infinity);
}
