// store tests: tables made and mended by calls, beside others who are at work on them.
import { strict as assert } from "node:assert";
import { type ErrorCode, hasCode } from "../../../lib/core/errors/mod.ts";
import { ALL_TABLES, TABLES } from "../../../lib/core/store/tables.ts";
import type { TableDefinition } from "../../../lib/core/store/types.ts";
import {
  planFor,
  provision,
  type ProvisionOptions,
} from "../../../lib/edges/store/dynamodb_tables.ts";
import { ControlPlane } from "./control_plane.ts";
import { optionsFor } from "./dynalite.ts";

const { requests } = TABLES;

function optionsOf(plane: ControlPlane, over: Partial<ProvisionOptions> = {}): ProvisionOptions {
  return {
    ...optionsFor("http://127.0.0.1:1"),
    fetch: plane.fetch,
    encryption: { kind: "aws-managed" },
    sleep: () => Promise.resolve(),
    ...over,
  };
}

function fails(code: ErrorCode, words: RegExp): (error: unknown) => boolean {
  return (error) => {
    assert.ok(hasCode(error, code), String(error));
    assert.match(error.message, words);
    return true;
  };
}

/** A plane with one table that somebody made by hand, bare. */
function bare(over: Record<string, unknown> = {}): ControlPlane {
  const plane = new ControlPlane();
  plane.answer("CreateTable", {
    TableName: "sentinel-requests",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    ...over,
  });
  plane.changes.length = 0;
  return plane;
}

async function isWhole(options: ProvisionOptions, table: TableDefinition): Promise<void> {
  const { steps, problems } = await planFor(options, table);
  assert.deepEqual([steps, problems], [[], []]);
}

Deno.test("provision() makes every table whole, and a second run does nothing", async () => {
  const plane = new ControlPlane();
  const told: string[] = [];
  const options = optionsOf(plane, { done: ({ name }, { kind }) => told.push(`${name} ${kind}`) });
  for (const table of ALL_TABLES) {
    const steps = await provision(options, table);
    assert.deepEqual(steps.map(({ kind }) => kind), ["create", "ttl", "recovery"]);
    assert.equal(plane.tables.get(`sentinel-${table.name}`)?.busy, 0, "it can be used at once");
    await isWhole(options, table);
  }
  assert.equal(told.length, 3 * ALL_TABLES.length);
  const { length } = plane.changes;
  for (const table of ALL_TABLES) assert.deepEqual(await provision(options, table), []);
  assert.equal(plane.changes.length, length);
});

Deno.test("planFor() changes nothing", async () => {
  const plane = bare();
  const { steps } = await planFor(optionsOf(plane), requests);
  assert.equal(steps.length, 7);
  await planFor(optionsOf(plane), TABLES.locks);
  assert.deepEqual(plane.changes, []);
});

Deno.test("provision() mends a bare table, one change at a time", async () => {
  const plane = bare();
  const options = optionsOf(plane);
  const steps = await provision(options, requests);
  assert.deepEqual(steps.map(({ kind }) => kind), [
    "protect",
    "encrypt",
    "index",
    "index",
    "index",
    "ttl",
    "recovery",
  ]);
  await isWhole(options, requests);
});

Deno.test("provision() goes on where a run broke off", async () => {
  const plane = bare();
  let left = 3;
  plane.before = (action) => {
    if (!action.startsWith("Describe") && left-- <= 0) throw new TypeError("the cable is out");
  };
  const options = optionsOf(plane, { totalMs: 100 });
  await assert.rejects(provision(options, requests), fails("AWS_UNREACHABLE", /no connection/));
  plane.before = () => {};
  const steps = await provision(options, requests);
  assert.deepEqual(steps.map(({ kind }) => kind), ["index", "index", "ttl", "recovery"]);
  await isWhole(options, requests);
});

for (const first of ["CreateTable", "UpdateTimeToLive", "UpdateContinuousBackups"]) {
  Deno.test(`provision() takes it that somebody else was first with ${first}`, async () => {
    const plane = new ControlPlane();
    const other = optionsOf(plane);
    let met = false;
    plane.before = (action) => {
      if (action !== first || met) return;
      met = true;
      const table = plane.tables.get("sentinel-requests");
      if (table !== undefined) table.ttl = "retainUntil";
      if (table !== undefined) table.recovery = true;
      if (table === undefined) {
        plane.answer("CreateTable", {
          TableName: "sentinel-requests",
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [],
        });
      }
    };
    await provision(other, requests);
    assert.ok(met);
    await isWhole(other, requests);
  });
}

Deno.test("provision() waits, longer each time, and no longer than its limit", async () => {
  const plane = new ControlPlane({ busy: Infinity });
  const waits: number[] = [];
  const sleep = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  await assert.rejects(
    provision(optionsOf(plane, { sleep, deadlineMs: 100_000 }), requests),
    fails("STORE_BUSY", /"sentinel-requests": found it busy for \d+ s/),
  );
  assert.deepEqual(waits, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
});

const PROBLEMS: readonly { name: string; over: Record<string, unknown>; words: RegExp }[] = [
  {
    name: "of another key",
    over: { KeySchema: [{ AttributeName: "PK", KeyType: "HASH" }] },
    words: /found the key PK, want id/,
  },
  {
    name: "with an index of another key",
    over: {
      GlobalSecondaryIndexes: [{
        IndexName: "by-state",
        KeySchema: [{ AttributeName: "state", KeyType: "HASH" }],
        Projection: { ProjectionType: "ALL" },
      }],
    },
    words: /found index by-state with the key state/,
  },
];

for (const { name, over, words } of PROBLEMS) {
  Deno.test(`provision() leaves a table ${name} alone, and says why`, async () => {
    const plane = bare(over);
    await assert.rejects(provision(optionsOf(plane), requests), fails("STORE_DAMAGED", words));
    assert.deepEqual(plane.changes, []);
  });
}

Deno.test("provision() ends where a table never becomes what it is told to be", async () => {
  const plane = new ControlPlane({ busy: 0, young: 0 });
  plane.before = () => {
    for (const table of plane.tables.values()) table.ttl = null;
  };
  await assert.rejects(
    provision(optionsOf(plane), requests),
    fails("STORE_DAMAGED", /not to become/),
  );
});

Deno.test("provision() changes the key of KMS to the customer's", async () => {
  const arn = "arn:aws:kms:eu-west-1:111122223333:key/abc";
  const plane = new ControlPlane({ busy: 6 });
  await provision(optionsOf(plane), TABLES.locks);
  const options = optionsOf(plane, { encryption: { kind: "key", arn } });
  const steps = await provision(options, TABLES.locks);
  assert.deepEqual(steps.map(({ kind }) => kind), ["encrypt"]);
  assert.equal(plane.tables.get("sentinel-locks")?.busy, 0, "the change is through");
  await isWhole(options, TABLES.locks);
});

Deno.test("planFor() says that it can't look, and plans nothing then", async () => {
  const denied: typeof fetch = () =>
    Promise.resolve(
      new Response('{"__type":"x#AccessDeniedException","message":"no"}', { status: 400 }),
    );
  const options = { ...optionsOf(new ControlPlane()), fetch: denied };
  await assert.rejects(planFor(options, requests), (error) => {
    assert.ok(hasCode(error, "AWS_REFUSED"));
    assert.match(error.hint ?? "", /dynamodb:DescribeTable on table\/sentinel-requests/);
    return true;
  });
});

for (
  const { action, code, why } of [
    { action: "UpdateTable", code: "ResourceInUseException", why: "somebody else changes it" },
    { action: "UpdateTable", code: "LimitExceededException", why: "too many change at once" },
    { action: "UpdateTimeToLive", code: "ResourceNotFoundException", why: "it isn't seen yet" },
    {
      action: "UpdateContinuousBackups",
      code: "ContinuousBackupsUnavailableException",
      why: "it is too young",
    },
  ]
) {
  Deno.test(`provision() waits where ${action} is refused because ${why}`, async () => {
    const plane = bare();
    let refusals = 2;
    plane.before = (asked) => asked === action && refusals-- > 0 ? code : undefined;
    const options = optionsOf(plane);
    assert.equal((await provision(options, requests)).length, 7);
    assert.ok(refusals < 0);
    await isWhole(options, requests);
  });
}

for (const action of ["UpdateTable", "UpdateTimeToLive", "UpdateContinuousBackups"]) {
  Deno.test(`provision() ends at once where ${action} is not allowed`, async () => {
    const plane = bare();
    let asked = 0;
    plane.before = (one) => {
      if (one !== action) return;
      asked++;
      return "AccessDeniedException";
    };
    await assert.rejects(
      provision(optionsOf(plane), requests),
      fails("AWS_REFUSED", /Cannot change table "sentinel-requests"/),
    );
    assert.equal(asked, 1);
  });
}
