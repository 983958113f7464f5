// policy: a policy as loaded, the way the gate sees it.
import type { CompiledPolicy } from "./compile.ts";
import type { Decision, PolicyRequest } from "./types.ts";

/** A policy with where it came from, ready to decide. */
export interface LoadedPolicy {
  /** `file:/…`, `ssm:arn:…`; each guardrail is appended after ` + `. */
  source: string;
  /** SHA-256 over the texts, hex. */
  digest: string;
  readAt: Date;
  signature: "unsigned" | "verified";
  decide(request: PolicyRequest): Decision;
}

/** A loaded policy that can also be asked why. */
export interface ExplainablePolicy extends LoadedPolicy {
  compiled: CompiledPolicy;
}
