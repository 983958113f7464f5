// iam: what IAM would say of a request under a set of policies, and which statements say it.
import { Grade } from "./principals.ts";
import { matchStatement, type StatementMatch, type Subject, subjectOf } from "./statements.ts";
import { and, FALSE, or, type Tri, TRUE } from "./tri.ts";
import type {
  IamLayer,
  IamPolicies,
  IamPrincipal,
  IamReason,
  IamRequest,
  IamResult,
  PolicyDocument,
} from "./types.ts";

/** One statement, judged. */
interface Row {
  readonly layer: IamLayer;
  /** Which of the levels of SCPs or RCPs; 0 elsewhere. */
  readonly level: number;
  readonly id: string;
  readonly effect: "Allow" | "Deny";
  readonly match: StatementMatch;
}

/** A layer or level that has to allow, and whether it does. */
interface Need {
  readonly layer: IamLayer;
  readonly level: number;
  readonly allows: Tri;
}

/**
 * Decides as IAM documents it (IAM User Guide, "Policy evaluation logic" and its pages on a single
 * account, on explicit and implicit denials, and on cross-account requests; AWS Organizations User
 * Guide, "SCP evaluation" and "RCP evaluation").
 *
 * Adds no context keys: callers pass them all (see `principalContext`). SCPs of a management
 * account don't bind: callers leave them out.
 *
 * @returns the decision with the statements that made it. `unknown` is never to be read as
 * allowed. A denial stays one whatever a doubtful statement means, so it comes without `unknown`
 * reasons, and is called implicit unless a Deny is certain.
 * @example
 * ```ts
 * import { strict as assert } from "node:assert";
 * import { parsePolicyDocument } from "./parse.ts";
 * const statement = { Effect: "Allow", Action: "s3:Get*", Resource: "*" };
 * const policy = parsePolicyDocument({ Version: "2012-10-17", Statement: statement }, "read");
 * const account = "111122223333";
 * const result = evaluateIam({
 *   action: "s3:GetObject",
 *   resource: "arn:aws:s3:::bucket/key",
 *   resourceAccount: account,
 *   principal: { kind: "user", arn: `arn:aws:iam::${account}:user/alice`, account },
 *   context: {},
 * }, { identity: [policy], boundary: null, session: null, resource: null, scps: [], rcps: [] });
 * assert.equal(result.decision, "allowed");
 * assert.equal(result.reasons[0]?.statement, "read#0");
 * ```
 */
export function evaluateIam(request: IamRequest, policies: IamPolicies): IamResult {
  const bounded = hasIdentity(request.principal) && policies.boundary !== null;
  const rows = judge(subjectOf(request, bounded), policies);
  const denials = rows.filter((row) => row.effect === "Deny" && row.match.applies.value === true);
  if (denials.length > 0) {
    return { decision: "explicit-deny", reasons: say(denials, request), unknown: [] };
  }
  const bar = barred(request);
  if (bar !== null) {
    const reason = { layer: "identity", effect: "silent", statement: null, why: bar } as const;
    return { decision: "implicit-deny", reasons: [reason], unknown: [] };
  }
  const { needs, allowed } = weigh(request, policies, rows);
  const allows = rows.filter((row) => row.effect === "Allow" && row.match.applies.value === true);
  if (allowed.value === false) {
    // Not even an uncertain Deny matters any more: refused it is either way.
    const reasons = [...silences(needs, rows, request), ...say(allows, request)];
    return { decision: "implicit-deny", reasons, unknown: [] };
  }
  const open = rows.filter((row) => row.match.applies.value === null);
  const denied = or(open.filter((row) => row.effect === "Deny").map((row) => row.match.applies));
  if (allowed.value === true && denied.value === false) {
    const reasons = allows.length === 0 ? [ROOT_MAY] : say(allows, request);
    return { decision: "allowed", reasons, unknown: [] };
  }
  return {
    decision: "unknown",
    reasons: [...say(open, request), ...say(allows, request)],
    unknown: [...new Set([...allowed.because, ...denied.because])],
  };
}

/** Nobody else is allowed without a statement. */
const ROOT_MAY: IamReason = {
  layer: "identity",
  effect: "allow",
  statement: null,
  why: "the root user may do anything in its own account that no policy keeps from it",
};

/** Judges each statement of each layer that binds this caller. */
function judge(subject: Subject, policies: IamPolicies): Row[] {
  const caller = subject.request.principal;
  const rows: Row[] = [];
  const add = (layer: IamLayer, level: number, documents: readonly PolicyDocument[]) => {
    for (const document of documents) {
      for (const [index, statement] of document.statements.entries()) {
        rows.push({
          layer,
          level,
          id: `${document.id}#${statement.sid ?? index}`,
          effect: statement.effect,
          match: matchStatement(statement, document, layer, subject),
        });
      }
    }
  };
  if (bindsScp(caller)) policies.scps.forEach((level, index) => add("scp", index, level));
  if (bindsRcp(subject.request)) policies.rcps.forEach((level, index) => add("rcp", index, level));
  if (policies.resource !== null) add("resource", 0, [policies.resource]);
  if (hasIdentity(caller)) {
    add("identity", 0, policies.identity);
    if (policies.boundary !== null) add("boundary", 0, [policies.boundary]);
    add("session", 0, policies.session ?? []);
  }
  return rows;
}

/** Which layers have to allow, and whether that is enough. */
function weigh(
  request: IamRequest,
  policies: IamPolicies,
  rows: readonly Row[],
): { needs: Need[]; allowed: Tri } {
  const allow = (layer: IamLayer, level = 0, least = Grade.Account): Tri =>
    or(
      rows.filter((row) =>
        row.effect === "Allow" && row.layer === layer && row.level === level &&
        row.match.grade >= least
      ).map((row) => row.match.applies),
    );
  const levels = (layer: "scp" | "rcp", binds: boolean): Need[] =>
    binds
      ? policies[`${layer}s`].map((_, level) => ({ layer, level, allows: allow(layer, level) }))
      : [];
  const caller = request.principal;
  const limits = [...levels("scp", bindsScp(caller)), ...levels("rcp", bindsRcp(request))];
  const side: Side = {
    // Nobody else has any: the root user may all in its account, and a service needs none.
    identity: hasIdentity(caller) ? allow("identity") : TRUE,
    boundary: hasIdentity(caller) && policies.boundary !== null ? allow("boundary") : TRUE,
    session: sessionLimit(caller, policies, () => allow("session")),
    named: (least) => allow("resource", 0, least),
  };
  const granted = grant(request, side);
  const needs = [
    ...limits,
    ...(["identity", "boundary", "session"] as const).map((layer) => ({
      layer,
      level: 0,
      allows: side[layer],
    })),
    { layer: "resource" as const, level: 0, allows: side.named(Grade.Account) },
  ];
  return { needs, allowed: and([...limits.map((limit) => limit.allows), granted]) };
}

/** What the caller's side and the resource's side say. */
interface Side {
  readonly identity: Tri;
  readonly boundary: Tri;
  readonly session: Tri;
  /** Does the resource's policy allow, naming the caller at least as directly as this? */
  readonly named: (least: Grade) => Tri;
}

/**
 * IAM User Guide, "How AWS enforcement code logic evaluates requests to allow or deny access",
 * resource-based policies: an Allow that names the user, the session or everybody isn't limited by
 * what the caller's own policies leave out; one that names the session's role (or a federated
 * user's IAM user) is limited by boundary and session policy; one that names the account leaves it
 * to the caller's policies. And "Cross-account policy evaluation logic": both sides must allow.
 */
function grant(request: IamRequest, side: Side): Tri {
  const caller = request.principal;
  const limits = [side.boundary, side.session];
  const any = side.named(Grade.Account);
  if (caller.kind === "service" || caller.kind === "federated-provider") return any;
  const both = and([any, side.identity, ...limits]);
  if (caller.account !== request.resourceAccount || stampsChained(request)) return both;
  const direct = side.named(Grade.Direct);
  const role = and([side.named(Grade.Role), ...limits]);
  const own = mustBeNamed(request) ? both : and([side.identity, ...limits]);
  return or([direct, role, own]);
}

/** "IAM role trust policies and KMS key policies are exceptions": they must allow by themselves. */
function mustBeNamed(request: IamRequest): boolean {
  const [, , service, , , ...resource] = request.resource.split(":");
  const name = resource.join(":");
  const action = request.action.toLowerCase();
  return (service === "iam" && name.startsWith("role/") && action.startsWith("sts:")) ||
    (service === "kms" && name.startsWith("key/") && action.startsWith("kms:"));
}

/**
 * IAM User Guide, "Monitor and control actions taken with assumed roles": in role chaining,
 * sts:SetSourceIdentity is needed in the caller's policies and in the trust policy, whoever the
 * latter names.
 */
function stampsChained(request: IamRequest): boolean {
  return request.principal.kind === "role-session" &&
    request.action.toLowerCase() === "sts:setsourceidentity";
}

/** What some callers can't do, whatever the policies say; `null` if nothing bars them. */
function barred(request: IamRequest): string | null {
  const action = request.action.toLowerCase();
  if (request.principal.kind === "root" && action === "sts:assumerole") {
    return "the root user can't assume roles (STS API reference, AssumeRole)";
  }
  if (
    request.principal.kind === "federated-user" && action.startsWith("sts:") &&
    action !== "sts:getcalleridentity"
  ) {
    return "a federated user can't call STS (STS API reference, GetFederationToken)";
  }
  return null;
}

/** A federated user without a session policy may nothing (STS API reference, GetFederationToken). */
function sessionLimit(caller: IamPrincipal, policies: IamPolicies, allow: () => Tri): Tri {
  if (!hasIdentity(caller)) return TRUE;
  if (policies.session !== null) return allow();
  return caller.kind === "federated-user" ? FALSE : TRUE;
}

function hasIdentity(caller: IamPrincipal): boolean {
  return caller.kind === "user" || caller.kind === "role-session" ||
    caller.kind === "federated-user";
}

const SERVICE_LINKED = ":role/aws-service-role/";

/** AWS Organizations User Guide: SCPs bind the member accounts' principals, the root user too. */
function bindsScp(caller: IamPrincipal): boolean {
  return (hasIdentity(caller) || caller.kind === "root") && !isServiceLinked(caller);
}

/**
 * AWS Organizations User Guide, "Resource control policies": they bind whoever comes, outsiders and
 * services too, but neither what a service-linked role does nor who assumes it.
 */
function bindsRcp(request: IamRequest): boolean {
  return !isServiceLinked(request.principal) && !request.resource.includes(SERVICE_LINKED);
}

function isServiceLinked(caller: IamPrincipal): boolean {
  return caller.roleArn?.includes(SERVICE_LINKED) ?? false;
}

const VERB = { allow: "allows", deny: "denies", unknown: "may apply to" } as const;

function say(rows: readonly Row[], request: IamRequest): IamReason[] {
  return rows.map((row) => {
    const { value, because } = row.match.applies;
    const effect = value === null ? "unknown" : row.effect === "Deny" ? "deny" : "allow";
    const doubt = value === null ? ` (${because.join(", ")})` : "";
    const why = `${VERB[effect]} ${request.action} on ${request.resource}${doubt}`;
    return { layer: row.layer, effect, statement: row.id, why };
  });
}

/** A line for each layer that had to allow and stayed silent, with its nearest miss. */
function silences(needs: readonly Need[], rows: readonly Row[], request: IamRequest): IamReason[] {
  return needs.filter((need) => need.allows.value === false).map(({ layer, level }) => {
    const where = layer === "scp" || layer === "rcp" ? `${layer} level ${level + 1}` : layer;
    const nearest = rows
      .filter((row) => row.effect === "Allow" && row.layer === layer && row.level === level)
      .reduce<Row | null>(
        (best, row) => best === null || row.match.depth > best.match.depth ? row : best,
        null,
      );
    const miss = nearest === null || nearest.match.failed === null
      ? ""
      : `; nearest: ${nearest.id} fails at ${nearest.match.failed}`;
    const why = `no ${where} statement allows ${request.action}${miss}`;
    return { layer, effect: "silent", statement: null, why };
  });
}
