// storm: many cold calls at once are one call to AWS, one fetch of the policy, one prompt.
import { strict as assert } from "node:assert";
import { assertWitnessed, dice, type Fate, keyIn, keyOf } from "../crash/place.ts";
import { assertWhole } from "../edges/journal/desk.ts";
import { type Weather, withWeather } from "./crowd.ts";

const FULL = Deno.env.get("SENTINEL_TEST_FULL") === "1";
const CROWD = FULL ? 200 : 24;
/** Seconds that a code takes: long enough that all who are about would want one of their own. */
const THINKING = 0.3;

/** How often AWS and the person were asked. */
interface Tally {
  assumeRole: number;
  identity: number;
  policy: number;
  prompts: number;
}

const ONE_EACH: Tally = { assumeRole: 1, identity: 1, policy: 1, prompts: 1 };

async function tallyOf(weather: Weather): Promise<Tally> {
  return {
    assumeRole: await weather.count("sts:AssumeRole"),
    identity: await weather.count("sts:GetCallerIdentity"),
    policy: await weather.count("ssm:GetParameter"),
    prompts: await weather.prompts(),
  };
}

/** Says what happened; every survivor has credentials of one session, and an entry for its answer. */
async function assertServed(weather: Weather, fates: readonly Fate[], start: number) {
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const survivors = fates.filter((fate) => !fate.killed);
  const entries = await weather.entries();
  const kinds = Map.groupBy(entries, ({ entry }) => entry.kind);
  console.log(
    `${fates.length} processes, ${fates.length - survivors.length} killed, ${seconds} s; ` +
      `${JSON.stringify(await tallyOf(weather))}; ` +
      [...kinds].map(([kind, those]) => `${those.length} ${kind}`).join(", "),
  );
  for (const { code, err } of survivors) assert.deepEqual([code, err], [0, ""]);
  const answers = Map.groupBy(fates.flatMap(({ out }) => keyIn(out) ?? []), (key) => key);
  const onRecord = Map.groupBy(entries.flatMap((entry) => keyOf(entry) ?? []), (key) => key);
  for (const [key, same] of answers) {
    assert.ok((onRecord.get(key)?.length ?? 0) >= same.length, "an entry for each answer");
  }
  assert.equal(new Set(survivors.map(({ out }) => keyIn(out))).size, 1, "one session for all");
  assertWitnessed(await weather.trail("AssumeRole"), entries);
  await assertWhole(weather.journal);
}

Deno.test(`${CROWD} cold calls at once: one AssumeRole, one identity, one policy, one prompt`, () =>
  withWeather(THINKING, async (weather) => {
    const start = performance.now();
    const fates = await Promise.all(Array.from({ length: CROWD }, () => weather.ask()));
    await assertServed(weather, fates, start);
    assert.deepEqual(await tallyOf(weather), ONE_EACH);
  }));

Deno.test(`${CROWD} cold calls at once, a third killed with SIGKILL: the survivors are all served`, () =>
  withWeather(THINKING, async (weather) => {
    const start = performance.now();
    const next = dice(41);
    // From its first breath to well after it would be done: a call by itself takes less than a
    // second, a crowd takes turns.
    const spread = 300 + CROWD * 50;
    const life = (index: number) => index % 3 === 0 ? next() * spread : undefined;
    const all = Array.from({ length: CROWD }, (_, index) => weather.ask(life(index)));
    const fates = await Promise.all(all);
    await assertServed(weather, fates, start);
    const killed = fates.filter((fate) => fate.killed).length;
    assert.ok(killed > 0, "nobody was killed: nothing is shown");
    // Only what died with a process that was about to keep it is asked for again.
    for (const [what, count] of Object.entries(await tallyOf(weather))) {
      assert.ok(count >= 1 && count <= 1 + killed, `${what}: ${count}`);
    }
  }));

Deno.test("the one that asks for all is killed at the prompt: the next one asks, for all", () =>
  withWeather(3, async (weather) => {
    const start = performance.now();
    const first = weather.run(["sh", "-c", `echo $$ > pid; exec "$@"`, "sh"].concat(
      weather.sentinel("credentials", "--profile", "storm"),
    ));
    await until(async () => await weather.prompts() === 1);
    const others = Array.from({ length: 5 }, () => weather.ask());
    // Long enough for some of them to wait for it; were it not, one would ask without waiting.
    await new Promise((done) => setTimeout(done, 1000));
    assert.equal(await weather.prompts(), 1, "nobody asks while one does");
    Deno.kill(Number(await Deno.readTextFile(`${weather.home}/pid`)), "SIGKILL");
    const fates = await Promise.all([first, ...others]);
    assert.deepEqual(fates.map(({ killed }) => killed), [true, ...others.map(() => false)]);
    await assertServed(weather, fates, start);
    assert.deepEqual(await tallyOf(weather), { ...ONE_EACH, prompts: 2 });
  }));

async function until(condition: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!await condition()) {
    assert.ok(Date.now() < end, "waited 30 s in vain");
    await new Promise((done) => setTimeout(done, 20));
  }
}
