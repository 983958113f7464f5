// aws: STS. Every answer is checked before anybody relies on it.
import type { CallerIdentity } from "../../core/identity/types.ts";
import type { MfaAnswer, SessionCredentials } from "../../core/sessions/types.ts";
import { quoted } from "../../core/text/printable.ts";
import { type CallLimits, rubbish } from "./call.ts";
import { DEFAULT_REGION, endpointOf, refuseClearText } from "./host.ts";
import {
  type Place,
  query,
  type QueryAnswer,
  type QueryCall,
  type QueryOptions,
  type QueryService,
} from "./query.ts";
import { textAt, XmlError } from "./xml.ts";

const STS: QueryService = { name: "sts", version: "2011-06-15" };

const SESSION_ARN = /^arn:[\x21-\x7e]{1,2048}$/;

/** What AssumeRole is asked for. */
export interface AssumeRoleInput {
  roleArn: string;
  roleSessionName: string;
  durationSeconds: number;
  sourceIdentity: string | null;
  externalId: string | null;
  tags: readonly { key: string; value: string }[];
  mfa: MfaAnswer | null;
}

/** What AssumeRoleWithWebIdentity is asked for. */
export interface WebIdentityInput {
  roleArn: string;
  roleSessionName: string;
  /** The token itself. */
  token: string;
}

/** What GetSessionToken is asked for. */
export interface SessionTokenInput {
  durationSeconds: number;
  mfa: MfaAnswer | null;
}

/** A role's session. */
export interface AssumedRole extends SessionCredentials {
  /** ARN of the session, for the very role and session name that were asked for. */
  arn: string;
  /** The source identity as STS repeats it; `null` when it says none. */
  sourceIdentity: string | null;
}

/** Three calls of STS, signed by one set of credentials. All throw what `query` throws. */
export interface StsClient {
  /** Who the credentials belong to, and STS's own clock. */
  getCallerIdentity(): Promise<CallerIdentity & { date: Date | null }>;
  assumeRole(input: AssumeRoleInput): Promise<AssumedRole>;
  getSessionToken(input: SessionTokenInput): Promise<SessionCredentials>;
}

/**
 * An STS client. Without an endpoint it asks the region's own, in the region's partition; without
 * a region `us-east-1`. Redirects are refused, answers over a mebibyte too.
 */
export function stsClient(options: QueryOptions): StsClient {
  return {
    getCallerIdentity: () => getCallerIdentity(options),
    assumeRole: (input) => assumeRole(input, options),
    getSessionToken: (input) => getSessionToken(input, options),
  };
}

async function getCallerIdentity(
  options: QueryOptions,
): Promise<CallerIdentity & { date: Date | null }> {
  const call: QueryCall = {
    action: "GetCallerIdentity",
    fields: [],
    doing: "ask STS who is calling",
    secrets: [],
    repeat: "always",
  };
  const answer = await query(STS, call, options);
  const field = reader(call, answer, "GetCallerIdentityResult");
  return {
    arn: field(["Arn"], /^arn:[\x21-\x7e]{1,2048}$/),
    account: field(["Account"], /^\d{12}$/),
    userId: field(["UserId"], /^[\w+=,.@:-]{1,256}$/),
    date: answer.date,
  };
}

async function assumeRole(input: AssumeRoleInput, options: QueryOptions): Promise<AssumedRole> {
  const { roleArn, roleSessionName, sourceIdentity, externalId, tags, mfa } = input;
  const call: QueryCall = {
    action: "AssumeRole",
    fields: [
      ["RoleArn", roleArn],
      ["RoleSessionName", roleSessionName],
      ["DurationSeconds", String(input.durationSeconds)],
      ...optional("SourceIdentity", sourceIdentity),
      ...optional("ExternalId", externalId),
      ...tags.flatMap(({ key, value }, index): [string, string][] => [
        [`Tags.member.${index + 1}.Key`, key],
        [`Tags.member.${index + 1}.Value`, value],
      ]),
      ...mfaFields(mfa),
    ],
    doing: `assume the role ${quoted(roleArn)}`,
    secrets: secretsOf(mfa, externalId),
    repeat: repeatOf(mfa),
  };
  const answer = await query(STS, call, options);
  const field = reader(call, answer, "AssumeRoleResult");
  const session: AssumedRole = {
    ...credentialsOf(call, answer, field),
    arn: field(["AssumedRoleUser", "Arn"], SESSION_ARN),
    sourceIdentity: field.maybe(["SourceIdentity"], /^[\w+=,.@-]{2,64}$/),
  };
  checkSession(call, input, session.arn);
  if (session.sourceIdentity !== null && session.sourceIdentity !== sourceIdentity) {
    throw rubbish(call, "another source identity");
  }
  return session;
}

/**
 * AssumeRoleWithWebIdentity: a call that nobody signs, since the token is what it is about.
 *
 * @throws {SentinelError} `AWS_CONFIG_INVALID` for plain http to elsewhere than this machine, and
 * what `query` throws
 */
export async function assumeRoleWithWebIdentity(
  input: WebIdentityInput,
  options: Place & CallLimits,
): Promise<SessionCredentials> {
  const { roleArn, roleSessionName, token } = input;
  const call: QueryCall = {
    action: "AssumeRoleWithWebIdentity",
    fields: [
      ["RoleArn", roleArn],
      ["RoleSessionName", roleSessionName],
      ["WebIdentityToken", token],
    ],
    doing: `assume the role ${quoted(roleArn)} by a web identity token`,
    secrets: [token],
    repeat: "when undone",
  };
  const endpoint = options.endpoint ?? endpointOf("sts", options.region ?? DEFAULT_REGION);
  refuseClearText(endpoint, call.doing);
  const answer = await query(STS, call, { ...options, endpoint, credentials: null });
  const field = reader(call, answer, "AssumeRoleWithWebIdentityResult");
  checkSession(call, input, field(["AssumedRoleUser", "Arn"], SESSION_ARN));
  return credentialsOf(call, answer, field);
}

async function getSessionToken(
  { durationSeconds, mfa }: SessionTokenInput,
  options: QueryOptions,
): Promise<SessionCredentials> {
  const call: QueryCall = {
    action: "GetSessionToken",
    fields: [["DurationSeconds", String(durationSeconds)], ...mfaFields(mfa)],
    doing: "get a session token",
    secrets: secretsOf(mfa, null),
    repeat: repeatOf(mfa),
  };
  const answer = await query(STS, call, options);
  return credentialsOf(call, answer, reader(call, answer, "GetSessionTokenResult"));
}

/** Reads fields of an answer, each against the form that AWS documents. */
interface FieldReader {
  (path: readonly string[], form: RegExp): string;
  /** The same for a field that may be missing. */
  maybe(path: readonly string[], form: RegExp): string | null;
}

function reader(call: QueryCall, { xml }: QueryAnswer, result: string): FieldReader {
  const maybe = (path: readonly string[], form: RegExp): string | null => {
    const text = guarded(call, () => textAt(xml, [result, ...path]));
    if (text !== null && !form.test(text)) throw rubbish(call, `a malformed ${path.at(-1)}`);
    return text;
  };
  const field = (path: readonly string[], form: RegExp): string => {
    const text = maybe(path, form);
    if (text === null) throw rubbish(call, `an answer without ${path.at(-1)}`);
    return text;
  };
  return Object.assign(field, { maybe });
}

function guarded<T>(call: QueryCall, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof XmlError) throw rubbish(call, error.message);
    throw error;
  }
}

function credentialsOf(
  call: QueryCall,
  { date }: QueryAnswer,
  field: FieldReader,
): SessionCredentials {
  const at = (name: string) => ["Credentials", name];
  const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/;
  const expiresAt = new Date(field(at("Expiration"), moment));
  if (Number.isNaN(expiresAt.getTime())) throw rubbish(call, "a malformed Expiration");
  if (date !== null && expiresAt <= date) throw rubbish(call, "credentials that have expired");
  return {
    accessKeyId: field(at("AccessKeyId"), /^\w{16,128}$/),
    secretAccessKey: field(at("SecretAccessKey"), /^[\x21-\x7e]{16,256}$/),
    sessionToken: field(at("SessionToken"), /^[\x21-\x7e]{16,8192}$/),
    expiresAt,
  };
}

/** The session must be one of the very role and name that were asked for. */
function checkSession(
  call: QueryCall,
  { roleArn, roleSessionName }: Pick<AssumeRoleInput, "roleArn" | "roleSessionName">,
  arn: string,
): void {
  const [, partition, , , account, resource = ""] = roleArn.split(":");
  const role = resource.slice(resource.lastIndexOf("/") + 1);
  const want = `arn:${partition}:sts::${account}:assumed-role/${role}/${roleSessionName}`;
  if (arn !== want) throw rubbish(call, "a session of another role");
}

function optional(name: string, value: string | null): [string, string][] {
  return value === null ? [] : [[name, value]];
}

function mfaFields(mfa: MfaAnswer | null): [string, string][] {
  return mfa === null ? [] : [["SerialNumber", mfa.serial], ["TokenCode", mfa.code]];
}

/** A session is issued once for one entry of the journal, and a one-time code works once. */
function repeatOf(mfa: MfaAnswer | null): QueryCall["repeat"] {
  return mfa === null ? "when undone" : "never";
}

function secretsOf(mfa: MfaAnswer | null, externalId: string | null): string[] {
  return [mfa?.code, externalId].filter((text) => text !== null && text !== undefined);
}
