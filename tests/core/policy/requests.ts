// policy tests: requests and policies to start from.
import {
  type CompiledPolicy,
  compilePolicy,
  type Origin,
  parsePolicy,
  type PolicyRequest,
} from "../../../lib/core/policy/mod.ts";

/** A Monday morning in winter, in classic mode, with nothing known of the device. */
export const REQUEST: PolicyRequest = {
  principal: null,
  user: "mara",
  profile: "dev",
  role: null,
  mode: "cli",
  at: new Date("2026-01-05T09:00:00Z"),
  sessionTable: null,
  device: null,
};

/** A request like {@link REQUEST} but for some fields. */
export function request(changes: Partial<PolicyRequest> = {}): PolicyRequest {
  return { ...REQUEST, ...changes };
}

/** A document of rules, each on one line of flow YAML without its braces. */
export function rulesText(...rules: string[]): string {
  return `version: "1"\nrules:\n${rules.map((rule) => `  - {${rule}}\n`).join("")}`;
}

/** Parses and compiles a policy of such rules, with guardrail files of such rules. */
export function compiledOf(rules: string[], guardrails: string[][] = []): CompiledPolicy {
  const origin = (index: number): Origin => ({ file: `guard-${index}.yaml`, kind: "guardrail" });
  return compilePolicy([
    ...rules.length === 0 ? [] : [parsePolicy(rulesText(...rules), "policy.yaml")],
    ...guardrails.map((guard, index) => parsePolicy(rulesText(...guard), origin(index))),
  ]);
}
