// judges: the named vectors of tests/vectors/iam/disagreements.json as cases.
import {
  type IamContext,
  type IamPrincipal,
  principalContext,
  type UnknownReason,
} from "../../lib/core/iam/mod.ts";
import callers from "../vectors/iam/callers.json" with { type: "json" };
import file from "../vectors/iam/disagreements.json" with { type: "json" };
import type { Case, Document, Verdict } from "./case.ts";

/** As the file writes one; only what this folder reads. */
interface Vector {
  name: string;
  caller: string;
  action: string;
  resource: string;
  account: string;
  context?: IamContext;
  policies: {
    identity?: Document[];
    boundary?: Document;
    session?: Document[];
    resource_policy?: Document;
    scps?: Document[][];
    rcps?: Document[][];
  };
  expect: Verdict;
}

/** A vector with what AWS says of it. */
export interface NamedCase {
  readonly given: Case;
  readonly expect: Verdict;
}

/** The vectors by name. */
export function namedCases(): Map<string, NamedCase> {
  const vectors = file.cases as unknown as Vector[];
  return new Map(
    vectors.map((
      vector,
    ) => [vector.name, { given: caseOf(vector), expect: vector.expect }]),
  );
}

function caseOf({ caller, account, policies, ...vector }: Vector): Case {
  const principal = (callers as Record<string, IamPrincipal>)[caller];
  if (principal === undefined) {
    throw new Error(`Cannot read vector: found no caller ${caller}`);
  }
  const context: Case["context"] = {};
  for (
    const [key, value] of Object.entries(
      principalContext(principal, vector.context),
    )
  ) {
    context[key] = typeof value === "string" ? value : [...value];
  }
  // Both sides add the full access of RCPs themselves.
  const limits = (documents: Document[]) =>
    documents.map((document) => ({
      ...document,
      Statement: document.Statement.filter((statement) => statement.Effect === "Deny"),
    }));
  return {
    action: vector.action,
    resource: vector.resource,
    resourceAccount: account,
    principal,
    context,
    identity: policies.identity ?? [],
    boundary: policies.boundary ?? null,
    session: policies.session?.[0] ?? null,
    resourcePolicy: policies.resource_policy ?? null,
    scps: policies.scps ?? [],
    rcps: (policies.rcps ?? []).map(limits),
  };
}

/** The closed list, held to the type by the compiler. */
export const UNKNOWN_REASONS: Readonly<Record<UnknownReason, true>> = {
  "unsupported-operator": true,
  "unsupported-variable": true,
  "unresolved-variable": true,
  "malformed-context-value": true,
  "malformed-policy-value": true,
  "multivalued-key": true,
  "not-principal-allow": true,
  "not-principal-partial": true,
  "canonical-user": true,
  "wildcard-across-colon": true,
};
