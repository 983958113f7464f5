// policy: the story of a decision, and what would change it.
import { strict as assert } from "node:assert";
import { explain, type PolicyRequest, renderExplanation } from "../../../lib/core/policy/mod.ts";
import { compiledOf, request } from "./requests.ts";

const OFFICE = "name: office, effect: allow, conditions: {profiles: [dev], " +
  'time: {hours: {start: "08:00", end: "18:00"}, timezone: Europe/Berlin}}';
const early = { at: new Date("2026-01-05T06:00:00Z") };

for (
  const row of [
    {
      name: "when a window opens",
      rules: [OFFICE],
      ask: early,
      lines: ["rule office: at monday 08:00 Europe/Berlin it opens"],
    },
    {
      name: "when a grant gets less",
      rules: [OFFICE],
      lines: [
        "it gets less at 2026-01-05T17:00:00.000Z",
        "rule office: at monday 18:00 Europe/Berlin it closes",
      ],
    },
    {
      name: "what is open",
      rules: ["name: a, effect: require_approval, conditions: {}"],
      lines: [
        "open: this needs an approved request (policy.yaml/a)",
      ],
    },
    {
      name: "in which mode a rule would match",
      rules: ["name: a, effect: allow, conditions: {mode: [server]}"],
      lines: ["rule a: in mode server it would match"],
    },
    {
      name: "which fact of the device is missing",
      rules: ["name: a, effect: allow, conditions: {device: {require_mdm: true}}"],
      lines: ["rule a: it depends on the device (managed), of which that is not known"],
    },
    {
      name: "which device would do",
      rules: ["name: a, effect: allow, conditions: {device: {require_mdm: true}}"],
      ask: { device: { mdmEnrolled: false } },
      lines: ["rule a: with a device that is managed it would match"],
    },
    {
      name: "nothing where two conditions are in the way",
      rules: ["name: a, effect: allow, conditions: {users: [bob], mode: [server]}"],
      lines: [],
    },
    {
      name: "the file where there are several",
      rules: [OFFICE],
      guards: [["name: g, effect: require_server, conditions: {mode: [server]}"]],
      ask: early,
      lines: [
        "rule guard-0.yaml/g: in mode server it would match",
        "rule policy.yaml/office: at monday 08:00 Europe/Berlin it opens",
      ],
    },
  ] as {
    name: string;
    rules: string[];
    guards?: string[][];
    ask?: Partial<PolicyRequest>;
    lines: string[];
  }[]
) {
  Deno.test(`explain() says ${row.name}`, () => {
    const explanation = explain(compiledOf(row.rules, row.guards), request(row.ask));
    assert.deepEqual(explanation.wouldChange, row.lines);
  });
}

Deno.test("explain() says of each rule how it stands", () => {
  const compiled = compiledOf([
    "name: no, effect: deny, conditions: {users: [bob]}",
    "name: unsure, effect: allow, conditions: {device: {require_mdm: true}}",
    "name: sure, effect: allow, conditions: {profiles: [dev]}",
    "name: late, effect: deny, conditions: {}",
  ], [["name: bond, effect: require_server, conditions: {}"]]);
  const { files } = explain(compiled, request());
  assert.deepEqual(
    files.flatMap(({ rules }) => rules.map(({ name, standing }) => `${name}: ${standing}`)),
    [
      "bond: binds",
      "no: no match",
      "unsure: may decide",
      "sure: decides",
      "late: not reached",
    ],
  );
});

Deno.test("explain() says who vouches for each fact", () => {
  const compiled = compiledOf([
    "name: a, effect: deny, conditions: {profiles: [dev], users: [mara], mode: [cli], time: {days: [monday]}, device: {require_mdm: true}}",
  ]);
  const vouchers = (asked: PolicyRequest) =>
    explain(compiled, asked).files[0]?.rules[0]?.conditions.map(({ key, vouchedBy }) =>
      `${key}: ${vouchedBy}`
    );
  assert.deepEqual(vouchers(request()), [
    "profiles: the user's own word",
    "users: the user's own word",
    "mode: this program",
    "time: this machine's clock",
    "device: nobody",
  ]);
  const principal = {
    id: "aws:111122223333:user:AIDAX",
    partition: "aws",
    account: "111122223333",
    kind: "user",
    name: "mara",
    path: "/",
    role: null,
    permissionSet: null,
    uniqueId: "AIDAX",
    arn: "arn:aws:iam::111122223333:user/mara",
  } as const;
  const known = vouchers(request({ principal, device: { mdmEnrolled: true } }));
  assert.deepEqual(known?.filter((line) => /users|device/.test(line)), [
    "users: STS",
    "device: device management",
  ]);
});

Deno.test("renderExplanation() draws the tree", () => {
  const compiled = compiledOf(
    [`${OFFICE}, reason: Office hours`, "name: rest, effect: deny, conditions: {}"],
    [["name: guard, effect: require_server, conditions: {profiles: [prod]}"]],
  );
  assert.equal(
    renderExplanation(explain(compiled, request(early))),
    `deny: mara wants dev in mode cli at 2026-01-05T06:00:00.000Z
  by policy.yaml/rest: rule "rest" refuses
guardrail guard-0.yaml
 - require_server guard (line 3): no match
     no profiles: wants prod; found dev (the user's own word)
policy policy.yaml
 - allow office (line 3): no match; Office hours
     yes profiles: wants dev; found dev (the user's own word)
     no time: wants any day 08:00-18:00 Europe/Berlin; found monday 07:00 Europe/Berlin (this machine's clock); at monday 08:00 Europe/Berlin it opens
=> deny rest (line 4): decides
     any request
what would change it
  rule policy.yaml/office: at monday 08:00 Europe/Berlin it opens
`,
  );
});

Deno.test("renderExplanation() lets no control character of a request through", () => {
  const text = renderExplanation(
    explain(
      compiledOf(["name: a, effect: deny, conditions: {users: [bob]}"]),
      request({ user: "\u001b[2J" }),
    ),
  );
  assert.ok(!text.includes("\u001b"), JSON.stringify(text));
});

Deno.test("explain() says whose word a fact is that the asker put in place", () => {
  const { files } = explain(compiledOf([OFFICE]), request(early), new Set(["time"]));
  const told = files.flatMap(({ rules }) => rules.flatMap(({ conditions }) => conditions));
  assert.deepEqual(told.map(({ key, vouchedBy }) => [key, vouchedBy]), [
    ["profiles", "the user's own word"],
    ["time", "the user's own word"],
  ]);
  const [found] = explain(compiledOf([OFFICE]), request(early)).files;
  assert.equal(found?.rules[0]?.conditions[1]?.vouchedBy, "this machine's clock");
});
