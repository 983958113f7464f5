// laws: each claim of the threat model names a test that exists.
import { strict as assert } from "node:assert";
import { ROOT } from "./graph.ts";

const page = await Deno.readTextFile(`${ROOT}docs/threat-model.md`);
const claims = [...page.matchAll(/`(tests\/[\w/.-]+_test\.ts): ([^`]+)`/g)];

Deno.test("law: the threat model makes claims that are tested", () => {
  assert.ok(claims.length >= 15, `found ${claims.length}`);
  const [held = ""] = page.split("## What does not hold");
  const bullets = held.slice(held.indexOf("## What holds")).match(/^- /gm) ?? [];
  assert.equal(claims.length, bullets.length, "a claim without a test, or two on one");
});

for (const [, file = "", name = ""] of claims) {
  Deno.test(`law: ${file} has a test named ${name}`, async () => {
    const text = await Deno.readTextFile(ROOT + file);
    assert.ok(text.includes(name), "no test of that name");
  });
}
