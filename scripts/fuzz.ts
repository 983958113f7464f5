// scripts: hostile input for as long as told: fuzz.ts [--seconds N] [--seed S] [--only NAME]
import { holdToLaw, holdToTime } from "../tests/hostile/fuzz/law.ts";
import { TARGETS } from "../tests/hostile/fuzz/targets.ts";

const RUNS = 200;

function option(name: string): string | undefined {
  const at = Deno.args.indexOf(`--${name}`);
  return at < 0 ? undefined : Deno.args[at + 1];
}

function whole(name: string, otherwise: number): number {
  const text = option(name);
  const value = text === undefined ? otherwise : Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new Error(`--${name}: found ${text}, want a whole number`);
}

const [first = 0] = crypto.getRandomValues(new Int32Array(1));
const seed = whole("seed", first);
const end = performance.now() + 1000 * whole("seconds", 60);
const only = option("only");
const targets = TARGETS.filter(({ name }) => only === undefined || name === only);
if (targets.length === 0) {
  throw new Error(`--only: found ${only}, want one of ${TARGETS.map((t) => t.name).join(", ")}`);
}

console.log(`fuzz: seed ${seed}; the same again: --seed ${seed}`);
const failed = new Map<string, string>();
let runs = 0;
for (let round = 0; performance.now() < end && failed.size < targets.length; round++) {
  for (const target of targets) {
    if (performance.now() >= end) break;
    if (failed.has(target.name)) continue;
    try {
      await holdToLaw(target, seed + round, RUNS);
      if (round === 0) await holdToTime(target);
      runs += RUNS;
    } catch (error) {
      failed.set(target.name, `seed ${seed + round}: ${error}`);
      console.log(`fuzz: ${target.name}: ${failed.get(target.name)}`);
    }
  }
}
console.log(`fuzz: ${runs} runs of ${targets.length} parsers, ${failed.size} failed`);
Deno.exitCode = failed.size === 0 ? 0 : 1;
