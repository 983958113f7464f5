// sessions: the forms in which a grant is handed to other programs.
import type { SessionCredentials } from "./types.ts";

/** STS prints whole seconds; several SDKs can't read fractions. */
function instant(date: Date): string {
  return new Date(Math.floor(date.getTime() / 1000) * 1000).toISOString().replace(".000Z", "Z");
}

/**
 * The answer of a `credential_process` (AWS SDKs reference guide, "Process credential provider").
 * @param reported when the SDK should come back: at the end, or earlier
 */
export function processAnswer(credentials: SessionCredentials, reported: Date): string {
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = credentials;
  return JSON.stringify({
    Version: 1,
    AccessKeyId: accessKeyId,
    SecretAccessKey: secretAccessKey,
    SessionToken: sessionToken,
    Expiration: instant(reported < expiresAt ? reported : expiresAt),
  });
}

/** The variables that a child process gets. */
export function environmentOf(
  credentials: SessionCredentials,
  about: { profile: string; region: string | null },
): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_CREDENTIAL_EXPIRATION: instant(credentials.expiresAt),
    AWS_SENTINEL: about.profile,
    ...(about.region === null
      ? {}
      : { AWS_REGION: about.region, AWS_DEFAULT_REGION: about.region }),
  };
}

/**
 * Lines for `eval "$(…)"` in a POSIX shell; every value quoted. What would lead an SDK to other
 * credentials is unset first: with AWS_PROFILE beside keys, some take the profile.
 */
export function shellExports(variables: Readonly<Record<string, string>>): string {
  const unset = SCRUBBED.filter((name) => !Object.hasOwn(variables, name));
  return `unset ${unset.join(" ")}\n` + Object.entries(variables)
    .map(([name, value]) => `export ${name}='${value.replaceAll("'", `'\\''`)}'\n`)
    .join("");
}

/** A section of a shared credentials file. */
export function iniSection(profile: string, credentials: SessionCredentials): string {
  const lines = [
    `[${profile}]`,
    `aws_access_key_id = ${credentials.accessKeyId}`,
    `aws_secret_access_key = ${credentials.secretAccessKey}`,
    `aws_session_token = ${credentials.sessionToken}`,
    `# expires ${instant(credentials.expiresAt)}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** Variables that would lead a child's SDK elsewhere, or nest: taken out of its environment. */
export const SCRUBBED: readonly string[] = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_CREDENTIAL_FILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_PROFILE",
  "AWS_SDK_LOAD_CONFIG",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_SOURCE_IDENTITY",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];

/** What was said for this call alone: a child that asks for itself says its own. */
const SAID_ONCE: readonly string[] = [
  "SENTINEL_PROFILE",
  "SENTINEL_POLICY",
  "SENTINEL_AWS_PROFILE",
  "SENTINEL_REASON",
  "SENTINEL_TICKET",
  "SENTINEL_DURATION",
  "SENTINEL_JOURNAL",
  "SENTINEL_MFA_CODE",
];

/**
 * The child's environment: the parent's, scrubbed, with the grant's variables. A pinned profile's
 * child finds AWS's own endpoints only. Secrets of aws-vault go too.
 */
export function childEnvironment(
  parent: Readonly<Record<string, string>>,
  grant: Readonly<Record<string, string>>,
  pinned: boolean,
): Record<string, string> {
  const kept = Object.entries(parent).filter(([name]) =>
    !SCRUBBED.includes(name) && !SAID_ONCE.includes(name) && !name.startsWith("AWS_VAULT") &&
    !(pinned && name.startsWith("AWS_ENDPOINT_URL"))
  );
  return { ...Object.fromEntries(kept), ...grant };
}
