/**
 * Sentinel decides by policy whether somebody gets AWS credentials, before they exist, and records
 * why. This module is its library: the policy evaluator and the types of a decision. Run as a
 * program, it is the command line.
 *
 * @example Decide
 * ```ts
 * import { strict as assert } from "node:assert";
 * import { compilePolicy, evaluate, parsePolicy } from "@sentinel/sentinel";
 *
 * const policy = parsePolicy(
 *   `
 * version: "1"
 * rules:
 *   - name: dev
 *     effect: allow
 *     conditions: { profiles: [dev] }
 * `,
 *   "policy.yaml",
 * );
 * const decision = evaluate(compilePolicy([policy]), {
 *   principal: null,
 *   user: "mara",
 *   profile: "dev",
 *   role: null,
 *   mode: "cli",
 *   at: new Date("2026-01-05T09:00:00Z"),
 *   sessionTable: null,
 *   device: null,
 * });
 * assert.equal(decision.outcome, "allow");
 * assert.equal(decision.rule, "dev");
 * ```
 *
 * @module
 */
export * from "./lib/core/policy/mod.ts";
export type { Principal, PrincipalKind } from "./lib/core/identity/types.ts";
export { type ErrorCode, type ErrorDetails, EXIT, SentinelError } from "./lib/core/errors/mod.ts";

if (import.meta.main) {
  const { start } = await import("./commands/main.ts");
  const { root } = await import("./commands/app.ts");
  await start(root);
}
