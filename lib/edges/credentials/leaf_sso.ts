// credentials: the access token that `aws sso login` leaves behind, as the AWS CLI caches it.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted, shellWord } from "../../core/text/printable.ts";
import { osReason } from "../os/owner.ts";
import { expired } from "./leaf_check.ts";

/** A cached log-in. */
export interface SsoToken {
  accessToken: string;
  /** It can be renewed without the person. */
  refreshable: boolean;
}

/** Which log-in, and what it is wanted for. */
export interface SsoLogin {
  profile: string;
  /** Name of the `sso-session` section, or the start URL of a profile in the old form. */
  name: string;
  env(name: string): string | undefined;
  now: Date;
}

/** How to log in again. */
export function loginHint(profile: string): string {
  return `aws sso login --profile ${shellWord(profile)}`;
}

/**
 * The cached log-in.
 * @throws {SentinelError} `NO_CREDENTIALS` when there is none, `CREDENTIALS_EXPIRED` when it is over
 * and nothing can renew it
 */
export async function readSsoToken(login: SsoLogin): Promise<SsoToken> {
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
  const { accessToken, expiresAt, refreshToken } = fieldsOf(raw) ?? {};
  const end = new Date(typeof expiresAt === "string" ? expiresAt : Number.NaN);
  if (typeof accessToken !== "string" || accessToken === "" || Number.isNaN(end.getTime())) {
    throw none("a malformed SSO log-in");
  }
  const refreshable = typeof refreshToken === "string" && refreshToken !== "";
  if (end <= now && !refreshable) throw expired({ source, hint }, end);
  return { accessToken, refreshable };
}

function fieldsOf(raw: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(raw);
    return value !== null && typeof value === "object" ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}

async function tokenPath({ name, env }: SsoLogin): Promise<string> {
  const home = env("HOME") ?? env("USERPROFILE");
  if (home === undefined || home === "") {
    throw new SentinelError("HOME_UNKNOWN", "Cannot find the SSO log-in: found no HOME");
  }
  const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(name));
  const hex = Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("");
  return `${home}/.aws/sso/cache/${hex}.json`;
}
