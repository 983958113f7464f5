// iam: IAM documents as values, and what IAM would say of a request.

/** What kinds of caller IAM tells apart. */
export type IamPrincipalKind =
  | "user"
  | "role-session"
  | "federated-user"
  | "root"
  | "service"
  /** The bearer of a SAML assertion or web identity token, before there is a session. */
  | "federated-provider";

/** Who calls, with what IAM's `Principal` element can name. */
export interface IamPrincipal {
  /** What kind of caller. */
  kind: IamPrincipalKind;
  /** `arn:aws:iam::…:user/x`, `arn:aws:sts::…:assumed-role/R/s`, `arn:…:root`; a service's name for
   * `service`; the provider's ARN or domain for `federated-provider`. */
  arn: string;
  /** Twelve digits; empty for `service` and `federated-provider`, which belong to no account. */
  account: string;
  /** The role behind a session: `arn:aws:iam::…:role/path/R`. */
  roleArn?: string;
  /** The IAM user who called GetFederationToken, for `federated-user` only. */
  userArn?: string;
}

/** Condition keys in any case to their values. A missing key is absent, not empty. */
export type IamContext = Readonly<Record<string, string | readonly string[]>>;

/** One API call as IAM sees it. */
export interface IamRequest {
  /** `sts:AssumeRole`. */
  action: string;
  /** ARN, or `*`. */
  resource: string;
  /** Account that owns the resource. */
  resourceAccount: string;
  /** Who calls. */
  principal: IamPrincipal;
  /** All condition keys of the call; the evaluator adds none. */
  context: IamContext;
}

/** A parsed policy document; opaque outside this room. Made by `parsePolicyDocument`. */
export interface PolicyDocument {
  /** 2008-10-17, also when the document names none, knows no policy variables. */
  readonly version: "2012-10-17" | "2008-10-17";
  /** What reasons call the document. */
  readonly id: string;
  /** In the document's order. */
  readonly statements: readonly Statement[];
}

/** A parsed statement; each list field is normalised to a list. */
export interface Statement {
  /** `null` where it is absent or empty. */
  readonly sid: string | null;
  /** What it does where it applies. */
  readonly effect: "Allow" | "Deny";
  /** `null` as everywhere here: the document lacks the element. */
  readonly principal: PrincipalElement | null;
  /** Everybody but these. */
  readonly notPrincipal: PrincipalElement | null;
  /** Patterns in any case. */
  readonly actions: readonly string[] | null;
  /** All actions but these. */
  readonly notActions: readonly string[] | null;
  /** ARN patterns, with variables unread. */
  readonly resources: readonly string[] | null;
  /** All resources but these. */
  readonly notResources: readonly string[] | null;
  /** All must hold. */
  readonly conditions: readonly Condition[];
}

/** `"*"`, or lists by type. */
export type PrincipalElement =
  | "*"
  | Readonly<Partial<Record<"AWS" | "Service" | "Federated" | "CanonicalUser", readonly string[]>>>;

/** One operator, one key, its values (ORed; ANDed across keys and operators). */
export interface Condition {
  /** As written, with `ForAnyValue:` and `IfExists`; perhaps unknown. */
  readonly operator: string;
  /** As written; compared in any case. */
  readonly key: string;
  /** At least one, with variables unread. */
  readonly values: readonly string[];
}

/** Every policy that bears on a request. */
export interface IamPolicies {
  /** The caller's identity policies (a role session: its role's). */
  identity: readonly PolicyDocument[];
  /** Permissions boundary of the user or role; `null` = none. */
  boundary: PolicyDocument | null;
  /** Session policies of the caller's session; `null` = none were passed. */
  session: readonly PolicyDocument[] | null;
  /** Trust policy of the role to be assumed, or another resource policy; `null` = none. */
  resource: PolicyDocument | null;
  /** Levels of service control policies over the caller's account, root first; empty = no organisation. */
  scps: readonly (readonly PolicyDocument[])[];
  /** Levels of resource control policies over the resource's account. */
  rcps: readonly (readonly PolicyDocument[])[];
}

/** Which kind of policy spoke. */
export type IamLayer = "scp" | "rcp" | "identity" | "boundary" | "session" | "resource";

/** Why it can't be said. A closed list. */
export type UnknownReason =
  /** A condition operator that this room doesn't know. */
  | "unsupported-operator"
  /** `${…}` that doesn't parse, or whose key has several values. */
  | "unsupported-variable"
  /** A variable without a value under a negation: AWS says the statement "might" be invalid. */
  | "unresolved-variable"
  /** A number, date, address, … in the request that can't be read as one. */
  | "malformed-context-value"
  /** The same in the policy. */
  | "malformed-policy-value"
  /** Several values, or a key that may have several, without `ForAllValues` or `ForAnyValue`: AWS
   * defines no answer. */
  | "multivalued-key"
  /** `Allow` with `NotPrincipal`: AWS doesn't support it, and doesn't say what it does. */
  | "not-principal-allow"
  /** `Deny` with a `NotPrincipal` that names the caller but not its account or role. */
  | "not-principal-partial"
  /** `CanonicalUser`: the request doesn't carry one. */
  | "canonical-user"
  /** A wildcard inside an ARN segment that matches only by crossing a colon. */
  | "wildcard-across-colon";

/** One statement that bore on the answer, or a layer that stayed silent. */
export interface IamReason {
  /** Which kind of policy. */
  layer: IamLayer;
  /** What it said; `silent` = it had to allow and didn't. */
  effect: "allow" | "deny" | "silent" | "unknown";
  /** Document id and Sid or index (`trust#AllowEntry`, `trust#0`); `null` for what none says. */
  statement: string | null;
  /** In words, for people. */
  why: string;
}

/** What IAM would say. `unknown` is never to be read as allowed. */
export interface IamResult {
  /** An implicit denial is one for want of an Allow. */
  decision: "allowed" | "explicit-deny" | "implicit-deny" | "unknown";
  /** What decided first; never empty. */
  reasons: readonly IamReason[];
  /** Why it can't be said; empty unless the decision is `unknown`. */
  unknown: readonly UnknownReason[];
}
