// store tests: what every adapter promises, by DynamoDB as dynalite plays it.
import { openDynamo } from "../../../lib/edges/store/dynamodb.ts";
import { contract } from "./contract.ts";
import { makeTables, optionsFor, type Served, startDynalite } from "./dynalite.ts";

let served: Served | null = null;

Deno.test.beforeAll(async () => {
  served = await startDynalite();
  await makeTables(optionsFor(served.endpoint));
});

Deno.test.afterAll(async () => {
  await served?.stop();
});

contract({
  name: "dynamodb on dynalite",
  runs: 60,
  store() {
    if (served === null) throw new Error("no dynalite yet");
    return openDynamo(optionsFor(served.endpoint));
  },
});
