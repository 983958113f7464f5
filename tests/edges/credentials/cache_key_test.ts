// credentials: the key of the cache is made once, however many want one at the same time.
import { strict as assert } from "node:assert";
import { cacheKey } from "../../../lib/edges/credentials/cache_key.ts";
import { withDirectory } from "../os/room.ts";

const bytes = (fill: number) => (n: number) => new Uint8Array(n).fill(fill);

Deno.test("cacheKey() keeps the key that is there", () =>
  withDirectory((dir) => {
    assert.deepEqual(cacheKey(`${dir}/cache`, bytes(1)), bytes(1)(32));
    assert.deepEqual(cacheKey(`${dir}/cache`, bytes(2)), bytes(1)(32));
    assert.deepEqual([...Deno.readDirSync(`${dir}/cache`)].map(({ name }) => name), ["key"]);
    assert.equal((Deno.statSync(`${dir}/cache/key`).mode ?? 0) & 0o777, 0o600);
  }));

Deno.test("cacheKey() goes by the first of two that were made at once", () =>
  withDirectory((dir) => {
    // The other one comes in between our look and our key.
    const late = (n: number) => {
      cacheKey(dir, bytes(1));
      return bytes(2)(n);
    };
    assert.deepEqual(cacheKey(dir, late), bytes(1)(32));
    assert.deepEqual([...Deno.readDirSync(dir)].map(({ name }) => name), ["key"]);
  }));

Deno.test("cacheKey() makes do without where none can be made", () =>
  withDirectory((dir) => {
    Deno.writeTextFileSync(`${dir}/cache`, "a file");
    assert.equal(cacheKey(`${dir}/cache`, bytes(1)), null);
  }));
