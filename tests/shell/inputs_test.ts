// shell: what the texts are made of, kept and compared.
import { strict as assert } from "node:assert";
import {
  changesBetween,
  inputsText,
  planOf,
  readInputs,
  type ShellInputs,
} from "../../shell/mod.ts";
import { TABLE } from "./ask.ts";

const INPUTS: ShellInputs = {
  version: "0.1.0",
  shell: "zsh",
  gated: ["prod", "dev"],
  onDisk: ["prod", "own"],
  remote: { root: "/sentinel/policies", profiles: ["prod", "pinned", "far"] },
  pinned: ["pinned"],
  region: "eu-west-1",
  awsProfile: null,
  prompt: false,
};

Deno.test("planOf() merges the three places, each profile once, and names policies of SSM where no pin does", async () => {
  const { plan, warnings } = await planOf(INPUTS, TABLE);
  assert.deepEqual(plan.functions.map((f) => f.profile), ["dev", "far", "own", "pinned", "prod"]);
  assert.deepEqual([...plan.policies], [
    ["prod", "ssm:/sentinel/policies/prod"],
    ["far", "ssm:/sentinel/policies/far"],
  ]);
  assert.deepEqual(plan.passed, ["--region", "eu-west-1"]);
  assert.deepEqual(warnings, []);
});

for (
  const [name, other] of [
    ["a profile", { gated: ["prod"] }],
    ["a policy", { onDisk: [] }],
    ["the version", { version: "0.2.0" }],
    ["the region", { region: null }],
    ["a pin", { pinned: [] }],
  ] as const
) {
  Deno.test(`planOf()'s digest changes with ${name}`, async () => {
    const { plan: one } = await planOf(INPUTS, TABLE);
    const { plan: two } = await planOf({ ...INPUTS, ...other }, TABLE);
    assert.notEqual(one.digest, two.digest);
    assert.match(one.digest, /^sha256:[0-9a-f]{64}$/);
  });
}

Deno.test("planOf()'s digest changes with what can be completed, and with nothing else", async () => {
  const { plan: one } = await planOf(INPUTS, TABLE);
  const { plan: two } = await planOf(INPUTS, { ...TABLE, commands: TABLE.commands.slice(1) });
  assert.notEqual(one.digest, two.digest);
  assert.equal((await planOf(structuredClone(INPUTS), TABLE)).plan.digest, one.digest);
});

Deno.test("readInputs() reads what was kept, and nothing else", () => {
  assert.deepEqual(readInputs(inputsText(INPUTS)), INPUTS);
  for (
    const bad of [
      "",
      "null",
      "[]",
      "{}",
      JSON.stringify({ ...INPUTS, gated: [1] }),
      JSON.stringify({ ...INPUTS, region: 5 }),
      JSON.stringify({ ...INPUTS, remote: { root: 1, profiles: [] } }),
      JSON.stringify({ ...INPUTS, prompt: "yes" }),
    ]
  ) assert.equal(readInputs(bad), null, bad);
});

Deno.test("changesBetween() tells versions and profiles", () => {
  assert.deepEqual(changesBetween(INPUTS, INPUTS), []);
  const now = { ...INPUTS, version: "0.2.0", gated: ["prod", "new"], remote: null };
  assert.deepEqual(changesBetween(INPUTS, now), [
    "version 0.1.0 is now 0.2.0",
    "new: new",
    "gone: dev, far, pinned",
  ]);
});
