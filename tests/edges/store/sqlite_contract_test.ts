// store tests: what every adapter promises, by SQLite.
import type { StorePort } from "../../../lib/core/store/types.ts";
import { contract } from "./contract.ts";
import { openAt } from "./sqlite.ts";

let directory = "";
let store: StorePort | null = null;

Deno.test.beforeAll(async () => {
  directory = await Deno.makeTempDir({ prefix: "sentinel-store-" });
  store = await openAt(`${directory}/sentinel.db`);
});

Deno.test.afterAll(async () => {
  await store?.close();
  await Deno.remove(directory, { recursive: true });
});

contract({
  name: "sqlite",
  runs: 150,
  store() {
    if (store === null) throw new Error("no store yet");
    return store;
  },
});
