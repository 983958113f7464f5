// judges: asks our evaluator and the judge the same question.
import { evaluateIam, type IamResult, parsePolicyDocument } from "../../lib/core/iam/mod.ts";
import type { Case, Document, Verdict } from "./case.ts";

/** As much of the judge's public interface as is used here. */
export interface Judge {
  runSimulation(simulation: unknown, options: unknown): Promise<JudgeAnswer>;
}

type JudgeAnswer =
  | { resultType: "error"; errors: unknown }
  | { resultType: "wildcard"; overallResult: string }
  | {
    resultType: "single";
    overallResult: string;
    result: { ignoredContextKeys?: string[] };
  };

/**
 * Loads the judge, and only here: the product's own type check and lock don't follow an import
 * made at run time, and only `--config tests/judges/deno.json` knows where it lies.
 *
 * @returns the reason in words when it can't be had
 * @throws TypeError when what came isn't what the lock file says: that is no reason to skip
 */
export async function loadJudge(): Promise<Judge | string> {
  try {
    return await import("@cloud-copilot/iam-simulate");
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/checksum|integrity|lockfile/i.test(message)) throw error;
    return message.replace(/\s*\n\s*/g, "; ");
  }
}

/** The policy that AWS attaches at every level of RCPs. */
const FULL_ACCESS: Document = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
};

/** A document with one statement without Sid has it bare, not in a list: both are JSON that AWS takes. */
function written(document: Document): unknown {
  const [only, ...more] = document.Statement;
  return more.length === 0 && only !== undefined && only.Sid === undefined
    ? { ...document, Statement: only }
    : document;
}

/** What our evaluator says. */
export function askOurs(given: Case): IamResult {
  const read = (documents: readonly Document[], id: string) =>
    documents.map((document, index) => parsePolicyDocument(written(document), `${id}${index}`));
  const one = (document: Document | null, id: string) =>
    document === null ? null : parsePolicyDocument(written(document), id);
  return evaluateIam(given, {
    identity: read(given.identity, "identity"),
    boundary: one(given.boundary, "boundary"),
    session: given.session === null ? null : read([given.session], "session"),
    resource: one(given.resourcePolicy, "resource"),
    scps: given.scps.map((level, index) => read(level, `scp${index}.`)),
    rcps: given.rcps.map((level, index) => read([FULL_ACCESS, ...level], `rcp${index}.`)),
  });
}

const VERDICTS: Readonly<Record<string, Verdict>> = {
  Allowed: "allowed",
  ExplicitlyDenied: "explicit-deny",
  ImplicitlyDenied: "implicit-deny",
};

/**
 * What the judge says.
 *
 * @throws Error when the judge doesn't take the question, or leaves a context key out of it: the
 * generator asked for what AWS wouldn't take
 */
export async function askJudge(judge: Judge, given: Case): Promise<Verdict> {
  const answer = await judge.runSimulation(simulationOf(given), {});
  if (answer.resultType === "error") {
    throw new Error(
      `Cannot judge: found ${JSON.stringify(answer.errors)}, want a question`,
    );
  }
  const ignored = answer.resultType === "single" ? answer.result.ignoredContextKeys ?? [] : [];
  if (ignored.length > 0) {
    throw new Error(
      `Cannot judge: found keys ${ignored.join(", ")}, want ones of the action`,
    );
  }
  const verdict = VERDICTS[answer.overallResult];
  if (verdict === undefined) {
    throw new Error(`Cannot judge: found ${answer.overallResult}`);
  }
  return verdict;
}

function simulationOf(given: Case): unknown {
  const named = (documents: readonly Document[], id: string) =>
    documents.map((policy, index) => ({
      name: `${id}${index}`,
      policy: written(policy),
    }));
  const levels = (lists: readonly Document[][], id: string) =>
    lists.map((list, index) => ({
      orgIdentifier: `${id}${index}`,
      policies: named(list, id),
    }));
  return {
    request: {
      principal: given.principal.arn,
      action: given.action,
      resource: { resource: given.resource, accountId: given.resourceAccount },
      contextVariables: given.context,
    },
    identityPolicies: named(given.identity, "identity"),
    ...(given.session === null ? {} : { sessionPolicy: written(given.session) }),
    ...(given.boundary === null
      ? {}
      : { permissionBoundaryPolicies: named([given.boundary], "boundary") }),
    ...(given.resourcePolicy === null ? {} : { resourcePolicy: written(given.resourcePolicy) }),
    serviceControlPolicies: levels(given.scps, "scp"),
    resourceControlPolicies: levels(given.rcps, "rcp"),
  };
}
