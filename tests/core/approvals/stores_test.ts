// approvals: the models of requests and emergencies once more, on SQLite and on DynamoDB.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { readRequest } from "../../../lib/core/approvals/mod.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import { openDynamo } from "../../../lib/edges/store/dynamodb.ts";
import { makeTables, optionsFor, startDynalite } from "../../edges/store/dynalite.ts";
import { withDirectory } from "../../edges/store/place.ts";
import { openAt } from "../../edges/store/sqlite.ts";
import { begin as beginEmergency, STEPS as EMERGENCY_STEPS } from "../breakglass/model.ts";
import type { Keeper } from "./memory.ts";
import { begin, STEPS } from "./model.ts";
import { cancelled, filed, lea, NOW, say, tom } from "./people.ts";
import { newSpace } from "./spaces.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "10");

async function models(store: Keeper): Promise<void> {
  const requests = fc.commands(STEPS, { maxCommands: 25, size: "max" });
  await fc.assert(
    fc.asyncProperty(
      requests,
      (steps) => fc.asyncModelRun(() => begin(newSpace(store), new Set()), steps),
    ),
    { seed: 68, numRuns: RUNS },
  );
  const emergencies = fc.commands(EMERGENCY_STEPS, { maxCommands: 15, size: "max" });
  await fc.assert(
    fc.asyncProperty(
      emergencies,
      (steps) => fc.asyncModelRun(() => beginEmergency(newSpace(store)), steps),
    ),
    { seed: 77, numRuns: RUNS },
  );
}

/** Three decide at once about what all have read: one write counts, and the record says which. */
async function races(store: Keeper): Promise<void> {
  for (let round = 0; round < RUNS; round++) {
    const space = newSpace(store);
    const request = await filed();
    assert.equal(await space.create(TABLES.requests, request), "done");
    const changes = [
      await say(request, "approve", lea, NOW),
      await say(request, "deny", tom, NOW),
      cancelled(request),
    ];
    const turned = [...changes.slice(round % 3), ...changes.slice(0, round % 3)];
    const written = await Promise.all(
      turned.map(({ item, expected }) => space.replace(TABLES.requests, item, expected)),
    );
    assert.deepEqual(written.toSorted(), ["conflict", "conflict", "done"]);
    const stored = readRequest(await space.get(TABLES.requests, request.id));
    assert.deepEqual(stored, turned[written.indexOf("done")]?.item);
  }
}

Deno.test("requests and emergencies hold on SQLite, after any steps and in every race", async () => {
  await withDirectory(async (directory) => {
    const store = await openAt(`${directory}/sentinel.db`);
    try {
      await models(store);
      await races(store);
    } finally {
      await store.close();
    }
  });
});

Deno.test("requests and emergencies hold on DynamoDB, after any steps and in every race", async () => {
  const served = await startDynalite();
  try {
    const options = optionsFor(served.endpoint);
    await makeTables(options);
    const store = openDynamo(options);
    await models(store);
    await races(store);
    await store.close();
  } finally {
    await served.stop();
  }
});
