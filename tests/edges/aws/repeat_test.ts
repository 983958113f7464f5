// aws: what issues a session is asked for again only where AWS surely issued none.
import { strict as assert } from "node:assert";
import { type ErrorCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import type { CallLimits } from "../../../lib/edges/aws/call.ts";
import {
  assumeRoleWithWebIdentity,
  type StsClient,
  stsClient,
} from "../../../lib/edges/aws/sts.ts";
import { fail, hang, withServer } from "./fake_sts.ts";

const ROLE = { roleArn: "arn:aws:iam::111122223333:role/Prod", roleSessionName: "mara-1" };
const client = (endpoint: string, more: CallLimits = {}): StsClient =>
  stsClient({
    credentials: {
      accessKeyId: "ASIAEXAMPLEEXAMPLE00",
      secretAccessKey: "not-a-secret-but-long-enough",
      sessionToken: null,
    },
    region: "eu-central-1",
    endpoint,
    pauseMs: 1,
    timeoutMs: 80,
    ...more,
  });
const ISSUING = {
  AssumeRole: (endpoint: string, more?: CallLimits) =>
    client(endpoint, more).assumeRole({
      ...ROLE,
      durationSeconds: 900,
      sourceIdentity: "sentinel=mara=direct=0123456789abcdef",
      externalId: null,
      tags: [],
      mfa: null,
    }),
  GetSessionToken: (endpoint: string, more?: CallLimits) =>
    client(endpoint, more).getSessionToken({ durationSeconds: 900, mfa: null }),
  AssumeRoleWithWebIdentity: (endpoint: string, more?: CallLimits) =>
    assumeRoleWithWebIdentity({ ...ROLE, token: "a.b.c" }, {
      region: "eu-central-1",
      endpoint,
      pauseMs: 1,
      timeoutMs: 80,
      ...more,
    }),
};
const rejects = (code: ErrorCode, run: () => Promise<unknown>): Promise<void> =>
  assert.rejects(run, (e) => {
    assert.ok(e instanceof SentinelError, String(e));
    assert.equal(e.code, code, e.message);
    return true;
  });

const ANSWERS: {
  name: string;
  answer: (times: number, stop: AbortSignal) => Response | Promise<Response>;
  code: ErrorCode;
  tries: number;
}[] = [
  {
    name: "a throttling code",
    answer: () => fail(400, "Throttling", "Rate exceeded"),
    code: "AWS_THROTTLED",
    tries: 3,
  },
  {
    name: "ServiceUnavailable with 503",
    answer: () => fail(503, "ServiceUnavailable", "no room"),
    code: "AWS_UNREACHABLE",
    tries: 3,
  },
  {
    name: "InternalFailure",
    answer: () => fail(500, "InternalFailure", "unknown"),
    code: "AWS_UNREACHABLE",
    tries: 1,
  },
  {
    name: "a proxy's 503",
    answer: () => new Response("oops", { status: 503 }),
    code: "AWS_UNREACHABLE",
    tries: 1,
  },
  {
    name: "a proxy's 429",
    answer: () => new Response("slow", { status: 429 }),
    code: "AWS_THROTTLED",
    tries: 1,
  },
  { name: "silence", answer: (_, stop) => hang(stop), code: "AWS_UNREACHABLE", tries: 1 },
  { name: "rubbish", answer: () => new Response("<a>"), code: "AWS_RUBBISH", tries: 1 },
];
for (const [action, call] of Object.entries(ISSUING)) {
  for (const c of ANSWERS) {
    Deno.test(`${action} after ${c.name}: ${c.tries} tries`, async () => {
      await withServer(c.answer, async (endpoint, asked) => {
        await rejects(c.code, () => call(endpoint));
        assert.equal(asked.length, c.tries);
      });
    });
  }

  Deno.test(`${action} is not sent again after half an answer`, async () => {
    await withHalfAnswers(async (endpoint, count) => {
      await rejects("AWS_UNREACHABLE", () => call(endpoint));
      assert.equal(count(), 1);
    });
  });

  Deno.test(`${action} is tried three times where no connection came about`, async () => {
    const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
    const { port } = listener.addr;
    listener.close();
    let tries = 0;
    const counting = ((url: string, init?: RequestInit) => {
      tries++;
      return fetch(url, init);
    }) as typeof fetch;
    await rejects(
      "AWS_UNREACHABLE",
      () => call(`http://127.0.0.1:${port}/`, { fetch: counting, timeoutMs: 5_000 }),
    );
    assert.equal(tries, 3);
  });
}

Deno.test("GetCallerIdentity may always be asked again", async () => {
  const identify = (endpoint: string) => client(endpoint).getCallerIdentity();
  await withHalfAnswers(async (endpoint, count) => {
    await rejects("AWS_UNREACHABLE", () => identify(endpoint));
    assert.equal(count(), 3);
  });
  await withServer(() => fail(500, "InternalFailure", "unknown"), async (endpoint, asked) => {
    await rejects("AWS_UNREACHABLE", () => identify(endpoint));
    assert.equal(asked.length, 3);
  });
});

/** A server that reads a request, promises 500 bytes, gives twelve and hangs up. */
async function withHalfAnswers(
  use: (endpoint: string, count: () => number) => Promise<void>,
): Promise<void> {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  let count = 0;
  const served = (async () => {
    for await (const connection of listener) {
      count++;
      await connection.read(new Uint8Array(8192));
      const half = "HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\n<AssumeRoleR";
      await connection.write(new TextEncoder().encode(half));
      connection.close();
    }
  })();
  try {
    await use(`http://127.0.0.1:${listener.addr.port}/`, () => count);
  } finally {
    listener.close();
    await served;
  }
}
