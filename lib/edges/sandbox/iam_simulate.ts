// sandbox: IAM's simulation of what a user or role may do, by lib/core/iam over the state's policies.
import { evaluateIam, principalContext } from "../../core/iam/mod.ts";
import type {
  IamPolicies,
  IamPrincipal,
  IamResult,
  PolicyDocument,
  Statement,
} from "../../core/iam/mod.ts";
import { AwsError } from "./aws_error.ts";
import type { Answer, Call } from "./call.ts";
import { sessionArn } from "./caller.ts";
import { optionalInteger, optionalText, requiredText, structureList, textList } from "./fields.ts";
import { identityPolicies } from "./judge.ts";
import { readPolicyText } from "./policy_text.ts";
import type { Identity, Role, State } from "./state.ts";

/** Most results of one page where nobody says (IAM API Reference, SimulatePrincipalPolicy). */
const PAGE = 100;

const ACTION = /^[a-z0-9-]{1,64}:[A-Za-z0-9]{1,128}$/;

/** Whose policies are simulated, and with what. */
interface Subject {
  state: State;
  identity: Identity;
  principal: IamPrincipal;
  policies: IamPolicies;
  /** Condition keys that the request brought, in lower case. */
  given: ReadonlySet<string>;
  context: Readonly<Record<string, readonly string[]>>;
}

/**
 * SimulatePrincipalPolicy (IAM API Reference, and IAM User Guide, "Testing IAM policies with the IAM
 * policy simulator"): identity policies, boundary and SCPs of a user or role. What the caller doesn't
 * bring as context isn't there, and is listed as missing. A role's trust policy has no say, as at
 * AWS; a resource policy is not taken.
 * @param source `PolicySourceArn`, about which the caller may ask
 */
export function simulatePrincipalPolicy(call: Call, source: string): Answer {
  const { input } = call;
  const actions = textList(input, "ActionNames");
  if (actions.length === 0 || !actions.every((action) => ACTION.test(action))) {
    throw invalid("Invalid Input Action: want one name or more such as iam:CreateUser");
  }
  for (const field of ["ResourcePolicy", "CallerArn", "ResourceOwner", "ResourceHandlingOption"]) {
    if (input[field] !== undefined) throw invalid(`The sandbox doesn't simulate with ${field}`);
  }
  const asked = textList(input, "ResourceArns");
  const resources = asked.length === 0 ? ["*"] : asked;
  const subject = subjectOf(call, source);
  const results = actions.map((action) => resultOf(subject, action, resources));
  const size = optionalInteger(input, "MaxItems", 1, 1000) ?? PAGE;
  const start = Number(optionalText(input, "Marker", { pattern: "\\d{1,6}" }) ?? "0");
  const more = start + size < results.length;
  return {
    result: {
      EvaluationResults: results.slice(start, start + size),
      IsTruncated: more,
      ...(more && { Marker: String(start + size) }),
    },
  };
}

function invalid(message: string): AwsError {
  return new AwsError("InvalidInput", message);
}

function subjectOf(call: Call, source: string): Subject {
  const { input, state } = call;
  if (!/^arn:aws:iam::\d{12}:(?:user|role)\/./.test(source)) {
    const what = "does not clearly define entity type and name";
    throw invalid(`Invalid Entity Arn: ${source} ${what}.`);
  }
  const user = [...state.users.values()].find(({ arn }) => arn === source);
  const role = [...state.roles.values()].find(({ arn }) => arn === source);
  const identity = user ?? role;
  if (identity === undefined) {
    throw new AwsError("NoSuchEntity", `The entity ${source} cannot be found.`, 404);
  }
  const more = textList(input, "PolicyInputList").map((text, index) =>
    readInput(text, `PolicyInputList.${index + 1}`)
  );
  const [boundary] = textList(input, "PermissionsBoundaryPolicyInputList");
  return {
    state,
    identity,
    principal: principalOf(state, source, role ?? null),
    policies: {
      identity: [...identityPolicies(identity), ...more],
      boundary: boundary === undefined
        ? identity.boundary?.document ?? null
        : readInput(boundary, "PermissionsBoundaryPolicyInputList.1"),
      session: null,
      // The account itself: it leaves everything to the caller's policies, so that no role's trust
      // policy and no key's policy is asked for.
      resource: accountMay(state.account),
      scps: state.scps,
      rcps: [],
    },
    ...contextOf(call),
  };
}

function readInput(text: string, id: string): PolicyDocument {
  try {
    return readPolicyText(text, id);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : "";
    throw invalid(`Invalid Input Policy: ${why}`);
  }
}

function principalOf({ account }: State, arn: string, role: Role | null): IamPrincipal {
  if (role === null) return { kind: "user", arn, account };
  const session = {
    role,
    name: "simulated",
    sourceIdentity: null,
    tags: new Map<string, string>(),
    transitive: new Set<string>(),
    policies: null,
  };
  return { kind: "role-session", arn: sessionArn(account, session), account, roleArn: arn };
}

function accountMay(account: string): PolicyDocument {
  return readPolicyText(
    JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: "*",
        Resource: "*",
      },
    }),
    "simulated",
  );
}

function contextOf({ input }: Call): Pick<Subject, "context" | "given"> {
  const entries = structureList(input, "ContextEntries").map((entry): [string, string[]] => [
    requiredText(entry, "ContextKeyName", { min: 5, max: 256 }),
    textList(entry, "ContextKeyValues"),
  ]);
  const context = Object.fromEntries(entries);
  return { context, given: new Set(Object.keys(context).map((key) => key.toLowerCase())) };
}

type Result = Readonly<Record<string, unknown>>;

/** One action on each of the resources. Without any, the answer is the action's own. */
function resultOf(subject: Subject, action: string, resources: readonly string[]): Result {
  const rows = resources.map((resource) => ({ resource, ...judged(subject, action, resource) }));
  const [first] = rows;
  const worst = rows.find(({ decision }) => decision !== "allowed") ?? first;
  const general = resources[0] === "*" && rows.length === 1;
  return {
    EvalActionName: action,
    EvalResourceName: first?.resource ?? "*",
    EvalDecision: worst?.decision ?? "implicitDeny",
    MatchedStatements: general ? first?.statements : [],
    MissingContextValues: general ? first?.missing : [],
    ...organisation(subject, rows.map(({ result }) => result)),
    ...(general ? boundaryDetail(subject, first?.result) : {
      ResourceSpecificResults: rows.map((row) => ({
        EvalResourceName: row.resource,
        EvalResourceDecision: row.decision,
        MatchedStatements: row.statements,
        MissingContextValues: row.missing,
        ...boundaryDetail(subject, row.result),
      })),
    }),
  };
}

interface Judged {
  result: IamResult;
  decision: "allowed" | "explicitDeny" | "implicitDeny";
  statements: readonly Result[];
  missing: readonly string[];
}

function judged(subject: Subject, action: string, resource: string): Judged {
  const { principal, policies, context } = subject;
  const request = { action, resource, resourceAccount: principal.account, principal };
  const result = evaluateIam({ ...request, context }, policies);
  const missing = missingKeys(subject, request);
  if (result.decision === "unknown" && missing.length === 0) {
    throw new AwsError(
      "PolicyEvaluation",
      `A provided policy could not be evaluated (${result.unknown.join(", ")})`,
      500,
    );
  }
  const decision = result.decision === "allowed"
    ? "allowed"
    : result.decision === "explicit-deny"
    ? "explicitDeny"
    : "implicitDeny";
  return { result, decision, statements: matched(subject, result), missing };
}

/** A denial names what denies, an allowance what allows, silence nothing. */
function matched({ identity }: Subject, result: IamResult): Result[] {
  const wanted = result.decision === "explicit-deny" ? "deny" : "allow";
  if (result.decision !== "explicit-deny" && result.decision !== "allowed") return [];
  const ids = result.reasons
    .filter(({ effect, layer, statement }) =>
      effect === wanted && layer === "identity" && statement !== null
    )
    .map(({ statement }) => (statement ?? "").replace(/#[^#]*$/, ""));
  return [...new Set(ids)].map((id) => {
    const own = id.startsWith(`${identity.name}/`);
    const kind = identity.arn.includes(":user/") ? "user" : "role";
    return {
      SourcePolicyId: own ? id.slice(identity.name.length + 1) : id.split("/").at(-1),
      SourcePolicyType: own ? kind : id.startsWith("arn:") ? "aws-managed" : "none",
    };
  });
}

/**
 * Keys that a statement on this action and resource asks for, and that nobody brought: what the
 * caller is follows from the source, what it carries doesn't.
 */
function missingKeys(
  { policies, given, principal }: Subject,
  request: { action: string; resource: string; resourceAccount: string; principal: IamPrincipal },
): string[] {
  const documents = [...policies.identity, policies.boundary, ...policies.scps.flat()];
  const found = new Map<string, string>();
  for (const document of documents) {
    for (const statement of document?.statements ?? []) {
      const keys = keysOf(statement).filter((key) => !given.has(key.toLowerCase()));
      if (keys.length === 0 || !concerns(statement, document, request, principal)) continue;
      for (const key of keys) found.set(key.toLowerCase(), key);
    }
  }
  return [...found.values()].sort();
}

function keysOf({ conditions, resources, notResources }: Statement): string[] {
  const texts = [
    ...resources ?? [],
    ...notResources ?? [],
    ...conditions.flatMap(({ values }) => values),
  ];
  const variables = texts.flatMap((text) => [...text.matchAll(/\$\{([\w:/-]+)[^}]*\}/g)]);
  return [...conditions.map(({ key }) => key), ...variables.map(([, key = ""]) => key)]
    .filter((key) => key.includes(":"));
}

/** True where the statement, without its conditions, speaks of this action and resource. */
function concerns(
  statement: Statement,
  document: PolicyDocument | null,
  request: Parameters<typeof missingKeys>[1],
  principal: IamPrincipal,
): boolean {
  const open = (patterns: readonly string[] | null) =>
    patterns?.map((pattern) => pattern.replaceAll(/\$\{[^}]*\}/g, "*")) ?? null;
  const bare: Statement = {
    ...statement,
    effect: "Deny",
    conditions: [],
    resources: open(statement.resources),
    notResources: open(statement.notResources),
  };
  const only = { version: "2012-10-17", id: document?.id ?? "", statements: [bare] } as const;
  const context = principalContext(principal, {});
  const none = { boundary: null, session: null, resource: null, scps: [], rcps: [] };
  const result = evaluateIam({ ...request, context }, { identity: [only], ...none });
  return result.decision === "explicit-deny";
}

function organisation({ policies }: Subject, results: readonly IamResult[]): Result {
  if (policies.scps.length === 0) return {};
  const barred = results.some((result) => spoke(result, "scp"));
  return { OrganizationsDecisionDetail: { AllowedByOrganizations: !barred } };
}

function boundaryDetail({ policies }: Subject, result: IamResult | undefined): Result {
  // Where the organisation bars it, AWS looks no further.
  if (policies.boundary === null || result === undefined || spoke(result, "scp")) return {};
  const allowed = !spoke(result, "boundary");
  return { PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: allowed } };
}

/** True when the layer denied, or had to allow and didn't. */
function spoke(result: IamResult, layer: "scp" | "boundary"): boolean {
  return result.reasons.some((reason) =>
    reason.layer === layer && (reason.effect === "deny" || reason.effect === "silent")
  );
}
