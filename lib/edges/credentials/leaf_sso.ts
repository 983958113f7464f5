// credentials: an SSO leaf. The token that `aws sso login` leaves behind, for a role's credentials.
import { SentinelError } from "../../core/errors/mod.ts";
import { type AwsConfig, type ProfileSection, ssoSettings } from "../../core/profiles/mod.ts";
import { hex } from "../../core/text/hex.ts";
import { quoted, shellWord } from "../../core/text/printable.ts";
import { objectOf } from "../aws/json.ts";
import { getRoleCredentials } from "../aws/sso.ts";
import { osReason } from "../os/owner.ts";
import type { LeafPorts } from "./leaf.ts";
import { checkedCredentials, expired, type LeafCredentials } from "./leaf_check.ts";

/** Which log-in, and what it is wanted for. */
interface SsoLogin {
  profile: string;
  /** Name of the `sso-session` section, or the start URL of a profile in the old form. */
  name: string;
  env(name: string): string | undefined;
  now: Date;
}

const TOKEN = /^[\x21-\x7e]{1,16384}$/;

/**
 * The credentials of a section's SSO role, sealed by the log-in's own token.
 *
 * @throws {SentinelError} what `loadLeaf` throws; a log-in that is over is `CREDENTIALS_EXPIRED` and
 * names the command: it is never renewed here
 */
export async function credentialsFromSso(
  config: AwsConfig,
  section: ProfileSection,
  ports: LeafPorts,
): Promise<LeafCredentials> {
  const { login, region, accountId, roleName } = ssoSettings(config, section);
  const profile = section.name;
  const accessToken = await readToken({ profile, name: login, env: ports.env, now: ports.now() });
  const hint = loginHint(profile);
  const got = await getRoleCredentials({
    region,
    endpoint: ports.endpoints.sso,
    accessToken,
    accountId,
    roleName,
    loginHint: hint,
    ...(ports.fetch === undefined ? {} : { fetch: ports.fetch }),
  });
  return checkedCredentials({
    source: `profile ${quoted(profile)}`,
    hint,
    now: ports.now(),
    cheap: { secret: accessToken },
  }, got);
}

function loginHint(profile: string): string {
  return `aws sso login --profile ${shellWord(profile)}`;
}

/** The cached log-in's access token. */
async function readToken(login: SsoLogin): Promise<string> {
  const { profile, now } = login;
  const hint = loginHint(profile);
  const source = `profile ${quoted(profile)}`;
  const none = (found: string, cause?: unknown) =>
    new SentinelError("NO_CREDENTIALS", `Cannot use credentials of ${source}: found ${found}`, {
      hint,
      ...(cause === undefined ? {} : { cause }),
    });
  const path = await tokenPath(login);
  let raw: string;
  try {
    raw = await Deno.readTextFile(path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) throw none("no SSO log-in");
    throw none(`an SSO log-in that can't be read (${osReason(cause)})`, cause);
  }
  const { accessToken, expiresAt } = objectOf(raw) ?? {};
  const end = new Date(typeof expiresAt === "string" ? expiresAt : Number.NaN);
  if (
    typeof accessToken !== "string" || !TOKEN.test(accessToken) || Number.isNaN(end.getTime())
  ) {
    throw none("a malformed SSO log-in");
  }
  if (end <= now) throw expired({ source, hint }, end);
  return accessToken;
}

async function tokenPath({ name, env }: SsoLogin): Promise<string> {
  const home = env("HOME") ?? env("USERPROFILE");
  if (home === undefined || home === "") {
    throw new SentinelError("HOME_UNKNOWN", "Cannot find the SSO log-in: found no HOME");
  }
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(name));
  return `${home}/.aws/sso/cache/${hex(new Uint8Array(digest))}.json`;
}
