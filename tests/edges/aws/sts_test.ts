// aws: the STS client against servers that are not AWS, and say so in every way there is.
import { strict as assert } from "node:assert";
import { type ErrorCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import { endpointOf } from "../../../lib/edges/aws/host.ts";
import type { QueryOptions } from "../../../lib/edges/aws/query.ts";
import {
  type AssumeRoleInput,
  assumeRoleWithWebIdentity,
  type StsClient,
  stsClient,
} from "../../../lib/edges/aws/sts.ts";
import { type Asked, fail, hang, ok, withServer } from "./fake_sts.ts";

const ROLE = "arn:aws:iam::111122223333:role/team/Prod";
const SESSION = "arn:aws:sts::111122223333:assumed-role/Prod/mara-1";
const STAMP = "sentinel=mara=direct=0123456789abcdef";
const KEYS = {
  accessKeyId: "ASIAEXAMPLEEXAMPLE00",
  secretAccessKey: "not-a-secret-but-long-enough",
  sessionToken: "not-a-token-but-long-enough",
};
const INPUT: AssumeRoleInput = {
  roleArn: ROLE,
  roleSessionName: "mara-1",
  durationSeconds: 900,
  sourceIdentity: STAMP,
  externalId: null,
  tags: [],
  mfa: null,
};
const MFA = { serial: "arn:aws:iam::111122223333:mfa/mara", code: "123456" };

const IDENTITY = "<Arn>arn:aws:iam::111122223333:user/mara</Arn><UserId>AIDAMARA</UserId>" +
  "<Account>111122223333</Account>";
const credentials = (over: Record<string, string | null> = {}): string => {
  const parts: Record<string, string | null> = {
    AccessKeyId: "ASIAISSUEDISSUED0000",
    SecretAccessKey: "issued-secret-issued-secret",
    SessionToken: "issued-token-issued-token",
    Expiration: "2099-01-05T12:45:45Z",
    ...over,
  };
  const inside = Object.entries(parts).filter(([, text]) => text !== null);
  return `<Credentials>${inside.map(([k, v]) => `<${k}>${v}</${k}>`).join("")}</Credentials>`;
};
const assumed = (over: { credentials?: string; arn?: string; more?: string } = {}): string =>
  `${
    over.credentials ?? credentials()
  }<AssumedRoleUser><AssumedRoleId>AROAPROD:mara-1</AssumedRoleId>` +
  `<Arn>${over.arn ?? SESSION}</Arn></AssumedRoleUser>` +
  (over.more ?? `<SourceIdentity>${STAMP}</SourceIdentity><PackedPolicySize>6</PackedPolicySize>`);

const client = (endpoint: string | null, more: Partial<QueryOptions> = {}): StsClient =>
  stsClient({
    credentials: KEYS,
    region: "eu-central-1",
    endpoint,
    random: (n) => new Uint8Array(n),
    now: () => new Date("2026-01-05T12:30:45.678Z"),
    timeoutMs: 5_000,
    pauseMs: 1,
    ...more,
  });

const rejects = async (code: ErrorCode, run: () => Promise<unknown>): Promise<SentinelError> => {
  try {
    await run();
  } catch (error) {
    assert.ok(error instanceof SentinelError, String(error));
    assert.equal(error.code, code, error.message);
    const said = `${error.message} ${error.hint ?? ""}`;
    for (const secret of [KEYS.secretAccessKey, KEYS.sessionToken, "123456", "issued-secret"]) {
      assert.ok(!said.includes(secret), said);
    }
    assert.ok(error.message.length < 700, error.message);
    return error;
  }
  return assert.fail(`nothing was thrown, want ${code}`);
};

Deno.test("getCallerIdentity() gives identity and STS's clock", async () => {
  const date = "Mon, 05 Jan 2026 12:30:46 GMT";
  await withServer(() => ok("GetCallerIdentity", IDENTITY, { date }), async (endpoint) => {
    assert.deepEqual(await client(endpoint).getCallerIdentity(), {
      arn: "arn:aws:iam::111122223333:user/mara",
      account: "111122223333",
      userId: "AIDAMARA",
      date: new Date("2026-01-05T12:30:46Z"),
    });
  });
});

Deno.test("assumeRole() asks for exactly what it is given, and gives what STS issued", async () => {
  await withServer(() => ok("AssumeRole", assumed()), async (endpoint, asked) => {
    const got = await client(endpoint).assumeRole({
      ...INPUT,
      externalId: "partner",
      tags: [{ key: "sentinel:request", value: "0123456789abcdef" }, { key: "t", value: "A B&C" }],
      mfa: MFA,
    });
    assert.deepEqual(got, {
      accessKeyId: "ASIAISSUEDISSUED0000",
      secretAccessKey: "issued-secret-issued-secret",
      sessionToken: "issued-token-issued-token",
      expiresAt: new Date("2099-01-05T12:45:45Z"),
      arn: SESSION,
      sourceIdentity: STAMP,
    });
    assert.deepEqual(Object.fromEntries(asked[0]?.form ?? []), {
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: ROLE,
      RoleSessionName: "mara-1",
      DurationSeconds: "900",
      SourceIdentity: STAMP,
      ExternalId: "partner",
      "Tags.member.1.Key": "sentinel:request",
      "Tags.member.1.Value": "0123456789abcdef",
      "Tags.member.2.Key": "t",
      "Tags.member.2.Value": "A B&C",
      SerialNumber: MFA.serial,
      TokenCode: MFA.code,
    });
  });
});

Deno.test("assumeRole() sends no field that it was not given", async () => {
  const plain = assumed({ more: "" });
  await withServer(() => ok("AssumeRole", plain), async (endpoint, asked) => {
    const got = await client(endpoint).assumeRole({ ...INPUT, sourceIdentity: null });
    assert.equal(got.sourceIdentity, null);
    assert.deepEqual([...asked[0]?.form.keys() ?? []], [
      "Action",
      "Version",
      "RoleArn",
      "RoleSessionName",
      "DurationSeconds",
    ]);
  });
});

Deno.test("getSessionToken() gives a session", async () => {
  await withServer(() => ok("GetSessionToken", credentials()), async (endpoint, asked) => {
    const got = await client(endpoint).getSessionToken({ durationSeconds: 900, mfa: null });
    assert.equal(got.accessKeyId, "ASIAISSUEDISSUED0000");
    assert.equal(asked[0]?.form.get("DurationSeconds"), "900");
  });
});

Deno.test("a call is signed as botocore 1.43 signs it", async () => {
  let request: { url: string; init: RequestInit | undefined } | null = null;
  const fake = ((url: string, init?: RequestInit) => {
    request = { url, init };
    return Promise.resolve(ok("GetCallerIdentity", IDENTITY));
  }) as typeof fetch;
  await client(null, { fetch: fake }).getCallerIdentity();
  assert.ok(request !== null);
  const { url, init } = request as { url: string; init: RequestInit };
  assert.equal(url, "https://sts.eu-central-1.amazonaws.com/");
  assert.equal(init.redirect, "manual");
  const headers = new Headers(init.headers);
  assert.equal(headers.get("x-amz-date"), "20260105T123045Z");
  assert.equal(headers.get("x-amz-security-token"), KEYS.sessionToken);
  assert.equal(
    headers.get("authorization"),
    "AWS4-HMAC-SHA256 Credential=ASIAEXAMPLEEXAMPLE00/20260105/eu-central-1/sts/aws4_request, " +
      "SignedHeaders=host;x-amz-date;x-amz-security-token, " +
      "Signature=07570cc05e2aa85142e13bbac1690f22b4e9a39ffb915f889745ceb07797befa",
  );
});

Deno.test("a call without a region goes to us-east-1, and long-term keys send no token", async () => {
  const urls: string[] = [];
  const fake = ((url: string, init?: RequestInit) => {
    urls.push(url);
    const headers = new Headers(init?.headers);
    assert.equal(headers.has("x-amz-security-token"), false);
    assert.match(headers.get("authorization") ?? "", /\/us-east-1\/sts\//);
    return Promise.resolve(ok("GetCallerIdentity", IDENTITY));
  }) as typeof fetch;
  const credentials = { ...KEYS, sessionToken: null };
  await client(null, { fetch: fake, region: null, credentials }).getCallerIdentity();
  assert.deepEqual(urls, ["https://sts.us-east-1.amazonaws.com/"]);
});

for (
  const [region, host] of [
    ["eu-central-1", "sts.eu-central-1.amazonaws.com"],
    ["us-gov-west-1", "sts.us-gov-west-1.amazonaws.com"],
    ["cn-north-1", "sts.cn-north-1.amazonaws.com.cn"],
    ["us-iso-east-1", "sts.us-iso-east-1.c2s.ic.gov"],
    ["us-isob-east-1", "sts.us-isob-east-1.sc2s.sgov.gov"],
    ["us-isof-south-1", "sts.us-isof-south-1.csp.hci.ic.gov"],
    ["eu-isoe-west-1", "sts.eu-isoe-west-1.cloud.adc-e.uk"],
    ["eusc-de-east-1", "sts.eusc-de-east-1.amazonaws.eu"],
  ] as const
) {
  Deno.test(`endpointOf() of ${region} is ${host}`, () => {
    assert.equal(endpointOf("sts", region), `https://${host}/`);
  });
}

const RUBBISH: Record<string, () => Response> = {
  "an empty answer": () => new Response(""),
  "a web page": () => new Response("<!DOCTYPE html><html><body>Log in</body></html>"),
  "JSON": () => Response.json({ AssumeRoleResponse: {} }),
  "another call's answer": () => ok("GetCallerIdentity", IDENTITY),
  "an answer cut in two": () =>
    new Response("<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAISSUED"),
  "an answer without credentials": () => ok("AssumeRole", assumed({ credentials: "" })),
  "two sets of credentials": () =>
    ok("AssumeRole", assumed({ credentials: credentials() + credentials() })),
  "credentials without a token": () =>
    ok("AssumeRole", assumed({ credentials: credentials({ SessionToken: null }) })),
  "credentials without a secret": () =>
    ok("AssumeRole", assumed({ credentials: credentials({ SecretAccessKey: "" }) })),
  "a malformed access key": () =>
    ok("AssumeRole", assumed({ credentials: credentials({ AccessKeyId: "ASIA 0" }) })),
  "a secret with a line break": () =>
    ok(
      "AssumeRole",
      assumed({ credentials: credentials({ SecretAccessKey: "a&#10;".repeat(9) }) }),
    ),
  "no expiration": () =>
    ok("AssumeRole", assumed({ credentials: credentials({ Expiration: null }) })),
  "an expiration in words": () =>
    ok("AssumeRole", assumed({ credentials: credentials({ Expiration: "tomorrow" }) })),
  "an expiration that is no day": () =>
    ok("AssumeRole", assumed({ credentials: credentials({ Expiration: "2099-13-45T00:00:00Z" }) })),
  "credentials that have expired": () =>
    ok("AssumeRole", assumed({ credentials: credentials({ Expiration: "2001-01-01T00:00:00Z" }) })),
  "a session of another role": () =>
    ok("AssumeRole", assumed({ arn: SESSION.replace("Prod", "Admin") })),
  "a session of another account": () =>
    ok("AssumeRole", assumed({ arn: SESSION.replace("1111", "9999") })),
  "a session of another name": () => ok("AssumeRole", assumed({ arn: `${SESSION}2` })),
  "another source identity": () =>
    ok("AssumeRole", assumed({ more: "<SourceIdentity>sentinel=eve</SourceIdentity>" })),
  "a redirect": () =>
    new Response(null, { status: 307, headers: { location: "http://127.0.0.1:9/" } }),
  "a status without an error": () => new Response("no", { status: 404 }),
  "a good answer in two mebibytes": () =>
    ok("AssumeRole", `${assumed()}<Padding>${"a".repeat(2 * 1024 * 1024)}</Padding>`),
};
for (const [what, answer] of Object.entries(RUBBISH)) {
  Deno.test(`assumeRole() takes ${what} for rubbish, and asks once`, async () => {
    await withServer(answer, async (endpoint, asked) => {
      await rejects("AWS_RUBBISH", () => client(endpoint).assumeRole(INPUT));
      assert.equal(asked.length, 1);
    });
  });
}

const REFUSALS: {
  code: string;
  status: number;
  message: string;
  want: ErrorCode;
  hint?: RegExp;
}[] = [
  {
    code: "AccessDenied",
    status: 403,
    message: "User: x is not authorized to perform: sts:AssumeRole on resource: y",
    want: "AWS_REFUSED",
    hint: /trust policy/,
  },
  {
    code: "AccessDenied",
    status: 403,
    message: "MultiFactorAuthentication failed with invalid MFA one time pass code.",
    want: "AWS_REFUSED",
    hint: /sentinel_mfa_serial/,
  },
  { code: "ValidationError", status: 400, message: "DurationSeconds exceeds", want: "AWS_REFUSED" },
  {
    code: "RegionDisabledException",
    status: 403,
    message: "STS is not activated",
    want: "AWS_REFUSED",
    hint: /another region/,
  },
  {
    code: "ExpiredToken",
    status: 403,
    message: "The security token is expired",
    want: "CREDENTIALS_EXPIRED",
    hint: /aws sso login/,
  },
  { code: "InvalidClientTokenId", status: 403, message: "invalid", want: "NO_CREDENTIALS" },
  {
    code: "SignatureDoesNotMatch",
    status: 403,
    message:
      `Signature expired: 1 is now earlier than 2; POST x-amz-security-token:${KEYS.sessionToken}`,
    want: "NO_CREDENTIALS",
    hint: /clock/,
  },
];
for (const c of REFUSALS) {
  Deno.test(`assumeRole() turns ${c.code} into ${c.want}, and asks once`, async () => {
    await withServer(() => fail(c.status, c.code, c.message), async (endpoint, asked) => {
      const error = await rejects(c.want, () => client(endpoint).assumeRole(INPUT));
      assert.match(error.message, new RegExp(c.code));
      if (c.hint !== undefined) assert.match(error.hint ?? "", c.hint);
      assert.doesNotMatch(error.message, /x-amz-security-token/);
      assert.equal(asked.length, 1);
    });
  });
}

Deno.test("an error's message is one short printable line without the call's secrets", async () => {
  const said = `\u0007 ${KEYS.secretAccessKey} ${KEYS.sessionToken} 123456 ${"long ".repeat(500)}`
    .replace("\u0007", "&#7;");
  await withServer(() => fail(400, "ValidationError", said), async (endpoint) => {
    const error = await rejects(
      "AWS_REFUSED",
      () => client(endpoint).assumeRole({ ...INPUT, mfa: MFA }),
    );
    assert.match(error.message, /\\u\{7\} … … … long/);
  });
});

Deno.test("a throttled call is tried three times, then AWS_THROTTLED", async () => {
  await withServer(() => fail(400, "Throttling", "Rate exceeded"), async (endpoint, asked) => {
    await rejects("AWS_THROTTLED", () => client(endpoint).assumeRole(INPUT));
    assert.equal(asked.length, 3);
  });
});

Deno.test("a call that fails twice and then succeeds is signed anew each time", async () => {
  let hour = 0;
  const now = () => new Date(Date.UTC(2026, 0, 5, hour++));
  await withServer(
    (times) => times < 2 ? fail(503, "ServiceUnavailable", "busy") : ok("AssumeRole", assumed()),
    async (endpoint, asked) => {
      await client(endpoint, { now }).assumeRole(INPUT);
      const dates = asked.map((one: Asked) => one.headers.get("x-amz-date"));
      assert.equal(new Set(dates).size, 3);
    },
  );
});

for (const status of [500, 502, 503, 504]) {
  Deno.test(`HTTP ${status} is tried three times, then AWS_UNREACHABLE`, async () => {
    await withServer(() => new Response("oops", { status }), async (endpoint, asked) => {
      await rejects("AWS_UNREACHABLE", () => client(endpoint).getCallerIdentity());
      assert.equal(asked.length, 3);
    });
  });
}

Deno.test("a call with a one-time code is never sent twice", async () => {
  await withServer(() => fail(503, "ServiceUnavailable", "busy"), async (endpoint, asked) => {
    await rejects("AWS_UNREACHABLE", () => client(endpoint).assumeRole({ ...INPUT, mfa: MFA }));
    assert.equal(asked.length, 1);
  });
});

Deno.test("the pauses between tries grow, and chance shortens them", async () => {
  const drawn: number[] = [];
  const random = (n: number) => (drawn.push(n), new Uint8Array(n).fill(255));
  await withServer(() => new Response(null, { status: 500 }), async (endpoint) => {
    const started = performance.now();
    const asks = client(endpoint, { random, pauseMs: 30 });
    await rejects("AWS_UNREACHABLE", () => asks.getCallerIdentity());
    assert.deepEqual(drawn, [1, 1]);
    assert.ok(performance.now() - started >= 30 + 60 - 5);
  });
});

Deno.test("a server that hangs is AWS_UNREACHABLE after the time limit of each try", async () => {
  await withServer((_, stop) => hang(stop), async (endpoint, asked) => {
    const asks = client(endpoint, { timeoutMs: 60 });
    const error = await rejects("AWS_UNREACHABLE", () => asks.getCallerIdentity());
    assert.match(error.message, /no answer within 0.06 s/);
    assert.equal(asked.length, 3);
  });
});

Deno.test("a body that never ends counts against the time limit", async () => {
  const endless = () => {
    const body = new ReadableStream({ start: (c) => c.enqueue(new TextEncoder().encode("<a>")) });
    return new Response(body);
  };
  await withServer(endless, async (endpoint, asked) => {
    await rejects("AWS_UNREACHABLE", () => client(endpoint, { timeoutMs: 60 }).getCallerIdentity());
    assert.equal(asked.length, 3);
  });
});

Deno.test("a port where nobody listens is AWS_UNREACHABLE, and names the host", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  const error = await rejects(
    "AWS_UNREACHABLE",
    () => client(`http://127.0.0.1:${port}/`).getCallerIdentity(),
  );
  assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${port}`));
});

for (
  const [what, result] of Object.entries({
    "without an ARN": "<UserId>A</UserId><Account>111122223333</Account>",
    "with a short account": IDENTITY.replace("<Account>1", "<Account>"),
    "with an ARN that is none": IDENTITY.replace("<Arn>arn", "<Arn>mara"),
    "with a nested user id": IDENTITY.replace("AIDAMARA", "<b>AIDAMARA</b>"),
  })
) {
  Deno.test(`getCallerIdentity() takes an answer ${what} for rubbish`, async () => {
    await withServer(() => ok("GetCallerIdentity", result), async (endpoint) => {
      await rejects("AWS_RUBBISH", () => client(endpoint).getCallerIdentity());
    });
  });
}

const WEB = { roleArn: ROLE, roleSessionName: "mara-1", token: "header.claims.signature" };
const byToken = (endpoint: string | null, more: Partial<QueryOptions> = {}) =>
  assumeRoleWithWebIdentity(WEB, { region: "eu-central-1", endpoint, timeoutMs: 5_000, ...more });

Deno.test("assumeRoleWithWebIdentity() sends the token, unsigned, and gives what STS issued", async () => {
  const answer = () => ok("AssumeRoleWithWebIdentity", assumed({ more: "" }));
  await withServer(answer, async (endpoint, asked) => {
    const got = await byToken(endpoint);
    assert.equal(got.accessKeyId, "ASIAISSUEDISSUED0000");
    assert.equal(asked[0]?.headers.has("authorization"), false);
    assert.deepEqual(Object.fromEntries(asked[0]?.form ?? []), {
      Action: "AssumeRoleWithWebIdentity",
      Version: "2011-06-15",
      RoleArn: ROLE,
      RoleSessionName: "mara-1",
      WebIdentityToken: WEB.token,
    });
  });
});

Deno.test("assumeRoleWithWebIdentity() takes a session of another role for rubbish", async () => {
  const other = assumed({ arn: SESSION.replace("Prod", "Admin") });
  await withServer(() => ok("AssumeRoleWithWebIdentity", other), async (endpoint) => {
    await rejects("AWS_RUBBISH", () => byToken(endpoint));
  });
});

Deno.test("assumeRoleWithWebIdentity() shows the token in no message", async () => {
  const told = () => fail(400, "InvalidIdentityToken", `bad ${WEB.token}`);
  await withServer(told, async (endpoint) => {
    const error = await rejects("AWS_REFUSED", () => byToken(endpoint));
    assert.ok(!error.message.includes(WEB.token), error.message);
  });
});

for (const host of ["http://sts.example/", "http://127.0.0.1.example/", "http://10.0.0.7/"]) {
  Deno.test(`assumeRoleWithWebIdentity() sends no token to ${host}`, async () => {
    const never = (() => assert.fail("it was sent")) as unknown as typeof fetch;
    await rejects("AWS_CONFIG_INVALID", () => byToken(host, { fetch: never }));
  });
}

Deno.test("assumeRoleWithWebIdentity() asks the region's own endpoint", async () => {
  const urls: string[] = [];
  const fake = ((url: string) => {
    urls.push(url);
    return Promise.resolve(ok("AssumeRoleWithWebIdentity", assumed({ more: "" })));
  }) as typeof fetch;
  await byToken(null, { fetch: fake });
  assert.deepEqual(urls, ["https://sts.eu-central-1.amazonaws.com/"]);
});
