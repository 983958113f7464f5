// sandbox: IAM, by its table of actions.
import { SentinelError } from "../../core/errors/mod.ts";
import { AwsError } from "./aws_error.ts";
import type { Action, Answer, Call, Service } from "./call.ts";
import { roleSession } from "./caller.ts";
import { optionalInteger, optionalText, requiredText, structureList } from "./fields.ts";
import { simulatePrincipalPolicy } from "./iam_simulate.ts";
import { awsManaged, permit } from "./judge.ts";
import { storePolicy } from "./policy_text.ts";
import { newId } from "./random.ts";
import type { Identity, Role, StoredPolicy, User } from "./state.ts";

const NAME = { min: 1, max: 64, pattern: "[\\w+=,.@-]+" };
const POLICY_NAME = { min: 1, max: 128, pattern: "[\\w+=,.@-]+" };
/** Characters of all inline policies of one role (IAM quotas). */
const INLINE_LIMIT = 10_240;

/** IAM: roles, their inline and attached policies, users to read; what they may, simulated. */
export const iam: Service = {
  protocol: "query",
  namespace: "https://iam.amazonaws.com/doc/2010-05-08/",
  actions: {
    GetUser: reads(getUser),
    GetRole: reads((call) => ({ result: { Role: printRole(role(call, "GetRole"), true) } })),
    ListRoles: reads(listRoles),
    CreateRole: writes(createRole),
    DeleteRole: writes(deleteRole),
    UpdateAssumeRolePolicy: writes(updateAssumeRolePolicy),
    ListRolePolicies: reads((call) => ({
      result: { PolicyNames: [...role(call, "ListRolePolicies").policies.keys()], ...WHOLE },
    })),
    GetRolePolicy: reads(getRolePolicy),
    PutRolePolicy: writes(putRolePolicy),
    DeleteRolePolicy: writes(deleteRolePolicy),
    ListAttachedRolePolicies: reads((call) => attached(role(call, "ListAttachedRolePolicies"))),
    AttachRolePolicy: writes(attachRolePolicy),
    DetachRolePolicy: writes(detachRolePolicy),
    ListUserPolicies: reads((call) => ({
      result: { PolicyNames: [...user(call, "ListUserPolicies").policies.keys()], ...WHOLE },
    })),
    GetUserPolicy: reads(getUserPolicy),
    ListAttachedUserPolicies: reads((call) => attached(user(call, "ListAttachedUserPolicies"))),
    SimulatePrincipalPolicy: reads(simulate),
  },
};

/** A list that is there in full. */
const WHOLE = { IsTruncated: false };

function reads(run: Action["run"]): Action {
  return { readOnly: true, run };
}

function writes(run: Action["run"]): Action {
  return { readOnly: false, run };
}

function ask(call: Call, action: string, resource: string): void {
  const { token, mfaAt } = call.credential;
  // "You cannot call any IAM API operations unless MFA information is included" (GetSessionToken).
  if (token !== null && mfaAt === null && roleSession(call.credential) === null) {
    throw new AwsError(
      "InvalidClientTokenId",
      "The security token included in the request is invalid",
      403,
    );
  }
  permit(call, { action: `iam:${action}`, resource });
}

function role(call: Call, action: string): Role {
  const name = requiredText(call.input, "RoleName", NAME);
  const found = call.state.roles.get(name);
  ask(call, action, found?.arn ?? `arn:aws:iam::${call.state.account}:role/${name}`);
  if (found === undefined) throw missing(`The role with name ${name} cannot be found.`);
  return found;
}

function user(call: Call, action: string): User {
  const holder = call.credential.holder;
  const own = holder.kind === "user" ? holder.user.name : null;
  const name = optionalText(call.input, "UserName", NAME) ?? own;
  if (name === null) {
    throw new AwsError("ValidationError", "Must specify userName when calling with a role session");
  }
  const found = call.state.users.get(name);
  ask(call, action, found?.arn ?? `arn:aws:iam::${call.state.account}:user/${name}`);
  if (found === undefined) throw missing(`The user with name ${name} cannot be found.`);
  return found;
}

function missing(message: string): AwsError {
  return new AwsError("NoSuchEntity", message, 404);
}

function getUser(call: Call): Answer {
  const found = user(call, "GetUser");
  return {
    result: {
      User: {
        Path: found.path,
        UserName: found.name,
        UserId: found.id,
        Arn: found.arn,
        CreateDate: new Date(found.created),
        Tags: printTags(found),
      },
    },
  };
}

function simulate(call: Call): Answer {
  const source = requiredText(call.input, "PolicySourceArn", { min: 20, max: 2048 });
  ask(call, "SimulatePrincipalPolicy", source);
  return simulatePrincipalPolicy(call, source);
}

function printRole(found: Role, whole: boolean): Record<string, unknown> {
  return {
    Path: found.path,
    RoleName: found.name,
    RoleId: found.id,
    Arn: found.arn,
    CreateDate: new Date(found.created),
    AssumeRolePolicyDocument: printDocument(found.trust),
    MaxSessionDuration: found.maxSession,
    ...(whole && found.tags.size > 0 ? { Tags: printTags(found) } : {}),
  };
}

function printTags(found: Identity): { Key: string; Value: string }[] {
  return [...found.tags].map(([Key, Value]) => ({ Key, Value }));
}

/** IAM gives documents URL-encoded (RFC 3986). */
function printDocument(policy: StoredPolicy): string {
  return encodeURIComponent(policy.text);
}

function listRoles(call: Call): Answer {
  const prefix = optionalText(call.input, "PathPrefix", { pattern: "\\/[!-~]*" }) ?? "/";
  ask(call, "ListRoles", `arn:aws:iam::${call.state.account}:role${prefix}`);
  const size = optionalInteger(call.input, "MaxItems", 1, 1000) ?? 100;
  const start = Number(optionalText(call.input, "Marker", { pattern: "\\d+" }) ?? "0");
  const all = [...call.state.roles.values()]
    .filter((found) => found.path.startsWith(prefix))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = all.slice(start, start + size).map((found) => printRole(found, false));
  const more = start + size < all.length
    ? { IsTruncated: true, Marker: String(start + size) }
    : WHOLE;
  return { result: { Roles: page, ...more } };
}

function createRole(call: Call): Answer {
  const { input, state } = call;
  const name = requiredText(input, "RoleName", NAME);
  const path = optionalText(input, "Path", { max: 512, pattern: "\\/|\\/[!-~]+\\/" }) ?? "/";
  const arn = `arn:aws:iam::${state.account}:role${path}${name}`;
  ask(call, "CreateRole", arn);
  if (state.roles.has(name)) {
    throw new AwsError("EntityAlreadyExists", `Role with name ${name} already exists.`, 409);
  }
  const tags = structureList(input, "Tags").map((tag): [string, string] => [
    requiredText(tag, "Key", { min: 1, max: 128 }),
    requiredText(tag, "Value", { max: 256 }),
  ]);
  const made: Role = {
    name,
    path,
    arn,
    id: newId("AROA", state.random, 17),
    policies: new Map(),
    attached: new Set(),
    boundary: null,
    tags: new Map(tags),
    created: state.time(),
    trust: readDocument(
      requiredText(input, "AssumeRolePolicyDocument", { min: 1 }),
      `${name}/trust`,
      "trust",
    ),
    maxSession: optionalInteger(input, "MaxSessionDuration", 3600, 43_200) ?? 3600,
  };
  state.roles.set(name, made);
  return { result: { Role: printRole(made, true) }, elements: { role: { arn, roleName: name } } };
}

function readDocument(text: string, id: string, kind?: "trust"): StoredPolicy {
  try {
    return storePolicy(text, id, kind);
  } catch (error) {
    if (!(error instanceof SentinelError)) throw error;
    throw new AwsError("MalformedPolicyDocument", error.message);
  }
}

function deleteRole(call: Call): Answer {
  const found = role(call, "DeleteRole");
  if (found.policies.size > 0 || found.attached.size > 0) {
    throw new AwsError("DeleteConflict", "Cannot delete entity, must delete policies first.", 409);
  }
  call.state.roles.delete(found.name);
  return { result: {} };
}

function updateAssumeRolePolicy(call: Call): Answer {
  const found = role(call, "UpdateAssumeRolePolicy");
  const text = requiredText(call.input, "PolicyDocument", { min: 1 });
  found.trust = readDocument(text, `${found.name}/trust`, "trust");
  return { result: {} };
}

function getRolePolicy(call: Call): Answer {
  const found = role(call, "GetRolePolicy");
  return { result: { RoleName: found.name, ...inlinePolicy(call, found) } };
}

function getUserPolicy(call: Call): Answer {
  const found = user(call, "GetUserPolicy");
  return { result: { UserName: found.name, ...inlinePolicy(call, found) } };
}

function inlinePolicy(call: Call, found: Identity): Record<string, unknown> {
  const name = requiredText(call.input, "PolicyName", POLICY_NAME);
  const policy = found.policies.get(name);
  if (policy === undefined) {
    throw missing(`The policy with name ${name} cannot be found on ${found.name}.`);
  }
  return { PolicyName: name, PolicyDocument: printDocument(policy) };
}

function putRolePolicy(call: Call): Answer {
  const found = role(call, "PutRolePolicy");
  const name = requiredText(call.input, "PolicyName", POLICY_NAME);
  const text = requiredText(call.input, "PolicyDocument", { min: 1 });
  const policy = readDocument(text, `${found.name}/${name}`);
  const after = new Map(found.policies).set(name, policy);
  // White space doesn't count ("IAM and AWS STS quotas").
  const size = [...after.values()].reduce((sum, p) => sum + p.text.replace(/\s/g, "").length, 0);
  if (size > INLINE_LIMIT) {
    throw new AwsError(
      "LimitExceeded",
      `Maximum policy size of ${INLINE_LIMIT} bytes exceeded for role ${found.name}`,
      409,
    );
  }
  found.policies = after;
  return { result: {} };
}

function deleteRolePolicy(call: Call): Answer {
  const found = role(call, "DeleteRolePolicy");
  const name = requiredText(call.input, "PolicyName", POLICY_NAME);
  if (!found.policies.delete(name)) {
    throw missing(`The role policy with name ${name} cannot be found.`);
  }
  return { result: {} };
}

function attached(found: Identity): Answer {
  const list = [...found.attached].map((arn) => ({
    PolicyName: arn.split("/").at(-1),
    PolicyArn: arn,
  }));
  return { result: { AttachedPolicies: list, ...WHOLE } };
}

function attachRolePolicy(call: Call): Answer {
  const found = role(call, "AttachRolePolicy");
  const arn = requiredText(call.input, "PolicyArn", { min: 20, max: 2048 });
  if (awsManaged(arn) === null) {
    throw missing(`Policy ${arn} does not exist or is not attachable.`);
  }
  found.attached.add(arn);
  return { result: {} };
}

function detachRolePolicy(call: Call): Answer {
  const found = role(call, "DetachRolePolicy");
  const arn = requiredText(call.input, "PolicyArn", { min: 20, max: 2048 });
  if (!found.attached.delete(arn)) throw missing(`Policy ${arn} was not found.`);
  return { result: {} };
}
