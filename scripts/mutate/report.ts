// mutate: what is asked for, the list that is kept, and its sums.
import type { Mutant } from "./find.ts";
import type { Judgement } from "./judge.ts";

/** What the command line asks for. */
export interface Settings {
  room: string;
  count: number;
  seed: number;
  /** Where the list goes; `null` = it is not kept. */
  out: string | null;
  /** A kept list whose survivors are judged once more; `null` = a new draw. */
  again: string | null;
}

/** A run as it is kept. */
export interface Kept {
  room: string;
  seed: number;
  mutants: (Omit<Mutant, "text"> & Judgement)[];
}

/** Reads `--room R --count N --seed N --out FILE --again FILE`. */
export function settingsFrom(args: readonly string[]): Settings {
  const read = (name: string): string | null => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? null : args[at + 1] ?? null;
  };
  return {
    room: read("room") ?? "iam",
    count: Number(read("count") ?? 60),
    seed: Number(read("seed") ?? 1),
    out: read("out"),
    again: read("again"),
  };
}

/** Reads a kept list. */
export async function readKept(path: string): Promise<Kept> {
  return JSON.parse(await Deno.readTextFile(path));
}

/** Keeps the list, where a place was named. */
export async function writeKept(path: string | null, kept: Kept): Promise<void> {
  if (path !== null) await Deno.writeTextFile(path, JSON.stringify(kept, null, 1) + "\n");
}

/** The sums and every survivor, as text. */
export function sumsOf({ room, seed, mutants }: Kept): string {
  const killed = mutants.filter(({ verdict }) => verdict !== "survived").length;
  const share = mutants.length === 0 ? 0 : Math.floor(killed * 1000 / mutants.length) / 10;
  const operators = new Map<string, [killed: number, all: number]>();
  for (const { operator, verdict } of mutants) {
    const [dead, all] = operators.get(operator) ?? [0, 0];
    operators.set(operator, [dead + (verdict === "survived" ? 0 : 1), all + 1]);
  }
  return [
    ...[...operators].sort().map(([name, [dead, all]]) => `  ${name}: ${dead}/${all}`),
    ...mutants.filter(({ verdict }) => verdict === "survived").map((mutant) =>
      `survived ${mutant.file}:${mutant.line} ${mutant.operator}: ${mutant.before} -> ${mutant.after}`
    ),
    `${room}, seed ${seed}: ${killed} of ${mutants.length} killed (${share} %)`,
  ].join("\n");
}
