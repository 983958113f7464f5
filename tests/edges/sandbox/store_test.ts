// sandbox tests: Sentinel's own store on the sandbox's DynamoDB: signed, judged, provisioned.
import { strict as assert } from "node:assert";
import { creationOf, planTable } from "../../../lib/core/store/provision.ts";
import { ALL_TABLES, TABLES } from "../../../lib/core/store/tables.ts";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { callDynamo } from "../../../lib/edges/aws/dynamodb.ts";
import { defaultWorld, type Sandbox, startSandbox } from "../../../lib/edges/sandbox/mod.ts";
import { openDynamo } from "../../../lib/edges/store/dynamodb.ts";
import {
  describeTable,
  provision,
  type ProvisionOptions,
} from "../../../lib/edges/store/dynamodb_tables.ts";
import { contract } from "../store/contract.ts";
import { request } from "../store/items.ts";
import { controlSandbox, keysOf, random } from "./fixture.ts";

let sandbox: Sandbox | null = null;

Deno.test.beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, world: defaultWorld(), now: Date.now, random });
  for (const table of ALL_TABLES) await provision(options("sam"), table);
});

Deno.test.afterAll(async () => {
  await sandbox?.stop();
});

function running(): Sandbox {
  if (sandbox === null) throw new Error("no sandbox yet");
  return sandbox;
}

/** The store as a user of the world asks it. */
function options(user: string, prefix = "sentinel-"): ProvisionOptions {
  const { endpoint, world } = running();
  return {
    prefix,
    region: world.region,
    endpoint,
    credentials: () => Promise.resolve({ ...keysOf(running(), user), sessionToken: null }),
    pauseMs: 1,
    encryption: { kind: "aws-managed" },
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 5))),
  };
}

contract({ name: "dynamodb in the sandbox", runs: 20, store: () => openDynamo(options("sam")) });

Deno.test("[ours] tables that provision() made are as they must be, and nothing is left to do", async () => {
  for (const table of ALL_TABLES) {
    const found = await describeTable(options("sam"), table);
    assert.deepEqual(planTable(table, found), { table, steps: [], problems: [] });
    assert.deepEqual([found?.ttl, found?.deletionProtection, found?.pointInTimeRecovery], [
      "retainUntil",
      true,
      true,
    ]);
    assert.deepEqual(await provision(options("sam"), table), []);
  }
});

Deno.test("[ours] a bare table is mended, and its items are in the new indexes", async () => {
  const bare = options("sam", "bare-");
  const { KeySchema, BillingMode } = creationOf(TABLES.requests);
  await callDynamo(bare, {
    action: "CreateTable",
    doing: "make a table",
    table: "bare-requests",
    input: {
      KeySchema,
      BillingMode,
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    },
  });
  const store = openDynamo(bare);
  const item = request("r-early");
  while (await describeTable(bare, TABLES.requests).then((found) => found?.status !== "ACTIVE"));
  assert.equal(await store.create(TABLES.requests, item), "done");
  const steps = await provision(bare, TABLES.requests);
  assert.deepEqual(steps.map(({ kind }) => kind), [
    "protect",
    "encrypt",
    "index",
    "index",
    "index",
    "ttl",
    "recovery",
  ]);
  for (const index of TABLES.requests.indexes) {
    const partition = String(item[index.partition]);
    const found = await Array.fromAsync(
      store.list(TABLES.requests, { index: index.name, partition, newestFirst: true }),
    );
    assert.deepEqual(found, [item], index.name);
  }
});

Deno.test("[ours] mara works with requests, and neither looks at tables nor removes requests", async () => {
  const mara = openDynamo(options("mara"));
  const item = request("r-mara");
  assert.equal(await mara.create(TABLES.requests, item), "done");
  assert.equal(await mara.create(TABLES.requests, item), "exists");
  assert.deepEqual(await mara.get(TABLES.requests, item.id), item);
  const refused = (error: unknown) => hasCode(error, "AWS_REFUSED");
  await assert.rejects(mara.remove(TABLES.requests, item.id, { version: 1 }), refused);
  await assert.rejects(describeTable(options("mara"), TABLES.requests), refused);
  assert.equal(await mara.create(TABLES.locks, request("l-mara")), "done");
  assert.equal(await mara.remove(TABLES.locks, "l-mara", { version: 1 }), "done");
});

for (const kind of ["throttle", "5xx", "rubbish", "half"]) {
  Deno.test(`[ours] a write that meets ${kind} is done once and known to be ours, or not done`, async () => {
    const mara = openDynamo(options("mara"));
    const item = request(`r-${kind}`);
    await controlSandbox(running(), "fault", { service: "dynamodb", action: "PutItem", kind });
    const outcome = await mara.create(TABLES.requests, item).catch((error) => error);
    // Rubbish is no answer to be asked for again: nobody knows who gave it.
    if (kind === "rubbish") assert.ok(hasCode(outcome, "AWS_RUBBISH"), String(outcome));
    else assert.equal(outcome, "done");
    const found = await mara.get(TABLES.requests, item.id);
    assert.deepEqual(found, kind === "rubbish" ? null : item);
  });
}
