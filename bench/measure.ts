// bench: how things are measured: candidates take turns, and only ratios within one run are told.

/** Numbers of one candidate, ascending. */
export interface Sample {
  median: number;
  fastest: number;
}

/** One line of the page. */
export interface Row {
  what: string;
  /** What it is held against. */
  against: string;
  /** The figure, a ratio; `null` = not measured here, `why` says the reason. */
  ratio: number | null;
  /** The same ratio of the fastest runs: what others do on the machine only adds. */
  atBest: number | null;
  /** `≤ 1.35`, `≥ 5`. */
  wanted: string;
  /** For a figure that is missed, or not there. */
  why: string;
}

/** Runs the candidates in turns, one round not counted, and yields milliseconds. */
export async function inTurns(
  rounds: number,
  candidates: Readonly<Record<string, () => Promise<unknown> | unknown>>,
): Promise<Record<string, Sample>> {
  const times: Record<string, number[]> = {};
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of Object.entries(candidates)) {
      const start = performance.now();
      await run();
      const passed = performance.now() - start;
      if (round > 0) (times[name] ??= []).push(passed);
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, all]) => [name, sampleOf(all)]));
}

/** Peak memory of a process in KiB, by GNU time; `undefined` where there is none. */
export async function peakMemory(
  rounds: number,
  env: Record<string, string>,
  command: string,
  args: readonly string[],
): Promise<Sample | undefined> {
  const all: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const words = ["-f", "peak %M", command, ...args];
    try {
      const { success, stderr } = await new Deno.Command("/usr/bin/time", { args: words, env })
        .output();
      if (success) all.push(Number(/peak (\d+)/.exec(new TextDecoder().decode(stderr))?.[1]));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return all.length === 0 ? undefined : sampleOf(all);
}

function sampleOf(all: readonly number[]): Sample {
  const sorted = all.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? NaN, fastest: sorted[0] ?? NaN };
}

/** A row of two samples: how often the second goes into the first. */
export function row(
  about: Pick<Row, "what" | "against" | "wanted" | "why">,
  one: Sample | undefined,
  other: Sample | undefined,
): Row {
  if (one === undefined || other === undefined) return { ...about, ratio: null, atBest: null };
  return {
    ...about,
    ratio: one.median / other.median,
    atBest: one.fastest / other.fastest,
  };
}

/** Whether a figure is what was wanted. */
export function reached({ ratio, wanted }: Row): boolean | null {
  if (ratio === null) return null;
  const [sign, limit = "NaN"] = wanted.split(" ");
  return sign === "≤" ? ratio <= Number(limit) : ratio >= Number(limit);
}
