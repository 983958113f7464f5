// profiles: what the sections of an SSO and of a web identity leaf say, each with its form checked.
import { SentinelError } from "../errors/mod.ts";
import { quoted } from "../text/printable.ts";
import { checkedRegion, invalidAt, matching, valueOf } from "./section.ts";
import type { AwsConfig, ProfileSection, SectionValue } from "./types.ts";

/** Which role of Identity Center, by which log-in. */
export interface SsoSettings {
  /** Name of the `sso-session` section; `null` for a profile in the old form. */
  session: string | null;
  /** What the AWS CLI names the cached log-in after: the session, or the start URL. */
  login: string;
  /** Region of the Identity Center instance. */
  region: string;
  /** Twelve digits. */
  accountId: string;
  roleName: string;
}

/** How a web identity token is traded for the leaf's role. */
export interface WebIdentitySettings {
  tokenFile: string;
  roleSessionName: string;
}

const ACCOUNT = /^[0-9]{12}$/;
/** IAM's form of a name; permission sets have a shorter one. */
const ROLE_NAME = /^[\w+=,.@-]{1,64}$/;
/** STS API reference, AssumeRoleWithWebIdentity: RoleSessionName. */
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;

/**
 * The SSO keys of a section.
 * @throws {SentinelError} `AWS_CONFIG_INVALID` for one that is missing or malformed
 */
export function ssoSettings(config: AwsConfig, section: ProfileSection): SsoSettings {
  const accountId = required(section, "sso_account_id");
  const roleName = required(section, "sso_role_name");
  const session = valueOf(section, "sso_session");
  const from = session === null ? section : config.ssoSessions.get(session.text);
  if (from === undefined) {
    const found = `sso_session ${quoted(session?.text ?? "", 64)}`;
    throw invalidAt(session ?? accountId, found, "an [sso-session] section");
  }
  const startUrl = required(from, "sso_start_url");
  return {
    session: session?.text ?? null,
    login: session?.text ?? startUrl.text,
    region: checkedRegion(required(from, "sso_region")),
    accountId: matching(accountId, ACCOUNT, "an account of twelve digits").text,
    roleName: matching(roleName, ROLE_NAME, "the name of a permission set").text,
  };
}

/**
 * The web identity keys of a section.
 * @throws {SentinelError} `AWS_CONFIG_INVALID` for one that is missing or malformed
 */
export function webIdentitySettings(section: ProfileSection): WebIdentitySettings {
  const name = valueOf(section, "role_session_name");
  return {
    tokenFile: required(section, "web_identity_token_file").text,
    roleSessionName: name === null
      ? "sentinel-leaf"
      : matching(name, SESSION_NAME, "2 to 64 letters, digits or =,.@+-_").text,
  };
}

function required(section: ProfileSection, key: string): SectionValue {
  const value = valueOf(section, key);
  if (value !== null) return value;
  const [any] = section.values.values();
  if (any !== undefined) throw invalidAt(any, `no ${key} in ${quoted(section.name, 64)}`);
  throw new SentinelError(
    "AWS_CONFIG_INVALID",
    `Cannot read AWS config: found no ${key} in ${quoted(section.name, 64)}`,
  );
}
