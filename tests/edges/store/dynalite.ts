// store tests: dynalite on a free port of this machine, with Sentinel's tables.
import { ALL_TABLES } from "../../../lib/core/store/tables.ts";
import type { DynamoStoreOptions } from "../../../lib/edges/store/dynamodb.ts";
import { callDynamo } from "../../../lib/edges/aws/dynamodb.ts";
import { creationOf } from "../../../lib/core/store/provision.ts";

const KEYS = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret", sessionToken: null };

/** How a DynamoDB at `endpoint` is asked by tests. */
export function optionsFor(endpoint: string, prefix = "sentinel-"): DynamoStoreOptions {
  return {
    prefix,
    region: "eu-west-1",
    endpoint,
    credentials: () => Promise.resolve(KEYS),
    pauseMs: 1,
  };
}

/** A DynamoDB that is there for one file of tests. */
export interface Served {
  endpoint: string;
  stop(): Promise<void>;
}

export async function startDynalite(): Promise<Served> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", new URL("dynalite_server.ts", import.meta.url).pathname],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = child.stdout.getReader();
  let line = "";
  while (!line.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error("dynalite ended before it said its port");
    line += new TextDecoder().decode(value);
  }
  return {
    endpoint: `http://127.0.0.1:${line.trim()}`,
    async stop() {
      await reader.cancel();
      await child.stdin.close();
      await child.status;
    },
  };
}

/** Makes the tables, and waits until they are there. */
export async function makeTables(options: DynamoStoreOptions): Promise<void> {
  for (const definition of ALL_TABLES) {
    const table = `${options.prefix}${definition.name}`;
    await callDynamo(options, {
      action: "CreateTable",
      doing: "make a table",
      table,
      input: creationOf(definition),
    });
    const look = { action: "DescribeTable", doing: "look at a table", table, input: {} };
    for (let ready = false; !ready;) {
      const { Table: found } = await callDynamo(options, look);
      ready = (found as { TableStatus: string }).TableStatus === "ACTIVE";
      if (!ready) await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
