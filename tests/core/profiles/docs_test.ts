// profiles: docs/aws-config.md says what the code does.
import { strict as assert } from "node:assert";
import { EXIT } from "../../../lib/core/errors/mod.ts";
import { SENTINEL_KEYS } from "../../../lib/core/profiles/mod.ts";

const page = await Deno.readTextFile(new URL("../../../docs/aws-config.md", import.meta.url));

Deno.test("docs/aws-config.md lists exactly the sentinel_* keys that there are", () => {
  const rows = [...page.matchAll(/^\| `(sentinel_\w+)` +\|/gm)].map((row) => row[1]);
  assert.deepEqual(rows, Object.keys(SENTINEL_KEYS));
});

Deno.test("docs/aws-config.md names codes that exist, with their exit codes", () => {
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| +(\d+) +\|/gm)];
  assert.ok(rows.length >= 10);
  for (const [, code = "", exit] of rows) {
    assert.equal(Number(exit), (EXIT as Record<string, number>)[code], code);
  }
});

Deno.test("docs/aws-config.md has a row for every AWS key that the code reads", async () => {
  const read = new Set<string>();
  for await (const entry of Deno.readDir(new URL("../../../lib/core/profiles/", import.meta.url))) {
    const url = new URL(`../../../lib/core/profiles/${entry.name}`, import.meta.url);
    const text = await Deno.readTextFile(url);
    for (const [, key = ""] of text.matchAll(/"([a-z]+(?:_[a-z]+)+|region|services)"/g)) {
      read.add(key);
    }
  }
  assert.ok(read.size > 20);
  for (const key of read) assert.ok(page.includes(`\`${key}\``), `${key} has no row`);
});
