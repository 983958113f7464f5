// storm: many real processes decide about one request at once: one way out of pending, and one record.
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { type Ready, withSandbox } from "../../commands/sandbox/start.ts";
import type { ApprovalEntry } from "../../lib/core/journal/types.ts";
import { type Ran, runIn } from "../e2e/tools.ts";
import { assertWhole, entriesIn } from "../edges/journal/desk.ts";

const FULL = Deno.env.get("SENTINEL_TEST_FULL") === "1";
const ROUNDS = FULL ? 60 : 3;

/** Four of each, and sixteen in all. */
const RACERS: readonly (readonly [who: string, ...words: string[]])[] = [
  ["lea", "approve"],
  ["sam", "approve"],
  ["sam", "deny", "--comment", "the incident is over"],
  ["mara", "request", "cancel"],
];
const TIMES = 4;

/** What may have happened, in order: an approval can be taken back, all else is final. */
const STORIES: readonly string[] = [
  "approved",
  "denied",
  "cancelled",
  "approved, cancelled",
  "approved, revoked",
];

function call({ home, env }: Ready, who: string, ...words: string[]): Promise<Ran> {
  return runIn(home, { ...env, AWS_PROFILE: who }, "sentinel", ...words, "--json");
}

async function round(ready: Ready): Promise<string> {
  const words = ["request", "--profile", "prod", "--reason", "a race for a request"];
  const { id } = JSON.parse((await call(ready, "mara", ...words)).out);
  const started = Array.from({ length: TIMES }, () => RACERS).flat();
  const ran = await Promise.all(
    started.map(([who, ...verb]) => call(ready, who, ...verb, id)),
  );
  for (const { code, err } of ran) {
    assert.ok(code === 0 || (code === 3 && err.includes("STATE_REFUSED")), `exit ${code}: ${err}`);
  }
  const said = ran.filter(({ code }) => code === 0).map(({ out }) => JSON.parse(out));
  const told = said.sort((a, b) => a.version - b.version).map(({ state }) => state).join(", ");
  assert.ok(STORIES.includes(told), `winners say: ${told}`);
  const { state, version } = JSON.parse((await call(ready, "mara", "request", "show", id)).out);
  assert.deepEqual([state, version], [told.split(", ").at(-1), said.length + 1]);
  const states = ["pending", ...told.split(", ")];
  assert.deepEqual(await recorded(`${ready.home}/sentinel/journal`, id), states.sort());
  return told;
}

const STATE_AFTER: Readonly<Record<string, string>> = { "request.created": "pending" };

/** What the journal says was done about a request. Who was first may write its end down last. */
async function recorded(journal: string, id: string): Promise<string[]> {
  const entries = (await entriesIn(journal)).map(({ entry }) => entry);
  const about = entries.filter((entry): entry is typeof entry & ApprovalEntry =>
    entry.kind === "approval" && entry.approvalId === id
  );
  const open = about.filter(({ result }) => result === "about").length;
  assert.equal(open, about.length - open, "each step that was begun has its end on record");
  return about.filter(({ result }) => result === "done")
    .map(({ event }) => STATE_AFTER[event] ?? event.replace("request.", "")).sort();
}

Deno.test(`${RACERS.length * TIMES} processes approve, deny and cancel one request: one outcome, on record`, async () => {
  const options = { port: 0, world: undefined, as: undefined };
  await withSandbox(processBase("test", false), options, async (ready) => {
    const told = new Map<string, number>();
    for (let at = 0; at < ROUNDS; at++) {
      const story = await round(ready);
      told.set(story, (told.get(story) ?? 0) + 1);
    }
    await assertWhole(`${ready.home}/sentinel/journal`);
    console.log(
      `${ROUNDS} rounds: ${[...told].map(([story, count]) => `${count} × ${story}`).join("; ")}`,
    );
    return 0;
  });
});
