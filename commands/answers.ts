// commands: what policy would answer for one profile now, also where it can't be asked.
import { hasCode, SentinelError } from "../lib/core/errors/mod.ts";
import type { Decision } from "../lib/core/policy/types.ts";
import type { Session } from "./context.ts";
import { decideFor } from "./decide.ts";

/** The answer, or why there is none. */
export interface ProfileAnswer {
  outcome: Decision["outcome"] | "can't say";
  /** `null` where there was no decision. */
  decision: Decision | null;
  /** What stood in the decision's way; `null` where there is one. */
  error: SentinelError | null;
}

/**
 * Asks policy about `profile`, as `credential_process` would.
 * @throws what is no SentinelError: a defect, not an answer
 */
export async function answerFor(session: Session, profile: string): Promise<ProfileAnswer> {
  try {
    const { decision } = await decideFor(session, profile, "credential_process");
    return { outcome: decision.outcome, decision, error: null };
  } catch (error) {
    if (!(error instanceof SentinelError)) throw error;
    const outcome = hasCode(error, "POLICY_DENIED") ? "deny" : "can't say";
    return { outcome, decision: null, error };
  }
}
