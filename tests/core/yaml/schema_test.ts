// yaml: what each schema takes and refuses, with the fix that it offers.
import { strict as assert } from "node:assert";
import {
  bool,
  duration,
  integer,
  list,
  mapOf,
  nearest,
  readStrict,
  record,
  refine,
  refused,
  type Schema,
  StrictReadError,
  text,
  union,
} from "../../../lib/core/yaml/mod.ts";

function read(source: string, schema: Schema<unknown>): unknown {
  return readStrict(source, "f.yaml", schema).value;
}

function problem(source: string, schema: Schema<unknown>) {
  try {
    read(source, schema);
  } catch (error) {
    assert.ok(error instanceof StrictReadError, String(error));
    const [first] = error.problems;
    assert.ok(first);
    return first;
  }
  assert.fail(`${source} was read`);
}

const finding = { id: "mine", message: "found it", fix: "drop it" };

for (
  const row of [
    { name: "text", schema: text(), source: "x", want: "x" },
    { name: "text that looks like a boolean of old", schema: text(), source: "yes", want: "yes" },
    {
      name: "a number where it may stand for text",
      schema: text({ numbers: true }),
      source: "1.10",
      want: "1.10",
    },
    { name: "one of the words", schema: text({ oneOf: ["a", "b"] }), source: "b", want: "b" },
    {
      name: "lines where allowed",
      schema: text({ multiline: true }),
      source: "|\n  a\n  b\n",
      want: "a\nb\n",
    },
    { name: "a boolean", schema: bool(), source: "true", want: true },
    { name: "a whole number", schema: integer({ min: 1, max: 3 }), source: "3", want: 3 },
    { name: "a duration", schema: duration(), source: "1h", want: 3_600 },
    { name: "a list", schema: list(integer()), source: "[1, 2]", want: [1, 2] },
    {
      name: "an empty list where allowed",
      schema: list(text(), { nonEmpty: false }),
      source: "[]",
      want: [],
    },
    {
      name: "a map",
      schema: mapOf(text(), integer()),
      source: "{b: 1, a: 2}",
      want: new Map([["b", 1], ["a", 2]]),
    },
    {
      name: "either kind (text)",
      schema: union({ text: text(), list: list(text()) }),
      source: "x",
      want: "x",
    },
    {
      name: "either kind (list)",
      schema: union({ text: text(), list: list(text()) }),
      source: "[x]",
      want: ["x"],
    },
    {
      name: "what refine makes of it",
      schema: refine(integer(), (n) => n * 2),
      source: "4",
      want: 8,
    },
  ]
) {
  Deno.test(`schema takes ${row.name}`, () => {
    assert.deepEqual(read(row.source, row.schema), row.want);
  });
}

for (
  const row of [
    {
      name: "a number as text",
      schema: text(),
      source: "14.10",
      id: "wrong-type",
      replacement: '"14.10"',
    },
    {
      name: "a boolean as text",
      schema: text({ numbers: true }),
      source: "true",
      id: "wrong-type",
      replacement: '"true"',
    },
    {
      name: "nothing as text",
      schema: text(),
      source: "~",
      id: "wrong-type",
      fix: /leave the key out/,
    },
    { name: "an empty text", schema: text(), source: '""', id: "empty-text" },
    { name: "a long text", schema: text({ max: 2 }), source: "abc", id: "bad-length" },
    {
      name: "a text against the pattern",
      schema: text({ pattern: /^x$/g }),
      source: "y",
      id: "bad-text",
    },
    {
      name: "a word in another case",
      schema: text({ oneOf: ["deny"] }),
      source: "Deny",
      id: "unknown-value",
      replacement: "deny",
    },
    {
      name: "a word with a hyphen",
      schema: text({ oneOf: ["a_b", "a_b_c"] }),
      source: "a-b",
      id: "unknown-value",
      replacement: "a_b",
    },
    {
      name: "a word of the prototype",
      schema: text({ oneOf: ["a"], known: {} }),
      source: "constructor",
      id: "unknown-value",
    },
    {
      name: "a known mistake",
      schema: text({ known: { x: finding } }),
      source: "x",
      id: "mine",
      fix: /drop it/,
    },
    { name: "what check refuses", schema: text({ check: () => finding }), source: "x", id: "mine" },
    {
      name: "yes as a boolean",
      schema: bool(),
      source: "yes",
      id: "wrong-type",
      replacement: "true",
    },
    { name: "1 as a boolean", schema: bool(), source: "1", id: "wrong-type" },
    { name: "a fraction", schema: integer(), source: "1.5", id: "bad-number" },
    { name: "a hexadecimal", schema: integer(), source: "0x10", id: "bad-number" },
    { name: "infinity", schema: integer(), source: ".inf", id: "bad-number" },
    { name: "a number past the limit", schema: integer({ max: 3 }), source: "4", id: "bad-number" },
    { name: "an unsafe number", schema: integer(), source: "9007199254740993", id: "bad-number" },
    {
      name: "a number as a duration",
      schema: duration(),
      source: "900",
      id: "bad-duration",
      fix: /900s/,
    },
    {
      name: "a short duration",
      schema: duration({ min: 900 }),
      source: "10m",
      id: "duration-out-of-range",
    },
    {
      name: "a text as a list",
      schema: list(text()),
      source: "x",
      id: "wrong-type",
      replacement: '["x"]',
    },
    {
      name: "a long list",
      schema: list(text(), { max: 1 }),
      source: "[a, b]",
      id: "list-too-long",
    },
    {
      name: "a repeated item",
      schema: list(text(), { unique: { what: "word" } }),
      source: "[a, b, a]",
      id: "duplicate-value",
    },
    {
      name: "an empty map where one is wanted",
      schema: mapOf(text(), text(), { nonEmpty: true }),
      source: "{}",
      id: "empty-map",
    },
    {
      name: "a bad key of a map",
      schema: mapOf(text({ pattern: /^a$/ }), text()),
      source: "{b: x}",
      id: "bad-text",
    },
    {
      name: "a missing key",
      schema: record({ a: text() }, { required: ["a"] }),
      source: "{}",
      id: "missing-key",
      fix: /add `a:` with a text/,
    },
    {
      name: "a misspelt key",
      schema: record({ conditions: text() }),
      source: "condition: x",
      id: "unknown-key",
      replacement: "conditions",
    },
    {
      name: "swapped letters in a key",
      schema: record({ rules: text() }),
      source: "rulse: x",
      id: "unknown-key",
      replacement: "rules",
    },
    {
      name: "a known wrong key",
      schema: record({ a: text() }, { known: { b: finding } }),
      source: "b: x",
      id: "mine",
    },
    {
      name: "the wrong kind for a union",
      schema: union({ text: text(), bool: bool() }),
      source: "[x]",
      id: "wrong-type",
    },
    {
      name: "a refused kind",
      schema: union({ text: text(), list: refused(finding) }),
      source: "[x]",
      id: "mine",
    },
    {
      name: "what refine reports",
      schema: refine(integer(), (_, report) => report([], finding)),
      source: "4",
      id: "mine",
    },
  ] as {
    name: string;
    schema: Schema<unknown>;
    source: string;
    id: string;
    replacement?: string;
    fix?: RegExp;
  }[]
) {
  Deno.test(`schema refuses ${row.name}`, () => {
    const found = problem(row.source, row.schema);
    assert.equal(found.id, row.id);
    assert.equal(found.replacement, row.replacement);
    if (row.fix !== undefined) assert.match(found.fix ?? "", row.fix);
  });
}

Deno.test("refine() reports at the place of a part", () => {
  const schema = refine(
    record({ a: integer(), b: integer() }),
    (_, report) => report(["b"], finding),
  );
  const { line, column } = problem("a: 1\nb: 2\n", schema);
  assert.deepEqual({ line, column }, { line: 2, column: 4 });
});

Deno.test("nearest() offers nothing that is far off", () => {
  assert.equal(nearest("zebra", ["profiles", "users"]), null);
  assert.equal(nearest("x".repeat(10_000), ["x"]), null);
  assert.equal(nearest("Mon", ["monday", "tuesday"]), "monday");
  assert.equal(nearest("2", ["1"]), null);
});
