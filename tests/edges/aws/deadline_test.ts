// aws: one call ends in time, however often it may be made again.
import { strict as assert } from "node:assert";
import { SentinelError } from "../../../lib/core/errors/mod.ts";
import type { CallLimits } from "../../../lib/edges/aws/call.ts";
import { stsClient } from "../../../lib/edges/aws/sts.ts";
import { fail, hang, withServer } from "./fake_sts.ts";

async function fails(endpoint: string, limits: CallLimits): Promise<[SentinelError, number]> {
  const sts = stsClient({
    credentials: {
      accessKeyId: "AKIAEXAMPLEEXAMPLE00",
      secretAccessKey: "not-a-secret-but-long-enough",
      sessionToken: null,
    },
    region: null,
    endpoint,
    ...limits,
  });
  const start = performance.now();
  try {
    await sts.getCallerIdentity();
  } catch (error) {
    assert.ok(error instanceof SentinelError, String(error));
    return [error, performance.now() - start];
  }
  throw new Error("it answered");
}

Deno.test("a silent AWS costs the total and no more: later tries get what is left", async () => {
  await withServer((_, stop) => hang(stop), async (endpoint, asked) => {
    const limits = { timeoutMs: 300, totalMs: 500, pauseMs: 1 };
    const [error, took] = await fails(endpoint, limits);
    assert.equal(error.code, "AWS_UNREACHABLE");
    assert.match(error.message, /no answer within 0\.5 s/);
    assert.equal(asked.length, 2);
    assert.ok(took >= 450 && took < 800, `${took} ms`);
  });
});

Deno.test("no pause goes beyond the total", async () => {
  await withServer(() => fail(500, "InternalFailure", "unknown"), async (endpoint, asked) => {
    const limits = { totalMs: 200, pauseMs: 60_000, random: () => new Uint8Array([255]) };
    const [error, took] = await fails(endpoint, limits);
    assert.equal(error.code, "AWS_UNREACHABLE");
    assert.equal(asked.length, 1);
    assert.ok(took < 200, `${took} ms`);
  });
});
