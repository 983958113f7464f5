// yaml: what readStrict() refuses whatever the schema, and where it says it is.
import { strict as assert } from "node:assert";
import {
  formatProblems,
  list,
  mapOf,
  readStrict,
  record,
  StrictReadError,
  text,
} from "../../../lib/core/yaml/mod.ts";

const SCHEMA = record({ a: text(), b: list(text()), c: mapOf(text(), text()) });

function problemsOf(source: string): string[] {
  try {
    readStrict(source, "f.yaml", SCHEMA);
  } catch (error) {
    assert.ok(error instanceof StrictReadError, String(error));
    return error.problems.map(({ line, column, id }) => `${line}:${column} ${id}`);
  }
  return [];
}

for (
  const row of [
    { name: "an empty text", source: "", want: ["1:1 empty"] },
    { name: "comments alone", source: "# nothing\n\n", want: ["1:1 empty"] },
    { name: "a document marker alone", source: "---\n", want: ["1:4 wrong-type"] },
    { name: "a second document", source: "a: x\n---\na: y\n", want: ["2:1 second-document"] },
    {
      name: "a document after an end mark",
      source: "a: x\n...\na: y\n",
      want: ["3:1 second-document"],
    },
    { name: "an anchor", source: "a: &x y\n", want: ["1:4 anchor"] },
    { name: "an anchor on a key", source: "&x a: y\n", want: ["1:1 anchor"] },
    { name: "an anchor on the document", source: "&x\na: y\n", want: ["1:1 anchor"] },
    { name: "an alias", source: "a: x\nb: [*x]\n", want: ["2:5 alias"] },
    { name: "a tag", source: "a: !!str x\n", want: ["1:4 tag"] },
    { name: "a tag of its own", source: "b: !foo [x]\n", want: ["1:4 tag"] },
    { name: "a directive", source: "%YAML 1.1\n---\na: yes\n", want: ["1:1 directive"] },
    { name: "a merge key", source: "c:\n  <<: {x: y}\n", want: ["2:3 merge-key"] },
    { name: "a duplicate key", source: "a: x\nb: [y]\na: z\n", want: ["3:1 duplicate-key"] },
    { name: "a duplicate key in quotes", source: 'a: x\n"a": z\n', want: ["2:1 duplicate-key"] },
    { name: "a duplicate free key", source: "c: {x: y, x: z}\n", want: ["1:11 duplicate-key"] },
    { name: "an unknown key", source: "a: x\nd: y\n", want: ["2:1 unknown-key"] },
    { name: "__proto__ as an unknown key", source: "__proto__: x\n", want: ["1:1 unknown-key"] },
    {
      name: "constructor as an unknown key",
      source: "constructor: x\n",
      want: ["1:1 unknown-key"],
    },
    { name: "a list as a key", source: "? [a]\n: x\n", want: ["1:3 bad-key"] },
    { name: "a byte order mark", source: "\ufeffa: x\n", want: ["1:1 byte-order-mark"] },
    { name: "a control character", source: "a: x\nb: [\u0007]\n", want: ["2:5 control-character"] },
    {
      name: "an escaped control character",
      source: 'a: "\\u0007"\n',
      want: ["1:4 control-character"],
    },
    { name: "an escaped line break", source: 'a: "x\\ny"\n', want: ["1:4 control-character"] },
    { name: "a bidi mark in a comment", source: "a: x # \u202e y\n", want: ["1:8 bidi-mark"] },
    { name: "an escaped bidi mark", source: 'a: "\\u202e"\n', want: ["1:4 bidi-mark"] },
    { name: "a bidi mark in a key", source: '"a\\u2066": x\n', want: ["1:1 bidi-mark"] },
    { name: "half a surrogate pair", source: "a: x\ud800y\n", want: ["1:5 control-character"] },
    { name: "broken YAML", source: 'a: "x\n', want: ["1:6 yaml-syntax", "2:1 yaml-syntax"] },
    { name: "a list for the document", source: "- x\n", want: ["1:1 wrong-type"] },
    { name: "an empty list", source: "b: []\n", want: ["1:4 empty-list"] },
    { name: "a key without a value", source: "a:\n", want: ["1:3 wrong-type"] },
    { name: "a lone flow key", source: "{a: x, b}\n", want: ["1:8 wrong-type"] },
    {
      name: "three at once, in order",
      source: "b: []\nd: x\na: 1\n",
      want: ["1:4 empty-list", "2:1 unknown-key", "3:4 wrong-type"],
    },
  ]
) {
  Deno.test(`readStrict() refuses ${row.name}`, () => {
    const found = problemsOf(row.source);
    if (row.name === "broken YAML") assert.ok(found.every((one) => one.endsWith("yaml-syntax")));
    else assert.deepEqual(found, row.want);
    assert.ok(found.length > 0);
  });
}

for (
  const row of [
    { name: "an unknown key of the prototype adds nothing", source: "c: {__proto__: x}\n" },
    { name: "carriage returns", source: "a: x\r\nb:\r\n  - y\r\n" },
    { name: "a tab inside a comment", source: "a: x #\ty\n" },
  ]
) {
  Deno.test(`readStrict() takes ${row.name}`, () => {
    assert.deepEqual(problemsOf(row.source), []);
    assert.equal(({} as Record<string, unknown>)["x"], undefined);
  });
}

Deno.test("readStrict() keeps free keys in a Map, so __proto__ is a key like any other", () => {
  const { value } = readStrict("c: {__proto__: x}\n", "f.yaml", SCHEMA);
  assert.equal(value.c?.get("__proto__"), "x");
});

for (
  const row of [
    { name: "10 MB", source: "a: x\n# " + "y".repeat(10_000_000), id: "too-large" },
    { name: "3 MB in 1 M characters", source: "a: " + "€".repeat(1_000_000), id: "too-large" },
    { name: "a million open brackets", source: "[".repeat(1_000_000), id: "too-deep" },
    { name: "a million open braces", source: "{".repeat(1_000_000), id: "too-deep" },
    { name: "a million nested items", source: "- ".repeat(1_000_000), id: "too-deep" },
    { name: "21 levels", source: "b: " + "[".repeat(20) + "x" + "]".repeat(20), id: "too-deep" },
    { name: "a million values", source: `b: [${"1,".repeat(1_000_000)}]`, id: "too-many-nodes" },
    { name: "600,000 empty items", source: "b:\n" + "-\n".repeat(600_000), id: "too-many-nodes" },
    {
      name: "a billion laughs",
      source: "a: &a [x,x]\n" +
        "bcdefghij".split("").map((key, i) =>
          `${key}: &${key} [*${"abcdefghi"[i]},*${"abcdefghi"[i]}]\n`
        )
          .join(""),
      id: "anchor",
    },
  ]
) {
  Deno.test(`readStrict() refuses a bomb: ${row.name}`, () => {
    assert.throws(() => readStrict(row.source, "f.yaml", SCHEMA), (error) => {
      assert.ok(error instanceof StrictReadError);
      assert.equal(error.problems[0]?.id, row.id);
      return true;
    });
  });
}

Deno.test("readStrict() reads as deep as it promises", () => {
  const deep = `b: ${"[".repeat(18)}x${"]".repeat(18)}`;
  assert.deepEqual(problemsOf(deep), ["1:5 wrong-type"]);
});

Deno.test("readStrict() says where a value stands", () => {
  const { place } = readStrict("a: x\nb:\n  - y\n  - z\n", "f.yaml", SCHEMA);
  assert.deepEqual(place(["b", 1]), { file: "f.yaml", line: 4, column: 5 });
  assert.deepEqual(place([]), { file: "f.yaml", line: 1, column: 1 });
  assert.deepEqual(place(["b", 7]), { file: "f.yaml", line: 3, column: 3 }, "the nearest around");
});

Deno.test("formatProblems() prints a place, a message and a fix a line", () => {
  try {
    readStrict("nmae: x\nb: x\n", "f.yaml", record({ name: text(), b: list(text()) }));
    assert.fail("was read");
  } catch (error) {
    assert.ok(error instanceof StrictReadError);
    assert.equal(
      formatProblems(error.problems),
      'f.yaml:1:1: unknown key "nmae", want name or b; fix: did you mean name?\n' +
        'f.yaml:2:4: found the text "x", want a list; fix: write ["x"]',
    );
  }
});

Deno.test("formatProblems() prints five, and how many more there are", () => {
  const place = { file: "a\u001b.yaml", line: 1, column: 2 };
  const problem = { ...place, id: "x", message: "m", fix: null };
  const lines = formatProblems(Array(1000).fill(problem)).split("\n");
  assert.deepEqual(lines, [...Array(5).fill("a\\u{1b}.yaml:1:2: m"), "and 995 more"]);
});

Deno.test("readStrict() refuses what decoding left of bytes that were no UTF-8", () => {
  const lossy = new TextDecoder().decode(new Uint8Array([0x61, 0x3a, 0x20, 0xff]));
  assert.throws(() => readStrict(lossy, "f", SCHEMA), /U\+FFFD/);
});
