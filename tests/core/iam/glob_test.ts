// iam: patterns match as a plain regular expression would, in time that a policy can't blow up.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { matchGlob, parseGlob, parseLiteral } from "../../../lib/core/iam/glob.ts";

const runs = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "2000");
const pattern = fc.string({ unit: fc.constantFrom("a", "b", ":", "*", "?", "."), maxLength: 10 });
const text = fc.string({ unit: fc.constantFrom("a", "b", ":", ".", "😀"), maxLength: 12 });

function naive(glob: string, segmented: boolean): RegExp {
  const source = Array.from(glob, (char, index) => {
    const ends = index === glob.length - 1 || glob[index + 1] === ":";
    if (char === "*") return segmented && !ends ? "[^:]*" : ".*";
    if (char === "?") return segmented ? "[^:]" : ".";
    return char === "." ? "\\." : char;
  });
  return new RegExp(`^${source.join("")}$`, "su");
}

for (const segmented of [false, true]) {
  Deno.test(`matchGlob() agrees with a regular expression, segmented ${segmented}`, () => {
    let matched = 0;
    fc.assert(
      fc.property(pattern, text, (glob, value) => {
        const expected = naive(glob, segmented).test(value);
        if (expected) matched++;
        assert.equal(matchGlob(parseGlob(glob), value, segmented), expected);
      }),
      { seed: 7, numRuns: runs },
    );
    assert.ok(matched > runs / 50, `only ${matched} of ${runs} matched at all`);
  });
}

Deno.test("matchGlob() finds each text of its own pattern", () => {
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 10, maxLength: 10 }), (glob, fills) => {
      const filled = Array.from(
        glob,
        (char, index) => char === "*" ? fills[index] : char === "?" ? "😀" : char,
      ).join("");
      assert.ok(matchGlob(parseGlob(glob), filled));
    }),
    { seed: 8, numRuns: runs },
  );
});

Deno.test("parseLiteral() knows no wildcards", () => {
  assert.ok(matchGlob(parseLiteral("a*?"), "a*?"));
  assert.ok(!matchGlob(parseLiteral("a*"), "ab"));
});

Deno.test("matchGlob() doesn't backtrack", () => {
  const started = performance.now();
  for (const segmented of [false, true]) {
    assert.ok(!matchGlob(parseGlob(`${"a*".repeat(200)}b`), "a".repeat(5000), segmented));
    assert.ok(!matchGlob(parseGlob(`${"*".repeat(2000)}b`), "a".repeat(2000), segmented));
  }
  // 200 × 5,000 positions take well under a second; backtracking would outlive the sun.
  assert.ok(performance.now() - started < 10_000);
});
