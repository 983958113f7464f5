// commands: what policy would answer, without asking for anything.
import type { Decision, Mode, PolicyRequest } from "../lib/core/policy/types.ts";
import type { Explanation } from "../lib/core/policy/explain.ts";
import type { Target } from "../lib/core/profiles/types.ts";
import type { ExplainablePolicy } from "../lib/core/policy/loaded.ts";
import type { Session } from "./context.ts";

/** What is asked, and the policy that answers. */
export interface Question {
  target: Target;
  policy: ExplainablePolicy;
  request: PolicyRequest;
}

/** Facts that `explain` may put in place of what is found. */
export interface Instead {
  user?: string;
  at?: Date;
  sessionTable?: string;
  device?: PolicyRequest["device"];
}

/** Puts the question together. With a user named, STS isn't asked. */
export async function questionFor(
  session: Session,
  profile: string,
  mode: Mode,
  instead: Instead = {},
): Promise<Question> {
  const target = await session.work.target(profile);
  const caller = instead.user === undefined ? await session.identify(target) : null;
  const policy = await session.policy(profile, target, caller);
  return {
    target,
    policy,
    request: {
      principal: caller?.principal ?? null,
      user: instead.user ?? caller?.user ?? "",
      profile,
      role: target.roleArn,
      mode,
      at: instead.at ?? session.base.now(),
      sessionTable: instead.sessionTable ?? null,
      device: instead.device ?? null,
    },
  };
}

/** The decision as it would be taken now. */
export async function decideFor(
  session: Session,
  profile: string,
  mode: Mode,
): Promise<{ decision: Decision }> {
  const { policy, request } = await questionFor(session, profile, mode);
  return { decision: policy.decide(request) };
}

/** The whole story of an answer, and the policy that gives it. */
export async function explanationFor(
  session: Session,
  profile: string,
  mode: Mode,
  instead: Instead = {},
): Promise<{ explanation: Explanation; policy: ExplainablePolicy }> {
  const { policy, request } = await questionFor(session, profile, mode, instead);
  const { explain } = await import("../lib/core/policy/mod.ts");
  return { explanation: explain(policy.compiled, request, supposedIn(instead)), policy };
}

/** The conditions that rest on a fact which was put in place. `users` says so by itself. */
function supposedIn({ at, device }: Instead): ReadonlySet<string> {
  return new Set([
    ...(at === undefined ? [] : ["time"]),
    ...(device === undefined ? [] : ["device"]),
  ]);
}

/** That story as text, with the policy's source at its end. */
export async function explanationText(
  { explanation, policy }: Awaited<ReturnType<typeof explanationFor>>,
): Promise<string> {
  const { renderExplanation } = await import("../lib/core/policy/mod.ts");
  return `${renderExplanation(explanation)}\npolicy: ${policy.source}\n`;
}
