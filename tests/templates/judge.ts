// template tests: an AssumeRole put to lib/core/iam, as the sandbox and AWS would judge it.
import {
  evaluateIam,
  type IamContext,
  type IamPolicies,
  type IamPrincipal,
  parsePolicyDocument,
  parseTrustPolicy,
  principalContext,
} from "../../lib/core/iam/mod.ts";

/** Who calls, and what the call says. */
export interface Attempt {
  principal: IamPrincipal;
  /** Source identity that the caller carries already. */
  carried?: string;
  /** Source identity that the call sets. */
  stamp?: string;
  externalId?: string;
  tags?: Readonly<Record<string, string>>;
  role?: string;
  /** The call is an AWS service's own, in whosever name. */
  byService?: boolean;
}

/** What stands around the role. */
export interface Setting {
  trust?: string;
  scp?: string;
  /** The caller's identity policy; everything is allowed by default, so that the text decides. */
  identity?: unknown;
}

const EVERYTHING = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};

/** An IAM user of the home account. */
export const user = (name: string, account = "111122223333"): IamPrincipal => ({
  kind: "user",
  arn: `arn:aws:iam::${account}:user/${name}`,
  account,
});

/** A session of a role. */
export const session = (path: string, account = "111122223333"): IamPrincipal => ({
  kind: "role-session",
  arn: `arn:aws:sts::${account}:assumed-role/${path.split("/").at(-1)}/s`,
  account,
  roleArn: `arn:aws:iam::${account}:role/${path}`,
});

/** `allowed` only if every action that the call needs is. */
export function decide(attempt: Attempt, setting: Setting): "allowed" | "refused" {
  const actions = ["sts:AssumeRole"];
  if (attempt.carried !== undefined || attempt.stamp !== undefined) {
    actions.push("sts:SetSourceIdentity");
  }
  if (attempt.tags !== undefined) actions.push("sts:TagSession");
  const policies = policiesOf(setting);
  const resource = attempt.role ?? "arn:aws:iam::111122223333:role/SentinelProtected-Prod";
  const results = actions.map((action) =>
    evaluateIam({
      action,
      resource,
      resourceAccount: resource.split(":")[4] ?? "",
      principal: attempt.principal,
      context: principalContext(attempt.principal, contextOf(attempt)),
    }, policies)
  );
  const unknown = results.find((result) => result.decision === "unknown");
  if (unknown !== undefined) throw new Error(`can't be judged: ${unknown.unknown.join(", ")}`);
  return results.every((result) => result.decision === "allowed") ? "allowed" : "refused";
}

function policiesOf(setting: Setting): IamPolicies {
  const everything = parsePolicyDocument(EVERYTHING, "everything");
  const { trust, scp, identity = EVERYTHING } = setting;
  return {
    identity: [parsePolicyDocument(identity, "identity")],
    boundary: null,
    session: null,
    resource: trust === undefined ? everythingTrusted() : parseTrustPolicy(JSON.parse(trust), "t"),
    scps: scp === undefined ? [] : [[everything, parsePolicyDocument(JSON.parse(scp), "scp")]],
    rcps: [],
  };
}

function everythingTrusted() {
  const statement = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:*" };
  return parseTrustPolicy({ Version: "2012-10-17", Statement: [statement] }, "open trust");
}

function contextOf(attempt: Attempt): IamContext {
  const context: Record<string, string | readonly string[]> = { "sts:RoleSessionName": "s" };
  if (attempt.carried !== undefined) context["aws:SourceIdentity"] = attempt.carried;
  if (attempt.stamp !== undefined) context["sts:SourceIdentity"] = attempt.stamp;
  if (attempt.byService) context["aws:PrincipalIsAWSService"] = "true";
  if (attempt.externalId !== undefined) context["sts:ExternalId"] = attempt.externalId;
  for (const [key, value] of Object.entries(attempt.tags ?? {})) {
    context[`aws:RequestTag/${key}`] = value;
  }
  return context;
}
