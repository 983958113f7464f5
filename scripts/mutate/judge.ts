// mutate: runs a room's tests over the copy, and says what they made of it.

/** What became of a mutant. A run that takes too long counts as noticed. */
export type Verdict = "killed" | "timeout" | "survived";

/** The verdict, and the first test that failed with its file, where the report names one. */
export interface Judgement {
  verdict: Verdict;
  by: string | null;
  in: string | null;
}

const SURVIVED: Judgement = { verdict: "survived", by: null, in: null };

/** Longest time for one run of the tests, in milliseconds. */
const LONGEST = 30_000;

/** Runs test files, in the order of the groups, until one fails. */
export async function judge(
  copy: string,
  groups: readonly (readonly string[])[],
  runs: number,
): Promise<Judgement> {
  for (const files of groups) {
    if (files.length === 0) continue;
    const judgement = await runTests(copy, files, runs);
    if (judgement.verdict !== "survived") return judgement;
  }
  return SURVIVED;
}

async function runTests(
  copy: string,
  files: readonly string[],
  runs: number,
): Promise<Judgement> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--no-check", "--fail-fast", ...files],
    cwd: copy,
    env: { SENTINEL_TEST_RUNS: String(runs), NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    child.kill("SIGKILL");
  }, LONGEST);
  const { code, stdout } = await child.output();
  clearTimeout(timer);
  if (late) return { verdict: "timeout", by: null, in: null };
  if (code === 0) return SURVIVED;
  const report = new TextDecoder().decode(stdout);
  const [, name, file] = /^(.*?) => \.\/(\S+?):\d+:\d+$/m.exec(report) ?? [];
  return { verdict: "killed", by: name ?? "a file did not load", in: file ?? null };
}
