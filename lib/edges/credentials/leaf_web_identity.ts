// credentials: a web identity leaf. A token from a file, for the credentials of the leaf's role.
import { SentinelError } from "../../core/errors/mod.ts";
import { type ProfileSection, webIdentitySettings } from "../../core/profiles/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { assumeRoleWithWebIdentity } from "../aws/sts.ts";
import { osReason } from "../os/owner.ts";
import type { LeafPorts } from "./leaf.ts";
import { checkedCredentials, type LeafCredentials } from "./leaf_check.ts";

/** STS API reference, AssumeRoleWithWebIdentity: WebIdentityToken. */
const TOKEN = /^[\x21-\x7e]{4,20000}$/;
const HINT = "check web_identity_token_file: who writes it must renew it";

/** The credentials of the leaf's role. Throws what `loadLeaf` throws. */
export async function credentialsFromToken(
  section: ProfileSection,
  roleArn: string,
  ports: LeafPorts,
): Promise<LeafCredentials> {
  const { tokenFile, roleSessionName } = webIdentitySettings(section);
  const source = `the web identity token of profile ${quoted(section.name)}`;
  const token = await readToken(source, tokenFile);
  const session = await traded(() =>
    assumeRoleWithWebIdentity({ roleArn, roleSessionName, token }, {
      region: ports.region,
      endpoint: ports.endpoints.sts,
      ...(ports.fetch === undefined ? {} : { fetch: ports.fetch }),
    })
  );
  const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = session;
  return checkedCredentials({ source, hint: HINT, now: ports.now(), cheap: null }, {
    accessKeyId,
    secretAccessKey,
    sessionToken,
    expiration: expiresAt,
  });
}

/** A token that is over is no log-in of Identity Center's: whoever writes the file renews it. */
async function traded<T>(trade: () => Promise<T>): Promise<T> {
  try {
    return await trade();
  } catch (error) {
    if (!(error instanceof SentinelError) || error.code !== "CREDENTIALS_EXPIRED") throw error;
    throw new SentinelError(error.code, error.message, { hint: HINT, cause: error });
  }
}

async function readToken(source: string, path: string): Promise<string> {
  const none = (found: string, cause?: unknown) =>
    new SentinelError("NO_CREDENTIALS", `Cannot use ${source}: found ${found}`, {
      hint: HINT,
      ...(cause === undefined ? {} : { cause }),
    });
  let text: string;
  try {
    text = (await Deno.readTextFile(path)).trim();
  } catch (cause) {
    throw none(`a file that can't be read (${osReason(cause)})`, cause);
  }
  if (!TOKEN.test(text)) throw none("a file that holds no token");
  return text;
}
