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
  /** State in words, as management says it. */
  status?: string | null;
  /** Enrolled in management. */
  mdmEnrolled?: boolean | null;
  /** Compliant, as management says. */
  mdmCompliant?: boolean | null;
  /** Disk encrypted. */
  diskEncrypted?: boolean | null;
  /** Firewall on. */
  firewallEnabled?: boolean | null;
  /** `macos`, `windows`, `linux`. */
  osType?: string | null;
  /** Version of the system. */
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
  /** Ways of asking. */
  mode: Mode;
  /** The instant that is judged. */
  at: Date;
  /** DynamoDB table for tracked sessions, when there is one. */
  sessionTable: string | null;
  /** Device posture; `null` when nothing is known of it. */
  device: DevicePosture | null;
  /** An approval that this very request may use, judged by whoever asks; absent or `null` = none. */
  approval?: { readonly id: string } | null;
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
  /** What has to hold. */
  obligation: Obligation;
  /** How it stands. */
  state: "met" | "open" | "shut";
  /** The rules that ask for it. */
  from: readonly RuleId[];
  /** One line: what is missing and why. */
  why: string;
}

/** One way in which the request could be granted, with what it costs. Never mixed with another's. */
export interface Alternative {
  /** The rule it is about. */
  rule: RuleId;
  /** The rule's name alone. */
  ruleName: string;
  /** `met` grants, `open` waits, `shut` is out. */
  state: "met" | "open" | "shut";
  /** All must be met before it grants. */
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
  /** DynamoDB table for tracked sessions; `null` = none. */
  sessionTable: string | null;
  /** True when the rule lets credentials go out without a source identity. */
  unstamped: boolean;
}

/** One condition of one rule, looked at. */
export interface ConditionStep {
  /** The condition's key. */
  key: string;
  /** Whether it holds. */
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
  /** The rule it is about. */
  rule: RuleId;
  /** Position in the file, from 0. */
  ruleIndex: number;
  /** What the rule says. */
  effect: Effect;
  /** Whether the rule matches. */
  matched: Truth;
  /** All must hold. */
  conditions: readonly ConditionStep[];
  /** Where it stands in its file. */
  place: Place | null;
}

/** The answer. */
export interface Decision {
  /** `allow` grants, `pending` waits for an obligation, `deny` refuses. */
  outcome: "allow" | "deny" | "pending";
  /** The effect as the deciding rule writes it; `null` when no rule matched. */
  effect: Effect | null;
  /** Name of the deciding rule; `null` when none matched. */
  rule: string | null;
  /** `<file>/<name>` of the deciding rule; `null` when none matched. */
  ruleId: RuleId | null;
  /** Position of the deciding rule in its file, from 0; -1 when none matched. */
  ruleIndex: number;
  /** The rule's own reason, or why nothing matched. */
  reason: string;
  /** Cap in server mode, seconds; `null` = none. */
  maxServerDuration: number | null;
  /** DynamoDB table for tracked sessions; `null` = none. */
  sessionTable: string | null;
  /** Every alternative that is not out, best first; `alternatives[0]` grants when `outcome` is `allow`. */
  alternatives: readonly Alternative[];
  /** Every rule that was looked at. */
  trace: readonly Step[];
}

/** What is wrong with a policy's text, all at once. */
export interface PolicyProblems {
  /** Where the text came from. */
  origin: Origin;
  /** Everything that is wrong with it, in the order of the text. */
  problems: readonly Problem[];
}
