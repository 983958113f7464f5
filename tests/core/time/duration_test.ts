// time: durations are read in one form only, and written back in it.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import { formatDuration, parseDuration } from "../../../lib/core/time/duration.ts";

const RUNS = { numRuns: Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "200"), seed: 11 };

for (
  const row of [
    { name: "reads minutes", text: "15m", seconds: 900 },
    { name: "reads hours and minutes", text: "1h30m", seconds: 5_400 },
    { name: "reads days", text: "7d", seconds: 604_800 },
    { name: "reads seconds", text: "90s", seconds: 90 },
    { name: "reads what the earlier format wrote back", text: "15m0s", seconds: 900 },
    { name: "reads all units", text: "1d1h1m1s", seconds: 90_061 },
  ]
) {
  Deno.test(`parseDuration() ${row.name}`, () => {
    assert.equal(parseDuration(row.text), row.seconds);
  });
}

for (
  const text of [
    "",
    "900",
    "0",
    "0s",
    "0h0m",
    "-15m",
    "+15m",
    "1.5h",
    "1e3s",
    "15 m",
    " 15m",
    "15m\n",
    "15M",
    "30m1h",
    "1h1h",
    "١٥m",
    "9999999d",
    "m",
    "15min",
    "1w",
  ]
) {
  Deno.test(`parseDuration() refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseDuration(text), (error) => {
      assert.ok(hasCode(error, "DURATION_INVALID"));
      assert.match(error.message, /15m, 1h30m, 90s or 7d/);
      return true;
    });
  });
}

Deno.test("parseDuration() tells a bare number which units it could have", () => {
  assert.throws(
    () => parseDuration("900"),
    (error) => error instanceof SentinelError && /900s.*900m/.test(error.hint ?? ""),
  );
});

Deno.test("parseDuration() keeps a huge text out of the message", () => {
  assert.throws(
    () => parseDuration("9".repeat(1_000_000)),
    (error) => error instanceof Error && error.message.length < 200,
  );
});

Deno.test("formatDuration() writes the shortest form", () => {
  assert.equal(formatDuration(5_400), "1h30m");
  assert.equal(formatDuration(0), "0s");
  assert.equal(formatDuration(86_400), "1d");
});

Deno.test("formatDuration() refuses what is no count of seconds", () => {
  for (const bad of [-1, 0.5, NaN, Infinity]) {
    assert.throws(() => formatDuration(bad), RangeError);
  }
});

Deno.test("parseDuration() reads back all that formatDuration() writes", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999 * 86_400 }), (seconds) => {
      assert.equal(parseDuration(formatDuration(seconds)), seconds);
    }),
    RUNS,
  );
});
