// crash: real processes killed at random moments, several at a time on one journal.
import { strict as assert } from "node:assert";
import type { ReadEntry } from "../../lib/edges/journal/read.ts";
import { refusal } from "../core/journal/chains.ts";
import { assertWhole, journalIn } from "../edges/journal/desk.ts";
import { assertWitnessed, dice, type Fate, keyIn, keyOf, type Place, withPlace } from "./place.ts";

const FULL = Deno.env.get("SENTINEL_TEST_FULL") === "1";
const RUNS = FULL ? 1000 : 40;
const AT_ONCE = 4;

/** How far a process had come. */
type Stage =
  | "killed before its intent"
  | "killed between intent and outcome"
  | "killed after its outcome"
  | "ended by itself";

// Each asks for a duration of its own, so that none is served another's session; its reason tells
// whose an entry is.
function ask(place: Place, index: number, killAfter?: number): Promise<Fate> {
  const own = ["--duration", `${3600 + index}s`, "--reason", `run ${index}`];
  return place.run(place.sentinel("credentials", "--profile", "dev", ...own), killAfter);
}

/** How long a call takes while as many run as in the test, in milliseconds. */
async function timeOf(place: Place): Promise<number> {
  const start = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => ask(place, RUNS + i)));
  return performance.now() - start;
}

function stageOf(fate: Fate, index: number, entries: readonly ReadEntry[]): Stage {
  if (!fate.killed) return "ended by itself";
  const intent = entries.find(({ entry }) =>
    entry.kind === "intent" && entry.intent.reason === `run ${index}`
  );
  if (intent === undefined) return "killed before its intent";
  const ended = entries.some(({ entry }) =>
    entry.kind === "outcome" && entry.intent === intent.hash
  );
  return ended ? "killed after its outcome" : "killed between intent and outcome";
}

Deno.test(`${RUNS} calls killed with SIGKILL at random: nothing is handed out unrecorded`, () =>
  withPlace(undefined, async (place) => {
    await ask(place, RUNS + AT_ONCE);
    const most = 1.1 * await timeOf(place);
    const next = dice(7);
    const fates: Fate[] = [];
    const lane = async (first: number) => {
      for (let i = first; i < RUNS; i += AT_ONCE) fates[i] = await ask(place, i, next() * most);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, (_, first) => lane(first)));

    const left = await place.entries();
    await journalIn(place.journal, { now: () => new Date() }).append(refusal("after"));
    const entries = await place.entries();
    assert.deepEqual(entries.slice(0, left.length), left);
    await assertWhole(place.journal);

    const stages = Map.groupBy(fates, (fate) => stageOf(fate, fates.indexOf(fate), entries));
    const answers = fates.flatMap(({ out }) => keyIn(out) ?? []);
    const repairs = entries.filter(({ entry }) => entry.kind === "repair").length;
    console.log(
      `${RUNS} runs: ` + [...stages].map(([stage, those]) =>
        `${those.length} ${stage}`
      ).join(", ") +
        `; ${answers.length} answers, ${entries.length} entries, ${repairs} repairs`,
    );
    const onRecord = new Set(entries.map(keyOf));
    for (const key of answers) assert.ok(onRecord.has(key), "an answer without an entry");
    for (const { killed, code, err } of fates) if (!killed) assert.deepEqual([code, err], [0, ""]);
    assertWitnessed(await place.trail("AssumeRole"), entries);
    const killed = fates.filter((fate) => fate.killed).length;
    assert.ok(killed > 0, "nobody was killed: nothing is shown");
    if (FULL) assert.equal(stages.size, 4, "every stage was met");
  }));
