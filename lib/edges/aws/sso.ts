// aws: Identity Center's portal: a log-in's access token for a role's credentials.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { type Answer, callAws, type CallLimits, rubbish } from "./call.ts";
import { endpointOf, refuseClearText } from "./host.ts";
import { asObject, objectOf, saidInJson } from "./json.ts";

/** Which role, for which log-in. */
export interface RoleCredentialsRequest extends CallLimits {
  /** Region of the Identity Center instance (`sso_region`). */
  region: string;
  /** `null` = AWS's own endpoint of the region. No variable and no file is asked. */
  endpoint: string | null;
  accessToken: string;
  accountId: string;
  roleName: string;
  /** How the person logs in again. */
  loginHint: string;
}

/** What the portal gives; forms are checked where they are used. */
export interface RoleCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/**
 * GetRoleCredentials (IAM Identity Center Portal API reference).
 *
 * @throws {SentinelError} `CREDENTIALS_EXPIRED` when the portal knows the token no more,
 * `AWS_REFUSED` when the role is not the person's, `AWS_CONFIG_INVALID` for plain http to elsewhere
 * than this machine, and what {@link callAws} throws
 */
export async function getRoleCredentials(
  request: RoleCredentialsRequest,
): Promise<RoleCredentials> {
  const { accessToken, accountId, roleName } = request;
  const doing = `get credentials of ${quoted(roleName, 64)} in account ${accountId}`;
  const base = request.endpoint ?? endpointOf("portal.sso", request.region);
  refuseClearText(base, doing);
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/$/, "")}/federation/credentials`;
  url.search = new URLSearchParams({ role_name: roleName, account_id: accountId }).toString();
  return await callAws({
    doing,
    repeat: "always",
    secrets: [accessToken],
    request: () => ({
      method: "GET",
      url: url.href,
      headers: new Headers({ "x-amz-sso_bearer_token": accessToken }),
      body: null,
    }),
    read: (answer) => credentialsOf(doing, answer),
    said: saidInJson,
    meaning: (code) => meaningOf(code, doing, request.loginHint),
  }, request);
}

function credentialsOf(doing: string, { text }: Answer): RoleCredentials {
  const found = asObject(objectOf(text)?.["roleCredentials"]);
  if (found === null) throw rubbish({ doing }, "no answer of this call");
  const { accessKeyId, secretAccessKey, sessionToken, expiration } = found;
  const end = new Date(typeof expiration === "number" ? expiration : Number.NaN);
  if (
    typeof accessKeyId !== "string" || typeof secretAccessKey !== "string" ||
    typeof sessionToken !== "string" || sessionToken === "" || Number.isNaN(end.getTime())
  ) {
    throw rubbish({ doing }, "an answer without keys, token or expiration");
  }
  return { accessKeyId, secretAccessKey, sessionToken, expiration: end };
}

function meaningOf(code: string, doing: string, loginHint: string): SentinelError | null {
  switch (code) {
    case "UnauthorizedException":
      return new SentinelError("CREDENTIALS_EXPIRED", `Cannot ${doing}: the SSO log-in is over`, {
        hint: loginHint,
      });
    case "ForbiddenException":
    case "ResourceNotFoundException":
      return new SentinelError("AWS_REFUSED", `Cannot ${doing}: AWS says ${code}`, {
        hint:
          "check sso_account_id and sso_role_name: is the permission set assigned to you there?",
      });
    default:
      return null;
  }
}
