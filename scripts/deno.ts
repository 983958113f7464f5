// scripts: this very Deno, run once more.

/** The repository's root, with a slash at its end. */
export const ROOT = decodeURIComponent(new URL("../", import.meta.url).pathname);

/** Counts of one test run, as the runner's own report has them. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Runs `deno ARGS` in the repository with this process's streams. */
export async function deno(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { ...env },
    stdin: "null",
  }).spawn();
  return (await child.status).code;
}

/** Runs the tests below `paths` and reads the counts from the JUnit report: steps count too. */
export async function runTests(
  paths: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Counts> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const code = await deno(
      ["test", "-A", "--no-check", "--parallel", `--junit-path=${report}`, ...paths],
      env,
    );
    return countsOf(await Deno.readTextFile(report), code);
  } finally {
    await Deno.remove(report);
  }
}

/** A run that failed without a failed test (a file that did not load) counts as one failure. */
export function countsOf(xml: string, code: number): Counts {
  const head = /<testsuites\b[^>]*>/.exec(xml)?.[0] ?? "";
  const read = (name: string) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(head)?.[1] ?? 0);
  const skipped = [...xml.matchAll(/<testsuite\b[^>]*\bdisabled="(\d+)"/g)]
    .reduce((sum, match) => sum + Number(match[1]), 0);
  const broken = read("failures") + read("errors");
  const failed = code !== 0 && broken === 0 ? 1 : broken;
  return { passed: Math.max(0, read("tests") - broken - skipped), failed, skipped };
}

/** Rooms whose full counts fill the machine: each runs by itself, or the others' deadlines break. */
const ALONE = ["storm", "crash", "clients"];

/** The whole of it: every test with the stated counts, against moto too, and the judges. */
export async function runFull(paths: readonly string[] = []): Promise<Counts> {
  const env = { SENTINEL_TEST_FULL: "1", SENTINEL_TEST_MOTO: "1" };
  if (paths.length > 0) return await runTests(paths, env);
  const rooms = await Array.fromAsync(Deno.readDir(`${ROOT}tests`), (entry) => entry.name);
  const together = rooms.filter((room) => !ALONE.includes(room)).map((room) => `tests/${room}/`);
  const counts = [await runTests(together.sort(), env)];
  for (const room of ALONE) counts.push(await runTests([`tests/${room}/`], env));
  for (const room of JUDGES) counts.push(await runJudges(room));
  return sumOf(counts);
}

/** The judges have dependencies, and so locks, of their own; they count for themselves. */
const JUDGES = ["tests/judges", "tests/judges/templates"];

async function runJudges(room: string): Promise<Counts> {
  const judges = ["--config", `${room}/deno.json`, `${room}/run.ts`];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...judges],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
  }).spawn();
  const said = await new Response(child.stdout).text();
  console.log(said.trimEnd());
  const { success } = await child.status;
  const line = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/m.exec(said);
  if (line === null) return { passed: 0, failed: success ? 0 : 1, skipped: success ? 1 : 0 };
  const [passed = 0, failed = 0, skipped = 0] = line.slice(1).map((n) => Number(n ?? 0));
  return { passed, failed: success ? failed : Math.max(1, failed), skipped };
}

/** Counts added up. */
export function sumOf(all: readonly Counts[]): Counts {
  const sum = (key: keyof Counts) => all.reduce((total, counts) => total + counts[key], 0);
  return { passed: sum("passed"), failed: sum("failed"), skipped: sum("skipped") };
}

/** The plain closing line. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
