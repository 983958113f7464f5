// docs: every example in help, README and docs is parsed by the real route map; those that can are run.
import { strict as assert } from "node:assert";
import { documents, type Example, examplesIn, helpExamples } from "./examples.ts";
import { calledAs, COMMANDS, parsed, ROOT } from "./parsing.ts";
import { programOf, runExample } from "./running.ts";
import { sentinelCalls, Unsplittable } from "./shell_words.ts";

const FULL = Deno.env.get("SENTINEL_TEST_FULL") !== undefined;

/** How many are run by default; the rest with SENTINEL_TEST_FULL. */
const SAMPLE = 20;

/** Examples that are parsed and not run. */
const NOT_RUN: readonly (readonly [RegExp, why: string])[] = [
  [/^sentinel (request|exec) .*--wait/, "it waits until somebody decides"],
  [/^sentinel sandbox run/, "it serves until Ctrl-C"],
  [
    /terraform (plan|apply)/,
    "it wants a Terraform project, and staging is open in office hours only",
  ],
];

/** Examples that end with another code than 0. */
const ENDS: readonly (readonly [RegExp, codes: readonly number[], why: string])[] = [
  [/-- aws s3 ls/, [254, 255], "the sandbox has no S3: the exit code of aws comes through"],
  [
    /^sentinel (sandbox exec -- sentinel )?credentials --profile prod(?!; echo)/,
    [4],
    "it wants an approval",
  ],
  [
    /^sentinel (approve|deny|request (show|cancel)) 0f1e2d3c4b5a6978(?!.*\|)/,
    [2],
    "nobody filed a request of this id",
  ],
  [/^sentinel permissions check/, [0, 10, 11], "a simulation can't look at everything"],
  [/^sentinel doctor/, [0, 10, 11], "it finds what a sandbox lacks"],
  [/^sentinel init(?! status)(?!.*(--yes|--dry-run))/, [2], "it asks, and there is no terminal"],
  [/^sentinel shell init \w+ --write(?!.*--yes)/, [1, 2, 4], "it asks, and there is no terminal"],
  [/^sentinel shell init \w+ --check/, [0, 10], "it finds that the line is missing"],
];

const ALL: readonly Example[] = [
  ...helpExamples(),
  ...(await Promise.all(
    (await documents()).map(async (path) => examplesIn(path, await Deno.readTextFile(ROOT + path))),
  )).flat(),
];

function callsOf({ line }: Example): string[][] | null {
  try {
    return sentinelCalls(line);
  } catch (error) {
    if (error instanceof Unsplittable) return null;
    throw error;
  }
}

Deno.test("every example can be split into its calls, and holds one", () => {
  const lost = ALL.filter((example) => (callsOf(example) ?? []).length === 0);
  assert.deepEqual(lost.map(({ where, line }) => `${where}: ${line}`), []);
});

Deno.test("examples come from help, the README and the documents, for every command", () => {
  assert.ok(ALL.filter(({ where }) => where === "README.md").length > 10);
  assert.ok(ALL.some(({ where }) => where.startsWith("docs/")));
  const shown = ALL.flatMap((example) => callsOf(example) ?? []).map((call) => call.join(" "));
  for (const name of COMMANDS) {
    assert.ok(shown.some((call) => call.startsWith(calledAs(name))), name);
  }
});

for (const where of new Set(ALL.map((example) => example.where))) {
  Deno.test(`regression 13: ${where}: every example parses`, async () => {
    const wrong: string[] = [];
    for (const example of ALL.filter((one) => one.where === where)) {
      for (const call of callsOf(example) ?? []) {
        // Prose may name a command without the words that it wants.
        const named = !example.typed && COMMANDS.includes(call.join(" "));
        const { code, err } = await parsed(named ? [...call, "--help"] : call);
        if (code !== 0) wrong.push(`${example.line}\n  ${err}`);
      }
    }
    assert.equal(wrong.join("\n"), "");
  });
}

const TYPED = [...new Set(ALL.filter(({ typed }) => typed).map(({ line }) => line))];
const RUN = TYPED.filter((line) => !NOT_RUN.some(([pattern]) => pattern.test(line)));

Deno.test("the tables name examples that there are", () => {
  for (const [pattern] of [...NOT_RUN, ...ENDS]) {
    assert.ok(TYPED.some((line) => pattern.test(line)), `no example is like ${pattern}`);
  }
});

/** One example of each command before a second one of any. */
function sample(lines: readonly string[]): string[] {
  const seen = new Map<string, number>();
  const ranked = lines.map((line, at) => {
    const [call = []] = sentinelCalls(line);
    const name = COMMANDS.find((words) => call.join(" ").startsWith(words)) ?? "";
    const nth = seen.get(name) ?? 0;
    seen.set(name, nth + 1);
    return { line, rank: nth * lines.length + at };
  });
  return ranked.sort((a, b) => a.rank - b.rank).slice(0, SAMPLE).map(({ line }) => line);
}

const CHOSEN = FULL ? RUN : sample(RUN);
console.log(
  `examples: ${ALL.length} parsed, ${CHOSEN.length} of ${RUN.length} run${
    FULL ? "" : " (all with SENTINEL_TEST_FULL=1)"
  }, ${TYPED.length - RUN.length} can't be`,
);

for (const line of CHOSEN) {
  const missing = await programOf(line);
  if (missing !== null) console.log(`SKIP ${line}: no ${missing}`);
  Deno.test({
    name: `example runs: ${line}`,
    ignore: missing !== null,
    fn: async () => {
      const { code, out, err } = await runExample(line);
      const [, codes] = ENDS.find(([pattern]) => pattern.test(line)) ?? [null, [0]];
      assert.ok(codes.includes(code), `exit ${code}, want ${codes}\n${out}\n${err}`);
      assert.doesNotMatch(err, /error\[INTERNAL\]/);
    },
  });
}
