// sandbox: who a pair of keys stands for, as IAM, STS and CloudTrail name him.
import { principalContext } from "../../core/iam/mod.ts";
import type { IamContext, IamPrincipal } from "../../core/iam/types.ts";
import type { Call } from "./call.ts";
import type { Credential, Identity, RoleSession } from "./state.ts";

/** The ARN of a role session. */
export function sessionArn(account: string, session: RoleSession): string {
  return `arn:aws:sts::${account}:assumed-role/${session.role.name}/${session.name}`;
}

/** The session behind a credential; `null` for a user's keys and a user's own session. */
export function roleSession(credential: Credential): RoleSession | null {
  return credential.holder.kind === "session" ? credential.holder.session : null;
}

/** The user or role whose policies a credential carries. */
export function identityOf(credential: Credential): Identity {
  const holder = credential.holder;
  return holder.kind === "user" ? holder.user : holder.session.role;
}

/** The caller's ARN. */
export function callerArn(call: Call): string {
  const holder = call.credential.holder;
  return holder.kind === "user" ? holder.user.arn : sessionArn(call.state.account, holder.session);
}

/** The caller's unique id: `AIDA…`, or `AROA…:<session name>`. */
export function callerId(call: Call): string {
  const session = roleSession(call.credential);
  const id = identityOf(call.credential).id;
  return session === null ? id : `${id}:${session.name}`;
}

/** The caller as IAM's `Principal` element names him. */
export function callerPrincipal(call: Call): IamPrincipal {
  const session = roleSession(call.credential);
  const named = { arn: callerArn(call), account: call.state.account };
  return session === null
    ? { kind: "user", ...named }
    : { kind: "role-session", ...named, roleArn: session.role.arn };
}

/** Global condition keys of a call ("AWS global condition context keys"). */
export function callerContext(call: Call): IamContext {
  const { credential, state } = call;
  const now = state.time();
  const session = roleSession(credential);
  const context: Record<string, string | readonly string[]> = {
    "aws:userid": callerId(call),
    "aws:SourceIp": call.sourceIp,
    "aws:SecureTransport": "false",
    "aws:CurrentTime": new Date(now).toISOString(),
    "aws:EpochTime": String(Math.floor(now / 1000)),
    "aws:RequestedRegion": call.region,
    "aws:UserAgent": call.userAgent,
  };
  if (session !== null && session.sourceIdentity !== null) {
    context["aws:SourceIdentity"] = session.sourceIdentity;
  }
  if (credential.issued !== null) {
    context["aws:TokenIssueTime"] = new Date(credential.issued).toISOString();
    // Long-term keys carry no MFA key at all; a session says true or false.
    context["aws:MultiFactorAuthPresent"] = String(credential.mfaAt !== null);
  }
  if (credential.mfaAt !== null) {
    context["aws:MultiFactorAuthAge"] = String(Math.floor((now - credential.mfaAt) / 1000));
  }
  const tags = [...identityOf(credential).tags, ...(session?.tags ?? [])];
  for (const [key, value] of tags) context[`aws:PrincipalTag/${key}`] = value;
  return principalContext(callerPrincipal(call), context);
}
