// hostile: texts that parsers meet on a bad day: noise, words of their grammar in any order, good texts spoilt.
import fc from "fast-check";

/** Pieces that are trouble in any grammar. */
export const TROUBLE: readonly string[] = [
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "hasOwnProperty",
  "\0",
  "\u001b[31m",
  "\u202e",
  "\u200b",
  "\ufeff",
  "\ufffd",
  "\ud800",
  "\u2028",
  "\u0085",
  "\r",
  "\r\n",
  "\n",
  "\t",
  " ",
  '"',
  "'",
  "\\",
  "`",
  "$(x)",
  "%00",
  "../",
  "&",
  "<",
  "]]>",
  "9".repeat(400),
  "-1",
  "1e999",
  "0x10",
  "NaN",
  "null",
  "true",
  "[]",
  "{}",
  "{",
  "[",
  "ü",
  "😀",
];

interface Edit {
  at: number;
  cut: number;
  insert: string;
}

/** Texts for a grammar. @param words of the grammar; @param samples texts that parse */
export function hostileText(
  words: readonly string[],
  samples: readonly string[],
): fc.Arbitrary<string> {
  const word = fc.constantFrom(...words, ...TROUBLE);
  const edit: fc.Arbitrary<Edit> = fc.record({
    at: fc.nat({ max: 10_000 }),
    cut: fc.nat({ max: 12 }),
    insert: fc.oneof(fc.constant(""), word, fc.string({ maxLength: 4 })),
  });
  return fc.oneof(
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 60 }) },
    { weight: 3, arbitrary: fc.array(word, { maxLength: 40 }).map((parts) => parts.join("")) },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom(...samples), fc.array(edit, { maxLength: 3 }))
        .map(([sample, edits]) => edits.reduce(spoil, sample)),
    },
  );
}

function spoil(text: string, { at, cut, insert }: Edit): string {
  const from = at % (text.length + 1);
  return text.slice(0, from) + insert + text.slice(from + cut);
}

/** JSON values with keys that are trouble, and the shape of `samples` with parts replaced. */
export function hostileJson(
  keys: readonly string[],
  samples: readonly unknown[],
): fc.Arbitrary<unknown> {
  const text = fc.oneof(
    fc.constantFrom(...keys, ...TROUBLE),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  const key = fc.constantFrom(...keys, "__proto__", "constructor", "x");
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      text,
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.array(fc.tuple(key, tie("value")), { maxLength: 5 }).map((pairs) => objectOf(pairs)),
    ),
  }));
  const spoilt = fc.tuple(fc.constantFrom(...samples), fc.nat({ max: 50 }), value)
    .map(([sample, at, other]) => replaced(sample, at, other));
  return fc.oneof(value, spoilt, fc.constantFrom(...samples));
}

/** As `JSON.parse` makes it: `__proto__` is a key like any other. */
function objectOf(pairs: readonly (readonly [string, unknown])[]): unknown {
  const text = pairs.map(([k, v]) => `${JSON.stringify(k)}:${JSON.stringify(v ?? null)}`);
  return JSON.parse(`{${text.join(",")}}`);
}

/** A copy with the value at the `at`-th place (in the order of a walk) replaced. */
function replaced(sample: unknown, at: number, other: unknown): unknown {
  let place = 0;
  const text = JSON.stringify(sample, (_, value) => place++ === at ? other ?? null : value);
  return JSON.parse(text);
}
