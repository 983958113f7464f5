// profiles: config files and shorthands that the resolver's tests share.
import { strict as assert } from "node:assert";
import { type ErrorCode, hasCode } from "../../../lib/core/errors/mod.ts";
import {
  type AwsConfig,
  parseAwsConfig,
  type ResolveOptions,
  resolveTarget,
  type Target,
} from "../../../lib/core/profiles/mod.ts";

export const arn = (role: string, account = "111122223333"): string =>
  `arn:aws:iam::${account}:role/${role}`;
export const PROD = `sentinel_role_arn = ${arn("SentinelProtected-Prod")}`;
export const KEYS = "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = not-a-secret\n";
export const SSO = "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Entry\n";
const SSO_SESSION =
  "[sso-session corp]\nsso_start_url = https://x.example/start\nsso_region = eu-central-1\n";
export const LEAVES =
  `[profile mara]\n${KEYS}[profile lea]\n${KEYS}[profile sso]\n${SSO}${SSO_SESSION}` +
  `[profile tool]\ncredential_process = fetch-keys --json\n` +
  `[profile token]\nrole_arn = ${arn("Ci")}\nweb_identity_token_file = /var/token\n`;

export const read = (text: string, credentials = ""): AwsConfig =>
  parseAwsConfig({
    config: { file: "config", text },
    credentials: { file: "credentials", text: credentials },
  });
export const env = (values: Record<string, string> = {}): ResolveOptions["env"] => (name) =>
  Object.hasOwn(values, name) ? values[name] : undefined;
export const resolve = (text: string, name: string, more: Partial<ResolveOptions> = {}): Target =>
  resolveTarget(read(text + LEAVES), name, { env: env(), ...more });
export const roles = (target: Target): string[] =>
  target.chain.map((hop) => hop.roleArn.replace(/.*role\//, ""));
export const fails = (code: ErrorCode, run: () => unknown, says: RegExp = /./): void =>
  assert.throws(run, (e) => {
    assert.ok(hasCode(e, code), `${e} is no ${code}`);
    assert.match(`${e.message} ${e.hint ?? ""}`, says);
    return true;
  });

/** A gated profile over keys. */
export const GATED = `[profile p]\n${PROD}\nsentinel_source_profile = mara\n`;
