// store tests: the contract and the tables' making by moto, where it is asked for.
import { strict as assert } from "node:assert";
import { planTable } from "../../../lib/core/store/provision.ts";
import { ALL_TABLES, TABLES } from "../../../lib/core/store/tables.ts";
import { callDynamo } from "../../../lib/edges/aws/dynamodb.ts";
import { openDynamo } from "../../../lib/edges/store/dynamodb.ts";
import {
  describeTable,
  provision,
  type ProvisionOptions,
} from "../../../lib/edges/store/dynamodb_tables.ts";
import { findMoto, type Moto, motoWanted, startMoto } from "../../aws/moto.ts";
import { contract } from "./contract.ts";
import { optionsFor } from "./dynalite.ts";

const program = motoWanted() ? await findMoto() : "SENTINEL_TEST_MOTO isn't 1";
let moto: Moto | null = null;

function options(prefix?: string): ProvisionOptions {
  if (moto === null) throw new Error("no moto yet");
  return {
    ...optionsFor(moto.endpoint, prefix),
    encryption: { kind: "aws-managed" },
    sleep: () => Promise.resolve(),
  };
}

if (typeof program === "string") {
  console.log(`SKIP the store on moto: ${program}`);
} else {
  Deno.test.beforeAll(async () => {
    moto = await startMoto(program, "111122223333");
    for (const table of ALL_TABLES) await provision(options(), table);
  });
  Deno.test.afterAll(async () => {
    await moto?.stop();
  });

  contract({ name: "dynamodb on moto", runs: 10, store: () => openDynamo(options()) });

  Deno.test("moto: tables that were made are as they must be", async () => {
    for (const table of ALL_TABLES) {
      const found = await describeTable(options(), table);
      assert.deepEqual(planTable(table, found).steps, []);
      assert.deepEqual(planTable(table, found).problems, []);
      assert.equal(found?.ttl, "retainUntil");
      assert.ok(found?.deletionProtection && found.pointInTimeRecovery);
    }
  });

  Deno.test("moto: a bare table is mended", async () => {
    const other = options("bare-");
    await callDynamo(other, {
      action: "CreateTable",
      doing: "make a table",
      table: "bare-requests",
      input: {
        KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
        AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
        BillingMode: "PAY_PER_REQUEST",
        // moto's UpdateTable knows nothing of encryption.
        SSESpecification: { Enabled: true, SSEType: "KMS" },
      },
    });
    const steps = await provision(other, TABLES.requests);
    assert.deepEqual(steps.map(({ kind }) => kind), [
      "protect",
      "index",
      "index",
      "index",
      "ttl",
      "recovery",
    ]);
    const found = await describeTable(other, TABLES.requests);
    assert.deepEqual(planTable(TABLES.requests, found).steps, []);
    assert.equal(await describeTable(options("none-"), TABLES.requests), null);
  });
}
