// credentials: leaves that trade a token, SSO's and a web identity's: where it goes, and what comes back.
import { strict as assert } from "node:assert";
import { type ErrorCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import { type Leaf, parseAwsConfig } from "../../../lib/core/profiles/mod.ts";
import { type LeafPorts, loadLeaf } from "../../../lib/edges/credentials/leaf.ts";
import { fail, ok, withServer } from "../aws/fake_sts.ts";

const NOW = new Date("2026-01-05T12:00:00Z");
const SOON = "2026-01-05T13:00:00Z";
const KEYS = {
  accessKeyId: "ASIAISSUEDISSUED0000",
  secretAccessKey: "issued-secret-issued",
  sessionToken: "issued-token-issued-token",
};
const ACCESS = "sso-access-token";
const WEB = "header.claims.signature";
const ROLE = "arn:aws:iam::111122223333:role/Ci";
// SHA-1 of "corp" and of "https://x.example/start", as the AWS CLI names the files.
const CORP = "ee0bfd2552fbd840c02cc48b6e823320543c450f";
const START = "80c7f57c51e0449101de09ef74138a588ea0d4a6";

const text = (home: string): string =>
  "[profile sso]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Entry\n" +
  "[sso-session corp]\nsso_start_url = https://x.example\nsso_region = eu-west-1\n" +
  "[profile old]\nsso_start_url = https://x.example/start\nsso_region = eu-west-1\n" +
  "sso_account_id = 111122223333\nsso_role_name = Entry\n" +
  `[profile ci]\nrole_arn = ${ROLE}\nweb_identity_token_file = ${home}/token\n` +
  "role_session_name = build-7\n" +
  `[profile plain]\nrole_arn = ${ROLE}\nweb_identity_token_file = ${home}/token\n`;

/** What leads the AWS SDK elsewhere, by variables and by a file. */
const planted = (home: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: "http://127.0.0.1:4/planted",
  AWS_ENDPOINT_URL_SSO: "http://127.0.0.1:4/planted",
  AWS_ENDPOINT_URL_STS: "http://127.0.0.1:4/planted",
  AWS_PROFILE: "evil",
  AWS_CONFIG_FILE: `${home}/evil`,
});

/** Runs `use` in a home with tokens, and in an environment that leads elsewhere. */
async function withHome(use: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir();
  const cache = `${home}/.aws/sso/cache`;
  await Deno.mkdir(cache, { recursive: true });
  const login = JSON.stringify({ accessToken: ACCESS, expiresAt: SOON });
  await Deno.writeTextFile(`${cache}/${CORP}.json`, login);
  await Deno.writeTextFile(`${cache}/${START}.json`, login);
  await Deno.writeTextFile(`${home}/token`, `${WEB}\n`);
  await Deno.writeTextFile(`${home}/evil`, "[profile evil]\nendpoint_url = http://127.0.0.1:4/\n");
  const values = planted(home);
  try {
    for (const [name, value] of Object.entries(values)) Deno.env.set(name, value);
    await use(home);
  } finally {
    for (const name of Object.keys(values)) Deno.env.delete(name);
    await Deno.remove(home, { recursive: true });
  }
}

const load = (leaf: Leaf, home: string, more: Partial<LeafPorts> = {}) =>
  loadLeaf(leaf, parseAwsConfig({ config: { file: "config", text: text(home) } }), {
    env: (name) => name === "HOME" ? home : planted(home)[name],
    now: () => NOW,
    region: "eu-central-1",
    endpoints: { sts: null, sso: null },
    ...more,
  });
const rejects = async (code: ErrorCode, run: () => Promise<unknown>): Promise<SentinelError> => {
  try {
    await run();
  } catch (error) {
    assert.ok(error instanceof SentinelError, String(error));
    assert.equal(error.code, code, error.message);
    for (const secret of [ACCESS, WEB]) assert.ok(!error.message.includes(secret), error.message);
    return error;
  }
  return assert.fail(`nothing was thrown, want ${code}`);
};
const answering = (response: () => Response, urls: string[]): typeof fetch =>
  ((url: string) => {
    urls.push(url);
    return Promise.resolve(response());
  }) as typeof fetch;

const SSO: Leaf = { kind: "sso", profile: "sso", session: "corp" };
const given = (over: Record<string, unknown> = {}): Response =>
  Response.json({ roleCredentials: { ...KEYS, expiration: Date.parse(SOON), ...over } });
const refused = (status: number, type: string): Response =>
  Response.json({ message: `no ${ACCESS}`, __type: type }, { status });

for (const leaf of [SSO, { kind: "sso", profile: "old", session: null } as const]) {
  Deno.test(`loadLeaf() trades the SSO log-in of ${leaf.profile}, and seals by its token`, async () => {
    await withHome((home) =>
      withServer(() => given(), async (endpoint, asked) => {
        const got = await load(leaf, home, { endpoints: { sts: null, sso: `${endpoint}under` } });
        assert.deepEqual(got, {
          ...KEYS,
          expiresAt: new Date(SOON),
          cheapSecret: new TextEncoder().encode(ACCESS),
        });
        const url = new URL(asked[0]?.url ?? "");
        assert.equal(url.pathname, "/under/federation/credentials");
        assert.equal(url.search, "?role_name=Entry&account_id=111122223333");
        assert.equal(asked[0]?.headers.get("x-amz-sso_bearer_token"), ACCESS);
        assert.equal(asked[0]?.headers.has("authorization"), false);
      })
    );
  });
}

Deno.test("loadLeaf() sends tokens to AWS's own endpoints, whatever variables and files say", async () => {
  await withHome(async (home) => {
    const urls: string[] = [];
    await load(SSO, home, { fetch: answering(given, urls) });
    await load(CI, home, { fetch: answering(session, urls) });
    await load(CI, home, { fetch: answering(session, urls), region: null });
    assert.deepEqual(urls, [
      "https://portal.sso.eu-west-1.amazonaws.com/federation/credentials" +
      "?role_name=Entry&account_id=111122223333",
      "https://sts.eu-central-1.amazonaws.com/",
      "https://sts.us-east-1.amazonaws.com/",
    ]);
  });
});

Deno.test("loadLeaf() sends no token over http but to this machine", async () => {
  const endpoints = { sts: "http://sts.example/", sso: "http://portal.example/" };
  const fetch = answering(given, []);
  await withHome(async (home) => {
    const error = await rejects("AWS_CONFIG_INVALID", () => load(SSO, home, { endpoints, fetch }));
    assert.match(error.message, /http:\/\/portal\.example.*https/);
    await rejects("AWS_CONFIG_INVALID", () => load(CI, home, { endpoints, fetch }));
  });
});

const SSO_ERRORS: { name: string; answer: () => Response; want: ErrorCode; hint?: RegExp }[] = [
  {
    name: "a token that the portal knows no more",
    answer: () => refused(401, "UnauthorizedException"),
    want: "CREDENTIALS_EXPIRED",
    hint: /^aws sso login --profile sso$/,
  },
  {
    name: "a role that is not the person's",
    answer: () => refused(403, "ForbiddenException"),
    want: "AWS_REFUSED",
    hint: /sso_role_name/,
  },
  {
    name: "an account that is not there",
    answer: () => refused(404, "ResourceNotFoundException"),
    want: "AWS_REFUSED",
    hint: /sso_account_id/,
  },
  {
    name: "a request that is none",
    answer: () => refused(400, "InvalidRequestException"),
    want: "AWS_REFUSED",
  },
  {
    name: "throttling",
    answer: () => refused(429, "TooManyRequestsException"),
    want: "AWS_THROTTLED",
  },
  { name: "a web page", answer: () => new Response("<html>"), want: "AWS_RUBBISH" },
  { name: "no credentials", answer: () => Response.json({}), want: "AWS_RUBBISH" },
  { name: "no session token", answer: () => given({ sessionToken: "" }), want: "AWS_RUBBISH" },
  { name: "an end in words", answer: () => given({ expiration: SOON }), want: "AWS_RUBBISH" },
  {
    name: "a redirect",
    answer: () => Response.redirect("http://127.0.0.1:4/"),
    want: "AWS_RUBBISH",
  },
  {
    name: "credentials that are over",
    answer: () => given({ expiration: NOW.getTime() }),
    want: "CREDENTIALS_EXPIRED",
    hint: /^aws sso login --profile sso$/,
  },
];
for (const c of SSO_ERRORS) {
  Deno.test(`loadLeaf() says ${c.want} where SSO answers with ${c.name}`, async () => {
    await withHome(async (home) => {
      const error = await rejects(
        c.want,
        () => load(SSO, home, { fetch: answering(c.answer, []) }),
      );
      if (c.hint !== undefined) assert.match(error.hint ?? "", c.hint);
    });
  });
}

const CI: Leaf = { kind: "web-identity", profile: "ci", roleArn: ROLE };
const session = (name = "build-7"): Response =>
  ok(
    "AssumeRoleWithWebIdentity",
    `<Credentials><AccessKeyId>${KEYS.accessKeyId}</AccessKeyId>` +
      `<SecretAccessKey>${KEYS.secretAccessKey}</SecretAccessKey>` +
      `<SessionToken>${KEYS.sessionToken}</SessionToken><Expiration>${SOON}</Expiration>` +
      `</Credentials><AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/Ci/${name}</Arn>` +
      `<AssumedRoleId>AROACI:${name}</AssumedRoleId></AssumedRoleUser>`,
    { date: NOW.toUTCString() },
  );

for (const [profile, name] of [["ci", "build-7"], ["plain", "sentinel-leaf"]] as const) {
  Deno.test(`loadLeaf() trades a web identity token under the name ${name}`, async () => {
    await withHome((home) =>
      withServer(() => session(name), async (endpoint, asked) => {
        const ports = { endpoints: { sts: endpoint, sso: null } };
        const got = await load({ ...CI, profile }, home, ports);
        assert.deepEqual(got, { ...KEYS, expiresAt: new Date(SOON), cheapSecret: null });
        const form = asked[0]?.form;
        assert.equal(form?.get("WebIdentityToken"), WEB);
        assert.equal(form?.get("RoleSessionName"), name);
        assert.equal(form?.get("RoleArn"), ROLE);
      })
    );
  });
}

Deno.test("loadLeaf() says CREDENTIALS_EXPIRED of a web identity token that is over, and whose it is", async () => {
  await withHome(async (home) => {
    const over = () => fail(400, "ExpiredTokenException", `Token expired: ${WEB}`);
    const error = await rejects(
      "CREDENTIALS_EXPIRED",
      () => load(CI, home, { fetch: answering(over, []) }),
    );
    assert.match(error.hint ?? "", /web_identity_token_file/);
  });
});

for (
  const [what, content] of [["no", null], ["an empty", ""], ["a chatty", "not a token"]] as const
) {
  Deno.test(`loadLeaf() says NO_CREDENTIALS of ${what} token file`, async () => {
    await withHome(async (home) => {
      if (content === null) await Deno.remove(`${home}/token`);
      else await Deno.writeTextFile(`${home}/token`, content);
      await rejects("NO_CREDENTIALS", () => load(CI, home, { fetch: answering(session, []) }));
    });
  });
}

Deno.test("the AWS SDK, which asks variables and files by itself, loads no leaf that trades a token", async () => {
  const room = new URL("../../../lib/edges/credentials/", import.meta.url);
  const naming: string[] = [];
  for await (const { name } of Deno.readDir(room)) {
    const text = await Deno.readTextFile(new URL(name, room));
    if (text.includes("@aws-sdk/")) naming.push(name);
    if (name === "leaf_sdk.ts") assert.doesNotMatch(text, /fromSSO|fromTokenFile|fromIni|fromNode/);
  }
  assert.deepEqual(naming, ["leaf_sdk.ts"]);
});
