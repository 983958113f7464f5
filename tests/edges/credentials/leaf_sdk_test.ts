// credentials: leaves that the AWS SDK loads, against servers on loopback. each in a process of its own.
import { strict as assert } from "node:assert";
import type { Leaf } from "../../../lib/core/profiles/mod.ts";
import { denoDir } from "../../e2e/transcript.ts";
import { ok, withServer } from "../aws/fake_sts.ts";

const SOON = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");
const KEYS = { id: "ASIAISSUEDISSUED0000", secret: "issued-secret-issued", token: "issued-token" };

interface Loaded {
  accessKeyId: string;
  sessionToken: string | null;
  expiresAt: string;
  longTerm: boolean;
  cheapSecret: string | null;
  code?: string;
}

/** Loads in a process of its own: the SDK reads the process's environment and files. */
async function load(leaf: Leaf, text: string, env: Record<string, string>): Promise<Loaded> {
  const fixture = decodeURIComponent(new URL("./fixtures/load_leaf.ts", import.meta.url).pathname);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--no-check", fixture, JSON.stringify(leaf), text],
    env,
  }).output();
  const printed = new TextDecoder().decode(stdout);
  assert.notEqual(printed, "", new TextDecoder().decode(stderr));
  return JSON.parse(printed);
}

Deno.test("loadLeaf() asks a container's endpoint", async () => {
  await withServer(
    () =>
      Response.json({
        AccessKeyId: KEYS.id,
        SecretAccessKey: KEYS.secret,
        Token: KEYS.token,
        Expiration: SOON,
      }),
    async (endpoint, asked) => {
      const values = {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint}creds`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: "let-me-in",
      };
      const got = await load({ kind: "container" }, "", values);
      assert.equal(got.accessKeyId, KEYS.id);
      assert.equal(got.sessionToken, KEYS.token);
      assert.equal(got.expiresAt, new Date(SOON).toISOString());
      assert.equal(got.cheapSecret, null);
      assert.equal(asked[0]?.headers.get("authorization"), "let-me-in");
    },
  );
});

Deno.test("loadLeaf() says NO_CREDENTIALS where there is no container", async () => {
  assert.equal((await load({ kind: "container" }, "", {})).code, "NO_CREDENTIALS");
});

Deno.test("loadLeaf() trades a web identity token for the leaf's role", async () => {
  const dir = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${dir}/token`, "a.b.c");
    await Deno.writeTextFile(`${dir}/config`, "");
    const role = "arn:aws:iam::111122223333:role/Ci";
    const answer =
      `<Credentials><AccessKeyId>${KEYS.id}</AccessKeyId><SecretAccessKey>${KEYS.secret}` +
      `</SecretAccessKey><SessionToken>${KEYS.token}</SessionToken><Expiration>${SOON}</Expiration>` +
      `</Credentials><AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/Ci/x</Arn>` +
      `<AssumedRoleId>AROACI:x</AssumedRoleId></AssumedRoleUser>`;
    await withServer(() => ok("AssumeRoleWithWebIdentity", answer), async (endpoint, asked) => {
      const values = {
        AWS_ENDPOINT_URL: endpoint,
        AWS_CONFIG_FILE: `${dir}/config`,
        AWS_SHARED_CREDENTIALS_FILE: `${dir}/config`,
      };
      const text = `[profile ci]\nrole_arn = ${role}\nweb_identity_token_file = ${dir}/token\n` +
        "role_session_name = build-7\n";
      const got = await load({ kind: "web-identity", profile: "ci", roleArn: role }, text, values);
      assert.equal(got.accessKeyId, KEYS.id);
      assert.equal(got.longTerm, false);
      const form = asked[0]?.form;
      assert.equal(form?.get("Action"), "AssumeRoleWithWebIdentity");
      assert.equal(form?.get("WebIdentityToken"), "a.b.c");
      assert.equal(form?.get("RoleSessionName"), "build-7");
    });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
});

Deno.test(
  "loadLeaf() trades an SSO log-in for the role's credentials, and seals by its token",
  async () => {
    const home = await Deno.makeTempDir();
    try {
      const cache = `${home}/.aws/sso/cache`;
      await Deno.mkdir(cache, { recursive: true });
      const startUrl = "https://x.example/start";
      const digest = await crypto.subtle.digest("SHA-1", new TextEncoder().encode(startUrl));
      const name = Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join(
        "",
      );
      await Deno.writeTextFile(
        `${cache}/${name}.json`,
        JSON.stringify({ accessToken: "sso-access-token", expiresAt: SOON, startUrl }),
      );
      const text = `[profile sso]\nsso_start_url = ${startUrl}\nsso_region = eu-central-1\n` +
        "sso_account_id = 111122223333\nsso_role_name = Entry\n";
      await Deno.writeTextFile(`${home}/config`, text);
      await withServer(
        () =>
          Response.json({
            roleCredentials: {
              accessKeyId: KEYS.id,
              secretAccessKey: KEYS.secret,
              sessionToken: KEYS.token,
              expiration: new Date(SOON).getTime(),
            },
          }),
        async (endpoint, asked) => {
          const values = {
            HOME: home,
            AWS_ENDPOINT_URL: endpoint,
            AWS_CONFIG_FILE: `${home}/config`,
            AWS_SHARED_CREDENTIALS_FILE: `${home}/none`,
          };
          const got = await load({ kind: "sso", profile: "sso", session: null }, text, {
            ...values,
            ...denoDir(),
          });
          assert.equal(got.accessKeyId, KEYS.id);
          assert.equal(got.cheapSecret, "sso-access-token");
          assert.equal(asked[0]?.headers.get("x-amz-sso_bearer_token"), "sso-access-token");
          assert.match(asked[0]?.url ?? "", /account_id=111122223333/);
        },
      );
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  },
);
