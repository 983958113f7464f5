// hostile: what every parser owes to whatever it reads.
import { strict as assert } from "node:assert";
import fc from "fast-check";

/** A parser under the law. `I` is what it reads, `V` what it makes of it. */
export interface Target<I, V> {
  name: string;
  inputs: fc.Arbitrary<I>;
  /** Reads. `undefined` stands for "no such thing", for parsers that say so instead of throwing. */
  parse(input: I): V | undefined | Promise<V | undefined>;
  /** True for the error that this parser may throw. */
  mayThrow(error: unknown): boolean;
  /** Checks what came out: printed, it reads the same. */
  check?(value: V, input: I): void | Promise<void>;
  /** A long input made of one piece: for the law of time. Left out where length has a limit. */
  long?: { pieces: readonly string[]; of(text: string): I };
}

/** A target whose types nobody needs to know. */
// deno-lint-ignore no-explicit-any
export type AnyTarget = Target<any, any>;

/** How long one short input may take, in ms, on a machine that is busy with other things. */
const SLOW = 3_000;
const LONG = 1 << 15;
/** A long input that takes less than this needs no second look. */
const QUICK = 400;

/**
 * Runs the law `runs` times from `seed`. A failure's message has the seed, the path and the input.
 * @returns how many inputs were read as what they should be: none would mean that nothing is checked
 */
export async function holdToLaw(target: AnyTarget, seed: number, runs: number): Promise<number> {
  const before = prototypes();
  let whole = 0;
  const property = fc.asyncProperty(target.inputs, async (input) => {
    if (await lawful(target, input, before)) whole += 1;
  });
  await fc.assert(property, { seed, numRuns: runs, endOnFailure: false });
  return whole;
}

async function lawful<I, V>(target: Target<I, V>, input: I, before: string): Promise<boolean> {
  const start = performance.now();
  const outcome = await read(target, input);
  const took = performance.now() - start;
  assert.ok(took < SLOW, `${target.name} took ${Math.round(took)} ms`);
  if (outcome !== undefined) await target.check?.(outcome, input);
  assert.equal(prototypes(), before, `${target.name} changed a prototype`);
  return outcome !== undefined;
}

async function read<I, V>(target: Target<I, V>, input: I): Promise<V | undefined> {
  try {
    return await target.parse(input);
  } catch (error) {
    if (target.mayThrow(error)) return undefined;
    throw new Error(`${target.name} threw what it may not: ${error}`, { cause: error });
  }
}

/**
 * Twice the input, at most thrice the time. Measured as four times the input and nine times the
 * time, the best of three each: a machine that is busy blurs less.
 * @param length of the longer input
 * @param quick ms; an input that takes less is not looked at a second time
 */
export async function holdToTime(target: AnyTarget, length = LONG, quick = QUICK): Promise<void> {
  for (const piece of target.long?.pieces ?? []) {
    let once = await timeOf(target, piece, length);
    if (once < quick) continue;
    let quarter = Infinity;
    for (let attempt = 0; attempt < 3; attempt++) {
      quarter = Math.min(quarter, await timeOf(target, piece, length / 4));
      once = Math.min(once, await timeOf(target, piece, length));
    }
    const ratio = once / quarter;
    const what = `${target.name}: ${JSON.stringify(piece)}`;
    assert.ok(ratio <= 9, `${what}: four times as long takes ${ratio} times the time`);
  }
}

async function timeOf(target: AnyTarget, piece: string, length: number): Promise<number> {
  const input = target.long?.of(piece.repeat(Math.ceil(length / piece.length)));
  const start = performance.now();
  await read(target, input);
  return performance.now() - start;
}

/** The names on the prototypes that a polluted object would change. */
function prototypes(): string {
  return [Object, Array, Map, Function, String].map(({ prototype }) =>
    Reflect.ownKeys(prototype).map(String).join()
  ).join(";");
}
