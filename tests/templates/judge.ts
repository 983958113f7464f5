// template tests: an AssumeRole put to an IAM evaluator, as the sandbox and AWS would judge it.
import {
  evaluateIam,
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
  /** The caller's organisation. */
  organisation?: string;
  /** The organisation of the role's account. */
  roleOrganisation?: string;
  /** By a token of an identity provider. */
  byToken?: boolean;
  /** No AssumeRole at all, but this. */
  call?: { action: string; resource: string };
  /** The caller's account is the organisation's management account: no SCP binds it. */
  management?: boolean;
  /** The caller may do everything but this. */
  lacks?: string;
  /** This action is struck from the trust policy. */
  untrusted?: string;
}

/** An attempt, and what must come of it. */
export interface Row {
  name: string;
  attempt: Attempt;
  wanted: "allowed" | "refused";
}

/** What stands around the role, as JSON text; whatever is absent lets everything through. */
export interface Setting {
  trust?: string;
  scp?: string;
  rcp?: string;
  identity?: string;
}

type Json = Readonly<Record<string, unknown>>;

/** One action of the call, with everything that bears on it. Documents are plain JSON. */
export interface Question {
  action: string;
  resource: string;
  resourceAccount: string;
  principal: IamPrincipal;
  context: Record<string, string | string[]>;
  identity: Json[];
  boundary: null;
  session: null;
  resourcePolicy: Json | null;
  scps: Json[][];
  /** Full access stands in no list. */
  rcps: Json[][];
}

/**
 * Which keys a call's context has. `listed`: for each action those that the Service Authorization
 * Reference lists. `whole`: for each action all that the call has. Nobody says which it is, so a text
 * must come out right under both.
 */
export type Reading = "listed" | "whole";

const VERSION = "2012-10-17";
const EVERYTHING: Json = {
  Version: VERSION,
  Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
};
const FULL_ACCESS: Json = {
  Version: VERSION,
  Statement: [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }],
};
const OPEN_TRUST: Json = {
  Version: VERSION,
  Statement: [{
    Effect: "Allow",
    Principal: {
      AWS: "*",
      Federated: "arn:aws:iam::111122223333:oidc-provider/ci.example",
      Service: "ecs-tasks.amazonaws.com",
    },
    Action: "sts:*",
  }],
};
const PROTECTED = "arn:aws:iam::111122223333:role/SentinelProtected-Prod";

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

/** The account's root user. */
export const root = (account = "111122223333"): IamPrincipal => ({
  kind: "root",
  arn: `arn:aws:iam::${account}:root`,
  account,
});

/** A service itself. */
export const service: IamPrincipal = {
  kind: "service",
  arn: "ecs-tasks.amazonaws.com",
  account: "",
};

/** Whoever has a token of this provider. */
export const provider: IamPrincipal = {
  kind: "federated-provider",
  arn: "arn:aws:iam::111122223333:oidc-provider/ci.example",
  account: "",
};

/** `allowed` only if every action that the call needs is, whatever keys its context has. */
export function decide(attempt: Attempt, setting: Setting): Row["wanted"] {
  const found = (["listed", "whole"] as const).map((reading) => {
    const decisions = questions(attempt, setting, reading).map(askOurs);
    return decisions.every((decision) => decision === "allowed") ? "allowed" : "refused";
  });
  const [listed, whole] = found;
  if (listed === undefined || listed !== whole) {
    throw new Error(`with the listed keys ${listed}, with all ${whole}`);
  }
  return listed;
}

/** What the attempt asks of IAM, action by action. */
export function questions(attempt: Attempt, setting: Setting, reading: Reading): Question[] {
  const { call, role = PROTECTED, principal } = attempt;
  const resource = call?.resource ?? role;
  return actionsOf(attempt).map((action) => ({
    action,
    resource,
    resourceAccount: resource.split(":")[4] || "111122223333",
    principal,
    context: contextOf(attempt, action, reading),
    identity: identityOf(attempt, setting),
    boundary: null,
    session: null,
    resourcePolicy: call === undefined ? trustOf(attempt, setting) : null,
    scps: setting.scp === undefined || attempt.management
      ? []
      : [[EVERYTHING, JSON.parse(setting.scp)]],
    rcps: setting.rcp === undefined ? [] : [[JSON.parse(setting.rcp)]],
  }));
}

function actionsOf({ call, byToken, carried, stamp, tags }: Attempt): string[] {
  if (call !== undefined) return [call.action];
  return [
    byToken ? "sts:AssumeRoleWithWebIdentity" : "sts:AssumeRole",
    ...(carried === undefined && stamp === undefined ? [] : ["sts:SetSourceIdentity"]),
    ...(tags === undefined ? [] : ["sts:TagSession"]),
  ];
}

function identityOf({ principal, lacks }: Attempt, { identity }: Setting): Json[] {
  if (["service", "federated-provider"].includes(principal.kind)) return [];
  if (identity !== undefined) return [JSON.parse(identity)];
  if (lacks === undefined) return [EVERYTHING];
  const Statement = [{ Effect: "Allow", NotAction: lacks, Resource: "*" }];
  return [{ Version: VERSION, Statement }];
}

function trustOf({ untrusted }: Attempt, { trust }: Setting): Json {
  if (trust === undefined) return OPEN_TRUST;
  const document = JSON.parse(trust);
  if (untrusted === undefined) return document;
  for (const statement of document.Statement) {
    statement.Action = [statement.Action].flat().filter((action) => action !== untrusted);
  }
  const left = ({ Action }: { Action: unknown[] }) => Action.length > 0;
  return { ...document, Statement: document.Statement.filter(left) };
}

function contextOf(attempt: Attempt, action: string, reading: Reading): Question["context"] {
  const context: Question["context"] = {};
  const of = (...actions: readonly string[]) =>
    attempt.call === undefined && (reading === "whole" || actions.includes(action));
  const takes = ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"];
  if (attempt.carried !== undefined) context["aws:SourceIdentity"] = attempt.carried;
  if (attempt.organisation !== undefined) context["aws:PrincipalOrgID"] = attempt.organisation;
  if (attempt.roleOrganisation !== undefined) {
    context["aws:ResourceOrgID"] = attempt.roleOrganisation;
  }
  if (of(...takes)) context["sts:RoleSessionName"] = "s";
  if (attempt.stamp !== undefined && of(...takes, "sts:SetSourceIdentity")) {
    context["sts:SourceIdentity"] = attempt.stamp;
  }
  if (attempt.externalId !== undefined && of("sts:AssumeRole")) {
    context["sts:ExternalId"] = attempt.externalId;
  }
  if (attempt.tags !== undefined && of(...takes, "sts:TagSession")) {
    context["aws:TagKeys"] = Object.keys(attempt.tags);
    for (const [key, value] of Object.entries(attempt.tags)) {
      context[`aws:RequestTag/${key}`] = value;
    }
  }
  const whole = { ...principalContext(attempt.principal, context) } as Question["context"];
  return attempt.byService ? { ...whole, "aws:PrincipalIsAWSService": "true" } : whole;
}

/** Never "unknown": a text that can't be judged is a failure of its own. */
function askOurs(question: Question): "allowed" | "refused" {
  const read = (documents: readonly Json[], id: string) =>
    documents.map((document, index) => parsePolicyDocument(document, `${id}${index}`));
  const { resourcePolicy } = question;
  const result = evaluateIam(question, {
    identity: read(question.identity, "identity"),
    boundary: null,
    session: null,
    resource: resourcePolicy === null ? null : parseTrustPolicy(resourcePolicy, "trust"),
    scps: question.scps.map((level) => read(level, "scp")),
    rcps: question.rcps.map((level) => read([FULL_ACCESS, ...level], "rcp")),
  });
  if (result.decision === "unknown") {
    throw new Error(`can't be judged: ${result.unknown.join(", ")}`);
  }
  return result.decision === "allowed" ? "allowed" : "refused";
}
