// aws: a parameter's value from Parameter Store, or the reason why there is none.
import { strict as assert } from "node:assert";
import { type ErrorCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import { getParameter, type ParameterRequest } from "../../../lib/edges/aws/ssm.ts";
import { hang, withServer } from "./fake_sts.ts";

const KEYS = {
  accessKeyId: "ASIAEXAMPLEEXAMPLE00",
  secretAccessKey: "not-a-secret-but-long-enough",
  sessionToken: "not-a-token-but-long-enough",
};
const ARN = "arn:aws:ssm:eu-central-1:111122223333:parameter/sentinel/prod";
const FOUND = { Parameter: { Name: "/sentinel/prod", Value: "version: 1", Version: 7, ARN } };
const json = { "content-type": "application/x-amz-json-1.1" };
const read = (endpoint: string | null, more: Partial<ParameterRequest> = {}) =>
  getParameter({
    credentials: KEYS,
    region: "eu-central-1",
    endpoint,
    name: "/sentinel/prod",
    timeoutMs: 5_000,
    pauseMs: 1,
    ...more,
  });
const refusal = (status: number, type: string, message = "no"): Response =>
  Response.json({ __type: type, message }, { status, headers: json });

Deno.test("getParameter() reads value, version and ARN, signed", async () => {
  await withServer(() => Response.json(FOUND, { headers: json }), async (endpoint, asked) => {
    assert.deepEqual(await read(endpoint), { value: "version: 1", version: 7, arn: ARN });
    assert.match(asked[0]?.headers.get("authorization") ?? "", /\/eu-central-1\/ssm\/aws4_request/);
    assert.equal(asked[0]?.headers.get("x-amz-security-token"), KEYS.sessionToken);
    assert.equal(asked[0]?.headers.get("x-amz-target"), "AmazonSSM.GetParameter");
    assert.equal(asked[0]?.headers.get("content-type"), "application/x-amz-json-1.1");
    assert.match(asked[0]?.headers.get("authorization") ?? "", /x-amz-target/);
    assert.deepEqual(JSON.parse([...asked[0]?.form.keys() ?? []][0] ?? ""), {
      Name: "/sentinel/prod",
      WithDecryption: true,
    });
  });
});

const WRONG: { name: string; answer: () => Response; want: ErrorCode }[] = [
  {
    name: "no such parameter",
    answer: () => refusal(400, "ParameterNotFound"),
    want: "POLICY_MISSING",
  },
  { name: "a refusal", answer: () => refusal(400, "AccessDeniedException"), want: "AWS_REFUSED" },
  {
    name: "expired credentials",
    answer: () => refusal(400, "ExpiredTokenException", KEYS.sessionToken),
    want: "CREDENTIALS_EXPIRED",
  },
  {
    name: "unknown keys",
    answer: () => refusal(400, "UnrecognizedClientException"),
    want: "NO_CREDENTIALS",
  },
  {
    name: "no parameter in it",
    answer: () => Response.json({}, { headers: json }),
    want: "AWS_RUBBISH",
  },
  {
    name: "a parameter without an ARN",
    answer: () => Response.json({ Parameter: { Value: "x", Version: 1 } }, { headers: json }),
    want: "AWS_RUBBISH",
  },
  {
    name: "an error that is named in the header alone",
    answer: () =>
      new Response("{}", {
        status: 400,
        headers: { ...json, "x-amzn-errortype": "com.amazonaws.ssm#ParameterNotFound:http://x/" },
      }),
    want: "POLICY_MISSING",
  },
  {
    name: "a redirect",
    answer: () => new Response(null, { status: 307, headers: { location: "http://127.0.0.1:9/" } }),
    want: "AWS_RUBBISH",
  },
  {
    name: "two mebibytes",
    answer: () => new Response(" ".repeat(2 * 1024 * 1024), { headers: json }),
    want: "AWS_RUBBISH",
  },
  { name: "no JSON", answer: () => new Response("<html>", { headers: json }), want: "AWS_RUBBISH" },
];
for (const c of WRONG) {
  Deno.test(`getParameter() turns an answer of ${c.name} into ${c.want}`, async () => {
    await withServer(c.answer, async (endpoint) => {
      await assert.rejects(read(endpoint), (e) => {
        assert.ok(e instanceof SentinelError, String(e));
        assert.equal(e.code, c.want, e.message);
        assert.ok(!e.message.includes(KEYS.sessionToken), e.message);
        return true;
      });
    });
  });
}

Deno.test(
  "getParameter() says AWS_UNREACHABLE of a server that hangs, and of one that fails",
  async () => {
    const unreachable = (e: unknown) => e instanceof SentinelError && e.code === "AWS_UNREACHABLE";
    await withServer((_, stop) => hang(stop), async (endpoint) => {
      await assert.rejects(read(endpoint, { timeoutMs: 60 }), unreachable);
    });
    await withServer(() => refusal(500, "InternalServerError"), async (endpoint, asked) => {
      await assert.rejects(read(endpoint), unreachable);
      assert.equal(asked.length, 3);
    });
  },
);

Deno.test("getParameter() goes to AWS's own endpoint, whatever variables and config files say", async () => {
  const dir = await Deno.makeTempDir();
  const planted = {
    AWS_ENDPOINT_URL: "http://127.0.0.1:4/forged",
    AWS_ENDPOINT_URL_SSM: "http://127.0.0.1:4/forged",
    AWS_PROFILE: "evil",
    AWS_CONFIG_FILE: `${dir}/config`,
  };
  await Deno.writeTextFile(
    `${dir}/config`,
    "[profile evil]\nendpoint_url = http://127.0.0.1:4/forged\n",
  );
  const urls: string[] = [];
  const fake = ((url: string) => {
    urls.push(url);
    return Promise.resolve(Response.json(FOUND, { headers: json }));
  }) as typeof fetch;
  try {
    for (const [name, value] of Object.entries(planted)) Deno.env.set(name, value);
    await read(null, { fetch: fake });
    await read(null, { fetch: fake, region: "cn-north-1" });
  } finally {
    for (const name of Object.keys(planted)) Deno.env.delete(name);
    await Deno.remove(dir, { recursive: true });
  }
  assert.deepEqual(urls, [
    "https://ssm.eu-central-1.amazonaws.com/",
    "https://ssm.cn-north-1.amazonaws.com.cn/",
  ]);
});

Deno.test("no module of lib/edges/aws is the AWS SDK, which asks variables and files by itself", async () => {
  const own = new URL("../../../lib/edges/aws/", import.meta.url);
  for await (const entry of Deno.readDir(own)) {
    const text = await Deno.readTextFile(new URL(entry.name, own));
    assert.doesNotMatch(text, /@aws-sdk\//, entry.name);
  }
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", new URL("ssm.ts", own).href],
  }).output();
  const graph: { modules: { specifier: string }[] } = JSON.parse(new TextDecoder().decode(stdout));
  const foreign = graph.modules.map((m) => m.specifier).filter((name) => name.startsWith("npm:"));
  assert.equal(foreign.length, 1, foreign.join());
  assert.match(foreign[0] ?? "", /^npm:\/?aws4fetch@/);
});
