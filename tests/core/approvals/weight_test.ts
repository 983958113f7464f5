// approvals: what each issue asks loads no YAML reader: it would cost more than all else.
import { strict as assert } from "node:assert";
import { graph } from "../../laws/graph.ts";

const ASKED_AT_EACH_ISSUE = [
  "lib/core/approvals/use.ts",
  "lib/core/approvals/machine.ts",
  "lib/core/breakglass/use.ts",
  "lib/core/breakglass/machine.ts",
  "lib/core/breakglass/invoke.ts",
];

const byPath = new Map((await graph()).map((module) => [module.path, module]));

for (const entry of ASKED_AT_EACH_ISSUE) {
  Deno.test(`${entry} loads nothing foreign`, () => {
    const seen = new Set<string>();
    const queue = [entry];
    for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
      if (seen.has(path)) continue;
      seen.add(path);
      for (const { to, typeOnly } of byPath.get(path)?.imports ?? []) if (!typeOnly) queue.push(to);
    }
    assert.ok(seen.size > 5, "the graph has the file");
    assert.deepEqual([...seen].filter((path) => path.includes(":")), []);
  });
}
