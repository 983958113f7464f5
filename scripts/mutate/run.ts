// mutate: the run. Draws mutants of a room, judges one at a time, keeps the list, prints the sums.
import { compilerOf } from "./compiles.ts";
import { copyOf } from "./copy.ts";
import { type Mutant, mutantsOf } from "./find.ts";
import { judge, type Judgement } from "./judge.ts";
import { type Room, ROOMS, sourcesOf, testsOf } from "./rooms.ts";
import { randomFrom, shuffled } from "./sample.ts";
import { type Kept, readKept, type Settings, settingsFrom, sumsOf, writeKept } from "./report.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname).replace(/\/$/, "");

/** Draws the mutants that compile, so many as are asked for or as there are. */
async function draw(copy: string, room: Room, settings: Settings): Promise<Mutant[]> {
  const files = await sourcesOf(copy, room);
  const compiler = compilerOf(copy, files);
  const all: Mutant[] = [];
  for (const file of files) {
    all.push(...mutantsOf(file, await Deno.readTextFile(`${copy}/${file}`)));
  }
  const drawn: Mutant[] = [];
  for (const mutant of shuffled(all, randomFrom(settings.seed))) {
    if (drawn.length >= settings.count) break;
    if (compiler.compiles(mutant.file, mutant.text)) drawn.push(mutant);
  }
  return drawn;
}

/** With `--again`, what was noticed in the kept list isn't judged once more. */
function wanted(drawn: readonly Mutant[], kept: Kept | null): readonly Mutant[] {
  if (kept === null) return drawn;
  const dead = new Set(
    kept.mutants.filter(({ verdict }) => verdict !== "survived").map(({ id }) => id),
  );
  return drawn.filter(({ id }) => !dead.has(id));
}

/** Test files in the order in which they noticed faults of this source so far: it saves time. */
function bestFirst(files: readonly string[], source: string, kept: Kept): string[] {
  const noticed = new Map<string | null, number>();
  for (const one of kept.mutants) {
    if (one.file === source) noticed.set(one.in, (noticed.get(one.in) ?? 0) + 1);
  }
  return files.toSorted((a, b) => (noticed.get(b) ?? 0) - (noticed.get(a) ?? 0));
}

async function judgeIn(
  copy: string,
  mutant: Mutant,
  groups: readonly (readonly string[])[],
  runs: number,
): Promise<Judgement> {
  const path = `${copy}/${mutant.file}`;
  const original = await Deno.readTextFile(path);
  await Deno.writeTextFile(path, mutant.text);
  try {
    return await judge(copy, groups, runs);
  } finally {
    await Deno.writeTextFile(path, original);
  }
}

/** Puts a mutant with its verdict into the list, in the place of an earlier verdict. */
function keep(kept: Kept, mutant: Mutant, judgement: Judgement): void {
  const { text: _, ...about } = mutant;
  const at = kept.mutants.findIndex(({ id }) => id === mutant.id);
  if (at < 0) kept.mutants.push({ ...about, ...judgement });
  else kept.mutants[at] = { ...about, ...judgement };
}

async function run(copy: string, room: Room, settings: Settings): Promise<boolean> {
  const groups = await testsOf(copy, room);
  const sound = await judge(copy, groups, room.runs);
  if (sound.verdict !== "survived") {
    console.error(`mutate: the tests fail without any fault: ${sound.by ?? sound.verdict}`);
    return false;
  }
  const earlier = settings.again === null ? null : await readKept(settings.again);
  const drawn = await draw(copy, room, settings);
  const todo = wanted(drawn, earlier);
  console.log(`mutate: ${settings.room}, seed ${settings.seed}: ${todo.length} mutants to judge`);
  const kept: Kept = earlier ?? { room: settings.room, seed: settings.seed, mutants: [] };
  for (const [index, mutant] of todo.entries()) {
    const order = groups.map((files) => bestFirst(files, mutant.file, kept));
    const judgement = await judgeIn(copy, mutant, order, room.runs);
    const { verdict } = judgement;
    keep(kept, mutant, judgement);
    if (verdict === "survived" || index % 25 === 24) {
      const where = `${mutant.file}:${mutant.line} ${mutant.operator}`;
      console.log(`${index + 1}/${todo.length} ${verdict} ${where}`);
      await writeKept(settings.out, kept);
    }
  }
  await writeKept(settings.out, kept);
  console.log(sumsOf(kept));
  return true;
}

const settings = settingsFrom(Deno.args);
const room = ROOMS[settings.room];
if (room === undefined) {
  console.error(`mutate: found no room "${settings.room}", want ${Object.keys(ROOMS).join(", ")}`);
  Deno.exitCode = 2;
} else {
  const copy = await copyOf(ROOT);
  try {
    Deno.exitCode = await run(copy, room, settings) ? 0 : 1;
  } finally {
    await Deno.remove(copy, { recursive: true });
  }
}
