// approvals: docs/approvals.md says what the code does.
import { strict as assert } from "node:assert";
import {
  isAutomatic,
  parseApprovalPolicy,
  planFor,
  REQUEST_EVENTS,
} from "../../../lib/core/approvals/mod.ts";
import { EXIT } from "../../../lib/core/errors/mod.ts";
import { creationOf } from "../../../lib/core/store/provision.ts";
import { TABLES } from "../../../lib/core/store/tables.ts";

const page = await Deno.readTextFile(new URL("../../../docs/approvals.md", import.meta.url));

function block(language: string): string {
  const [found, ...more] = page.matchAll(new RegExp(`^\`\`\`${language}\n([^]*?)^\`\`\`$`, "gm"));
  assert.equal(more.length, 0, `one block of ${language}`);
  return found?.[1] ?? assert.fail(`no block of ${language}`);
}

const example = parseApprovalPolicy(block("yaml"), "approval.yaml");

Deno.test("docs/approvals.md: its approval.yaml is read, and says what the page says", () => {
  const vault = planFor([example], "vault");
  assert.deepEqual(vault?.requirements, [
    { rule: "approval.yaml/vault", approvers: ["lea", "tom", "sam"], count: 2 },
  ]);
  assert.deepEqual([vault?.use, vault?.maxSeconds, vault?.withinSeconds], ["once", 3_600, 14_400]);
  const staging = planFor([example], "staging-db");
  assert.ok(staging !== null);
  const monday = new Date("2026-01-05T10:00:00Z");
  const sunday = new Date("2026-01-04T10:00:00Z");
  assert.ok(isAutomatic(staging, "mara", 1_800, monday));
  assert.ok(!isAutomatic(staging, "mara", 1_801, monday));
  assert.ok(!isAutomatic(staging, "mara", 1_800, sunday));
  assert.equal(planFor([example], "any")?.requirements[0]?.rule, "approval.yaml/all-else");
});

Deno.test("docs/approvals.md lists exactly the keys that an approval policy has", () => {
  const wrong = 'version: "1"\nrules: [{name: a, approvers: [b], zzz: 1}]\nyyy: 1\n';
  let message = "";
  try {
    parseApprovalPolicy(wrong, "f");
  } catch (error) {
    message = String(error);
  }
  const known = [...message.matchAll(/unknown key "\w+", want (.*)/g)]
    .flatMap(([, keys = ""]) => keys.split(/, | or /));
  assert.ok(known.length > 8, message);
  const [table = ""] = page.slice(page.indexOf("| Key ")).split("\n\n");
  const rows = [...table.matchAll(/^\| `(\w+)` +\|/gm)].map((row) => row[1]);
  assert.deepEqual(rows.toSorted(), known.toSorted());
});

Deno.test("docs/approvals.md: its table is the one that Sentinel wants", () => {
  assert.deepEqual(JSON.parse(block("json")), {
    TableName: `sentinel-${TABLES.requests.name}`,
    ...creationOf(TABLES.requests),
  });
});

Deno.test("docs/approvals.md names every event but the use, and codes that there are", () => {
  const named = [...page.matchAll(/`(request\.\w+)`/g)].map((found) => found[1]);
  // The use is the issue's own entry.
  const journaled = REQUEST_EVENTS.filter((event) => event !== "request.used");
  assert.deepEqual(named.toSorted(), journaled.toSorted());
  const codes = [...page.matchAll(/`([A-Z]+(?:_[A-Z]+)+)`/g)].map(([, code = ""]) => code)
    .filter((code) => !code.startsWith("SENTINEL_"));
  assert.ok(codes.length >= 6);
  for (const code of codes) assert.ok(Object.hasOwn(EXIT, code), code);
});
