// policy: each refusal in tests/vectors/policy, to the letter, and where the legal forms end.
import { strict as assert } from "node:assert";
import { parsePolicy, PolicyInvalidError } from "../../../lib/core/policy/mod.ts";
import refusals from "../../vectors/policy/refusals.json" with { type: "json" };
import { rulesText } from "./requests.ts";

interface Row {
  name: string;
  /** One rule in flow form, or a whole text. */
  rule?: string;
  text?: string;
  kind?: "policy" | "guardrail";
  says: { at: string; id: string; message: string; fix: string | null; replacement?: string }[];
}

function problemsOf(text: string, kind: "policy" | "guardrail" = "policy") {
  try {
    parsePolicy(text, { file: "policy.yaml", kind });
  } catch (error) {
    assert.ok(error instanceof PolicyInvalidError, String(error));
    return error.problems;
  }
  return [];
}

for (const { name, rule, text, kind, says } of refusals.rows as Row[]) {
  Deno.test(`parsePolicy() tells of ${name}, to the letter`, () => {
    const problems = problemsOf(text ?? rulesText(rule ?? ""), kind);
    assert.deepEqual(
      problems.map(({ line, column, id, message, fix, replacement }) => ({
        at: `${line}:${column}`,
        id,
        message,
        fix,
        ...replacement === undefined ? {} : { replacement },
      })),
      says,
    );
  });
}

Deno.test("parsePolicy() has refusals to tell of, each under a name of its own", () => {
  assert.ok(refusals.rows.length > 90);
  assert.equal(new Set(refusals.rows.map(({ name }) => name)).size, refusals.rows.length);
});

const DEV = "name: dev, effect: allow, conditions: {profiles: [dev]";
const taken: { name: string; rule: string }[] = [
  { name: "a user of 64", rule: `${DEV}, users: [${"a".repeat(64)}]}` },
  { name: "a derived user of 13", rule: `${DEV}, users: [${"a".repeat(13)}+abcdefghij]}` },
  {
    name: "a profile of 256",
    rule: `name: a, effect: allow, conditions: {profiles: [${"p".repeat(256)}]}`,
  },
  { name: "a name of 64", rule: `name: ${"a".repeat(64)}, effect: deny, conditions: {}` },
  { name: "a name of signs", rule: "name: ._-, effect: deny, conditions: {}" },
  { name: "a reason of 500", rule: `${DEV}}, reason: ${"r".repeat(500)}` },
  { name: "a cap of 900 s", rule: `${DEV}}, max_server_duration: 900s` },
  { name: "a table name of three", rule: `${DEV}}, session_table: a-b` },
  { name: "a table name of 255", rule: `${DEV}}, session_table: ${"t".repeat(255)}` },
  { name: "every mode", rule: `${DEV}, mode: [server, cli, credential_process]}` },
  {
    name: "every day",
    rule: `${DEV}, time: {days: [sunday, monday, tuesday, wednesday, thursday, friday, saturday]}}`,
  },
  { name: "a start at 23:59", rule: `${DEV}, time: {hours: {start: "23:59", end: "00:00"}}}` },
  { name: "an end at 24:00", rule: `${DEV}, time: {hours: {start: "00:00", end: "24:00"}}}` },
  {
    name: "every system",
    rule: `${DEV}, device: {allowed_os_types: [DARWIN, windows, Linux]}}`,
  },
  { name: "a version with letters", rule: `${DEV}, device: {min_os_version: 14.4-beta+2}}` },
  { name: "a version of 64", rule: `${DEV}, device: {min_os_version: "${"1".repeat(64)}"}}` },
  { name: "a firewall alone", rule: `${DEV}, device: {require_firewall: true}}` },
];

for (const { name, rule } of taken) {
  Deno.test(`parsePolicy() takes ${name} in a policy`, () => {
    assert.deepEqual(problemsOf(rulesText(rule)), []);
  });
}

Deno.test("parsePolicy() reads each key of a device", () => {
  const wants = {
    requireEncryption: false,
    requireMdm: false,
    requireMdmCompliant: false,
    requireFirewall: false,
    minOsVersion: null,
    allowedOsTypes: null,
  };
  const read = (device: string) =>
    parsePolicy(rulesText(`${DEV}, device: {${device}}}`), "policy.yaml").rules[0]?.conditions
      .device;
  const rows: [string, Record<string, unknown>][] = [
    ["require_encryption: true", { requireEncryption: true }],
    ["require_mdm: true", { requireMdm: true }],
    ["require_mdm_compliant: true", { requireMdmCompliant: true }],
    ["require_firewall: true", { requireFirewall: true }],
    ['min_os_version: "14.4"', { minOsVersion: "14.4" }],
    ["allowed_os_types: [Darwin]", { allowedOsTypes: ["darwin"] }],
    ["require_mdm: true, require_firewall: false", { requireMdm: true }],
  ];
  for (const [text, change] of rows) assert.deepEqual(read(text), { ...wants, ...change });
});

Deno.test("parsePolicy() counts one problem, five, and six", () => {
  const texts = (count: number) =>
    rulesText(
      ...Array.from({ length: count }, (_, i) => `name: r${i}, effect: no, conditions: {}`),
    );
  const found = 'found "no", want allow, deny, require_approval, require_server or ' +
    "require_server_session";
  const message = (count: number) => {
    try {
      parsePolicy(texts(count), "policy.yaml");
    } catch (error) {
      assert.ok(error instanceof PolicyInvalidError);
      assert.equal(error.name, "PolicyInvalidError");
      assert.deepEqual(error.origin, { file: "policy.yaml", kind: "policy" });
      return error.message.split("\n");
    }
    throw new Error("it was read");
  };
  const [head, first] = message(1);
  assert.equal(head, "Cannot read policy: found 1 problem in policy.yaml, want none");
  assert.equal(first, `policy.yaml:3:24: ${found}`);
  assert.equal(message(5)[0], "Cannot read policy: found 5 problems in policy.yaml, want none");
  assert.equal(message(5).length, 6);
  assert.deepEqual([message(6).length, message(6).at(-1)], [7, "and 1 more"]);
});
