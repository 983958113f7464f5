// hostile: an AWS that answers rubbish, half, too late, or never. Each is an error with its code.
import { strict as assert } from "node:assert";
import { onStage, refused, type Stage } from "./stage.ts";

const DEV = ["credentials", "--profile", "dev"];

/** Kind of fault, code, and how often each call is made before it is given up. */
const FAULTS = [
  { kind: "rubbish", code: "AWS_RUBBISH", asks: 1, issues: 1 },
  { kind: "redirect", code: "AWS_RUBBISH", asks: 1, issues: 1 },
  { kind: "half", code: "AWS_UNREACHABLE", asks: 3, issues: 1 },
  { kind: "5xx", code: "AWS_UNREACHABLE", asks: 3, issues: 3 },
  { kind: "throttle", code: "AWS_THROTTLED", asks: 3, issues: 3 },
] as const;

async function timed<T>(work: () => Promise<T>, seconds: number): Promise<T> {
  const start = performance.now();
  const result = await work();
  const took = (performance.now() - start) / 1000;
  assert.ok(took < seconds, `it took ${took.toFixed(1)} s`);
  return result;
}

/** Nothing is lost: without the fault the next call is served, and the record is whole. */
async function recovers(stage: Stage): Promise<void> {
  assert.equal((await stage.call(DEV)).code, 0);
  assert.equal((await stage.call(["journal", "verify"])).code, 0);
}

async function lastIntentGaveNothing(stage: Stage, code: string): Promise<void> {
  const [intent, outcome] = (await stage.journal()).slice(-2);
  assert.equal(intent?.kind, "intent");
  assert.equal(outcome?.kind, "outcome");
  // Where no answer came, or none that made sense, a session may exist: said so.
  const certain = code === "AWS_THROTTLED" || code === "AWS_REFUSED";
  assert.equal(outcome?.result, certain ? "failed" : "unknown");
  assert.equal(outcome?.code, code);
  assert.match(String(outcome?.intent), /^[0-9a-f]{64}$/);
}

for (const { kind, code, asks, issues } of FAULTS) {
  Deno.test(`STS answers who calls with: ${kind}`, () =>
    onStage(async (stage) => {
      const fault = { service: "sts", action: "GetCallerIdentity", kind };
      await stage.control("fault", { ...fault, times: asks });
      refused(await timed(() => stage.call(DEV), 5), code);
      assert.equal(await stage.count("sts:GetCallerIdentity"), asks);
      const [entry, ...more] = await stage.journal();
      assert.deepEqual([entry?.kind, entry?.code, more.length], ["refused", code, 0]);
      await recovers(stage);
    }));

  Deno.test(`STS answers AssumeRole with: ${kind}`, () =>
    onStage(async (stage) => {
      const fault = { service: "sts", action: "AssumeRole", kind };
      await stage.control("fault", { ...fault, times: issues });
      refused(await timed(() => stage.call(DEV), 5), code);
      assert.equal(await stage.count("sts:AssumeRole"), issues);
      await lastIntentGaveNothing(stage, code);
      await recovers(stage);
    }));

  Deno.test(`SSM answers for the policy with: ${kind}`, () =>
    onStage(async (stage) => {
      const fault = { service: "ssm", action: "GetParameter", kind };
      await stage.control("fault", { ...fault, times: 3 });
      refused(
        await timed(() => stage.call([...DEV, "--policy", "ssm:/sentinel/policies/dev"]), 5),
        code,
      );
      assert.equal(await stage.count("sts:AssumeRole"), 0);
      assert.equal((await stage.journal()).at(-1)?.code, code);
    }));
}

Deno.test("an error in AWS's form but with any code is told by its code, and never tried again", () =>
  onStage(async (stage) => {
    const error = { service: "sts", action: "AssumeRole", kind: "error", status: 400 };
    const words = "\u001b[31mEvil\u202e";
    await stage.control("fault", { ...error, code: words, times: 1 });
    refused(await stage.call(DEV), "AWS_REFUSED");
    assert.equal(await stage.count("sts:AssumeRole"), 1);
    await lastIntentGaveNothing(stage, "AWS_REFUSED");
    await recovers(stage);
  }));

Deno.test("the process is killed while AWS is silent: the intent is on record, and the record goes on", () =>
  onStage(async (stage) => {
    await stage.control("fault", { service: "sts", action: "AssumeRole", kind: "hang" });
    const script = "sentinel credentials -p dev & p=$!; until grep -qs '\"intent\"' " +
      '"$SENTINEL_HOME"/journal/*.jsonl; do sleep 0.05; done; kill -KILL $p; wait $p';
    const { out } = await timed(() => stage.exec(["sh", "-c", script]), 8);
    assert.equal(out, "");
    assert.deepEqual((await stage.journal()).map((e) => e.kind), ["intent"]);
    // It may have been killed before it asked.
    await stage.control("fault", { service: "sts", action: "AssumeRole", kind: "hang", times: 0 });
    await recovers(stage);
  }));
