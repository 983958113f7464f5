// template tests: service and resource control policies, and the two-role pattern, attacked.
import { strict as assert } from "node:assert";
import { entryPolicy } from "../../templates/entry.ts";
import { scopeOf } from "../../lib/core/permissions/mod.ts";
import { resourceControlPolicy } from "../../templates/rcp.ts";
import { serviceControlPolicy } from "../../templates/scp.ts";
import { SCENES } from "./attacks_organisation.ts";
import { decide } from "./judge.ts";

for (const [scene, { setting, rows }] of Object.entries(SCENES)) {
  for (const { name, attempt, wanted } of rows) {
    Deno.test(`[ours] ${scene}: ${name} is ${wanted}`, () =>
      assert.equal(decide(attempt, setting), wanted));
  }
}

Deno.test("[ours] serviceControlPolicy() takes other patterns and partitions", () => {
  const other = serviceControlPolicy({
    protectedRoles: "guarded/*",
    breakGlassRoles: "Emergency-*",
    entrySet: "Door",
    breakGlassSet: "Axe",
    partition: "aws-cn",
  });
  assert.match(other.text, /"Resource": "arn:aws-cn:iam::\*:role\/guarded\/\*"/);
  assert.match(other.text, /"arn:aws-cn:iam::\*:role\/Emergency-\*"/);
  assert.match(other.text, /AWSReservedSSO_Door_/);
  assert.match(other.text, /AWSReservedSSO_Axe_/);
  assert.ok(!/arn:aws:/.test(other.text));
});

for (const pattern of ["*", "", "?*", "*/*", "a*", "Sent inel-*", "${aws:username}-role"]) {
  Deno.test(`[ours] no policy takes the pattern ${JSON.stringify(pattern)}`, () => {
    for (const write of [serviceControlPolicy, resourceControlPolicy]) {
      assert.throws(() => write({ protectedRoles: pattern }), { code: "USAGE" });
      assert.throws(() => write({ breakGlassRoles: pattern }), { code: "USAGE" });
    }
  });
}

const REFUSED: readonly { name: string; write: () => unknown }[] = [
  { name: "a permission set pattern", write: () => serviceControlPolicy({ entrySet: "Sent*" }) },
  { name: "a break-glass set pattern", write: () => serviceControlPolicy({ breakGlassSet: "*" }) },
  { name: "a pattern of TVM roles", write: () => serviceControlPolicy({ tvmRole: "*" }) },
  {
    name: "an SCP partition that is none",
    write: () => serviceControlPolicy({ partition: "x:y" }),
  },
  { name: "an RCP partition that is none", write: () => resourceControlPolicy({ partition: "" }) },
  {
    name: "an organisation that is none",
    write: () => resourceControlPolicy({ organisation: "*" }),
  },
  { name: "an entry set without a name", write: () => entryPolicy("", scopeOf({})) },
];

for (const { name, write } of REFUSED) {
  Deno.test(`[ours] no policy takes ${name}`, () => assert.throws(write, { code: "USAGE" }));
}

// AWS Organizations User Guide, "Quotas for AWS Organizations" (5,120 characters each, white space
// counts where it is sent; Terraform's and CloudFormation's JSON has none).
for (
  const [name, { text }] of Object.entries({
    scp: serviceControlPolicy({
      entrySet: "SentinelEntry",
      tvmRole: "arn:aws:iam::111122223333:role/SentinelTVM",
    }),
    rcp: resourceControlPolicy({ organisation: "o-a1b2c3d4e5" }),
  })
) {
  Deno.test(`[ours] the widest ${name} is short enough for AWS, indented too`, () =>
    assert.ok(text.length <= 5120, `found ${text.length} characters`));
}

Deno.test("[ours] resourceControlPolicy() holds what AWS takes in an RCP", () => {
  const { Statement } = JSON.parse(resourceControlPolicy({ organisation: "o-a1b2c3d4e5" }).text);
  for (const statement of Statement) {
    assert.equal(statement.Effect, "Deny");
    assert.equal(statement.Principal, "*");
    assert.match(statement.Action, /^sts:/);
    assert.deepEqual(Object.keys(statement).filter((key) => key.startsWith("Not")), []);
  }
});
