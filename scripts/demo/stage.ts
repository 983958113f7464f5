// demo: a stage: each scene is a real process; what it prints is shown, and checked.
import { $, type ProcessOutput } from "zx";

/** What a scene must show. A scene that shows something else fails the demo. */
export interface Expected {
  code?: number;
  out?: RegExp;
  err?: RegExp;
}

/** One scene's answer. */
export interface Shown {
  out: string;
  err: string;
}

const bold = (text: string) =>
  Deno.stdout.isTerminal() && !Deno.noColor ? `\x1b[1m${text}\x1b[0m` : text;

/** Secrets are never shown, not even ones that are good nowhere. */
function masked(text: string): string {
  return text.replace(/("(?:SecretAccessKey|SessionToken)":")[^"]+/g, "$1…");
}

/** Plays scenes in one environment, and counts what came otherwise than told. */
export class Stage {
  readonly #shell;
  failures = 0;
  scenes = 0;

  constructor(env: Readonly<Record<string, string>>, cwd: string) {
    this.#shell = $({
      env: { ...env },
      cwd,
      nothrow: true,
      quiet: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
  }

  /** A heading. */
  tell(text: string): void {
    console.log(`\n${bold(text)}`);
  }

  /** Runs `command` in a shell, shows it and its answer, and holds it to what is expected. */
  async show(command: string, expected: Expected, shownAs = command): Promise<Shown> {
    this.scenes++;
    console.log(`$ ${shownAs}`);
    const output: ProcessOutput = await this.#shell`sh -c ${command}`;
    const { stdout: out, stderr: err, exitCode } = output;
    const text = masked([out, err].filter((t) => t !== "").map((t) => t.trimEnd()).join("\n"));
    if (text !== "") console.log(text.replace(/^/gm, "  "));
    if (exitCode !== 0) console.log(`  (exit ${exitCode})`);
    this.check(
      exitCode === (expected.code ?? 0),
      `exit ${exitCode}, expected ${expected.code ?? 0}`,
    );
    this.check(expected.out?.test(out) ?? true, `stdout is not ${expected.out}`);
    this.check(expected.err?.test(err) ?? true, `stderr is not ${expected.err}`);
    return { out, err };
  }

  /** Something that must be true. */
  check(ok: boolean, otherwise: string): void {
    if (ok) return;
    this.failures++;
    console.log(`  NOT AS EXPECTED: ${otherwise}`);
  }
}
