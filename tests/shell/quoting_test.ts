// shell: any name survives quoting in the real shells; control characters never get there.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { functionNames, type ShellName, WRITERS } from "../../shell/mod.ts";
import { inShell, planFor, shellsHere, stage } from "./ask.ts";

const HERE = await shellsHere();
const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "3");

const HOSTILE = [
  "'",
  "''",
  "'''",
  '"',
  "\\",
  "\\'",
  "'\\",
  "$(touch x)",
  "`touch x`",
  "${HOME}",
  "$HOME",
  "!!",
  "!$",
  "a;b",
  "a&b",
  "a|b",
  "a>b",
  "a<b",
  "(a)",
  "{a,b}",
  "*",
  "?",
  "[a]",
  "#a",
  "~",
  "~root",
  "%1",
  "^a^b",
  "--",
  "-n",
  "-e",
  "=ls",
  "a=b",
  "a'b\"c",
  " a",
  "a ",
  "é",
  "日本",
  "🎉",
  "\u00a0",
  "a\\nb",
  "$'a'",
  "",
];

/** Options under which quotes or words mean something else. */
const ODD: Readonly<Record<ShellName, string>> = {
  bash: "set -o histexpand; shopt -s extglob nullglob failglob\n",
  zsh:
    "setopt rc_quotes extended_glob sh_word_split glob_subst ksh_arrays bang_hist csh_junkie_quotes\n",
  fish: "",
};

// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u;

const anyName = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 30 }),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.array(fc.constantFrom(...HOSTILE.filter((h) => h !== "")), { maxLength: 6 }).map((a) =>
    a.join("")
  ),
).filter((name) => !CONTROL.test(name));

async function said(shell: ShellName, home: string, text: string): Promise<string[]> {
  const file = `${home}/script.${shell}`;
  await Deno.writeTextFile(file, text);
  const { code, out, err } = await inShell(shell, home, file);
  assert.equal(code, 0, err);
  assert.equal(err, "");
  return out.split("\0").slice(0, -1);
}

async function onStage(run: (home: string) => Promise<void>): Promise<void> {
  const home = await stage();
  try {
    await run(home);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

for (const shell of ["bash", "zsh", "fish"] as const) {
  const { quote, inline } = WRITERS[shell];
  const ignore = !HERE.get(shell);

  Deno.test({
    name: `${shell} reads each quoted name as it was`,
    ignore,
    fn: () =>
      onStage(async (home) => {
        const names = fc.array(anyName, { minLength: 1, maxLength: 150 });
        await fc.assert(
          fc.asyncProperty(names, async (made) => {
            const all = [...HOSTILE, ...made];
            const words = all.map((name) => `sentinel ${quote(name)}x\n`).join("");
            assert.deepEqual(await said(shell, home, ODD[shell] + words), all.map((n) => `${n}x`));
          }),
          { seed: 5, numRuns: RUNS },
        );
      }),
  });

  Deno.test({
    name: `${shell}: each profile's function names its profile, and hands on its words`,
    ignore,
    fn: () =>
      onStage(async (home) => {
        const made = fc.sample(anyName, { seed: 7, numRuns: 60 });
        const plan = planFor([...HOSTILE, ...made].map((name) => `a${name}`), {
          passed: ["--region", "eu'central"],
        });
        assert.ok(plan.functions.length > 40, "most of them must have a function");
        const words = ["ls", "a b", "*", "$x", "-p", ""];
        const calls = plan.functions.map(({ name }) => `${name} ${words.map(quote).join(" ")}\n`);
        const expected = plan.functions.flatMap((
          { profile },
        ) => ["exec", "--profile", profile, "--region", "eu'central", "--", ...words]);
        assert.deepEqual(await said(shell, home, inline(plan) + calls.join("")), expected);
        await assert.rejects(Deno.stat(`${home}/x`), "nothing of a name may run");
      }),
  });

  Deno.test({
    name: `${shell}: a function without words asks for a shell`,
    ignore,
    fn: () =>
      onStage(async (home) => {
        const text = `${inline(planFor(["prod"]))}sentinel-prod\n`;
        assert.deepEqual(await said(shell, home, text), ["exec", "--profile", "prod", "--"]);
      }),
  });

  for (
    const bad of ["a\nb", "a\rb", "a\tb", "\u001b[2J", "a\u0000", "\u0085", "\u2028", "\ud800"]
  ) {
    Deno.test(`quote() for ${shell} refuses ${JSON.stringify(bad)}`, () => {
      assert.throws(() => quote(bad), { code: "USAGE" });
    });
  }
}

for (
  const c of [
    {
      name: "ordinary names stay as they are",
      of: ["a.b", "a_b", "a-b", "a@b", "a+b", "A"],
      names: ["a+b", "a-b", "a.b", "a@b", "a_b", "A"],
    },
    {
      name: "no profile meets another's server form",
      of: ["x", "x-server"],
      names: ["x", "x-server"],
    },
    { name: "everything else becomes one dash", of: ["my  odd/one!"], names: ["my-odd-one"] },
    { name: "an exact name keeps its function", of: ["a b", "a-b"], names: ["a-b", "a-b-"] },
    { name: "of others that meet none keeps it", of: ["a b", "a/b"], names: ["a-b-", "a-b-"] },
    { name: "capitals alone tell nothing apart", of: ["Prod", "prod"], names: ["prod", "Prod-"] },
    { name: "a profile said twice is one", of: ["a", "a"], names: ["a"] },
    { name: "symbols alone are no name", of: ["***", "...", "日本", "@@"], names: [] },
    {
      name: "what prints as something else is left out",
      of: ["a\u200bb", "a\u001bb", ""],
      names: [],
    },
    { name: "what is longer than a file name is left out", of: ["a".repeat(201)], names: [] },
  ]
) {
  Deno.test(`functionNames() ${c.name}`, () => {
    const { functions, warnings } = functionNames(c.of);
    const got = functions.map((f) => f.name.replace(/^sentinel-/, "")).sort();
    const want = [...c.names].sort();
    assert.equal(got.length, want.length, JSON.stringify(got));
    const plain = got.map((name) =>
      want.includes(name) ? name : name.replace(/-[0-9a-z]{5}$/, "-")
    );
    assert.deepEqual(plain.sort(), want);
    const said = new Set(c.of).size - want.filter((name) => !name.endsWith("-")).length;
    assert.equal(warnings.length, said, JSON.stringify(warnings));
  });
}

Deno.test("functionNames() gives one profile one function, the same whoever else there is", () => {
  fc.assert(
    fc.property(fc.array(anyName.map((n) => `p${n}`), { maxLength: 40 }), (names) => {
      const { functions, warnings } = functionNames(names);
      assert.equal(new Set(functions.map((f) => f.name.toLowerCase())).size, functions.length);
      for (const { name, profile } of functions) {
        assert.match(name, /^sentinel-[A-Za-z0-9._@+-]+$/);
        const alone = functionNames([profile]).functions[0]?.name ?? "";
        assert.ok(name === alone || name.startsWith(`${alone}-`), `${name} for ${profile}`);
      }
      const left = new Set(names).size - functions.length;
      assert.ok(warnings.length >= left, "each profile without a function is told of");
    }),
    { seed: 11, numRuns: RUNS * 25 },
  );
});
