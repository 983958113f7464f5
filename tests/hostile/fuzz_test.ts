// hostile: each parser under its law, a few runs of a fixed seed; scripts/fuzz.ts goes on for longer.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { holdToLaw, holdToTime, type Target } from "./fuzz/law.ts";
import { TARGETS } from "./fuzz/targets.ts";

const SEED = Number(Deno.env.get("SENTINEL_TEST_SEED") ?? "20270104");
const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "60");

for (const target of TARGETS) {
  Deno.test(`${target.name}: its own error or the same again, no prototype (seed ${SEED})`, async () => {
    const whole = await holdToLaw(target, SEED, RUNS);
    if (target.name !== "journal bytes") {
      assert.ok(whole > 0, "no input was read: nothing is checked");
    }
  });
}

for (const target of TARGETS.filter(({ long }) => long !== undefined)) {
  Deno.test(`${target.name}: twice as long takes at most thrice the time`, () =>
    holdToTime(target, 1 << 13, 250));
}

/** A parser that breaks the law in one way. */
const bad = (parse: (text: string) => unknown): Target<string, unknown> => ({
  name: "bad",
  inputs: fc.constantFrom("a", "b"),
  parse,
  mayThrow: (error) => error instanceof RangeError,
  check: (value, text) => assert.equal(value, text),
  long: { pieces: ["ab"], of: (text) => text },
});

Deno.test("the law finds what breaks it, and names the seed", async () => {
  const broken = (parse: (text: string) => unknown, found: RegExp) =>
    assert.rejects(holdToLaw(bad(parse), 1, 10), (error: Error) => {
      const told = `${error.message} ${error.cause}`;
      assert.match(told, /seed: 1/);
      assert.match(told, found);
      return true;
    });
  await broken(() => JSON.parse("{"), /SyntaxError/);
  await broken((text) => text + text, /./);
  await broken((text) => {
    Object.defineProperty(Object.prototype, "polluted", { value: 1, configurable: true });
    return text;
  }, /prototype|polluted/);
  Reflect.deleteProperty(Object.prototype, "polluted");
  await holdToLaw(bad((text) => text), 1, 10);
});

Deno.test("the law of time finds what takes the square of its input", async () => {
  const square = bad((text) => {
    let sum = 0;
    for (let i = 0; i < text.length; i++) for (let j = 0; j < text.length; j++) sum += i ^ j;
    return sum;
  });
  await assert.rejects(holdToTime(square, 1 << 14, 1), /four times as long/);
});
