// sandbox: may this caller do this? IAM's own answer, by lib/core/iam over the state's policies.
import { evaluateIam, parsePolicyDocument } from "../../core/iam/mod.ts";
import type { IamContext, IamLayer, IamResult, PolicyDocument } from "../../core/iam/types.ts";
import { AwsError } from "./aws_error.ts";
import type { Call } from "./call.ts";
import { callerArn, callerContext, callerPrincipal, identityOf, roleSession } from "./caller.ts";
import type { Identity } from "./state.ts";

/** What is asked of IAM. */
export interface Question {
  /** `ssm:GetParameter`. */
  action: string;
  resource: string;
  /** The resource's own policy, such as a role's trust policy. */
  resourcePolicy?: PolicyDocument;
  /** Condition keys beside the global ones. */
  context?: IamContext;
}

/** Documents of AWS's own policies that the sandbox knows. */
const AWS_MANAGED: ReadonlyMap<string, PolicyDocument> = new Map(
  [["AdministratorAccess", ["*"]], ["ReadOnlyAccess", [
    "cloudtrail:LookupEvents",
    "dynamodb:BatchGetItem",
    "dynamodb:Describe*",
    "dynamodb:Get*",
    "dynamodb:List*",
    "dynamodb:Query",
    "dynamodb:Scan",
    "iam:Get*",
    "iam:List*",
    "kms:Describe*",
    "kms:Get*",
    "kms:List*",
    "ses:Get*",
    "ses:List*",
    "sns:Get*",
    "sns:List*",
    "ssm:Describe*",
    "ssm:Get*",
    "sts:GetCallerIdentity",
  ]]].map(([name, actions]) => {
    const statement = { Effect: "Allow", Action: actions, Resource: "*" };
    const document = { Version: "2012-10-17", Statement: [statement] };
    const arn = `arn:aws:iam::aws:policy/${name}`;
    return [arn, parsePolicyDocument(document, arn)];
  }),
);

/** The document of one of AWS's own policies, or `null` when the sandbox doesn't know it. */
export function awsManaged(arn: string): PolicyDocument | null {
  return AWS_MANAGED.get(arn) ?? null;
}

/**
 * Let the call go on only if IAM allows it.
 * @throws {AwsError} `AccessDenied` in AWS's words; an answer that can't be known is a refusal
 */
export function permit(call: Call, question: Question): void {
  const identity = identityOf(call.credential);
  const session = roleSession(call.credential);
  const { rights } = call.state;
  rights.set(question.action, (rights.get(question.action) ?? 0) + 1);
  const result = evaluateIam({
    action: question.action,
    resource: question.resource,
    resourceAccount: call.state.account,
    principal: callerPrincipal(call),
    context: { ...callerContext(call), ...question.context },
  }, {
    identity: identityPolicies(identity),
    boundary: identity.boundary?.document ?? null,
    session: session?.policies ?? null,
    resource: question.resourcePolicy ?? null,
    scps: call.state.scps,
    rcps: [],
  });
  if (result.decision !== "allowed") throw refusal(call, question, result);
}

/** The documents of a user or role: its inline policies and those that are attached. */
export function identityPolicies(identity: Identity): PolicyDocument[] {
  const attached = [...identity.attached].map(awsManaged).filter((d) => d !== null);
  return [...[...identity.policies.values()].map((policy) => policy.document), ...attached];
}

const LAYERS: Readonly<Record<IamLayer, string>> = {
  scp: "a service control policy",
  rcp: "a resource control policy",
  identity: "an identity-based policy",
  boundary: "a permissions boundary",
  session: "a session policy",
  resource: "a resource-based policy",
};

/** The refusal in AWS's words ("Troubleshoot access denied error messages"). */
function refusal(call: Call, question: Question, result: IamResult): AwsError {
  const { action, resource } = question;
  const head = `User: ${callerArn(call)} is not authorized to perform: ${action} ` +
    `on resource: ${resource}`;
  return new AwsError("AccessDenied", head + because(action, result), 403);
}

function because(action: string, result: IamResult): string {
  if (result.decision === "unknown") {
    return ` because the sandbox can't judge it (${result.unknown.join(", ")})`;
  }
  if (result.decision === "explicit-deny") {
    const layer = result.reasons.find((reason) => reason.effect === "deny")?.layer;
    return layer === undefined ? "" : ` with an explicit deny in ${LAYERS[layer]}`;
  }
  // For AssumeRole AWS doesn't say which side kept silent.
  if (action.startsWith("sts:")) return "";
  const silent = result.reasons.find((reason) => reason.effect === "silent")?.layer ?? "identity";
  return ` because no ${LAYERS[silent].replace(/^an? /, "")} allows the ${action} action`;
}
