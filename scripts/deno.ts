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
  flags: readonly string[] = [],
): Promise<Counts> {
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const code = await deno(
      ["test", "-A", "--no-check", ...flags, `--junit-path=${report}`, ...paths],
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

/** The plain closing line. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
