// e2e: programs that a machine may have or not; where one is missing, a visible SKIP with the reason.
import { denoDir } from "./transcript.ts";

/** What a program printed, and how it ended. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** Runs a program with exactly `env` beside HOME, PATH and where Deno keeps its packages. */
export async function runIn(
  home: string,
  env: Readonly<Record<string, string>>,
  command: string,
  ...args: string[]
): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd: home,
    env: { HOME: home, LANG: "C.UTF-8", ...denoDir(), ...env },
    clearEnv: true,
    stdin: "null",
  }).output();
  const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

/** The first of `commands` that runs; `null` when none does. */
export async function firstThatRuns(commands: readonly string[][]): Promise<string[] | null> {
  for (const words of commands) {
    const [program = "", ...args] = words;
    try {
      const { success } = await new Deno.Command(program, {
        args,
        stdout: "null",
        stderr: "null",
        stdin: "null",
      }).output();
      if (success) return words;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return null;
}

/** A test that needs a program. Without it the test is skipped, and says why. */
export function testWith(
  tool: string | null,
  name: string,
  why: string,
  run: () => Promise<void>,
): void {
  if (tool === null) console.log(`SKIP ${name}: ${why}`);
  Deno.test({ name, ignore: tool === null, fn: run });
}
