// permissions: which rights the caller has, as IAM's simulation says, one by one as it answers.
import { asSentinelError, SentinelError } from "../errors/mod.ts";
import type { PolicySources } from "./principal.ts";
import type { Question } from "./questions.ts";
import type { Simulation, SimulationPort, SimulationResult } from "./simulation.ts";

/** What is known of one right now. */
export interface CheckedRight extends Question {
  readonly status: "allowed" | "denied" | "error" | "not_checked";
  /** For `denied`: by a Deny, or for want of an Allow. */
  readonly denial: "explicit" | "implicit" | null;
  /** For `denied`: a limit that keeps it, whatever the identity policies say. */
  readonly limit: "organisation" | "boundary" | null;
  /** Policies whose statements decided. */
  readonly policies: readonly string[];
  /** Condition keys that a policy asks for, and that a simulation can't have: the answer may differ. */
  readonly missing: readonly string[];
  /** Why there is no answer; `null` where there is one. */
  readonly message: string | null;
  /** What to do about it. */
  readonly hint: string | null;
}

/** What a check needs. */
export interface CheckPorts {
  readonly simulation: Pick<SimulationPort, "simulate">;
}

/** Most resources that one call asks about. */
const MOST = 25;

/** Questions that one call answers. */
interface Batch {
  by: string | null;
  questions: Question[];
  actions: string[];
  resources: string[];
}

/**
 * Asks IAM, with few calls: questions that differ in action or resource alone go together. Yields
 * each answer as it comes. A call that fails makes its own questions errors, and the rest goes on.
 */
export async function* checkRights(
  questions: readonly Question[],
  sources: PolicySources,
  { simulation }: CheckPorts,
): AsyncGenerator<CheckedRight, void, void> {
  if (sources.kind === "none") {
    yield* questions.map((question) => unanswered(question, "not_checked", sources.why, null));
    return;
  }
  let tries = sources.sources.map(({ arn }) => arn);
  for (const batch of batchesOf(questions)) {
    try {
      const { results, source } = await answer(batch, tries, simulation);
      // What IAM knew once is the caller for good.
      if (batch.by === null) tries = [source];
      for (const question of batch.questions) yield judged(question, results);
    } catch (thrown) {
      const error = asSentinelError(thrown);
      const status = error instanceof Unknown ? "not_checked" : "error";
      const hint = error.code === "AWS_REFUSED" && !(error instanceof Unknown)
        ? "iam:SimulatePrincipalPolicy is optional: sentinel permissions list --feature " +
          "permissions_check shows what allows it"
        : error.hint;
      yield* batch.questions.map((q) => unanswered(q, status, error.message, hint));
    }
  }
}

/** IAM knows none of the ARNs that were tried. */
class Unknown extends SentinelError {
  constructor(by: string | null) {
    super(
      "AWS_REFUSED",
      by === null
        ? "Cannot simulate the caller: its role's path is not known, and IAM knows no role at the " +
          "likeliest"
        : `Cannot simulate ${by}: IAM knows no such role in this account`,
      by === null
        ? { hint: "allow iam:GetRole on the caller's own role" }
        : { hint: "look with credentials of the account that owns the role" },
    );
  }
}

async function answer(
  { by, questions, actions, resources }: Batch,
  tries: readonly string[],
  simulation: CheckPorts["simulation"],
): Promise<{ results: readonly SimulationResult[]; source: string }> {
  const context = questions[0]?.context ?? [];
  for (const principal of by === null ? tries : [by]) {
    const ask: Simulation = { principal, actions, resources, context };
    const results = await simulation.simulate(ask);
    if (results !== null) return { results, source: principal };
  }
  throw new Unknown(by);
}

/** First the actions on each resource, then the resources with the same actions. */
function batchesOf(questions: readonly Question[]): Batch[] {
  const key = ({ by, context }: Question) => JSON.stringify([by, context]);
  const perResource = Map.groupBy(questions, (q) => JSON.stringify([key(q), q.resource]));
  const alike = Map.groupBy(perResource.values(), (group) => {
    const [first] = group;
    return JSON.stringify([first && key(first), group.map(({ action }) => action).sort()]);
  });
  return [...alike.values()].flatMap((groups) => {
    const parts: Batch[] = [];
    for (let at = 0; at < groups.length; at += MOST) {
      const part = groups.slice(at, at + MOST).flat();
      parts.push({
        by: part[0]?.by ?? null,
        questions: part,
        actions: [...new Set(part.map(({ action }) => action))],
        resources: [...new Set(part.map(({ resource }) => resource))],
      });
    }
    return parts;
  });
}

function judged(question: Question, results: readonly SimulationResult[]): CheckedRight {
  const { action, resource } = question;
  // IAM compares actions in any case, and answers so.
  const result = results.find((r) =>
    r.action.toLowerCase() === action.toLowerCase() && r.resource === resource
  );
  if (result === undefined) {
    return unanswered(question, "error", `IAM's simulation left out ${action}`, null);
  }
  const { decision, policies } = result;
  const missing = result.missing.filter((key) => !question.absent.includes(key.toLowerCase()));
  const limit = decision === "allowed" ? null : limitOf(result);
  const told = { ...question, limit, policies, missing, message: null, hint: null };
  if (decision === "allowed") return { ...told, status: "allowed", denial: null };
  if (decision === "explicit-deny") return { ...told, status: "denied", denial: "explicit" };
  // Silence decides nothing where a trust policy, which isn't simulated, may be enough.
  if (result.allowing.length > 0 && limit === null) {
    return { ...told, status: "not_checked", denial: null, message: OTHER_SIDE };
  }
  const { trustSuffices } = question;
  const open = trustSuffices === "alone"
    ? limit !== "organisation"
    : trustSuffices === "within boundary" && limit === null;
  if (!open) {
    return { ...told, status: "denied", denial: "implicit" };
  }
  return { ...told, status: "not_checked", denial: null, message: TRUST_DECIDES };
}

const TRUST_DECIDES = "no policy of the caller's allows it, and none needs to where the role's " +
  "trust policy names the caller: that isn't simulated";

const OTHER_SIDE = "the caller's side allows it; the other account's side isn't simulated";

function limitOf({ organisation, boundary }: SimulationResult): CheckedRight["limit"] {
  if (organisation === false) return "organisation";
  return boundary === false ? "boundary" : null;
}

function unanswered(
  question: Question,
  status: "error" | "not_checked",
  message: string,
  hint: string | null,
): CheckedRight {
  const nothing = { denial: null, limit: null, policies: [], missing: [] };
  return { ...question, status, ...nothing, message, hint };
}

/** How many of each. */
export interface Tally {
  allowed: number;
  denied: number;
  errors: number;
  notChecked: number;
  /** Allowed, but a condition key that the simulation can't have may change that. */
  doubtful: number;
}

/** Counts results. */
export function tally(results: readonly CheckedRight[]): Tally {
  const of = (status: CheckedRight["status"]) => results.filter((r) => r.status === status);
  return {
    allowed: of("allowed").length,
    denied: of("denied").length,
    errors: of("error").length,
    notChecked: of("not_checked").length,
    doubtful: of("allowed").filter(({ missing }) => missing.length > 0).length,
  };
}

/** The exit code: 10 something is denied, 11 something could not be looked at, 0 all is allowed. */
export function exitOf({ denied, errors, notChecked, doubtful }: Tally): 0 | 10 | 11 {
  if (denied > 0) return 10;
  return errors + notChecked + doubtful > 0 ? 11 : 0;
}
