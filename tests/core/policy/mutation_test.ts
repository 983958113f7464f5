// policy: one slip of the pen in a good document is found, and told where it is.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { parsePolicy, PolicyInvalidError } from "../../../lib/core/policy/mod.ts";

const RUNS = { numRuns: Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "300"), seed: 77 };

const GOOD = `version: "1"
rules:
  - name: leavers
    effect: deny
    reason: Offboarded
    conditions:
      users: [mallory]
  - name: office
    effect: allow
    unstamped: true
    conditions:
      profiles: [staging, dev]
      users:
        - alice
        - bob
      time:
        days: [monday, friday]
        hours:
          start: "08:00"
          end: "18:00"
        timezone: Europe/Berlin
      mode: [cli, server]
  - name: managed
    effect: require_server_session
    session_table: sessions
    max_server_duration: 15m
    conditions:
      profiles: [prod]
      device:
        require_mdm: true
        require_encryption: true
        min_os_version: "14.4"
        allowed_os_types: [darwin, linux]
  - name: others
    effect: require_approval
    conditions: {}
`;
const LINES = GOOD.split("\n");

/** Words that mean something to the reader: keys, and values of closed lists. Names are free. */
const WORDS = new Set(
  ("version rules name effect reason conditions users profiles time days hours start end timezone " +
    "mode device require_mdm require_encryption min_os_version allowed_os_types session_table " +
    "max_server_duration unstamped deny allow require_server_session require_approval monday " +
    "friday cli server darwin linux true Europe/Berlin").split(" "),
);
const spots = LINES.flatMap((line, index) =>
  [...line.matchAll(/[A-Za-z_/]+/g)].filter(([word]) => WORDS.has(word))
    .map((match) => ({ index, at: match.index, word: match[0] }))
);

type Slip = (word: string, at: number, letter: string) => string;
const SLIPS: Slip[] = [
  (word, at) => word.slice(0, at) + word.slice(at + 1),
  (word, at, letter) => word.slice(0, at) + letter + word.slice(at),
  (word, at, letter) => word.slice(0, at) + letter + word.slice(at + 1),
  (word, at) => word.slice(0, at) + word.charAt(at + 1) + word.charAt(at) + word.slice(at + 2),
  (word) =>
    word.charAt(0) === word.charAt(0).toUpperCase() ? word.toLowerCase() : word.toUpperCase(),
];
/** Booleans and systems are read in these spellings too. */
const SAME = new Set(["TRUE", "DARWIN", "LINUX"]);
const slips = fc.record({
  spot: fc.constantFrom(...spots),
  slip: fc.constantFrom(...SLIPS),
  at: fc.nat(30),
  letter: fc.constantFrom("x", "q", "e", "_", "-", "S", "\u0430"),
}).map(({ spot, slip, at, letter }) => ({
  spot,
  changed: slip(spot.word, at % spot.word.length, letter),
})).filter(({ spot, changed }) =>
  changed !== spot.word && !WORDS.has(changed) && !SAME.has(changed)
);

function problemsOf(text: string) {
  try {
    parsePolicy(text, "policy.yaml");
  } catch (error) {
    assert.ok(error instanceof PolicyInvalidError, String(error));
    return error.problems;
  }
  return [];
}

Deno.test("parsePolicy() takes the document that the slips start from", () => {
  assert.deepEqual(problemsOf(GOOD), []);
  assert.ok(spots.length > 40);
});

Deno.test("parsePolicy() finds a slip in a word within a line of it", () => {
  fc.assert(
    fc.property(slips, ({ spot, changed }) => {
      const line = LINES[spot.index] ?? "";
      const bad = line.slice(0, spot.at) + changed + line.slice(spot.at + spot.word.length);
      const problems = problemsOf(LINES.with(spot.index, bad).join("\n"));
      assert.ok(problems.length > 0, `was read: ${bad}`);
      const near = problems.some((one) => Math.abs(one.line - 1 - spot.index) <= 1);
      assert.ok(near, `${bad}: ${JSON.stringify(problems)}`);
    }),
    RUNS,
  );
});

/** Changes of whole lines, each with the lines that a problem may point at. */
const LINE_SLIPS: ((line: string) => string[])[] = [
  (line) => [line, line],
  (line) => [line.replace(/:.*/, ":")],
  (line) => [line.replace(/: .*/, ": !!str x")],
  (line) => [line.replace(/: .*/, ": &x y")],
  (line) => [line.replace(/: .*/, ": *x")],
  (line) => [line.replace(/: .*/, ": []")],
  (line) => [line.replace(/: .*/, ": [[]]")],
  (line) => [line.replace(/: .*/, ': "\\u202e"')],
  (line) => [line.replace(/: .*/, ": \u0007")],
  (line) => [line.replace(/\S.*/, "? [x]")],
  (line) => ["\t" + line],
];
const keyed = LINES.flatMap((line, index) => /^ +[a-z_]+: ./.test(line) ? [index] : []);

Deno.test("parsePolicy() finds a spoilt line within a line of it", () => {
  fc.assert(
    fc.property(fc.constantFrom(...keyed), fc.constantFrom(...LINE_SLIPS), (index, slip) => {
      const problems = problemsOf(
        LINES.toSpliced(index, 1, ...slip(LINES[index] ?? "")).join("\n"),
      );
      assert.ok(problems.length > 0, `was read: ${slip(LINES[index] ?? "")}`);
      const near = problems.some((one) => Math.abs(one.line - 1 - index) <= 1);
      assert.ok(near, `${slip(LINES[index] ?? "")}: ${JSON.stringify(problems)}`);
    }),
    RUNS,
  );
});

Deno.test("parsePolicy() throws nothing but its own error, whatever the bytes", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: "binary", maxLength: 200 }),
        fc.tuple(fc.nat(GOOD.length), fc.string({ maxLength: 5 })).map(([at, junk]) =>
          GOOD.slice(0, at) + junk + GOOD.slice(at)
        ),
        fc.tuple(fc.nat(GOOD.length), fc.nat(40)).map(([at, length]) =>
          GOOD.slice(0, at) + GOOD.slice(at + length)
        ),
      ),
      (text) => {
        problemsOf(text);
      },
    ),
    RUNS,
  );
});
