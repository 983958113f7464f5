// permissions: what IAM's simulation is asked, and what it answers.

/** A condition key with what it would hold (IAM API Reference, ContextEntry). */
export interface ContextEntry {
  readonly key: string;
  readonly type: "string" | "stringList" | "boolean" | "date";
  readonly values: readonly string[];
}

/** One call: each action on each resource. */
export interface Simulation {
  /** ARN of the user or role whose policies are simulated. */
  readonly principal: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly context: readonly ContextEntry[];
}

/** What IAM says of one action on one resource. */
export interface SimulationResult {
  readonly action: string;
  readonly resource: string;
  readonly decision: "allowed" | "explicit-deny" | "implicit-deny";
  /** Policies whose statements decided; empty where none spoke. */
  readonly policies: readonly string[];
  /** Condition keys that a policy asks for and that nobody brought. */
  readonly missing: readonly string[];
  /**
   * Across accounts: who allows it taken alone, in IAM's words. Where somebody does and the answer is
   * still a denial, the other side, which nobody brought, is what is missing.
   */
  readonly allowing: readonly string[];
  /** False = the organisation's SCPs keep it; `null` = IAM says nothing of an organisation. */
  readonly organisation: boolean | null;
  /** False = the permissions boundary keeps it; `null` = there is none. */
  readonly boundary: boolean | null;
}

/** IAM, as a check needs it. Both throw what AWS calls throw. */
export interface SimulationPort {
  /** The ARN of a role of the caller's account, with its path; `null` = there is none of that name. */
  roleArn(name: string): Promise<string | null>;
  /** All pages of an answer; `null` = IAM knows no such user or role. */
  simulate(ask: Simulation): Promise<readonly SimulationResult[] | null>;
}
