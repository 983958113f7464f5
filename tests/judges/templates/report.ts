// judges of templates: what they found, line by line, and how it is counted.

/** What the judges said so far. */
export class Report {
  #passed = 0;
  #failed = 0;
  #skipped = 0;

  /** Counts one question; `fault` is what is wrong, in words, `null` = nothing. */
  judged(question: string, fault: string | null): void {
    if (fault === null) {
      this.#passed++;
      return;
    }
    this.#failed++;
    console.log(`FAILED ${question}: ${fault}`);
  }

  /**
   * A judge that can't say no is no judge: what is wrong on purpose must be found.
   *
   * @param fault what the judge said of it
   */
  control(judge: string, fault: string | null): void {
    this.judged(`${judge} finds what is wrong on purpose`, fault === null ? "found nothing" : null);
  }

  /** A judge that can't be had here. */
  skipped(judge: string, why: string): void {
    this.#skipped++;
    console.log(`SKIP ${judge}: ${why.replace(/\s*\n\s*/g, "; ")}`);
  }

  /** The line that is counted by, and the exit code. */
  end(): number {
    console.log(`${this.#passed} passed, ${this.#failed} failed, ${this.#skipped} skipped`);
    return this.#failed === 0 ? 0 : 1;
  }
}

const FOLDER = new URL("../../golden/templates/", import.meta.url);

/** The recorded texts of a form, by name, in order. There is at least one. */
export async function recorded(form: string): Promise<ReadonlyMap<string, string>> {
  const end = `.${form}.txt`;
  const files = (await Array.fromAsync(Deno.readDir(FOLDER), ({ name }) => name))
    .filter((name) => name.endsWith(end)).sort();
  if (files.length === 0) throw new Error(`Cannot judge: found no golden of form ${form}`);
  const texts = new Map<string, string>();
  for (const name of files) {
    texts.set(name.slice(0, -end.length), await Deno.readTextFile(new URL(name, FOLDER)));
  }
  return texts;
}

/** Runs `work` with a folder that is gone afterwards. */
export async function inFolder<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await Deno.makeTempDir({ prefix: "sentinel-judges-" });
  try {
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a program said, both streams, and whether it was content. `null` = there is no such program. */
export async function asked(
  command: readonly string[],
  { input = "", cwd }: { input?: string; cwd?: string } = {},
): Promise<{ content: boolean; said: string; out: string } | null> {
  const [program = "", ...args] = command;
  try {
    const child = new Deno.Command(program, {
      args,
      ...(cwd !== undefined && { cwd }),
      env: { CHECKPOINT_DISABLE: "1", NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input)).then(() => writer.close()).catch(() => {});
    const { success, stdout, stderr } = await child.output();
    const read = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { content: success, said: `${read(stdout)}${read(stderr)}`.trim(), out: read(stdout) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

/**
 * A package that only this folder's own configuration knows, imported at run time: the product's type
 * check and lock don't follow it.
 *
 * @returns the reason in words when it can't be had
 * @throws what says that something else came than the lock file wants: that is no reason to skip
 */
export async function loaded<Module>(load: () => Promise<unknown>): Promise<Module | string> {
  try {
    return await load() as Module;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/checksum|integrity|lockfile/i.test(message)) throw error;
    return message;
  }
}
