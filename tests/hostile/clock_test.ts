// hostile: a clock that jumps, or stands beside AWS's.
import { strict as assert } from "node:assert";
import { onStage, refused, type Stage } from "./stage.ts";

const DEV = ["credentials", "--profile", "dev"];
const STAGING = ["credentials", "--profile", "staging"];
const MINUTES = 60_000;
const HOUR = 3600;

/** Moves AWS's clock and this machine's to a Monday, ten o'clock in Berlin; seconds from now. */
async function monday(stage: Stage): Promise<number> {
  const offset = (Date.parse("2027-01-04T09:00:00Z") - Date.now()) / 1000;
  await stage.control("clock", { offset });
  return offset;
}

const keyOf = (out: string): string => JSON.parse(out).AccessKeyId;

Deno.test("both clocks go back an hour between two calls: what was kept is not served, and nothing breaks", () =>
  onStage(async (stage) => {
    const offset = await monday(stage);
    const first = keyOf((await stage.call(DEV)).out);
    assert.equal(keyOf((await stage.call(DEV)).out), first, "nothing was kept: no test");
    await stage.control("clock", { offset: offset - HOUR });
    const second = await stage.call(DEV);
    assert.equal(second.code, 0, second.err);
    assert.notEqual(keyOf(second.out), first);
    assert.equal(
      await stage.count("sts:GetCallerIdentity"),
      2,
      "an identity of the future was believed",
    );
    assert.equal((await stage.call(["journal", "verify"])).code, 0);
    const kinds = (await stage.journal()).map((entry) => entry.kind);
    assert.deepEqual(kinds, ["intent", "outcome", "served", "intent", "outcome"]);
  }));

Deno.test("both clocks go forward past a session's end: it is not served", () =>
  onStage(async (stage) => {
    const offset = await monday(stage);
    const first = keyOf((await stage.call(DEV)).out);
    await stage.control("clock", { offset: offset + 24 * HOUR });
    assert.notEqual(keyOf((await stage.call(DEV)).out), first);
  }));

for (const skew of [-121, 121]) {
  Deno.test(`${skew} s beside STS: a rule that rests on the time is not judged`, () =>
    onStage(async (stage) => {
      await monday(stage);
      refused(await stage.call(STAGING, { skew: skew * 1000 }), "CLOCK_SKEWED");
      assert.equal(await stage.count("sts:AssumeRole"), 0);
      assert.equal((await stage.journal()).at(-1)?.code, "CLOCK_SKEWED");
    }));

  Deno.test(`${skew} s beside STS: a rule that doesn't is`, () =>
    onStage(async (stage) => {
      await monday(stage);
      assert.equal((await stage.call(DEV, { skew: skew * 1000 })).code, 0);
    }));
}

Deno.test("a minute beside STS hurts nobody", () =>
  onStage(async (stage) => {
    await monday(stage);
    assert.equal((await stage.call(STAGING, { skew: MINUTES })).code, 0);
  }));

Deno.test("the skew is seen at the second call too, though who calls is known by then", () =>
  onStage(async (stage) => {
    await monday(stage);
    const skew = { skew: 3 * MINUTES };
    refused(await stage.call(STAGING, skew), "CLOCK_SKEWED");
    refused(await stage.call(STAGING, skew), "CLOCK_SKEWED");
  }));

for (const minutes of [-6, 6]) {
  Deno.test(`${minutes} minutes beside STS, which takes no such signature: the clock is named`, () =>
    onStage(async (stage) => {
      const ran = await stage.call(DEV, { skew: minutes * MINUTES });
      refused(ran, "NO_CREDENTIALS");
      assert.match(ran.err, /hint: set this machine's clock/);
    }));
}
