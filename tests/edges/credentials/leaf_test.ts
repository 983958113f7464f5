// credentials: base credentials from every source, or the reason why there are none.
import { strict as assert } from "node:assert";
import { type ErrorCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import { type Leaf, parseAwsConfig } from "../../../lib/core/profiles/mod.ts";
import { type LeafPorts, loadLeaf } from "../../../lib/edges/credentials/leaf.ts";
import { processEnvironment } from "../../../lib/edges/credentials/process.ts";

const NOW = new Date("2026-01-05T12:00:00Z");
const SECRET = "not-a-secret-but-long-enough";
const TOKEN = "not-a-token-but-long-enough";
const ID = "AKIAEXAMPLEEXAMPLE00";
const bytes = (text: string) => new TextEncoder().encode(text);

const env = (values: Record<string, string>) => (name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;
const load = (
  leaf: Leaf,
  text = "",
  more: Partial<LeafPorts> = {},
) =>
  loadLeaf(leaf, parseAwsConfig({ config: { file: "config", text } }), {
    env: env({}),
    now: () => NOW,
    region: null,
    endpoints: { sts: null, sso: null },
    ...more,
  });
const rejects = async (code: ErrorCode, run: () => Promise<unknown>): Promise<SentinelError> => {
  try {
    await run();
  } catch (error) {
    assert.ok(error instanceof SentinelError, String(error));
    assert.equal(error.code, code, error.message);
    for (const secret of [SECRET, TOKEN]) {
      assert.ok(!`${error.message} ${error.hint} ${error.cause}`.includes(secret), error.message);
    }
    return error;
  }
  return assert.fail(`nothing was thrown, want ${code}`);
};

const KEYS: Leaf = { kind: "keys", profile: "mara" };

Deno.test("loadLeaf() reads long-term keys of a profile, whose secret seals the cache", async () => {
  const text = `[profile mara]\naws_access_key_id = ${ID}\naws_secret_access_key = ${SECRET}\n`;
  assert.deepEqual(await load(KEYS, text), {
    accessKeyId: ID,
    secretAccessKey: SECRET,
    sessionToken: null,
    expiresAt: null,
    cheapSecret: bytes(SECRET),
  });
});

Deno.test("loadLeaf() reads a session of a profile", async () => {
  const text = `[profile mara]\naws_access_key_id = ${ID}\naws_secret_access_key = ${SECRET}\n` +
    `aws_session_token = ${TOKEN}\n`;
  const got = await load(KEYS, text);
  assert.equal(got.sessionToken, TOKEN);
});

for (
  const [what, text] of Object.entries({
    "without keys": "[profile mara]\n",
    "without a secret": `[profile mara]\naws_access_key_id = ${ID}\n`,
    "with a short key id":
      `[profile mara]\naws_access_key_id = A\naws_secret_access_key = ${SECRET}\n`,
    "with a space in the secret":
      `[profile mara]\naws_access_key_id = ${ID}\naws_secret_access_key = ${SECRET} x\n`,
  })
) {
  Deno.test(`loadLeaf() says NO_CREDENTIALS of a profile ${what}`, async () => {
    const error = await rejects("NO_CREDENTIALS", () => load(KEYS, text));
    assert.equal(error.exitCode, 6);
  });
}

const ENVIRONMENT: Leaf = { kind: "environment" };
const VARIABLES = { AWS_ACCESS_KEY_ID: ID, AWS_SECRET_ACCESS_KEY: SECRET };

Deno.test("loadLeaf() reads the environment, and when it ends", async () => {
  const got = await load(ENVIRONMENT, "", {
    env: env({
      ...VARIABLES,
      AWS_SESSION_TOKEN: TOKEN,
      AWS_CREDENTIAL_EXPIRATION: "2026-01-05T13:00:00+00:00",
    }),
  });
  assert.equal(got.sessionToken, TOKEN);
  assert.deepEqual(got.expiresAt, new Date("2026-01-05T13:00:00Z"));
  assert.deepEqual(got.cheapSecret, bytes(SECRET));
});

Deno.test("loadLeaf() refuses an environment that is empty, over or unreadable", async () => {
  await rejects("NO_CREDENTIALS", () => load(ENVIRONMENT));
  await rejects(
    "NO_CREDENTIALS",
    () => load(ENVIRONMENT, "", { env: env({ ...VARIABLES, AWS_SECRET_ACCESS_KEY: "" }) }),
  );
  for (const end of ["2026-01-05T12:00:00Z", "2001-01-01T00:00:00Z"]) {
    await rejects(
      "CREDENTIALS_EXPIRED",
      () => load(ENVIRONMENT, "", { env: env({ ...VARIABLES, AWS_CREDENTIAL_EXPIRATION: end }) }),
    );
  }
  await rejects(
    "NO_CREDENTIALS",
    () => load(ENVIRONMENT, "", { env: env({ ...VARIABLES, AWS_CREDENTIAL_EXPIRATION: "soon" }) }),
  );
});

// The runner is a port: what it is asked is checked, what it answers is the row's.
const fromProcess = (answer: unknown, code = 0) => {
  const text = typeof answer === "string" ? answer : JSON.stringify(answer);
  return load({ kind: "process", profile: "tool", command: "fetch --json 'a b'" }, "", {
    env: env({ PATH: "/bin", AWS_ACCESS_KEY_ID: ID, AWS_PROFILE: "x", LC_ALL: "C" }),
    runProcess: (command, options) => {
      assert.deepEqual(command, ["fetch", "--json", "a b"]);
      assert.deepEqual(options.env, { PATH: "/bin", LC_ALL: "C", SENTINEL_RESOLVING: "1" });
      return Promise.resolve({ code, stdout: bytes(text), stderr: new Uint8Array(0) });
    },
  });
};
const GOOD = { Version: 1, AccessKeyId: ID, SecretAccessKey: SECRET };

Deno.test("loadLeaf() reads a process's answer, without an expiry too, and derives nothing from it", async () => {
  const plain = await fromProcess(GOOD);
  assert.equal(plain.sessionToken, null);
  assert.equal(plain.expiresAt, null);
  assert.equal(plain.cheapSecret, null);
  const session = await fromProcess({
    ...GOOD,
    SessionToken: TOKEN,
    Expiration: "2026-01-05T13:00:00Z",
    AccountId: "111122223333",
  });
  assert.equal(session.sessionToken, TOKEN);
  assert.deepEqual(session.expiresAt, new Date("2026-01-05T13:00:00Z"));
});

const WRONG: { name: string; answer: unknown; code?: number; want: ErrorCode }[] = [
  { name: "nothing", answer: "", want: "PROCESS_FAILED" },
  {
    name: "no JSON, with a secret in it",
    answer: `{"SecretAccessKey":"${SECRET}"`,
    want: "PROCESS_FAILED",
  },
  { name: "a list", answer: [GOOD], want: "PROCESS_FAILED" },
  { name: "null", answer: null, want: "PROCESS_FAILED" },
  { name: "no version", answer: { ...GOOD, Version: undefined }, want: "PROCESS_FAILED" },
  { name: "version 2", answer: { ...GOOD, Version: 2 }, want: "PROCESS_FAILED" },
  { name: "the version as text", answer: { ...GOOD, Version: "1" }, want: "PROCESS_FAILED" },
  { name: "an exit code beside a good answer", answer: GOOD, code: 3, want: "PROCESS_FAILED" },
  { name: "no key id", answer: { ...GOOD, AccessKeyId: undefined }, want: "NO_CREDENTIALS" },
  { name: "an empty secret", answer: { ...GOOD, SecretAccessKey: "" }, want: "NO_CREDENTIALS" },
  {
    name: "a number for a secret",
    answer: { ...GOOD, SecretAccessKey: 7 },
    want: "NO_CREDENTIALS",
  },
  {
    name: "a token with a line break",
    answer: { ...GOOD, SessionToken: `${TOKEN}\n` },
    want: "NO_CREDENTIALS",
  },
  {
    name: "an expiration in seconds",
    answer: { ...GOOD, Expiration: 1767614400 },
    want: "NO_CREDENTIALS",
  },
  {
    name: "credentials that are over",
    answer: { ...GOOD, Expiration: "2026-01-05T11:59:59Z" },
    want: "CREDENTIALS_EXPIRED",
  },
];
for (const c of WRONG) {
  Deno.test(`loadLeaf() refuses a process that answers ${c.name}: ${c.want}`, async () => {
    await rejects(c.want, () => fromProcess(c.answer, c.code));
  });
}

Deno.test("loadLeaf() runs a real process, in an environment without keys", async () => {
  const hostile = { PATH: Deno.env.get("PATH") ?? "", AWS_SECRET_ACCESS_KEY: SECRET };
  const command = `sh -c 'printf "{\\"Version\\": 1, \\"AccessKeyId\\": \\"${ID}\\", ` +
    `\\"SecretAccessKey\\": \\"\${AWS_SECRET_ACCESS_KEY-none}-\${SENTINEL_RESOLVING}\\"}"'`;
  const leaf: Leaf = { kind: "process", profile: "tool", command };
  const got = await load(leaf, "", { env: env(hostile) });
  assert.equal(got.secretAccessKey, "none-1");
});

Deno.test("loadLeaf() says PROCESS_FAILED of a program that is not there, and of one that fails", async () => {
  const ports = { env: env({ PATH: Deno.env.get("PATH") ?? "" }) };
  const missing: Leaf = { kind: "process", profile: "tool", command: "/nowhere/at-all" };
  const failing: Leaf = { kind: "process", profile: "tool", command: "sh -c 'exit 9'" };
  await rejects("PROCESS_FAILED", () => load(missing, "", ports));
  await rejects("PROCESS_FAILED", () => load(failing, "", ports));
});

Deno.test("processEnvironment() passes no key, token, profile or setting of ours on", () => {
  const passed = processEnvironment(() => "v");
  assert.equal(passed["SENTINEL_RESOLVING"], "1");
  assert.equal(passed["PATH"], "v");
  const aws = Object.keys(passed).filter((name) => /AWS|SENTINEL/.test(name)).sort();
  assert.deepEqual(aws, [
    "AWS_CA_BUNDLE",
    "AWS_CONFIG_FILE",
    "AWS_DEFAULT_REGION",
    "AWS_REGION",
    "AWS_SHARED_CREDENTIALS_FILE",
    "SENTINEL_RESOLVING",
  ]);
});

const SSO: Leaf = { kind: "sso", profile: "my sso", session: "corp" };
const SSO_TEXT = `[profile "my sso"]\nsso_session = corp\nsso_account_id = 111122223333\n` +
  "sso_role_name = Entry\n[sso-session corp]\nsso_start_url = https://x.example\nsso_region = eu-central-1\n";
// SHA-1 of "corp", as the AWS CLI names the file.
const CORP = "ee0bfd2552fbd840c02cc48b6e823320543c450f";

/** Runs `use` in a home whose SSO cache holds `login`. */
async function withLogin(login: unknown, use: (home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    if (login !== undefined) {
      const cache = `${home}/.aws/sso/cache`;
      await Deno.mkdir(cache, { recursive: true });
      const text = typeof login === "string" ? login : JSON.stringify(login);
      await Deno.writeTextFile(`${cache}/${CORP}.json`, text);
    }
    await use(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

for (
  const [what, login, want] of [
    ["no log-in", undefined, "NO_CREDENTIALS"],
    [
      "a log-in that is over",
      { accessToken: TOKEN, expiresAt: "2026-01-05T11:00:00Z" },
      "CREDENTIALS_EXPIRED",
    ],
    [
      "a log-in that is over, though it could be renewed",
      { accessToken: TOKEN, expiresAt: "2026-01-05T11:00:00Z", refreshToken: "r" },
      "CREDENTIALS_EXPIRED",
    ],
    [
      "a token that is no header",
      { accessToken: `${TOKEN}\n`, expiresAt: "2026-01-05T13:00:00Z" },
      "NO_CREDENTIALS",
    ],
    ["a log-in without a token", { expiresAt: "2026-01-05T13:00:00Z" }, "NO_CREDENTIALS"],
    ["a log-in without an end", { accessToken: TOKEN }, "NO_CREDENTIALS"],
    ["a log-in that is no JSON", `{"accessToken":"${TOKEN}`, "NO_CREDENTIALS"],
  ] as const
) {
  Deno.test(`loadLeaf() says ${want} of SSO with ${what}, and how to log in`, async () => {
    await withLogin(login, async (home) => {
      const error = await rejects(want, () => load(SSO, SSO_TEXT, { env: env({ HOME: home }) }));
      assert.equal(error.hint, "aws sso login --profile 'my sso'");
      assert.equal(error.exitCode, 6);
    });
  });
}

Deno.test("loadLeaf() says HOME_UNKNOWN of SSO without a home", async () => {
  await rejects("HOME_UNKNOWN", () => load(SSO, SSO_TEXT));
});

Deno.test("loadLeaf() says how to configure keys in words that a shell takes", async () => {
  const leaf: Leaf = { kind: "keys", profile: "ab; id" };
  const error = await rejects("NO_CREDENTIALS", () => load(leaf, `[profile "ab; id"]\na = b\n`));
  assert.equal(error.hint, "aws configure --profile 'ab; id'");
});

Deno.test("loadLeaf() says PROFILE_UNKNOWN of a leaf whose section is gone, with the nearest name", async () => {
  const leaf: Leaf = { kind: "keys", profile: "mara" };
  const error = await rejects("PROFILE_UNKNOWN", () => load(leaf, "[profile maar]\na = b\n"));
  assert.match(error.hint ?? "", /"maar"/);
});

Deno.test("loadLeaf() obeys AWS_EC2_METADATA_DISABLED", async () => {
  const ports = { env: env({ AWS_EC2_METADATA_DISABLED: "TRUE" }) };
  await rejects("NO_CREDENTIALS", () => load({ kind: "imds" }, "", ports));
});
