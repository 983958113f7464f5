// doctor: each thing that can be wrong has its line, and nothing else is said of a good set-up.
import { strict as assert } from "node:assert";
import {
  aboutProfile,
  examine,
  exitCodeOf,
  type Facts,
  findingsText,
  maskOf,
  type PathFact,
  reportOf,
  reportText,
  type State,
} from "../../lib/core/doctor/mod.ts";
import { line, say } from "../../lib/core/doctor/line.ts";
import { awsFile, facts, GOOD_CONFIG, profile } from "./facts.ts";

interface Row {
  name: string;
  change: Partial<Facts>;
  id: string;
  state: State;
  /** Words that the line must have. */
  says?: RegExp;
  fix?: RegExp;
}

const file = (role: string, found: PathFact["found"]): Partial<Facts> => ({
  paths: [...facts().paths, { role, path: "/home/mara/x", found }],
});
const there = { kind: "file", mode: 0o600, owner: "you", bytes: 1, link: false } as const;
const config = (text: string): Partial<Facts> => ({ aws: [awsFile(GOOD_CONFIG + text)] });
const instead = (text: string): Partial<Facts> => ({ aws: [awsFile(text)] });
const env = (values: Record<string, string>): Partial<Facts> => ({
  environment: new Map(Object.entries(values)),
});
const trouble = (code: string) => ({ code, message: `Cannot: ${code}`, hint: "mend it" });
const journal = (change: Partial<Facts["journal"]>): Partial<Facts> => ({
  journal: { ...facts().journal, ...change },
});

const shell = (findings: Facts["shell"]["findings"]): Partial<Facts> => ({
  shell: { ...facts().shell, findings },
});

const GATED = "[profile dev]\nsentinel_role_arn = arn:aws:iam::111122223333:role/R\n";

const ROWS: readonly Row[] = [
  { name: "no sentinel on PATH", change: { onPath: [] }, id: "program/path", state: "problem" },
  {
    name: "two sentinels on PATH",
    change: {
      onPath: [{ path: "/a/sentinel", real: "/a/s" }, { path: "/b/sentinel", real: "/b/s" }],
    },
    id: "program/several",
    state: "warning",
  },
  {
    name: "a sentinel that desktops don't find",
    change: { onPath: [{ path: "/home/mara/.local/bin/sentinel", real: "/x" }] },
    id: "program/desktop-path",
    state: "note",
    // Not the path itself: masked it begins with ~, which no SDK follows.
    fix: /^write its whole path into credential_process: command -v sentinel$/,
  },
  {
    name: "an absolute program that is gone",
    change: { programs: [{ path: "/gone/sentinel", runs: false }] },
    id: "program/missing",
    state: "problem",
  },
  {
    name: "a policy that others may write",
    change: file("policy", { ...there, mode: 0o620 }),
    id: "files/writable",
    state: "problem",
    fix: /^chmod go-w ~\/x$/,
  },
  {
    name: "somebody else's policy",
    change: file("policy", { ...there, owner: "other" }),
    id: "files/owner",
    state: "problem",
  },
  {
    name: "a journal that others may read",
    change: file("journal segment", { ...there, mode: 0o644 }),
    id: "files/readable",
    state: "warning",
  },
  {
    name: "credentials that others may read",
    change: file("AWS credentials file", { ...there, mode: 0o644 }),
    id: "files/credentials-readable",
    state: "warning",
    fix: /^chmod 600 /,
  },
  {
    name: "a path that can't be seen",
    change: file("policy", { kind: "unseen", why: "permission denied" }),
    id: "files/unseen",
    state: "could-not-look",
  },
  {
    name: "a policy that is a pipe",
    change: file("policy", { ...there, kind: "other" }),
    id: "files/kind",
    state: "problem",
  },
  {
    name: "a broken config.yaml",
    change: { config: { state: "failed", why: trouble("CONFIG_INVALID") } },
    id: "config/file",
    state: "problem",
    fix: /mend it/,
  },
  {
    name: "broken pins",
    change: { pins: { state: "failed", why: trouble("PINS_INVALID"), path: "/etc/p" } },
    id: "config/pins",
    state: "problem",
  },
  { name: "no issuer", change: { issuer: false }, id: "config/issuer", state: "note" },
  {
    name: "an AWS config that can't be read",
    change: { aws: [{ ...awsFile(""), sections: null, trouble: trouble("AWS_CONFIG_INVALID") }] },
    id: "aws-config/readable",
    state: "problem",
  },
  {
    name: "a section twice",
    change: config("[profile mara]\nregion = us-east-1\n"),
    id: "aws-config/duplicate-section",
    state: "problem",
    says: /config:9: .*first at ~\/\.aws\/config:1/,
  },
  {
    name: "role_arn beside credential_process",
    change: config(
      "[profile x]\nrole_arn = arn:aws:iam::111122223333:role/R\ncredential_process = /bin/x\n",
    ),
    id: "aws-config/role-arn-and-process",
    state: "problem",
    fix: /sentinel_role_arn/,
  },
  {
    name: "a misspelt key of ours",
    change: config("[profile x]\nsentinel_max_duratoin = 1h\n"),
    id: "aws-config/unknown-key",
    state: "problem",
    fix: /^write sentinel_max_duration on line 10$/,
  },
  {
    name: "keys beside our role",
    change: instead(`${GATED}aws_access_key_id = AKIAIOSFODNN7EXAMPLE\n`),
    id: "aws-config/way-round",
    state: "problem",
    says: /aws_access_key_id/,
  },
  {
    name: "a gated profile without a process",
    change: instead(GATED),
    id: "aws-config/no-process",
    state: "warning",
    fix: /^credential_process = sentinel credentials --profile dev$/,
  },
  {
    name: "a gated profile with another program's process",
    change: instead(`${GATED}credential_process = /bin/other --token abc\n`),
    id: "aws-config/foreign-process",
    state: "problem",
  },
  {
    name: "a process that asks for another profile",
    change: instead(`${GATED}credential_process = sentinel credentials --profile prod\n`),
    id: "aws-config/process-profile",
    state: "problem",
    says: /asks for prod/,
  },
  {
    name: "a process that names no profile",
    change: instead(`${GATED}credential_process = /usr/bin/sentinel credentials\n`),
    id: "aws-config/process-profile",
    state: "problem",
    says: /names no profile/,
  },
  {
    name: "a process that hides sentinel in a script",
    change: instead(`${GATED}credential_process = sh -c "sentinel --version"\n`),
    id: "aws-config/process-unread",
    state: "note",
  },
  {
    name: "a base profile whose process is sentinel",
    change: config("[profile x]\ncredential_process = sentinel credentials --profile x\n"),
    id: "aws-config/self-reference",
    state: "problem",
  },
  {
    name: "long-term keys",
    change: { aws: [awsFile("[mara]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\n", "credentials")] },
    id: "aws-config/long-term-keys",
    state: "note",
    says: /AKIA…MPLE$/,
  },
  {
    name: "an endpoint on this machine",
    change: config("[profile x]\nendpoint_url = http://127.0.0.1:4566\n"),
    id: "aws-config/endpoint",
    state: "note",
  },
  {
    name: "an endpoint elsewhere",
    change: config("[profile x]\nendpoint_url = https://127.0.0.1.evil.example\n"),
    id: "aws-config/endpoint",
    state: "warning",
  },
  {
    name: "an endpoint of a gated profile, where its calls carry the session",
    change: config("[profile x]\nsentinel_role_arn = r\nendpoint_url = https://evil.example\n"),
    id: "aws-config/endpoint",
    state: "warning",
  },
  {
    name: "a plain profile beside a gated one",
    change: config(
      "[profile x]\nrole_arn = arn:aws:iam::111122223333:role/SentinelProtected-Dev\nsource_profile = mara\n",
    ),
    id: "aws-config/plain-beside-gated",
    state: "warning",
    says: /profile x .* dev guards/,
  },
  {
    name: "a default profile with credentials",
    change: config("[default]\nsso_account_id = 111122223333\n"),
    id: "aws-config/default-profile",
    state: "note",
  },
  {
    name: "no gated profile",
    change: { ...instead("[profile mara]\nregion = x\n"), profiles: [] },
    id: "aws-config/gated",
    state: "note",
    fix: /^sentinel init$/,
  },
  {
    name: "sources in a circle",
    change: { profiles: [profile({ broken: trouble("PROFILE_LOOP") })] },
    id: "aws-config/source-loop",
    state: "problem",
  },
  {
    name: "a profile that doesn't resolve",
    change: { profiles: [profile({ broken: trouble("PROFILE_CONFLICT") })] },
    id: "aws-config/profile",
    state: "problem",
  },
  {
    name: "an endpoint variable that leads elsewhere",
    change: env({ AWS_ENDPOINT_URL_STS: "https://sts.evil.example" }),
    id: "environment/endpoint",
    state: "warning",
    fix: /^unset AWS_ENDPOINT_URL_STS$/,
  },
  {
    name: "keys in the environment",
    change: env({ AWS_ACCESS_KEY_ID: "" }),
    id: "environment/keys",
    state: "warning",
  },
  {
    name: "keys of exec's own",
    change: env({ AWS_ACCESS_KEY_ID: "", AWS_SENTINEL: "" }),
    id: "environment/inside",
    state: "note",
  },
  {
    name: "a variable that makes Sentinel refuse",
    change: env({ SENTINEL_RESOLVING: "1" }),
    id: "environment/resolving",
    state: "problem",
  },
  { name: "a proxy", change: env({ https_proxy: "" }), id: "environment/leading", state: "note" },
  {
    name: "settings by variable",
    change: env({ SENTINEL_POLICY: "" }),
    id: "environment/settings",
    state: "note",
    says: /SENTINEL_POLICY/,
  },
  {
    name: "a role in the environment",
    change: env({ AWS_ROLE_ARN: "" }),
    id: "environment/in-place",
    state: "note",
  },
  {
    name: "other AWS files",
    change: env({ AWS_CONFIG_FILE: "" }),
    id: "environment/files",
    state: "note",
  },
  {
    name: "base credentials that are over",
    change: {
      profiles: [profile({ caller: { state: "failed", why: trouble("CREDENTIALS_EXPIRED") } })],
    },
    id: "identity/caller",
    state: "problem",
  },
  {
    name: "base credentials that nobody was asked about",
    change: { profiles: [profile({ caller: { state: "not asked", why: "offline" } })] },
    id: "identity/caller",
    state: "could-not-look",
    fix: /^sentinel whoami --profile dev$/,
  },
  {
    name: "root",
    change: {
      profiles: [profile({
        caller: {
          state: "asked",
          arn: "arn:aws:iam::111122223333:root",
          account: "1",
          name: "root",
          user: "r",
          kind: "root",
        },
      })],
    },
    id: "identity/root",
    state: "warning",
  },
  {
    name: "a clock that is off",
    change: { profiles: [profile({ clockAhead: -90 })] },
    id: "clock/skew",
    state: "warning",
    says: /90 s behind/,
  },
  {
    name: "a clock that is far off",
    change: { profiles: [profile({ clockAhead: 121 })] },
    id: "clock/skew",
    state: "problem",
    says: /121 s ahead of/,
  },
  {
    name: "a clock that nobody was asked about",
    change: { profiles: [profile({ clockAhead: null })] },
    id: "clock/skew",
    state: "could-not-look",
  },
  ...["MISSING", "INVALID", "UNREADABLE"].map((word): Row => ({
    name: `a policy that is ${word}`,
    change: {
      profiles: [profile({ policy: { state: "failed", why: trouble(`POLICY_${word}`) } })],
    },
    id: `policy/${word.toLowerCase()}`,
    state: "problem",
  })),
  {
    name: "a policy that nobody could be asked for",
    change: { profiles: [profile({ policy: { state: "not read", why: "it lies in SSM" } })] },
    id: "policy/source",
    state: "could-not-look",
  },
  ...[
    { rule: null, says: /would answer deny now, no rule matches$/ },
    { rule: "policy.yaml/x", says: /would answer deny now, by rule policy\.yaml\/x$/ },
  ].map(({ rule, says }): Row => ({
    name: `a no by ${rule ?? "no rule"}`,
    change: {
      profiles: [
        profile({
          policy: {
            state: "read",
            source: "file:x",
            signature: "unsigned",
            answer: { outcome: "deny", rule },
          },
        }),
      ],
    },
    id: "policy/answer",
    state: "note",
    says,
    fix: /^sentinel policy explain dev$/,
  })),
  { name: "a head behind", change: journal({ head: "behind" }), id: "journal/head", state: "note" },
  { name: "no head", change: journal({ head: "missing" }), id: "journal/head", state: "warning" },
  { name: "a cut end", change: journal({ head: "cut" }), id: "journal/head", state: "problem" },
  {
    name: "a head of another entry",
    change: journal({ head: "contradicts" }),
    id: "journal/head",
    state: "problem",
    fix: /^sentinel journal verify$/,
  },
  { name: "a torn end", change: journal({ torn: true }), id: "journal/torn", state: "note" },
  {
    name: "a large journal",
    change: journal({ bytes: 2 ** 31 }),
    id: "journal/size",
    state: "note",
  },
  {
    name: "a journal that is broken",
    change: journal({ trouble: trouble("JOURNAL_BROKEN") }),
    id: "journal/readable",
    state: "problem",
  },
  {
    name: "a journal that can't be read",
    change: journal({ trouble: trouble("FILE_UNSAFE") }),
    id: "journal/readable",
    state: "could-not-look",
  },
  {
    name: "a key file",
    change: { profiles: [profile({ seal: "key file" })] },
    id: "cache/seal",
    state: "note",
  },
  {
    name: "a pinned profile",
    change: { profiles: [profile({ pinned: true })], pins: { state: "read", path: "/etc/p" } },
    id: "enforce/pins",
    state: "ok",
  },
  {
    name: "a shell without our lines",
    change: shell([{
      id: "shell-rc-missing",
      message: "not in it",
      fix: "sentinel shell init zsh --write",
    }]),
    id: "shell/rc-missing",
    state: "note",
  },
  {
    name: "functions that are stale",
    change: shell([{
      id: "shell-files-stale",
      message: "stale",
      fix: "sentinel shell init zsh --write",
    }]),
    id: "shell/files-stale",
    state: "warning",
    fix: /--write$/,
  },
  {
    name: "an rc file that can't be read",
    change: { shell: { ...facts().shell, trouble: trouble("FILE_UNSAFE") } },
    id: "shell/rc",
    state: "could-not-look",
  },
  {
    name: "a shell that starts us each time",
    change: { shell: { ...facts().shell, note: "it starts sentinel itself" } },
    id: "shell/hint",
    state: "note",
  },
  {
    name: "another shell",
    change: { shell: { ...facts().shell, shell: null } },
    id: "shell/rc",
    state: "note",
  },
];

function shown(found: Facts) {
  return reportOf(examine(found), maskOf(found, false));
}

for (const row of ROWS) {
  Deno.test(`doctor sees ${row.name}`, () => {
    const report = shown(facts(row.change));
    const line = report.lines.find(({ id, state }) =>
      id === `doctor/${row.id}` && state === row.state
    );
    assert.ok(line, reportText(report));
    if (row.says) assert.match(line.says, row.says);
    if (row.fix) assert.match(line.fix ?? "", row.fix);
    // A finding without a way out is a complaint.
    if (row.state === "problem" || row.state === "warning") assert.ok(line.fix, "no fix");
    const expected = { ok: 0, note: 0, warning: 10, problem: 10, "could-not-look": 11 }[row.state];
    assert.equal(exitCodeOf(report), expected, reportText(report));
  });
}

Deno.test("a sandbox's own sentinel before the installed one is no finding", () => {
  const report = shown(facts({
    onPath: [
      { path: "/tmp/sentinel-sandbox-0123456789abcdef/bin/sentinel", real: "/a/s" },
      { path: "/b/sentinel", real: "/b/s" },
    ],
  }));
  assert.equal(exitCodeOf(report), 0, reportText(report));
});

Deno.test("a good set-up has no findings, and each subject a line", () => {
  const report = shown(facts());
  assert.equal(exitCodeOf(report), 0, reportText(report));
  const groups = new Set(report.lines.map(({ id }) => id.split("/")[1]));
  assert.deepEqual(
    [...groups].sort(),
    [
      "aws-config",
      "cache",
      "clock",
      "config",
      "enforce",
      "files",
      "identity",
      "journal",
      "policy",
      "program",
      "shell",
    ],
  );
  assert.match(reportText(report), /no problems, no warnings; looked at everything\n$/);
});

Deno.test("every line is printed under a heading", () => {
  const all = ROWS.map(({ change }) => shown(facts(change)));
  for (const report of all) {
    const text = reportText(report);
    for (const { says } of report.lines) assert.ok(text.includes(says), says);
  }
});

Deno.test("reportText() tells problems, then warnings, then what is unseen, each once, then the rest", () => {
  const report = reportOf([
    line("program/version", "ok", say`fine`),
    line("clock/skew", "could-not-look", say`unseen`),
    line("files/modes", "warning", say`open`, { fix: say`chmod 600 it` }),
    line("policy/read", "problem", say`broken`),
    line("shell/rc", "note", say`by the way`),
  ], (text) => text);
  const findings = `  PROBLEM  broken  [doctor/policy/read]
  warning  open  [doctor/files/modes]
           → chmod 600 it
  unseen   unseen  [doctor/clock/skew]
`;
  assert.equal(findingsText(report), findings);
  assert.equal(
    reportText(report),
    `Found
${findings}
Program
  ok       fine

Shell
  note     by the way  [doctor/shell/rc]

1 problem, 1 warning; could not look at 1 thing
`,
  );
  const fine = reportOf([line("program/version", "ok", say`fine`)], (text) => text);
  assert.equal(findingsText(fine), "");
  assert.match(reportText(fine), /^Program\n/);
});

Deno.test("ids are stable words", () => {
  const ids = ROWS.flatMap(({ change }) => examine(facts(change)).map(({ id }) => id));
  for (const id of ids) assert.match(id, /^doctor\/[a-z]+(-[a-z]+)*\/[a-z]+(-[a-z]+)*$/);
});

Deno.test("aboutProfile() leaves out what is another profile's", () => {
  const both = facts({
    profiles: [profile(), profile({ name: "prod", broken: trouble("PROFILE_LOOP") })],
  });
  const lines = aboutProfile(examine(both), "dev");
  assert.ok(lines.length > 5);
  assert.ok(lines.every((line) => line.profile === null || line.profile === "dev"));
});

Deno.test("a finding and something unseen end with 10", () => {
  const report = shown(facts({
    profiles: [
      profile({ clockAhead: null, policy: { state: "failed", why: trouble("POLICY_MISSING") } }),
    ],
  }));
  assert.equal(exitCodeOf(report), 10);
});

Deno.test("a broken config.yaml is told once, not for each profile that it breaks", () => {
  const why = trouble("CONFIG_INVALID");
  const report = shown(facts({
    config: { state: "failed", why },
    profiles: [profile({ broken: why }), profile({ name: "prod", broken: why })],
  }));
  assert.equal(report.counts.problem, 1, reportText(report));
});

Deno.test("an AWS config that fits nobody's reading: what was not looked at is said, and gated names stay", () => {
  const twice = awsFile(`${GOOD_CONFIG}[profile dev]\nregion = x\n`);
  const report = shown(facts({
    aws: [twice],
    profiles: [],
    awsTrouble: { code: "AWS_CONFIG_INVALID", message: 'found profile "dev" again', hint: null },
  }));
  assert.ok(report.lines.some(({ state }) => state === "could-not-look"));
  assert.match(reportText(report), /profile dev again[\s\S]*found profile "dev" again/);
});
