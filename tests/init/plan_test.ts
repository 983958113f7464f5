// init: the plan: what is there stays byte for byte, what comes resolves, a second time there is nothing to do.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { hasCode } from "../../lib/core/errors/mod.ts";
import { parseAwsConfig, resolveTarget } from "../../lib/core/profiles/mod.ts";
import { parsePolicy } from "../../lib/core/policy/parse.ts";
import { readConfig } from "../../lib/core/config/read.ts";
import {
  type Answers,
  awsSteps,
  diffOf,
  type Plan,
  planSetup,
  planText,
  type Standing,
  starterConfig,
  starterPolicy,
  starterRule,
} from "../../lib/core/setup/mod.ts";

const NUM_RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "150");
const ROLE = "arn:aws:iam::111122223333:role/SentinelProtected-Dev";

const ANSWERS: Answers = {
  profile: "dev",
  roleArn: ROLE,
  source: { kind: "profile", name: "mara" },
  region: "eu-central-1",
  crew: "solo",
  callers: { kind: "iam-users", users: ["arn:aws:iam::111122223333:user/mara"] },
};
const CENTER: Answers = {
  ...ANSWERS,
  source: {
    kind: "sso",
    name: "entry",
    session: "corp",
    startUrl: "https://corp.awsapps.com/start",
    region: "eu-west-1",
    account: "444455556666",
    permissionSet: "SentinelEntry",
  },
  callers: {
    kind: "permission-set",
    account: "444455556666",
    name: "SentinelEntry",
    partition: "aws",
  },
};
const BASE = "[profile mara]\nregion = eu-central-1\n";

const KEYS =
  "[mara]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secretsecretsecret\n";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array | undefined) => new TextDecoder().decode(data);

function standing(
  files: { aws?: string; credentials?: string; config?: string; policy?: string; own?: string },
): Standing {
  const present = (path: string, content: string | undefined) => ({
    path,
    bytes: content === undefined ? null : bytes(content),
  });
  return {
    awsConfig: present("/h/.aws/config", files.aws),
    awsCredentials: present("/h/.aws/credentials", files.credentials),
    configYaml: present("/h/s/config.yaml", files.config),
    policyYaml: present("/h/s/policy.yaml", files.policy),
    ownPolicy: present("/h/s/policies/dev.yaml", files.own),
  };
}

const plan = (files: Parameters<typeof standing>[0], answers = ANSWERS): Plan =>
  planSetup(answers, standing({ credentials: KEYS, ...files }), starterPolicy(answers));

const changed = (made: Plan, path: string) =>
  text(made.changes.find((c) => c.path === path)?.after);

Deno.test("planSetup() from a base profile writes three files, the AWS config last", () => {
  const made = plan({ aws: BASE });
  assert.deepEqual(made.changes.map(({ path, kind }) => [path, kind]), [
    ["/h/s/config.yaml", "create"],
    ["/h/s/policy.yaml", "create"],
    ["/h/.aws/config", "append"],
  ]);
  const config = parseAwsConfig({
    config: { file: "c", text: changed(made, "/h/.aws/config") },
    credentials: { file: "k", text: KEYS },
  });
  assert.equal(
    resolveTarget(config, "dev", { env: () => undefined }).roleArn,
    ROLE,
  );
});

Deno.test("planSetup() writes no policy.yaml where config.yaml names another policy: nobody would read it", () => {
  const made = plan({ aws: BASE, config: "policy: ssm:/sentinel/policies/dev\n" });
  assert.deepEqual(made.changes.map(({ path }) => path), ["/h/.aws/config"]);
  assert.match(
    planText(made),
    /ssm:\/sentinel\/policies\/dev decides about dev, as \/h\/s\/config/,
  );
  assert.match(planText(made), /see that a rule of ssm:.* is for dev/);
  const broken = plan({ aws: BASE, config: "policy: [\n" });
  assert.deepEqual(broken.changes.map(({ path }) => path), ["/h/s/policy.yaml", "/h/.aws/config"]);
});

Deno.test("planSetup() again finds nothing to do", () => {
  for (const answers of [ANSWERS, CENTER]) {
    const first = plan({ aws: BASE, credentials: KEYS }, answers);
    const again = plan({
      aws: changed(first, "/h/.aws/config"),
      credentials: KEYS,
      config: changed(first, "/h/s/config.yaml"),
      policy: changed(first, "/h/s/policy.yaml"),
    }, answers);
    assert.deepEqual(again.changes, []);
    assert.deepEqual(again.left, []);
    assert.match(planText(again), /^Nothing to write\.\n/);
  }
});

Deno.test("planSetup() by Identity Center makes session, entry profile and gated profile", () => {
  const made = changed(plan({}, CENTER), "/h/.aws/config");
  assert.equal(
    made,
    `[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access

[profile entry]
region = eu-central-1
sso_session = corp
sso_account_id = 444455556666
sso_role_name = SentinelEntry

[profile dev]
region = eu-central-1
credential_process = sentinel credentials --profile dev
sentinel_role_arn = ${ROLE}
sentinel_source_profile = entry
`,
  );
});

const REFUSED = [
  {
    name: "another role",
    aws: `${BASE}[profile dev]\nsentinel_role_arn = ${ROLE}2\n`,
    code: "PROFILE_CONFLICT",
  },
  {
    name: "a plain profile of that name",
    aws: `${BASE}[profile dev]\nrole_arn = ${ROLE}\n`,
    code: "PROFILE_CONFLICT",
  },
  {
    name: "keys of that name",
    aws: BASE,
    credentials: "[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n",
    code: "PROFILE_CONFLICT",
  },
  { name: "no such source", aws: "", credentials: "", code: "PROFILE_UNKNOWN" },
  { name: "a file that can't be read", aws: "[profile mara\n", code: "AWS_CONFIG_INVALID" },
  {
    name: "an ours that lacks a line",
    aws: `${BASE}[profile dev]\nsentinel_role_arn = ${ROLE}\nsentinel_source_profile = mara\n`,
    code: "PROFILE_CONFLICT",
  },
] as const;

for (const row of REFUSED) {
  Deno.test(`planSetup() refuses ${row.name}`, () => {
    const { aws } = row;
    assert.throws(
      () => plan({ aws, ...("credentials" in row && { credentials: row.credentials }) }),
      (error) => hasCode(error, row.code),
    );
  });
}

for (const profile of ["-x", "a b", ".x", "a/b", 'a"b', "", "ä"]) {
  Deno.test(`planSetup() refuses the name ${JSON.stringify(profile)}`, () => {
    assert.throws(
      () => plan({ aws: BASE }, { ...ANSWERS, profile }),
      (e) => hasCode(e, "PROFILE_NAME_INVALID"),
    );
  });
}

for (
  const [field, change] of [
    ["role", { roleArn: "arn:aws:iam::1:role/x" }],
    ["region", { region: "not a region\n[profile evil]" }],
    ["source", { source: { kind: "profile", name: "mara\nrole_arn = x" } }],
    ["comment", { region: "eu-central-1 # x" }],
  ] as const
) {
  Deno.test(`planSetup() refuses a ${field} that would not be read back`, () => {
    assert.throws(
      () => plan({ aws: BASE }, { ...ANSWERS, ...change }),
      (e) => hasCode(e, "AWS_CONFIG_INVALID"),
    );
  });
}

Deno.test("planSetup() leaves policies and settings that are there, and says what they must say", () => {
  const made = plan({ aws: BASE, config: "json: true\n", policy: "version: '1'\n" });
  assert.deepEqual(made.changes.map(({ path }) => path), ["/h/.aws/config"]);
  assert.match(made.left.join("\n"), /issuer: \{ iam_users: "111122223333" \}/);
  assert.match(made.left.join("\n"), /a rule of \/h\/s\/policy\.yaml is for dev/);
  const text = `version: "1"\nrules:\n  ${starterRule(ANSWERS)}\n`;
  const [rule] = parsePolicy(text, { file: "policy.yaml", kind: "policy" }).rules;
  assert.equal(rule?.name, "allow-dev");
  assert.ok(made.left.includes(`  ${starterRule(ANSWERS)}`));
  const own = plan({ aws: BASE, own: "version: '1'\n" });
  assert.ok(
    !own.changes.some(({ path }) => path.endsWith("policy.yaml")),
    "two policies for one profile",
  );
});

// What a config file may look like: comments, other tools' sections, either line end, with or without the last one.
const line = fc.constantFrom(
  "# a comment",
  "; another",
  "",
  "   ",
  "region = eu-west-1 # why",
  "s3 =",
  "  max_concurrent_requests = 5",
  "output=json",
);
const body = fc.uniqueArray(line, { maxLength: 6, selector: (text) => text.split(/[ =]/)[0] });
const config = fc.record({
  sections: fc.uniqueArray(
    fc.record({
      name: fc.stringMatching(/^[a-z]{1,6}$/).filter((n) => !["dev", "mara"].includes(n)),
      body,
    }),
    { maxLength: 4, selector: ({ name }) => name },
  ),
  end: fc.constantFrom("\n", "\r\n"),
  last: fc.boolean(),
  mark: fc.boolean(),
}).map(({ sections, end, last, mark }) => {
  const lines = [
    "[profile mara]",
    "output = text",
    ...sections.flatMap((s) => [`[profile ${s.name}]`, ...tidy(s.body)]),
  ];
  return `${mark ? "\ufeff" : ""}${lines.join(end)}${last ? end : ""}`;
});

/** An indented line is only good below `s3 =`. */
function tidy(lines: readonly string[]): string[] {
  const rest = lines.filter((each) => !each.startsWith("  max") && !each.startsWith("s3"));
  return lines.includes("s3 =") ? [...rest, "s3 =", "  max_concurrent_requests = 5"] : rest;
}

Deno.test("planSetup() keeps every byte that is there, and its kind of line ends", () => {
  fc.assert(
    fc.property(config, (aws) => {
      const made = plan({ aws });
      const change = made.changes.at(-1);
      assert.ok(change);
      const before = bytes(aws);
      assert.deepEqual(change.after.slice(0, before.length), before);
      const after = text(change.after);
      if (aws.includes("\r\n")) {
        assert.doesNotMatch(after.slice(aws.length).replace(/^\n/, ""), /[^\r]\n/);
      }
      const read = parseAwsConfig({ config: { file: "c", text: after } });
      assert.equal(read.profiles.get("dev")?.values.size, 4);
      const again = plan({ aws: after });
      assert.ok(!again.changes.some(({ path }) => path.endsWith("/.aws/config")));
    }),
    { seed: 61, numRuns: NUM_RUNS },
  );
});

Deno.test("a diff shows what comes and nothing that is there", () => {
  const made = plan({
    aws: "[profile mara]\naws_secret_access_key = wJalrXUtnFEMI",
    credentials: KEYS,
  });
  const [change] = made.changes.slice(-1);
  assert.ok(change);
  const diff = diffOf(change);
  assert.ok(!diff.includes("wJalr"), diff);
  assert.match(
    diff,
    /^--- \/h\/\.aws\/config\n\+\+\+ \/h\/\.aws\/config\n@@ -2,0 \+3,6 @@\n\\ the last line/,
  );
  assert.match(planText(made), /\+sentinel_source_profile = mara\n/);
});

for (const answers of [ANSWERS, CENTER, { ...ANSWERS, crew: "team", profile: "no" }] as const) {
  Deno.test(`the starters of ${answers.crew} by ${answers.callers.kind} for ${answers.profile} are valid`, () => {
    const { rules } = parsePolicy(starterPolicy(answers), { file: "policy.yaml", kind: "policy" });
    assert.equal(rules.length, 1);
    const { values } = readConfig(starterConfig(answers), "config.yaml");
    assert.ok(values.issuer !== undefined);
  });
}

Deno.test("awsSteps() lets another account's user take the role by his own policy, too", () => {
  const commands = (answers: Answers) => awsSteps(answers).map(({ command }) => command).join("\n");
  assert.doesNotMatch(commands(ANSWERS), /put-user-policy/);
  const far = {
    ...ANSWERS,
    callers: { kind: "iam-users", users: ["arn:aws:iam::999988887777:user/mara"] },
  } as const;
  assert.match(commands(far), /put-user-policy --user-name mara .*sts:SetSourceIdentity/);
  assert.match(commands(CENTER), /--permission-set SentinelEntry --account 444455556666 >/);
  const china = { ...CENTER, callers: { ...CENTER.callers, partition: "aws-cn" } } as Answers;
  assert.match(commands(china), /--account 444455556666 --partition aws-cn >/);
  assert.match(
    commands({ ...ANSWERS, roleArn: "arn:aws-cn:iam::111122223333:role/a/b/Name" }),
    /--role-name Name --path \/a\/b\/ .*\n.*arn:aws-cn:iam::aws:policy/,
  );
});
