// crash: a grant killed at each of its steps: nothing is handed out that is not on record, nothing
// that was on record is lost, and the next writer puts right what was left.
import { strict as assert } from "node:assert";
import type { ReadEntry } from "../../lib/edges/journal/read.ts";
import { refusal } from "../core/journal/chains.ts";
import { assertWhole, journalIn } from "../edges/journal/desk.ts";
import { assertWitnessed, keyIn, keyOf, type Place, withPlace } from "./place.ts";

const FULL = Deno.env.get("SENTINEL_TEST_FULL") === "1";
/** The steps that the laws speak of; the full run takes all. */
const CHOSEN =
  /(write|sync) (intent|outcome|served|repair)|AssumeRole|answer|(rename|write) head|cut /;

interface Flow {
  name: string;
  /** The entry that must be on disk before the answer, and the one before AWS is asked. */
  decision: "outcome" | "served";
  prepare(place: Place): Promise<void>;
}

const FLOWS: readonly Flow[] = [
  { name: "anew", decision: "outcome", prepare: startAnew },
  { name: "from the cache", decision: "served", prepare: warm },
  { name: "after another's torn line", decision: "outcome", prepare: torn },
];

async function startAnew({ home }: Place): Promise<void> {
  for (const folder of ["cache", "journal"]) {
    await Deno.remove(`${home}/sentinel/${folder}`, { recursive: true }).catch(() => {});
  }
}

async function warm(place: Place): Promise<void> {
  const { code, err } = await place.run(place.sentinel("credentials", "--profile", "dev"));
  assert.deepEqual([code, err], [0, ""]);
}

async function torn(place: Place): Promise<void> {
  await startAnew(place);
  await journalIn(place.journal).append(refusal("before"));
  await Deno.writeTextFile(`${place.journal}/00000001.jsonl`, '{"v":1,"seq":2,', { append: true });
}

/** Runs the fixture that kills itself at `step`; what it printed on stderr. */
function runTo(place: Place, step: number) {
  const fixture = decodeURIComponent(new URL("./fixtures/steps.ts", import.meta.url).pathname);
  const config = decodeURIComponent(new URL("../../deno.json", import.meta.url).pathname);
  const deno = [Deno.execPath(), "run", "-A", "-q", "--config", config, fixture, String(step)];
  return place.run([...deno, "credentials", "--profile", "dev"]);
}

for (const flow of FLOWS) {
  Deno.test(`a grant made ${flow.name}, killed with SIGKILL at each step, is never unrecorded`, () =>
    withPlace(undefined, async (place) => {
      await flow.prepare(place);
      const whole = await runTo(place, 0);
      assert.ok(keyIn(whole.out) !== null, whole.err);
      const steps: string[] = JSON.parse(whole.err);
      const told = new Map<string, number>();
      for (const [index, name] of steps.entries()) {
        if (!FULL && !CHOSEN.test(name)) continue;
        const stage = await killAt(place, flow, { steps, index });
        told.set(stage, (told.get(stage) ?? 0) + 1);
      }
      const counts = [...told].map(([stage, count]) => `${count} ${stage}`);
      console.log(`${flow.name}: of ${steps.length} steps killed at ${counts.join(", ")}`);
      assert.equal(told.size, flow.decision === "served" ? 2 : 3, "every stage was met");
    }));
}

interface Point {
  steps: readonly string[];
  index: number;
}

/** Kills one grant, holds what it left against the laws, and says how far it had come. */
async function killAt(place: Place, flow: Flow, { steps, index }: Point): Promise<string> {
  const name = steps[index] ?? "";
  await flow.prepare(place);
  const before = { entries: await place.entries(), calls: await place.trail("AssumeRole") };
  const fate = await runTo(place, index + 1);
  assert.deepEqual([fate.killed, fate.err.trimEnd()], [true, name]);
  const entries = await place.entries();
  const calls = (await place.trail("AssumeRole")).slice(before.calls.length);
  const fresh = entries.slice(before.entries.length);
  const has = (kind: string) => fresh.some(({ entry }) => entry.kind === kind);

  assert.deepEqual(entries.slice(0, before.entries.length), before.entries, "nothing is lost");
  assertWitnessed(calls, entries);
  const key = keyIn(fate.out);
  assert.equal(key !== null, name === "after answer", "a whole answer comes in one piece");
  if (fate.out !== "") assert.ok(has(flow.decision), `${name}: handed out, not on record`);
  if (key !== null) assert.ok(fresh.some((entry) => keyOf(entry) === key));
  // What was synced is there; AWS is asked only after that.
  for (const kind of ["intent", "outcome", "served", "repair"]) {
    const synced = steps.indexOf(`after sync ${kind}`);
    if (synced >= 0 && index >= synced) assert.ok(has(kind), `${name}: the ${kind} was synced`);
  }
  if (calls.length > 0) assert.ok(index >= steps.indexOf("after sync intent"), name);

  await assertRepaired(place, entries);
  if (has(flow.decision)) return "after its decision was on record";
  return has("intent") ? "between intent and outcome" : "before anything was on record";
}

/** The next writer makes the chain whole, with every entry still in it. */
async function assertRepaired(place: Place, entries: readonly ReadEntry[]): Promise<void> {
  await journalIn(place.journal).append(refusal("after"));
  await assertWhole(place.journal);
  assert.deepEqual((await place.entries()).slice(0, entries.length), entries);
}
