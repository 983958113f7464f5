// policy: every mistake is refused with its place and fix, and every legal form is read.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { type Origin, parsePolicy, PolicyInvalidError } from "../../../lib/core/policy/mod.ts";
import { rulesText } from "./requests.ts";

const GUARD: Origin = { file: "guard.yaml", kind: "guardrail" };

function problemsOf(text: string, origin: string | Origin = "policy.yaml") {
  try {
    parsePolicy(text, origin);
  } catch (error) {
    assert.ok(error instanceof PolicyInvalidError, String(error));
    return error.problems;
  }
  return [];
}

const DEV = "name: dev, effect: allow, conditions: {profiles: [dev]";
const TIME = `${DEV}, time: {hours: {start: "08:00", end: "18:00"}`;

interface Refusal {
  name: string;
  /** A rule in flow form (on line 3), or a whole text. */
  rule?: string;
  text?: string;
  id: string;
  line?: number;
  fix?: RegExp;
  replacement?: string;
}

const REFUSED: Refusal[] = [
  { name: "an empty text", text: "", id: "empty", line: 1 },
  {
    name: "no version",
    text: "rules:\n  - {name: a, effect: deny, conditions: {}}\n",
    id: "missing-key",
  },
  {
    name: "version 99",
    text: rulesText("name: a, effect: deny, conditions: {}").replace("1", "99"),
    id: "unknown-value",
    line: 1,
  },
  {
    name: "version 1.0",
    text: rulesText("name: a, effect: deny, conditions: {}").replace('"1"', "1.0"),
    id: "unknown-value",
    line: 1,
  },
  { name: "no rules", text: 'version: "1"\nrules: []\n', id: "empty-list", line: 2 },
  { name: "rules left out", text: 'version: "1"\n', id: "missing-key", line: 1 },
  {
    name: "a second document",
    text: rulesText(`${DEV}}`) + "---\nx: y\n",
    id: "second-document",
    line: 4,
  },
  {
    name: "policies: for rules:",
    text: 'version: "1"\npolicies: []\n',
    id: "known-mistake",
    line: 2,
    replacement: "rules",
  },
  {
    name: "match: for conditions:",
    rule: "name: a, effect: deny, match: {}, conditions: {}",
    id: "known-mistake",
    replacement: "conditions",
  },
  {
    name: "Deny",
    rule: "name: a, effect: Deny, conditions: {}",
    id: "unknown-value",
    line: 3,
    replacement: "deny",
  },
  {
    name: "require-approval",
    rule: "name: a, effect: require-approval, conditions: {}",
    id: "unknown-value",
    replacement: "require_approval",
  },
  {
    name: "an effect of another tool",
    rule: "name: a, effect: permit, conditions: {}",
    id: "unknown-value",
  },
  { name: "no effect", rule: "name: a, conditions: {}", id: "missing-key", fix: /effect/ },
  {
    name: "condition",
    rule: "name: a, effect: deny, condition: {users: [bob]}, conditions: {}",
    id: "known-mistake",
    replacement: "conditions",
  },
  {
    name: "condition alone",
    rule: "name: a, effect: deny, condition: {users: [bob]}",
    id: "missing-key",
  },
  {
    name: "user beside profiles",
    rule: `${DEV}, user: [bob]}`,
    id: "known-mistake",
    replacement: "users",
  },
  {
    name: "a misspelt condition",
    rule: `${DEV}, usres: [bob]}`,
    id: "unknown-key",
    replacement: "users",
  },
  {
    name: "approvers in conditions",
    rule: `${DEV}, approvers: [bob]}`,
    id: "known-mistake",
    fix: /approval.yaml/,
  },
  {
    name: "users outside conditions",
    rule: `${DEV}}, users: [bob]`,
    id: "known-mistake",
    fix: /under `conditions:`/,
  },
  {
    name: "hours outside time",
    rule: `${DEV}, hours: {start: "08:00", end: "09:00"}}`,
    id: "known-mistake",
    fix: /under `time:`/,
  },
  { name: "a key twice", rule: `${DEV}}, effect: deny`, id: "duplicate-key" },
  {
    name: "a glob in profiles",
    rule: 'name: a, effect: allow, conditions: {profiles: ["prod-*"]}',
    id: "known-mistake",
    fix: /name each one/,
  },
  {
    name: "a star for any user",
    rule: 'name: a, effect: deny, conditions: {users: ["*"]}',
    id: "known-mistake",
    fix: /leave `users:` out/,
  },
  {
    name: "users as an empty list",
    rule: `${DEV}, users: []}`,
    id: "empty-list",
    fix: /leave the key out/,
  },
  {
    name: "profiles as an empty list",
    rule: "name: a, effect: deny, conditions: {profiles: []}",
    id: "empty-list",
  },
  { name: "mode as an empty list", rule: `${DEV}, mode: []}`, id: "empty-list" },
  { name: "days as an empty list", rule: `${DEV}, time: {days: []}}`, id: "empty-list" },
  { name: "users without a value", rule: `${DEV}, users: }`, id: "wrong-type" },
  {
    name: "users as a text",
    rule: `${DEV}, users: bob}`,
    id: "wrong-type",
    replacement: '["bob"]',
  },
  { name: "a number as a user", rule: `${DEV}, users: [7]}`, id: "wrong-type", replacement: '"7"' },
  {
    name: "a user with an equals sign",
    rule: `${DEV}, users: ["a=b"]}`,
    id: "impossible-user",
    fix: /whoami/,
  },
  { name: "a user with a space", rule: `${DEV}, users: ["a b"]}`, id: "impossible-user" },
  {
    name: "a user with a Cyrillic letter",
    rule: `${DEV}, users: ["аlice"]}`,
    id: "impossible-user",
  },
  {
    name: "an ARN as a user",
    rule: `${DEV}, users: ["arn:aws:iam::111122223333:user/a"]}`,
    id: "impossible-user",
  },
  {
    name: "a user of 65 characters",
    rule: `${DEV}, users: [${"a".repeat(65)}]}`,
    id: "impossible-user",
  },
  {
    name: "a user with a foreign plus",
    rule: `${DEV}, users: [alice+work]}`,
    id: "impossible-user",
  },
  {
    name: "a derived user with 14 readable characters",
    rule: `${DEV}, users: [${"a".repeat(14)}+abcdefghij]}`,
    id: "impossible-user",
  },
  {
    name: "a derived user with capitals",
    rule: `${DEV}, users: [a+ABCDEFGHIJ]}`,
    id: "impossible-user",
  },
  { name: "CLI as a mode", rule: `${DEV}, mode: [CLI]}`, id: "unknown-value", replacement: "cli" },
  {
    name: "exec as a mode",
    rule: `${DEV}, mode: [exec]}`,
    id: "known-mistake",
    replacement: "cli",
  },
  {
    name: "mode as a text",
    rule: `${DEV}, mode: server}`,
    id: "wrong-type",
    replacement: '["server"]',
  },
  {
    name: "an empty conditions on allow",
    rule: "name: a, effect: allow, conditions: {}",
    id: "grants-to-all",
  },
  {
    name: "an empty conditions on require_server",
    rule: "name: a, effect: require_server, conditions: {}",
    id: "grants-to-all",
  },
  {
    name: "an empty conditions on require_server_session",
    rule: "name: a, effect: require_server_session, conditions: {}",
    id: "grants-to-all",
  },
  {
    name: "conditions without a value",
    rule: "name: a, effect: deny, conditions: ",
    id: "wrong-type",
  },
  {
    name: "an empty time",
    rule: "name: a, effect: allow, conditions: {time: {}}",
    id: "empty-time",
  },
  { name: "a time with a zone alone", rule: `${DEV}, time: {timezone: UTC}}`, id: "empty-time" },
  {
    name: "time as a list",
    rule: `${DEV}, time: [{days: [monday]}]}`,
    id: "known-mistake",
    fix: /days: \[monday\]/,
  },
  {
    name: "hours as a text",
    rule: `${DEV}, time: {hours: "08:00-18:00"}}`,
    id: "known-mistake",
    fix: /start: "08:00"/,
  },
  {
    name: "hours without an end",
    rule: `${DEV}, time: {hours: {start: "08:00"}}}`,
    id: "missing-key",
  },
  {
    name: "a short weekday",
    rule: `${DEV}, time: {days: [mon]}}`,
    id: "unknown-value",
    replacement: "monday",
  },
  {
    name: "a weekday in capitals",
    rule: `${DEV}, time: {days: [Monday]}}`,
    id: "unknown-value",
    replacement: "monday",
  },
  {
    name: "9am",
    rule: `${DEV}, time: {hours: {start: 9am, end: "18:00"}}}`,
    id: "bad-time-of-day",
  },
  {
    name: "99:00",
    rule: `${DEV}, time: {hours: {start: "99:00", end: "18:00"}}}`,
    id: "bad-time-of-day",
  },
  {
    name: "24:00 as a start",
    rule: `${DEV}, time: {hours: {start: "24:00", end: "18:00"}}}`,
    id: "bad-time-of-day",
  },
  {
    name: "24:01 as an end",
    rule: `${DEV}, time: {hours: {start: "08:00", end: "24:01"}}}`,
    id: "bad-time-of-day",
  },
  {
    name: "a time without a zero",
    rule: `${DEV}, time: {hours: {start: "8:00", end: "18:00"}}}`,
    id: "bad-time-of-day",
    replacement: '"08:00"',
  },
  {
    name: "start equal to end",
    rule: `${DEV}, time: {hours: {start: "08:00", end: "08:00"}}}`,
    id: "empty-window",
  },
  { name: "Local as a zone", rule: `${TIME}, timezone: Local}}`, id: "bad-zone" },
  { name: "an offset as a zone", rule: `${TIME}, timezone: "+01:00"}}`, id: "bad-zone" },
  {
    name: "an unknown zone",
    rule: `${TIME}, timezone: Europe/Berlim}}`,
    id: "bad-zone",
    replacement: "Europe/Berlin",
  },
  {
    name: "a zone in lower case",
    rule: `${TIME}, timezone: europe/berlin}}`,
    id: "bad-zone",
    replacement: "Europe/Berlin",
  },
  {
    name: "a town as a zone",
    rule: `${TIME}, timezone: Berlin}}`,
    id: "bad-zone",
    replacement: "Europe/Berlin",
  },
  { name: "an empty zone", rule: `${TIME}, timezone: ""}}`, id: "empty-text" },
  {
    name: "an unknown device key",
    rule: `${DEV}, device: {require_mdn: true}}`,
    id: "unknown-key",
    replacement: "require_mdm",
  },
  {
    name: "an empty device",
    rule: "name: a, effect: allow, conditions: {device: {}}",
    id: "empty-device",
  },
  {
    name: "a device that asks for nothing",
    rule: `${DEV}, device: {require_mdm: false}}`,
    id: "empty-device",
  },
  {
    name: "yes in device",
    rule: `${DEV}, device: {require_mdm: yes}}`,
    id: "wrong-type",
    replacement: "true",
  },
  {
    name: "an unquoted version",
    rule: `${DEV}, device: {min_os_version: 14.10}}`,
    id: "wrong-type",
    replacement: '"14.10"',
  },
  {
    name: "a version without a digit",
    rule: `${DEV}, device: {min_os_version: ventura}}`,
    id: "bad-text",
  },
  {
    name: "an unknown system",
    rule: `${DEV}, device: {allowed_os_types: [macos]}}`,
    id: "unknown-value",
    fix: /darwin/,
  },
  {
    name: "a name used twice",
    text: rulesText(`${DEV}}`, `${DEV}}`),
    id: "duplicate-value",
    line: 4,
  },
  {
    name: "a name of 65 characters",
    rule: `${DEV.replace("dev", "a".repeat(65))}}`,
    id: "bad-length",
  },
  { name: "a name with a space", rule: `${DEV.replace("dev", "a b")}}`, id: "bad-text" },
  {
    name: "a reason of 501 characters",
    rule: `${DEV}}, reason: ${"a".repeat(501)}`,
    id: "bad-length",
  },
  {
    name: "a reason with a control character",
    rule: `${DEV}}, reason: "a\\u001b[31m"`,
    id: "control-character",
  },
  { name: "a reason with a bidi mark", rule: `${DEV}}, reason: "a\\u202e"`, id: "bidi-mark" },
  {
    name: "a duration of a bare number",
    rule: `${DEV}}, max_server_duration: 900`,
    id: "bad-duration",
    fix: /900s/,
  },
  { name: "a negative duration", rule: `${DEV}}, max_server_duration: -15m`, id: "bad-duration" },
  {
    name: "a duration under 900 s",
    rule: `${DEV}}, max_server_duration: 14m59s`,
    id: "duration-out-of-range",
  },
  { name: "a table name of two letters", rule: `${DEV}}, session_table: ab`, id: "bad-text" },
  {
    name: "unstamped as a text",
    rule: `${DEV}}, unstamped: "true"`,
    id: "wrong-type",
    replacement: "true",
  },
  {
    name: "unstamped on a deny",
    rule: "name: a, effect: deny, conditions: {}, unstamped: true",
    id: "unstamped-grants-nothing",
  },
  { name: "a key of no version", rule: `${DEV}}, max_duration: 1h`, id: "known-mistake" },
];

for (const row of REFUSED) {
  Deno.test(`parsePolicy() refuses ${row.name}`, () => {
    const problems = problemsOf(row.text ?? rulesText(row.rule ?? ""));
    const found = problems.find(({ id }) => id === row.id);
    assert.ok(found, `no ${row.id} among ${JSON.stringify(problems)}`);
    if (row.line !== undefined || row.rule !== undefined) assert.equal(found.line, row.line ?? 3);
    assert.equal(found.replacement, row.replacement);
    if (row.fix !== undefined) assert.match(found.fix ?? "", row.fix);
  });
}

for (
  const row of [
    {
      name: "allow in a guardrail",
      rule: "name: a, effect: allow, conditions: {users: [bob]}",
      id: "guardrail-allows",
    },
    {
      name: "unstamped in a guardrail",
      rule: "name: a, effect: require_server, conditions: {}, unstamped: true",
      id: "unstamped-grants-nothing",
    },
  ]
) {
  Deno.test(`parsePolicy() refuses ${row.name}`, () => {
    assert.deepEqual(problemsOf(rulesText(row.rule), GUARD).map(({ id }) => id), [row.id]);
  });
}

for (
  const row of [
    { name: "an unquoted version 1", text: rulesText(`${DEV}}`).replace('"1"', "1") },
    { name: "an empty conditions on deny", rule: "name: a, effect: deny, conditions: {}" },
    {
      name: "an empty conditions on require_approval",
      rule: "name: a, effect: require_approval, conditions: {}",
    },
    { name: "a rule with mode alone", rule: "name: a, effect: deny, conditions: {mode: [cli]}" },
    {
      name: "a rule with device alone",
      rule: "name: a, effect: allow, conditions: {device: {require_mdm: true}}",
    },
    { name: "a derived user", rule: `${DEV}, users: [alice+abcdefgh27, +abcdefghij]}` },
    {
      name: "users as the identity room names them",
      rule: `${DEV}, users: [contractor-1, alice@example.com, a_b.c]}`,
    },
    { name: "an overnight window", rule: `${DEV}, time: {hours: {start: "22:00", end: "06:00"}}}` },
    { name: "an end at 24:00", rule: `${DEV}, time: {hours: {start: "22:00", end: "24:00"}}}` },
    { name: "an older name of a zone", rule: `${TIME}, timezone: Asia/Kolkata}}` },
    { name: "UTC", rule: `${TIME}, timezone: UTC}}` },
    { name: "a system in any case", rule: `${DEV}, device: {allowed_os_types: [Darwin]}}` },
    { name: "unquoted times of day", rule: `${DEV}, time: {hours: {start: 08:00, end: 18:00}}}` },
    { name: "unstamped on what can grant", rule: `${DEV}}, unstamped: true` },
    { name: "15m", rule: `${DEV}}, max_server_duration: 15m0s` },
  ] as { name: string; rule?: string; text?: string }[]
) {
  Deno.test(`parsePolicy() takes ${row.name}`, () => {
    assert.deepEqual(problemsOf(row.text ?? rulesText(row.rule ?? "")), []);
  });
}

Deno.test("parsePolicy() takes an empty conditions in a guardrail that binds", () => {
  for (const effect of ["deny", "require_approval", "require_server", "require_server_session"]) {
    assert.deepEqual(
      problemsOf(rulesText(`name: a, effect: ${effect}, conditions: {}`), GUARD),
      [],
    );
  }
});

Deno.test("parsePolicy() reads each key to its value", () => {
  const policy = parsePolicy(
    `version: "1"
rules:
  - name: all
    effect: require_server_session
    reason: because
    max_server_duration: 1h
    session_table: sessions
    unstamped: true
    conditions:
      profiles: [prod]
      users: [bob]
      mode: [server]
      time:
        days: [sunday, monday]
        hours: {start: "22:00", end: "06:30"}
        timezone: Europe/Berlin
      device: {require_mdm: true, require_encryption: true, min_os_version: "14.4", allowed_os_types: [Linux]}
`,
    "policy.yaml",
  );
  assert.deepEqual(policy, {
    version: "1",
    origin: { file: "policy.yaml", kind: "policy" },
    rules: [{
      name: "all",
      effect: "require_server_session",
      reason: "because",
      maxServerDuration: 3_600,
      sessionTable: "sessions",
      unstamped: true,
      place: { file: "policy.yaml", line: 3, column: 5 },
      conditions: {
        profiles: ["prod"],
        users: ["bob"],
        mode: ["server"],
        time: { days: [0, 1], hours: { start: 1_320, end: 390 }, zone: "Europe/Berlin" },
        device: {
          requireEncryption: true,
          requireMdm: true,
          requireMdmCompliant: false,
          requireFirewall: false,
          minOsVersion: "14.4",
          allowedOsTypes: ["linux"],
        },
      },
    }],
  });
});

Deno.test("parsePolicy() gives a window without a zone UTC, whatever TZ says", () => {
  const policy = parsePolicy(rulesText(`${TIME}}}`), "policy.yaml");
  assert.equal(policy.rules[0]?.conditions.time?.zone, "UTC");
});

Deno.test("parsePolicy() sees a name used twice even where the rules are wrong otherwise", () => {
  const bad = rulesText(
    "name: a, effect: Deny, conditions: {}",
    "name: a, effect: Deny, conditions: {}",
  );
  const ids = problemsOf(bad).map(({ line, id }) => `${line} ${id}`);
  assert.deepEqual(ids, ["3 unknown-value", "4 duplicate-value", "4 unknown-value"]);
});

Deno.test("parsePolicy() names every problem at once, in order, and shows the first five", () => {
  const bad = rulesText(
    ...Array.from({ length: 7 }, (_, i) => `name: r${i}, effect: Deny, conditions: {}`),
  );
  assert.throws(() => parsePolicy(bad, "my policy.yaml"), (error) => {
    assert.ok(error instanceof PolicyInvalidError);
    assert.ok(hasCode(error, "POLICY_INVALID"));
    assert.deepEqual(error.problems.map(({ line }) => line), [3, 4, 5, 6, 7, 8, 9]);
    assert.match(error.message, /^Cannot read policy: found 7 problems in my policy.yaml/);
    assert.equal(error.message.split("\n").length, 7);
    assert.match(error.message, /and 2 more$/);
    assert.equal(error.hint, "sentinel policy validate 'my policy.yaml'");
    return true;
  });
});
