// tui tests: strangers' text in columns.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { Box, renderToString, Text } from "ink";
import { cell, fit, widthOf, wrap } from "../../tui/text.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "200");
const SETTINGS = { seed: 20260105, numRuns: RUNS };

/** Names as strangers make them: wide, marked, hidden, control characters. */
const foreign = fc.string({
  unit: fc.oneof(
    fc.constantFrom(..."ab /:-é漢字ｱ한🙂🇩́\u200d\u202e\x1b\x07\n\t…"),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }),
  ),
  maxLength: 60,
});

const FITS: readonly [name: string, made: string, want: string][] = [
  ["what fits stays", fit("prod", 4), "prod"],
  ["the end goes", fit("production", 6), "produ…"],
  [
    "the middle goes, and the ends stay",
    fit("arn:aws:iam::1:role/Prod", 11, "middle"),
    "arn:a…/Prod",
  ],
  ["wide letters count twice", fit("漢字漢字", 5), "漢字…"],
  ["half a wide letter is none", fit("漢字漢字", 4), "漢…"],
  ["one column holds the mark", fit("prod", 1), "…"],
  ["no column holds nothing", fit("prod", 0), ""],
  ["what a terminal would obey is spelt out", fit("a\x1b[31m", 20), "a\\u{1b}[31m"],
  ["a cell is filled up", cell("ab", 4), "ab  "],
  ["a cell of wide letters too", cell("漢", 4), "漢  "],
];

for (const [name, made, want] of FITS) Deno.test(`fit: ${name}`, () => assert.equal(made, want));

const WRAPS: readonly [name: string, lines: string[], width: number, want: string[]][] = [
  ["what fits stays", ["  a b"], 5, ["  a b"]],
  ["goes on at a blank, indented", ["aa bb cc dd"], 6, ["aa bb", "  cc", "  dd"]],
  ["keeps its own indent", ["  aaaa bbbb cccc"], 12, ["  aaaa bbbb", "    cccc"]],
  ["a word that no line holds is broken", ["abcdefgh"], 3, ["abc", "def", "gh"]],
  ["an empty line stays one", [""], 4, [""]],
];

for (const [name, lines, width, want] of WRAPS) {
  Deno.test(`wrap: ${name}`, () => assert.deepEqual(wrap(lines, width), want));
}

Deno.test("fit and cell: never wider than the column, whatever the name, and nothing to obey", () => {
  fc.assert(
    fc.property(foreign, fc.nat(40), fc.constantFrom("end", "middle"), (text, width, cut) => {
      const fitted = fit(text, width, cut);
      assert.ok(widthOf(fitted) <= width);
      assert.equal(widthOf(cell(text, width, cut)), width);
      assert.doesNotMatch(fitted, /[\p{Cc}\u202e]/u);
    }),
    SETTINGS,
  );
});

Deno.test("wrap: never wider than the screen, and no letter is lost", () => {
  fc.assert(
    fc.property(foreign, fc.integer({ min: 2, max: 40 }), (text, width) => {
      const lines = wrap([text], width);
      for (const line of lines) assert.ok(widthOf(line) <= width, JSON.stringify({ line, width }));
      const solid = (some: string) => some.replaceAll(" ", "");
      assert.equal(solid(lines.join("")), solid(wrap([text], 10_000).join("")));
    }),
    SETTINGS,
  );
});

Deno.test("what we take for a line, ink takes for one too", () => {
  fc.assert(
    fc.property(foreign, fc.integer({ min: 2, max: 40 }), (text, width) => {
      const drawn = renderToString(
        <Box width={width}>
          <Text>{fit(text, width)}</Text>
        </Box>,
        {
          columns: width,
        },
      );
      assert.equal(drawn.split("\n").length, 1, JSON.stringify({ text, drawn }));
    }),
    SETTINGS,
  );
});
