// sessions: how long a session may live, at the edges, and what a person is told.
import { strict as assert } from "node:assert";
import {
  checkAsked,
  clampDuration,
  DEFAULT_DURATION,
  LONGEST,
  LONGEST_CHAINED,
  SHORTEST,
} from "../../../lib/core/sessions/duration.ts";

Deno.test("the limits are AWS's", () => {
  assert.deepEqual([SHORTEST, LONGEST, LONGEST_CHAINED, DEFAULT_DURATION], [
    15 * 60,
    12 * 3600,
    3600,
    3600,
  ]);
});

const bound = (seconds: number, why = "a rule") => ({ seconds, why });

for (
  const { name, asked, bounds, seconds } of [
    { name: "nothing binds", asked: 7200, bounds: [], seconds: 7200 },
    { name: "one binds", asked: 7200, bounds: [bound(1800)], seconds: 1800 },
    { name: "the first binds most", asked: 7200, bounds: [bound(900), bound(1800)], seconds: 900 },
    { name: "the last binds most", asked: 7200, bounds: [bound(1800), bound(901)], seconds: 901 },
    { name: "a bound is higher", asked: 1200, bounds: [bound(43_200)], seconds: 1200 },
    { name: "a bound has a fraction", asked: 7200, bounds: [bound(900.9)], seconds: 900 },
  ]
) {
  Deno.test(`clampDuration() where ${name}`, () => {
    assert.equal(clampDuration(asked, bounds), seconds);
  });
}

for (
  const { name, asked, bounds, says } of [
    { name: "too little is asked for", asked: 899, bounds: [], says: "what was asked for leaves" },
    { name: "a bound is too low", asked: 3600, bounds: [bound(899.9)], says: "a rule leaves" },
    {
      name: "the lowest speaks",
      asked: 3600,
      bounds: [bound(800, "A"), bound(700, "B"), bound(750, "C")],
      says: "B leaves 11m40s, AWS makes none under 15m",
    },
    {
      name: "two are equal",
      asked: 600,
      bounds: [bound(600)],
      says: "what was asked for leaves 10m, AWS makes none under 15m",
    },
    { name: "a second is left", asked: 900, bounds: [bound(1)], says: "a rule leaves 1s, " },
    {
      name: "no second is left",
      asked: 900,
      bounds: [bound(0.5)],
      says: "a rule leaves no time, ",
    },
    { name: "it is over", asked: 900, bounds: [bound(-5)], says: "a rule leaves no time, " },
    { name: "a bound can't be told", asked: NaN, bounds: [], says: "what was asked for leaves" },
  ]
) {
  Deno.test(`clampDuration() refuses where ${name}`, () => {
    assert.throws(() => clampDuration(asked, bounds), (error: unknown) => {
      assert.ok(error instanceof Error && "code" in error && "hint" in error);
      assert.equal(error.code, "DURATION_TOO_SHORT");
      assert.ok(error.message.startsWith(`Cannot make a session: ${says}`), error.message);
      assert.equal(
        error.hint,
        "ask again when more time is left, or with --duration 15m or more",
      );
      return true;
    });
  });
}

Deno.test("checkAsked() takes whole seconds from 1 to 12 hours, and nothing else", () => {
  for (const seconds of [1, 899, 900, 43_200]) assert.equal(checkAsked(seconds), seconds);
  for (const seconds of [0, -1, 43_201, 900.5, NaN, Infinity]) {
    assert.throws(() => checkAsked(seconds), {
      code: "DURATION_INVALID",
      message: `Cannot ask for a session of ${seconds} s: want 15m to 12h`,
      hint: "--duration 1h",
    });
  }
});
