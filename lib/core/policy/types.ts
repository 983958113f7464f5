// policy: the shapes of a decision, the same for every policy version.
import type { Principal } from "../identity/types.ts";
import type { Place, Problem } from "../yaml/types.ts";

export type { Place, Problem } from "../yaml/types.ts";

/** What a version "1" rule can say. */
export type Effect =
  | "allow"
  | "deny"
  | "require_approval"
  | "require_server"
  | "require_server_session";

/** How credentials are asked for: classic `exec` and `export` (`cli`), `credential_process`, server mode. */
export type Mode = "cli" | "credential_process" | "server";

/** True, false, or `null` for "can't be known". Combined by Kleene's logic. */
export type Truth = boolean | null;

/** What is known of the device that asks; `null` in a field means unknown. */
export interface DevicePosture {
  status?: string | null;
  mdmEnrolled?: boolean | null;
  mdmCompliant?: boolean | null;
  diskEncrypted?: boolean | null;
  firewallEnabled?: boolean | null;
  osType?: string | null;
  osVersion?: string | null;
}

/** The question: may this principal have this profile, now, in this way? */
export interface PolicyRequest {
  /** Who asks, when STS vouched for it; `null` in `explain --as`. */
  principal: Principal | null;
  /** The policy user name (`policyUser` of lib/core/identity). */
  user: string;
  /** Target profile. */
  profile: string;
  /** ARN of the role to be assumed; `null` when the profile has none. */
  role: string | null;
  mode: Mode;
  /** The instant that is judged. */
  at: Date;
  /** DynamoDB table for tracked sessions, when there is one. */
  sessionTable: string | null;
  /** Device posture; `null` when nothing is known of it. */
  device: DevicePosture | null;
}

/** Where a policy's text came from, and what it may do. */
export interface Origin {
  /** File name or parameter as shown in errors: `policy.yaml`, `ssm:/sentinel/policies/prod`. */
  file: string;
  /** `policy` decides; `guardrail` only binds and never allows. Default `policy`. */
  kind?: "policy" | "guardrail";
}

/** `<file>/<name>`: rule names belong to their file. */
export type RuleId = string;

/** What must hold beside a match before an alternative grants. */
export type Obligation =
  | { kind: "approval" }
  | { kind: "server" }
  | { kind: "session" };

/** An obligation and how it stands. `shut` = nobody could ever close it here. */
export interface ObligationState {
  obligation: Obligation;
  state: "met" | "open" | "shut";
  /** The rules that ask for it. */
  from: readonly RuleId[];
  /** One line: what is missing and why. */
  why: string;
}

/** One way in which the request could be granted, with what it costs. Never mixed with another's. */
export interface Alternative {
  rule: RuleId;
  ruleName: string;
  /** `met` grants, `open` waits, `shut` is out. */
  state: "met" | "open" | "shut";
  obligations: readonly ObligationState[];
  /** Longest session in seconds that the policy lets this alternative have; `null` = no limit of its own. */
  maxDuration: number | null;
  /** Cap in server mode (seconds); `null` = none. */
  maxServerDuration: number | null;
  /**
   * The first instant at which the same request would get less: a window that the decision rests
   * on closes, or one that refuses or asks for more opens. `null` = none within a day.
   */
  until: Date | null;
  sessionTable: string | null;
  /** True when the rule lets credentials go out without a source identity. */
  unstamped: boolean;
}

/** One condition of one rule, looked at. */
export interface ConditionStep {
  key: string;
  value: Truth;
  /** What the rule wants, short. */
  wanted: string;
  /** What was found, short. */
  found: string;
  /** Who vouches for the fact: `STS`, `the user's own word`, `this machine's clock`, … */
  vouchedBy: string;
}

/** One rule, looked at. */
export interface Step {
  rule: RuleId;
  ruleIndex: number;
  effect: Effect;
  matched: Truth;
  conditions: readonly ConditionStep[];
  place: Place | null;
}

/** The answer. */
export interface Decision {
  outcome: "allow" | "deny" | "pending";
  /** The effect as the deciding rule writes it; `null` when no rule matched. */
  effect: Effect | null;
  /** Name of the deciding rule; `null` when none matched. */
  rule: string | null;
  ruleId: RuleId | null;
  /** Position of the deciding rule in its file, from 0; -1 when none matched. */
  ruleIndex: number;
  /** The rule's own reason, or why nothing matched. */
  reason: string;
  maxServerDuration: number | null;
  sessionTable: string | null;
  /** Every alternative that is not out, best first; `alternatives[0]` grants when `outcome` is `allow`. */
  alternatives: readonly Alternative[];
  trace: readonly Step[];
}

/** What is wrong with a policy's text, all at once. */
export interface PolicyProblems {
  origin: Origin;
  problems: readonly Problem[];
}
