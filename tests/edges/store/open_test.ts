// store tests: the store that a line of configuration names.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";
import { openStore, type StoreOptions } from "../../../lib/edges/store/open.ts";
import { optionsFor } from "./dynalite.ts";
import { request } from "./items.ts";
import { withDirectory } from "./place.ts";
import { MACHINE } from "./sqlite.ts";
import { answered, wire } from "./wire.ts";

const NO_AWS: StoreOptions = { sqlite: MACHINE, dynamodb: () => null };

Deno.test("openStore() opens the file that it is told, and asks nobody for credentials", () =>
  withDirectory(async (dir) => {
    const dynamodb = () => assert.fail("asked for credentials");
    const store = await openStore(`sqlite:${dir}/a b.db`, { ...NO_AWS, dynamodb });
    assert.equal(await store.create(TABLES.requests, request("one")), "done");
    await store.close();
    assert.ok((await Deno.stat(`${dir}/a b.db`)).isFile);
  }));

for (
  const { location, table } of [
    { location: "dynamodb:", table: "sentinel-requests" },
    { location: "dynamodb:acme-", table: "acme-requests" },
  ]
) {
  Deno.test(`openStore() asks ${table} for ${location}, and not before it must`, async () => {
    const by = wire(answered("{}"));
    const options = { ...optionsFor("http://127.0.0.1:1"), fetch: by.fetch };
    const store = await openStore(location, { ...NO_AWS, dynamodb: () => options });
    assert.equal(by.seen.length, 0);
    assert.equal(await store.get(TABLES.requests, "one"), null);
    assert.equal(by.seen[0]?.input["TableName"], table);
    await store.close();
  });
}

for (
  const { location, code } of [
    { location: "dynamodb:", code: "NO_CREDENTIALS" },
    { location: "sqlite:relative.db", code: "CONFIG_INVALID" },
    { location: "redis:", code: "CONFIG_INVALID" },
    { location: "sqlite:/proc/none/sentinel.db", code: "FILE_FAILED" },
  ] as const
) {
  Deno.test(`openStore() says ${code} for ${location} where there is nothing to open`, async () => {
    await assert.rejects(openStore(location, NO_AWS), (error) => hasCode(error, code));
  });
}
