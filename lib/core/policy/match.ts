// policy: one rule against one request: the table of conditions.
import { fulfils, postureText, wantsText } from "./device.ts";
import type { CompiledRule, Conditions } from "./document.ts";
import { all } from "./truth.ts";
import type { ConditionStep, PolicyRequest, Step, Truth } from "./types.ts";
import { isOpen, wallText, windowText } from "./window.ts";

/** How one key of `conditions` is judged and told of. */
interface Judge {
  key: keyof Conditions;
  /** `instant` is the one that is judged, in milliseconds; the request's own is not looked at. */
  judge(conditions: Conditions, request: PolicyRequest, instant: number): Truth;
  wanted(conditions: Conditions): string;
  found(conditions: Conditions, request: PolicyRequest, instant: number): string;
  vouchedBy(request: PolicyRequest): string;
}

/** Cheapest first; what can be unknown last. */
const JUDGES: readonly Judge[] = [
  {
    key: "profiles",
    judge: ({ profiles }, request) => isIn(profiles, request.profile),
    wanted: ({ profiles }) => (profiles ?? []).join(" or "),
    found: (_, request) => request.profile,
    vouchedBy: () => "the user's own word",
  },
  {
    key: "users",
    judge: ({ users }, request) => isIn(users, request.user),
    wanted: ({ users }) => (users ?? []).join(" or "),
    found: (_, request) => request.user,
    vouchedBy: (request) => request.principal === null ? "the user's own word" : "STS",
  },
  {
    key: "mode",
    judge: ({ mode }, request) => isIn(mode, request.mode),
    wanted: ({ mode }) => (mode ?? []).join(" or "),
    found: (_, request) => request.mode,
    vouchedBy: () => "this program",
  },
  {
    key: "time",
    judge: ({ time }, _, instant) => time === null || isOpen(time, instant),
    wanted: ({ time }) => time === null ? "" : windowText(time),
    found: ({ time }, _, instant) => wallText(time?.zone ?? "UTC", instant),
    vouchedBy: () => "this machine's clock",
  },
  {
    key: "device",
    judge: ({ device }, request) => device === null || fulfils(device, request.device),
    wanted: ({ device }) => device === null ? "" : wantsText(device),
    found: (_, request) => postureText(request.device),
    vouchedBy: (request) => request.device === null ? "nobody" : "device management",
  },
];

function isIn(wanted: readonly string[] | null, found: string): Truth {
  return wanted === null || wanted.includes(found);
}

/** Whether a rule matches at an instant. Stops at the first condition that is false. */
export function judgeRule(rule: CompiledRule, request: PolicyRequest, instant: number): Truth {
  let result: Truth = true;
  for (const { judge } of JUDGES) {
    const value = judge(rule.conditions, request, instant);
    if (value === false) return false;
    if (value === null) result = null;
  }
  return result;
}

/** Whether a rule would match if its time condition were left out. */
export function judgeButTime(rule: CompiledRule, request: PolicyRequest): Truth {
  const conditions = { ...rule.conditions, time: null };
  return all(JUDGES.map(({ judge }) => judge(conditions, request, 0)));
}

/** A rule looked at in full: every condition that it has, with its value. */
export function stepOf(rule: CompiledRule, request: PolicyRequest, instant: number): Step {
  const conditions = JUDGES.filter(({ key }) => rule.conditions[key] !== null)
    .map((judge) => conditionStep(judge, rule.conditions, request, instant));
  return {
    rule: rule.id,
    ruleIndex: rule.index,
    effect: rule.effect,
    matched: all(conditions.map((condition) => condition.value)),
    conditions,
    place: rule.place,
  };
}

function conditionStep(
  judge: Judge,
  conditions: Conditions,
  request: PolicyRequest,
  instant: number,
): ConditionStep {
  return {
    key: judge.key,
    value: judge.judge(conditions, request, instant),
    wanted: judge.wanted(conditions),
    found: judge.found(conditions, request, instant),
    vouchedBy: judge.vouchedBy(request),
  };
}
