// iam: a request of one of the vectors' callers, under the policies that a test names.
import {
  evaluateIam,
  type IamContext,
  type IamPolicies,
  type IamPrincipal,
  type IamResult,
  parsePolicyDocument,
  type PolicyDocument,
} from "../../../lib/core/iam/mod.ts";
import callers from "../../vectors/iam/callers.json" with { type: "json" };

/** The account of most callers. */
export const HOME = "111122223333";
/** A role in it. */
export const ROLE = `arn:aws:iam::${HOME}:role/R`;
/** A document of one statement. */
export const document = (id: string, statement: Record<string, unknown>): PolicyDocument =>
  parsePolicyDocument({ Version: "2012-10-17", Statement: statement }, id);
/** A document that allows everything. */
export const all = (id: string): PolicyDocument =>
  document(id, { Effect: "Allow", Action: "*", Resource: "*" });
/** A document that denies everything. */
export const deny = (id: string): PolicyDocument =>
  document(id, { Effect: "Deny", Action: "*", Resource: "*" });

/** The name of a caller in the vectors. */
export type CallerName = keyof typeof callers;

/** What is asked; a layer that is left out is empty. */
export interface Asked {
  caller: CallerName;
  action: string;
  resource: string;
  policies: Partial<IamPolicies>;
  context?: IamContext;
}

/** Asks the evaluator; the resource belongs to {@link HOME}. */
export function ask({ caller, action, resource, policies, context = {} }: Asked): IamResult {
  const principal = callers[caller] as IamPrincipal;
  const none = { identity: [], boundary: null, session: null, resource: null, scps: [], rcps: [] };
  return evaluateIam({ action, resource, resourceAccount: HOME, principal, context }, {
    ...none,
    ...policies,
  });
}

/** One call that no trust policy has a say in. */
export const OBJECT = { action: "s3:GetObject", resource: "arn:aws:s3:::b/k" };
