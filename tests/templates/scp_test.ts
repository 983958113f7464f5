// template tests: the service control policy, attacked.
import { strict as assert } from "node:assert";
import { serviceControlPolicy } from "../../templates/scp.ts";
import { golden } from "./golden.ts";
import { type Attempt, decide, session, user } from "./judge.ts";

const STAMP = "sentinel=mara=direct=0123456789abcdef";
const OTHER = "arn:aws:iam::111122223333:role/Deploy";

const ROWS: readonly { name: string; attempt: Attempt; wanted: "allowed" | "refused" }[] = [
  { name: "a stamped call", attempt: { principal: user("mara"), stamp: STAMP }, wanted: "allowed" },
  { name: "an unstamped call", attempt: { principal: user("mara") }, wanted: "refused" },
  {
    name: "a foreign source identity",
    attempt: { principal: user("mara"), stamp: "mara" },
    wanted: "refused",
  },
  {
    name: "an unstamped role session",
    attempt: { principal: session("Deploy") },
    wanted: "refused",
  },
  {
    name: "a chained call of a stamped session that doesn't repeat its stamp",
    attempt: { principal: session("SentinelProtected-Hub"), carried: STAMP },
    wanted: "allowed",
  },
  {
    name: "a chained call under a foreign source identity",
    attempt: { principal: session("SentinelProtected-Hub"), carried: "mara" },
    wanted: "refused",
  },
  {
    name: "an unstamped call on another role (no lock-out)",
    attempt: { principal: user("mara"), role: OTHER },
    wanted: "allowed",
  },
  {
    name: "an unstamped call on a protected role of another account",
    attempt: {
      principal: user("mara"),
      role: "arn:aws:iam::444455556666:role/SentinelProtected-Prod",
    },
    wanted: "refused",
  },
  {
    name: "an unstamped call of the break-glass role",
    attempt: { principal: session("SentinelBreakGlass-Prod") },
    wanted: "allowed",
  },
  {
    name: "an unstamped call that an AWS service makes",
    attempt: { principal: session("Deploy"), byService: true },
    wanted: "allowed",
  },
  {
    name: "a user who is called like the break-glass role",
    attempt: { principal: user("SentinelBreakGlass-Prod") },
    wanted: "refused",
  },
];

const { text, explains } = serviceControlPolicy();

for (const { name, attempt, wanted } of ROWS) {
  Deno.test(`[ours] serviceControlPolicy(): ${name} is ${wanted}`, () =>
    assert.equal(decide(attempt, { scp: text }), wanted));
}

Deno.test("[ours] serviceControlPolicy() is as recorded", () =>
  golden("scp.txt", `${text}\n${explains.join("\n")}\n`));

Deno.test("[ours] serviceControlPolicy() takes other patterns and partitions", () => {
  const other = serviceControlPolicy({
    protectedRoles: "guarded/*",
    breakGlassRoles: "Emergency-*",
    partition: "aws-cn",
  });
  assert.match(other.text, /"Resource": "arn:aws-cn:iam::\*:role\/guarded\/\*"/);
  assert.match(other.text, /"arn:aws-cn:iam::\*:role\/Emergency-\*"/);
});

for (const pattern of ["*", "", "?*", "*/*", "a*", "Sent inel-*", "${aws:username}-role"]) {
  Deno.test(`[ours] serviceControlPolicy() refuses the pattern ${JSON.stringify(pattern)}`, () => {
    assert.throws(() => serviceControlPolicy({ protectedRoles: pattern }), { code: "USAGE" });
    assert.throws(() => serviceControlPolicy({ breakGlassRoles: pattern }), { code: "USAGE" });
  });
}
