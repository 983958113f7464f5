// aws: a parameter's value from Parameter Store, or the reason why there is none.
import { strict as assert } from "node:assert";
import { type ErrorCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import { getParameter } from "../../../lib/edges/aws/ssm.ts";
import { hang, withServer } from "./fake_sts.ts";

const KEYS = {
  accessKeyId: "ASIAEXAMPLEEXAMPLE00",
  secretAccessKey: "not-a-secret-but-long-enough",
  sessionToken: "not-a-token-but-long-enough",
};
const ARN = "arn:aws:ssm:eu-central-1:111122223333:parameter/sentinel/prod";
const FOUND = { Parameter: { Name: "/sentinel/prod", Value: "version: 1", Version: 7, ARN } };
const json = { "content-type": "application/x-amz-json-1.1" };
const read = (endpoint: string, timeoutMs = 5_000) =>
  getParameter({
    credentials: KEYS,
    region: "eu-central-1",
    endpoint,
    name: "/sentinel/prod",
    timeoutMs,
  });
const refusal = (status: number, type: string, message = "no"): Response =>
  Response.json({ __type: type, message }, { status, headers: json });

// The SDK's HTTP agent and its timers outlive a call by a little.
const loose = { sanitizeOps: false, sanitizeResources: false };

Deno.test("getParameter() reads value, version and ARN, signed", loose, async () => {
  await withServer(() => Response.json(FOUND, { headers: json }), async (endpoint, asked) => {
    assert.deepEqual(await read(endpoint), { value: "version: 1", version: 7, arn: ARN });
    assert.match(asked[0]?.headers.get("authorization") ?? "", /\/eu-central-1\/ssm\/aws4_request/);
    assert.equal(asked[0]?.headers.get("x-amz-security-token"), KEYS.sessionToken);
    assert.match(asked[0]?.form.toString() ?? "", /WithDecryption/);
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
  { name: "no JSON", answer: () => new Response("<html>", { headers: json }), want: "AWS_RUBBISH" },
];
for (const c of WRONG) {
  Deno.test(`getParameter() turns an answer of ${c.name} into ${c.want}`, loose, async () => {
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
  loose,
  async () => {
    const unreachable = (e: unknown) => e instanceof SentinelError && e.code === "AWS_UNREACHABLE";
    await withServer((_, stop) => hang(stop), async (endpoint) => {
      await assert.rejects(read(endpoint, 60), unreachable);
    });
    await withServer(() => refusal(500, "InternalServerError"), async (endpoint, asked) => {
      await assert.rejects(read(endpoint), unreachable);
      assert.equal(asked.length, 3);
    });
  },
);
