// storm: many cold calls at once are one call to AWS, one fetch of the policy, one prompt.
import { strict as assert } from "node:assert";
import { assertWhole } from "../edges/journal/desk.ts";
import { credentialsIn, type Fate, type Weather, withWeather } from "./crowd.ts";

const FULL = Deno.env.get("SENTINEL_TEST_FULL") === "1";
const CROWD = FULL ? 200 : 24;

/** What AWS and the person were asked, and how long it took. */
interface Tally {
  assumeRole: number;
  identity: number;
  policy: number;
  prompts: number;
}

async function tallyOf(weather: Weather): Promise<Tally> {
  return {
    assumeRole: await weather.count("sts:AssumeRole"),
    identity: await weather.count("sts:GetCallerIdentity"),
    policy: await weather.count("ssm:GetParameter"),
    prompts: await weather.prompts(),
  };
}

async function told(weather: Weather, fates: readonly Fate[], start: number, name: string) {
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const killed = fates.filter((fate) => fate.killed).length;
  const kinds = Map.groupBy(await weather.entries(), (entry) => entry.kind);
  console.log(
    `${name}: ${fates.length} processes, ${killed} killed, ${seconds} s; ` +
      `${JSON.stringify(await tallyOf(weather))}; ` +
      [...kinds].map(([kind, entries]) => `${entries.length} ${kind}`).join(", "),
  );
}

/** Every survivor has credentials, all of one session each, and a line of the journal. */
async function assertServed(weather: Weather, fates: readonly Fate[]): Promise<void> {
  const survivors = fates.filter((fate) => !fate.killed);
  for (const { code, err } of survivors) assert.deepEqual([code, err], [0, ""]);
  const answers = fates.flatMap(({ out }) => credentialsIn(out) ?? []);
  assert.ok(answers.length >= survivors.length);
  const onRecord = new Map<string, number>();
  for (const entry of await weather.entries()) {
    const key = (entry.kind === "served" || entry.kind === "outcome") ? entry.accessKeyId : null;
    if (key !== null) onRecord.set(key, (onRecord.get(key) ?? 0) + 1);
  }
  for (const [key, same] of Map.groupBy(answers, (answer) => answer.accessKeyId)) {
    assert.ok((onRecord.get(key) ?? 0) >= same.length, "an entry for each answer");
  }
}

Deno.test(`${CROWD} cold calls at once: one AssumeRole, one identity, one policy, one prompt`, () =>
  withWeather(async (weather) => {
    const start = performance.now();
    const fates = await Promise.all(Array.from({ length: CROWD }, () => weather.ask()));
    await told(weather, fates, start, "storm");
    await assertServed(weather, fates);
    await assertWhole(weather.journal);
    assert.deepEqual(await tallyOf(weather), {
      assumeRole: 1,
      identity: 1,
      policy: 1,
      prompts: 1,
    });
  }));

Deno.test(`${CROWD} cold calls at once, a third killed with SIGKILL: the survivors are all served`, () =>
  withWeather(async (weather) => {
    const start = performance.now();
    const next = dice(41);
    // From its first breath to well after it would be done: a call by itself takes less than half
    // a second, a crowd takes turns.
    const spread = 300 + CROWD * 120;
    const fates = await Promise.all(
      Array.from(
        { length: CROWD },
        (_, index) => weather.ask(index % 3 === 0 ? next() * spread : undefined),
      ),
    );
    await told(weather, fates, start, "storm with kills");
    const killed = fates.filter((fate) => fate.killed).length;
    assert.ok(killed > 0, "nobody was killed: nothing is shown");
    await assertServed(weather, fates);
    await assertWhole(weather.journal);
    // Whoever lives has the same session. One that was issued to a process that died before it could
    // keep it is nobody's, and only then is another asked for.
    const keys = fates.filter((f) => !f.killed).map(({ out }) => credentialsIn(out)?.accessKeyId);
    assert.equal(new Set(keys).size, 1);
    const tally = await tallyOf(weather);
    for (const [what, count] of Object.entries(tally)) {
      assert.ok(count >= 1 && count <= 1 + killed, `${what}: ${count}`);
    }
    const intents = (await weather.entries()).filter((entry) => entry.kind === "intent").length;
    assert.ok(tally.assumeRole <= intents, "no call without an intent");
  }));

/** Numbers in [0, 1), the same in each run (Lehmer's generator, 1951). */
function dice(seed: number): () => number {
  let state = seed;
  return () => (state = state * 48_271 % 2_147_483_647) / 2_147_483_647;
}
