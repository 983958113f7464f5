// sandbox: STS, by its table of actions.
import type { IamContext } from "../../core/iam/types.ts";
import { AwsError } from "./aws_error.ts";
import type { Action, Answer, Call, Service } from "./call.ts";
import { callerArn, callerId, roleSession, sessionArn } from "./caller.ts";
import { optionalInteger, optionalText, requiredText, structureList } from "./fields.ts";
import { permit } from "./judge.ts";
import { newId, newSecret } from "./random.ts";
import type { Credential, Role, RoleSession } from "./state.ts";
import { type AssumeRoleRequest, readAssumeRole } from "./sts_request.ts";

const HOUR = 3600;

/** STS. GetCallerIdentity and GetSessionToken need no rights, as at AWS. */
export const sts: Service = {
  protocol: "query",
  namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
  actions: {
    GetCallerIdentity: { readOnly: true, run: getCallerIdentity },
    AssumeRole: { readOnly: true, hide: ["TokenCode", "Tags"], show: showTags, run: assumeRole },
    GetAccessKeyInfo: { readOnly: true, run: getAccessKeyInfo },
    GetSessionToken: { readOnly: true, hide: ["TokenCode"], run: getSessionToken },
  } satisfies Record<string, Action>,
};

function getCallerIdentity(call: Call): Answer {
  const { account } = call.state;
  return { result: { UserId: callerId(call), Account: account, Arn: callerArn(call) } };
}

/** Only the sandbox's own keys are known; at AWS every key tells its account. */
function getAccessKeyInfo(call: Call): Answer {
  permit(call, { action: "sts:GetAccessKeyInfo", resource: "*" });
  const id = requiredText(call.input, "AccessKeyId", { min: 16, max: 128, pattern: "[\\w]*" });
  if (call.state.credentials.has(id)) return { result: { Account: call.state.account } };
  throw new AwsError("ValidationError", "The access key ID is not of this sandbox");
}

function assumeRole(call: Call): Answer {
  const request = readAssumeRole(call);
  const from = roleSession(call.credential);
  const mfaAt = readMfa(call) ?? call.credential.mfaAt;
  const role = findRole(call, request.roleArn);
  const inherited = new Map([...(from?.tags ?? [])].filter(([key]) => from?.transitive.has(key)));
  judgeAssumeRole(call, request, role, from, mfaAt);
  const seconds = sessionLength(request, role, from !== null);
  const session: RoleSession = {
    role,
    name: request.sessionName,
    sourceIdentity: from?.sourceIdentity ?? request.sourceIdentity,
    tags: new Map([...inherited, ...request.tags]),
    transitive: new Set([...inherited.keys(), ...request.transitive]),
    policies: request.policies,
  };
  // A role session rests on no MFA of its own: chained calls see none.
  const issued = issue(call, { kind: "session", session }, seconds, null);
  return assumed(call, request, session, issued);
}

/**
 * Both sides, for each action that the request needs: AssumeRole itself, SetSourceIdentity when an
 * identity is set or was set before, TagSession for tags.
 */
function judgeAssumeRole(
  call: Call,
  request: AssumeRoleRequest,
  role: Role,
  from: RoleSession | null,
  mfaAt: number | null,
): void {
  const before = from?.sourceIdentity ?? null;
  if (before !== null && request.sourceIdentity !== null && request.sourceIdentity !== before) {
    throw denied(call, "sts:SetSourceIdentity", request.roleArn);
  }
  const context = assumeRoleContext(call, request, mfaAt);
  const actions = ["sts:AssumeRole"];
  if (before !== null || request.sourceIdentity !== null) actions.push("sts:SetSourceIdentity");
  if (request.tags.size > 0 || (from !== null && from.transitive.size > 0)) {
    actions.push("sts:TagSession");
  }
  for (const key of request.tags.keys()) {
    if (from?.transitive.has(key)) {
      throw new AwsError(
        "InvalidParameterValue",
        `One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.`,
      );
    }
  }
  for (const action of actions) {
    permit(call, {
      action,
      resource: request.roleArn,
      resourcePolicy: role.trust.document,
      context,
    });
  }
}

function assumeRoleContext(
  call: Call,
  request: AssumeRoleRequest,
  mfaAt: number | null,
): IamContext {
  const context: Record<string, string | readonly string[]> = {
    "sts:RoleSessionName": request.sessionName,
  };
  if (request.sourceIdentity !== null) context["sts:SourceIdentity"] = request.sourceIdentity;
  if (request.externalId !== null) context["sts:ExternalId"] = request.externalId;
  if (request.transitive.length > 0) context["sts:TransitiveTagKeys"] = request.transitive;
  if (request.tags.size > 0) context["aws:TagKeys"] = [...request.tags.keys()];
  for (const [key, value] of request.tags) context[`aws:RequestTag/${key}`] = value;
  if (mfaAt !== null) {
    context["aws:MultiFactorAuthPresent"] = "true";
    context["aws:MultiFactorAuthAge"] = String(Math.floor((call.state.time() - mfaAt) / 1000));
  }
  return context;
}

/** A role that isn't there is refused like one that says no: the caller learns nothing. */
function findRole(call: Call, arn: string): Role {
  const role = [...call.state.roles.values()].find((candidate) => candidate.arn === arn);
  if (role === undefined) throw denied(call, "sts:AssumeRole", arn);
  return role;
}

function sessionLength(request: AssumeRoleRequest, role: Role, chained: boolean): number {
  const seconds = request.duration ?? HOUR;
  if (chained && seconds > HOUR) {
    throw new AwsError(
      "ValidationError",
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  }
  if (seconds > role.maxSession) {
    throw new AwsError(
      "ValidationError",
      "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
    );
  }
  return seconds;
}

function assumed(
  call: Call,
  request: AssumeRoleRequest,
  session: RoleSession,
  issued: Credential,
): Answer {
  const arn = sessionArn(call.state.account, session);
  const id = `${session.role.id}:${session.name}`;
  const sourceIdentity = session.sourceIdentity ?? undefined;
  const packed = Math.ceil((request.policyBytes / 2048 + request.tags.size / 50) * 50);
  return {
    result: {
      Credentials: printCredentials(issued),
      AssumedRoleUser: { AssumedRoleId: id, Arn: arn },
      ...(packed > 0 ? { PackedPolicySize: packed } : {}),
      SourceIdentity: sourceIdentity,
    },
    elements: {
      credentials: trailCredentials(issued),
      assumedRoleUser: { assumedRoleId: id, arn },
      ...(sourceIdentity === undefined ? {} : { sourceIdentity }),
    },
    resources: [{ arn: session.role.arn, type: "AWS::IAM::Role" }],
  };
}

/** CloudTrail shows session tags as one map. */
function showTags(input: Call["input"]): Readonly<Record<string, unknown>> {
  const tags = structureList(input, "Tags").map((tag) => [String(tag["Key"]), tag["Value"]]);
  return tags.length === 0 ? {} : { principalTags: Object.fromEntries(tags) };
}

function getSessionToken(call: Call): Answer {
  if (call.credential.token !== null) {
    throw new AwsError(
      "AccessDenied",
      "Cannot call GetSessionToken with session credentials",
      403,
    );
  }
  const mfaAt = readMfa(call);
  const seconds = optionalInteger(call.input, "DurationSeconds", 900, 129_600) ?? 12 * HOUR;
  const issued = issue(call, call.credential.holder, seconds, mfaAt);
  return {
    result: { Credentials: printCredentials(issued) },
    elements: { credentials: trailCredentials(issued) },
  };
}

/** Time of the MFA that the call brings, or `null`. @throws {AwsError} `AccessDenied` */
function readMfa(call: Call): number | null {
  const serial = optionalText(call.input, "SerialNumber", { min: 9, max: 256 });
  const code = optionalText(call.input, "TokenCode", { min: 6, max: 6, pattern: "[\\d]*" });
  if (serial === null && code === null) return null;
  const holder = call.credential.holder;
  const device = holder.kind === "user" ? holder.user.mfa : null;
  if (device === null || device.serial !== serial) {
    throw new AwsError(
      "AccessDenied",
      "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA " +
        "serial number is valid and associated with this user.",
      403,
    );
  }
  if (code === null || !device.codes.includes(code)) {
    throw new AwsError(
      "AccessDenied",
      "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
      403,
    );
  }
  return call.state.time();
}

function issue(
  call: Call,
  holder: Credential["holder"],
  seconds: number,
  mfaAt: number | null,
): Credential {
  const { state } = call;
  const now = state.time();
  // STS counts in whole seconds.
  const expires = Math.floor(now / 1000 + (state.lifetime ?? seconds)) * 1000;
  const credential: Credential = {
    accessKeyId: newId("ASIA", state.random),
    secretAccessKey: newSecret(30, state.random),
    token: newSecret(96, state.random),
    issued: now,
    expires,
    mfaAt,
    holder,
  };
  state.credentials.set(credential.accessKeyId, credential);
  return credential;
}

function printCredentials(credential: Credential): Record<string, unknown> {
  return {
    AccessKeyId: credential.accessKeyId,
    SecretAccessKey: credential.secretAccessKey,
    SessionToken: credential.token,
    Expiration: new Date(credential.expires ?? 0),
  };
}

/** What CloudTrail shows of new credentials: which, never with what. */
function trailCredentials(credential: Credential): Record<string, unknown> {
  const expiration = new Date(credential.expires ?? 0).toISOString();
  return { accessKeyId: credential.accessKeyId, expiration };
}

function denied(call: Call, action: string, resource: string): AwsError {
  return new AwsError(
    "AccessDenied",
    `User: ${callerArn(call)} is not authorized to perform: ${action} on resource: ${resource}`,
    403,
  );
}
