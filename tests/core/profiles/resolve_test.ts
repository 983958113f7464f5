// profiles: the resolver's table: which role, by which chain, from which leaf.
import { strict as assert } from "node:assert";
import { type ErrorCode, hasCode } from "../../../lib/core/errors/mod.ts";
import {
  type AwsConfig,
  listProfiles,
  parseAwsConfig,
  resolveLeafOnly,
  type ResolveOptions,
  resolveTarget,
  type Target,
} from "../../../lib/core/profiles/mod.ts";

const arn = (role: string, account = "111122223333") => `arn:aws:iam::${account}:role/${role}`;
const PROD = `sentinel_role_arn = ${arn("SentinelProtected-Prod")}`;
const KEYS = "aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = not-a-secret\n";
const SSO = "sso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Entry\n";
const SSO_SESSION =
  "[sso-session corp]\nsso_start_url = https://x.example/start\nsso_region = eu-central-1\n";
const LEAVES = `[profile mara]\n${KEYS}[profile lea]\n${KEYS}[profile sso]\n${SSO}${SSO_SESSION}` +
  `[profile tool]\ncredential_process = fetch-keys --json\n` +
  `[profile token]\nrole_arn = ${arn("Ci")}\nweb_identity_token_file = /var/token\n`;

const read = (text: string, credentials = ""): AwsConfig =>
  parseAwsConfig({
    config: { file: "config", text },
    credentials: { file: "credentials", text: credentials },
  });
const env = (values: Record<string, string> = {}) => (name: string): string | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;
const resolve = (text: string, name: string, more: Partial<ResolveOptions> = {}): Target =>
  resolveTarget(read(text + LEAVES), name, { env: env(), ...more });
const roles = (target: Target) => target.chain.map((hop) => hop.roleArn.replace(/.*role\//, ""));
const fails = (code: ErrorCode, run: () => unknown, says: RegExp = /./) =>
  assert.throws(run, (e) => {
    assert.ok(hasCode(e, code), `${e} is no ${code}`);
    assert.match(`${e.message} ${e.hint ?? ""}`, says);
    return true;
  });

const RESOLVES: {
  name: string;
  text: string;
  profile?: string;
  more?: Partial<ResolveOptions>;
  chain: string[];
  leaf: Target["leaf"];
  gated?: boolean;
}[] = [
  {
    name: "a gated profile over keys",
    text: `[profile p]\ncredential_process = sentinel credentials --profile p\n${PROD}\n` +
      "sentinel_source_profile = mara\n",
    chain: ["SentinelProtected-Prod"],
    leaf: { kind: "keys", profile: "mara" },
    gated: true,
  },
  {
    name: "a gated profile over SSO",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = sso\n`,
    chain: ["SentinelProtected-Prod"],
    leaf: { kind: "sso", profile: "sso", session: "corp" },
    gated: true,
  },
  {
    name: "a gated profile over a process",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = tool\n`,
    chain: ["SentinelProtected-Prod"],
    leaf: { kind: "process", profile: "tool", command: "fetch-keys --json" },
    gated: true,
  },
  {
    name: "a gated profile over web identity, whose role is the leaf",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = token\n`,
    chain: ["SentinelProtected-Prod"],
    leaf: { kind: "web-identity", profile: "token", roleArn: arn("Ci") },
    gated: true,
  },
  ...([
    ["Environment", "environment"],
    ["Ec2InstanceMetadata", "imds"],
    ["EcsContainer", "container"],
    ["ecscontainer", "container"],
  ] as const).map(([source, kind]) => ({
    name: `a gated profile over ${source}`,
    text: `[profile p]\n${PROD}\nsentinel_credential_source = ${source}\n`,
    chain: ["SentinelProtected-Prod"],
    leaf: { kind },
    gated: true,
  })),
  {
    name: "a plain role profile",
    text: `[profile p]\nrole_arn = ${arn("Plain")}\nsource_profile = mara\n`,
    chain: ["Plain"],
    leaf: { kind: "keys", profile: "mara" },
  },
  {
    name: "a plain role profile over the environment",
    text: `[profile p]\nrole_arn = ${arn("Plain")}\ncredential_source = Environment\n`,
    chain: ["Plain"],
    leaf: { kind: "environment" },
  },
  {
    name: "a plain role profile that is its own source",
    text: `[profile p]\nrole_arn = ${arn("Plain")}\nsource_profile = p\n${KEYS}`,
    chain: ["Plain"],
    leaf: { kind: "keys", profile: "p" },
  },
  {
    name: "a chain, first hop first",
    text: `[profile p]\nrole_arn = ${arn("C")}\nsource_profile = q\n` +
      `[profile q]\nrole_arn = ${arn("B")}\nsource_profile = r\n` +
      `[profile r]\nrole_arn = ${arn("A")}\nsource_profile = mara\n`,
    chain: ["A", "B", "C"],
    leaf: { kind: "keys", profile: "mara" },
  },
  {
    name: "a gated profile over a gated one",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = hub\n` +
      `[profile hub]\nsentinel_role_arn = ${arn("Hub")}\nsentinel_source_profile = mara\n` +
      "credential_process = sentinel credentials --profile hub\n",
    chain: ["Hub", "SentinelProtected-Prod"],
    leaf: { kind: "keys", profile: "mara" },
    gated: true,
  },
  {
    name: "--aws-profile in the leaf's place",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = mara\n`,
    more: { awsProfile: "lea" },
    chain: ["SentinelProtected-Prod"],
    leaf: { kind: "keys", profile: "lea" },
    gated: true,
  },
  {
    name: "--aws-profile that names the leaf again",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = mara\n`,
    more: { awsProfile: "mara" },
    chain: ["SentinelProtected-Prod"],
    leaf: { kind: "keys", profile: "mara" },
    gated: true,
  },
  {
    name: "--aws-profile with a role of its own, which goes first",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = mara\n` +
      `[profile hub]\nrole_arn = ${arn("Hub")}\nsource_profile = lea\n`,
    more: { awsProfile: "hub" },
    chain: ["Hub", "SentinelProtected-Prod"],
    leaf: { kind: "keys", profile: "lea" },
    gated: true,
  },
  {
    name: "--aws-profile under a chain, whose roles stay",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = hub\n` +
      `[profile hub]\nrole_arn = ${arn("Hub")}\nsource_profile = mara\n`,
    more: { awsProfile: "sso" },
    chain: ["Hub", "SentinelProtected-Prod"],
    leaf: { kind: "sso", profile: "sso", session: "corp" },
    gated: true,
  },
  {
    name: "--aws-profile for a token's role, which goes with the token",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = token\n`,
    more: { awsProfile: "lea" },
    chain: ["SentinelProtected-Prod"],
    leaf: { kind: "keys", profile: "lea" },
    gated: true,
  },
  {
    name: "--aws-profile for a profile that names nobody",
    text: `[profile p]\n${PROD}\n`,
    more: { awsProfile: "lea" },
    chain: ["SentinelProtected-Prod"],
    leaf: { kind: "keys", profile: "lea" },
    gated: true,
  },
  {
    name: "--aws-profile for a target that a token would assume",
    text: "",
    profile: "token",
    more: { awsProfile: "lea" },
    chain: ["Ci"],
    leaf: { kind: "keys", profile: "lea" },
  },
  {
    name: "keys without a role",
    text: "",
    profile: "mara",
    chain: [],
    leaf: { kind: "keys", profile: "mara" },
  },
  {
    name: "SSO without a role",
    text: "",
    profile: "sso",
    chain: [],
    leaf: { kind: "sso", profile: "sso", session: "corp" },
  },
  {
    name: "SSO in the old form",
    text: "[profile p]\nsso_start_url = https://x\nsso_region = a\nsso_account_id = 1\n" +
      "sso_role_name = r\n",
    chain: [],
    leaf: { kind: "sso", profile: "p", session: null },
  },
  {
    name: "SSO before keys",
    text: `[profile p]\n${SSO}${KEYS}`,
    chain: [],
    leaf: { kind: "sso", profile: "p", session: "corp" },
  },
  {
    name: "a process before keys of the same file",
    text: `[profile p]\ncredential_process = fetch\n${KEYS}`,
    chain: [],
    leaf: { kind: "process", profile: "p", command: "fetch" },
  },
];
for (const c of RESOLVES) {
  Deno.test(`resolveTarget() resolves ${c.name}`, () => {
    const target = resolve(c.text, c.profile ?? "p", c.more);
    assert.deepEqual(roles(target), c.chain);
    assert.deepEqual(target.leaf, c.leaf);
    assert.equal(target.gated, c.gated ?? false);
    assert.equal(target.roleArn, target.chain.at(-1)?.roleArn ?? null);
  });
}

const REFUSES: {
  name: string;
  code: ErrorCode;
  text: string;
  profile?: string;
  more?: Partial<ResolveOptions>;
  says?: RegExp;
}[] = [
  {
    name: "an unknown name",
    code: "PROFILE_UNKNOWN",
    text: "",
    profile: "maar",
    says: /mean "mara"/,
  },
  { name: "an unknown name far from all", code: "PROFILE_UNKNOWN", text: "", profile: "zzzzzzzz" },
  { name: "a malformed name", code: "PROFILE_NAME_INVALID", text: "", profile: "a\nb" },
  {
    name: "an unknown source, with its place",
    code: "PROFILE_UNKNOWN",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = nobody\n`,
    says: /config:3/,
  },
  {
    name: "an unknown --aws-profile",
    code: "PROFILE_UNKNOWN",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = mara\n`,
    more: { awsProfile: "nobody" },
    says: /--aws-profile/,
  },
  {
    name: "role_arn beside sentinel_role_arn",
    code: "PROFILE_CONFLICT",
    text: `[profile p]\n${PROD}\nrole_arn = ${arn("X")}\nsentinel_source_profile = mara\n`,
  },
  {
    name: "role_arn beside credential_process",
    code: "PROFILE_CONFLICT",
    text: `[profile p]\nrole_arn = ${arn("X")}\nsource_profile = mara\ncredential_process = x\n`,
    says: /sentinel_role_arn/,
  },
  ...[
    "sso_account_id = 1",
    "web_identity_token_file = /t",
    "aws_access_key_id = A",
    "login_session = a",
  ]
    .map((key) => ({
      name: `a gated profile with ${key.split(" ")[0]}, by which SDKs go round`,
      code: "PROFILE_CONFLICT" as const,
      text: `[profile p]\n${PROD}\nsentinel_source_profile = mara\n${key}\n`,
      says: /never ask Sentinel/,
    })),
  {
    name: "a gated profile without a source",
    code: "PROFILE_CONFLICT",
    text: `[profile p]\n${PROD}\nsource_profile = mara\n`,
    says: /add sentinel_source_profile/,
  },
  {
    name: "a gated profile with two sources",
    code: "PROFILE_CONFLICT",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = mara\n` +
      "sentinel_credential_source = Environment\n",
  },
  {
    name: "a plain role without a source",
    code: "PROFILE_CONFLICT",
    text: `[profile p]\nrole_arn = ${arn("X")}\n`,
  },
  {
    name: "a token beside a source",
    code: "PROFILE_CONFLICT",
    text: `[profile p]\nrole_arn = ${
      arn("X")
    }\nsource_profile = mara\nweb_identity_token_file = /t\n`,
  },
  {
    name: "a source without a role of ours",
    code: "PROFILE_CONFLICT",
    text: `[profile p]\nsentinel_source_profile = mara\n`,
    says: /without sentinel_role_arn/,
  },
  {
    name: "--aws-profile for a profile without a role",
    code: "PROFILE_CONFLICT",
    text: "",
    profile: "sso",
    more: { awsProfile: "lea" },
  },
  {
    name: "a role that a token assumes, as a target",
    code: "LEAF_NOT_CALLER",
    text: "",
    profile: "token",
    says: /sentinel_source_profile/,
  },
  {
    name: "a circle of two",
    code: "PROFILE_LOOP",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = q\n` +
      `[profile q]\nrole_arn = ${arn("X")}\nsource_profile = p\n`,
    says: /"p" → "q" → "p"/,
  },
  {
    name: "a gated profile that is its own source",
    code: "PROFILE_LOOP",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = p\n`,
  },
  {
    name: "a plain profile that is its own source without keys",
    code: "PROFILE_LOOP",
    text: `[profile p]\nrole_arn = ${arn("X")}\nsource_profile = p\n`,
  },
  {
    name: "--aws-profile that leads back to the target",
    code: "PROFILE_LOOP",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = mara\n`,
    more: { awsProfile: "p" },
  },
  {
    name: "a profile that says nothing",
    code: "NO_CREDENTIALS",
    text: "[profile p]\nregion = a\n",
  },
  {
    name: "half a key pair",
    code: "NO_CREDENTIALS",
    text: "[profile p]\naws_access_key_id = A\n",
    says: /aws_secret_access_key/,
  },
  {
    name: "an SSO session that is not there",
    code: "AWS_CONFIG_INVALID",
    text: "[profile p]\nsso_session = no\nsso_account_id = 1\nsso_role_name = r\n",
  },
  {
    name: "SSO without a role name",
    code: "AWS_CONFIG_INVALID",
    text: "[profile p]\nsso_session = corp\nsso_account_id = 1\n",
    says: /sso_role_name/,
  },
  {
    name: "an unknown credential source",
    code: "AWS_CONFIG_INVALID",
    text: `[profile p]\n${PROD}\nsentinel_credential_source = constructor\n`,
    says: /Ec2InstanceMetadata/,
  },
  {
    name: "a misspelt key of ours, with the right one",
    code: "AWS_CONFIG_INVALID",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = mara\nsentinel_max_duratoin = 15m\n`,
    says: /config:4: .*sentinel_max_duration/,
  },
  {
    name: "a misspelt key of ours in the leaf",
    code: "AWS_CONFIG_INVALID",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = q\n[profile q]\nsentinel_tag = true\n`,
    says: /sentinel_tags/,
  },
  ...[
    ["no ARN", "sentinel_role_arn = Prod"],
    ["a user's ARN", "sentinel_role_arn = arn:aws:iam::111122223333:user/x"],
    ["an account of eleven digits", `sentinel_role_arn = ${arn("X", "11112222333")}`],
    ["an empty role", "sentinel_role_arn ="],
    ["an ARN with a space", `sentinel_role_arn = ${arn("X y")}`],
    ["a bare number for a duration", `${PROD}\nsentinel_duration = 900`],
    ["no duration", `${PROD}\nsentinel_max_duration = soon`],
    ["no yes or no", `${PROD}\nsentinel_tags = yes`],
    ["a short external id", `${PROD}\nsentinel_external_id = x`],
    ["no MFA serial", `${PROD}\nsentinel_mfa_serial = me`],
    ["a region that is a host", `${PROD}\nregion = evil.example/`],
    ["an endpoint that is no URL", `${PROD}\nendpoint_url = nowhere`],
    ["an endpoint of another scheme", `${PROD}\nendpoint_url = file:///etc/passwd`],
    ["an endpoint with a log-in", `${PROD}\nendpoint_url = https://a:b@x.example`],
    ["a services section that is not there", `${PROD}\nservices = nowhere`],
  ].map(([what, lines]) => ({
    name: `${what}, with its place`,
    code: "AWS_CONFIG_INVALID" as const,
    text: `[profile p]\n${lines}\nsentinel_source_profile = mara\n`,
    says: /config:[23]/,
  })),
  {
    name: "duration_seconds under AWS's least",
    code: "AWS_CONFIG_INVALID",
    text: `[profile p]\nrole_arn = ${arn("X")}\nsource_profile = mara\nduration_seconds = 60\n`,
  },
  {
    name: "a region variable that is a host",
    code: "USAGE",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = mara\n`,
    more: { env: env({ AWS_REGION: "evil.example/" }) },
  },
  {
    name: "an endpoint variable that is no URL",
    code: "USAGE",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = mara\n`,
    more: { env: env({ AWS_ENDPOINT_URL: "nowhere" }) },
  },
];
for (const c of REFUSES) {
  Deno.test(`resolveTarget() refuses ${c.name}: ${c.code}`, () => {
    fails(c.code, () => resolve(c.text, c.profile ?? "p", c.more), c.says);
  });
}

Deno.test("resolveTarget() names at most eight of a very long circle", () => {
  const text = Array.from(
    { length: 5_000 },
    (_, i) => `[profile p${i}]\nrole_arn = ${arn("X")}\nsource_profile = p${(i + 1) % 5_000}\n`,
  ).join("");
  assert.throws(() => resolve(text, "p0"), (e) => {
    assert.ok(hasCode(e, "PROFILE_LOOP"));
    assert.ok(e.message.length < 400, e.message);
    return true;
  });
});

Deno.test("resolveTarget() takes keys of the credentials file before a process of the config file", () => {
  const config = read("[profile p]\ncredential_process = fetch\n", `[p]\n${KEYS}`);
  const target = resolveTarget(config, "p", { env: env() });
  assert.deepEqual(target.leaf, { kind: "keys", profile: "p" });
});

Deno.test("resolveTarget() reads every setting, and says where each was said", () => {
  const target = resolve(
    `[profile p]\n${PROD}\nsentinel_source_profile = q\nregion = eu-central-1\nsentinel_tags = True\n` +
      "sentinel_duration = 30m\nsentinel_max_duration = 1h30m\nsentinel_external_id = partner:7\n" +
      `sentinel_mfa_serial = arn:aws:iam::111122223333:mfa/mara\nendpoint_url = https://x.example\n` +
      `[profile q]\n${KEYS}mfa_process = ykman code\n`,
    "p",
  );
  assert.equal(target.region, "eu-central-1");
  assert.equal(target.tags, true);
  assert.equal(target.defaultDuration, 1800);
  assert.equal(target.maxDuration, 5400);
  assert.equal(target.mfaProcess, "ykman code");
  assert.equal(target.stsEndpoint, "https://x.example");
  assert.deepEqual(target.chain, [{
    profile: "p",
    roleArn: arn("SentinelProtected-Prod"),
    externalId: "partner:7",
    mfaSerial: "arn:aws:iam::111122223333:mfa/mara",
    region: "eu-central-1",
  }]);
  assert.deepEqual(Object.fromEntries(target.origins), {
    roleArn: "config:2",
    leaf: "config:3",
    region: "config:4",
    tags: "config:5",
    defaultDuration: "config:6",
    maxDuration: "config:7",
    stsEndpoint: "config:10",
    mfaProcess: "config:14",
  });
});

Deno.test("resolveTarget() reads AWS's own settings of a plain role profile", () => {
  const target = resolve(
    `[profile p]\nrole_arn = ${arn("X")}\nsource_profile = mara\nexternal_id = abc\n` +
      "mfa_serial = GAHT12345678\nduration_seconds = 7200\n",
    "p",
  );
  assert.equal(target.defaultDuration, 7200);
  assert.equal(target.maxDuration, null);
  assert.equal(target.tags, false);
  assert.equal(target.chain[0]?.externalId, "abc");
  assert.equal(target.chain[0]?.mfaSerial, "GAHT12345678");
  assert.equal(target.region, null);
  assert.equal(target.stsEndpoint, null);
});

const GATED = `[profile p]\n${PROD}\nsentinel_source_profile = mara\n`;
const REGIONS: {
  name: string;
  text: string;
  more?: Partial<ResolveOptions>;
  want: string | null;
  origin?: string;
}[] = [
  {
    name: "--region before all",
    text: `${GATED}region = d\n`,
    more: { region: "a", env: env({ AWS_REGION: "b" }) },
    want: "a",
    origin: "--region",
  },
  {
    name: "AWS_REGION before AWS_DEFAULT_REGION",
    text: `${GATED}region = d\n`,
    more: { env: env({ AWS_REGION: "b", AWS_DEFAULT_REGION: "c" }) },
    want: "b",
    origin: "AWS_REGION",
  },
  {
    name: "AWS_DEFAULT_REGION before the profile",
    text: `${GATED}region = d\n`,
    more: { env: env({ AWS_REGION: "", AWS_DEFAULT_REGION: "c" }) },
    want: "c",
    origin: "AWS_DEFAULT_REGION",
  },
  {
    name: "the profile before [default]",
    text: `${GATED}region = d\n[default]\nregion = e\n`,
    want: "d",
  },
  { name: "[default] before none", text: `${GATED}[default]\nregion = e\n`, want: "e" },
  { name: "none", text: GATED, want: null },
];
for (const c of REGIONS) {
  Deno.test(`resolveTarget() takes the region of ${c.name}`, () => {
    const target = resolve(c.text, "p", c.more);
    assert.equal(target.region, c.want);
    assert.equal(target.chain[0]?.region, c.want);
    if (c.origin !== undefined) assert.equal(target.origins.get("region"), c.origin);
  });
}

const SERVICES = "[services s]\nsts =\n  endpoint_url = https://c.example\n";
const ENDPOINTS: {
  name: string;
  text: string;
  values?: Record<string, string>;
  want: string | null;
}[] = [
  {
    name: "AWS_ENDPOINT_URL_STS first",
    text: `${GATED}services = s\n${SERVICES}`,
    values: { AWS_ENDPOINT_URL_STS: "https://a.example", AWS_ENDPOINT_URL: "https://b.example" },
    want: "https://a.example",
  },
  {
    name: "AWS_ENDPOINT_URL next",
    text: `${GATED}services = s\n${SERVICES}`,
    values: { AWS_ENDPOINT_URL: "http://127.0.0.1:5000" },
    want: "http://127.0.0.1:5000",
  },
  {
    name: "the services section next",
    text: `${GATED}services = s\nendpoint_url = https://d.example\n${SERVICES}`,
    want: "https://c.example",
  },
  {
    name: "endpoint_url last",
    text: `${GATED}services = s\nendpoint_url = https://d.example\n[services s]\nssm =\n  a = b\n`,
    want: "https://d.example",
  },
  {
    name: "none under AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    text: `${GATED}endpoint_url = https://d.example\n`,
    values: { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "TRUE", AWS_ENDPOINT_URL: "https://b.example" },
    want: null,
  },
  {
    name: "none under ignore_configured_endpoint_urls",
    text: `${GATED}endpoint_url = https://d.example\nignore_configured_endpoint_urls = true\n`,
    want: null,
  },
  {
    name: "none of [default]",
    text: `${GATED}[default]\nendpoint_url = https://d.example\n`,
    want: null,
  },
];
for (const c of ENDPOINTS) {
  Deno.test(`resolveTarget() takes as STS endpoint ${c.name}`, () => {
    assert.equal(resolve(c.text, "p", { env: env(c.values) }).stsEndpoint, c.want);
  });
}

Deno.test("resolveTarget() inherits neither role, source, process nor keys from [default]", () => {
  const text = `[default]\nrole_arn = ${
    arn("D")
  }\nsource_profile = mara\n[profile p]\noutput = json\n`;
  fails("NO_CREDENTIALS", () => resolve(text, "p"));
  fails("NO_CREDENTIALS", () => resolve(`[default]\n${KEYS}[profile p]\noutput = json\n`, "p"));
  const process = "[default]\ncredential_process = fetch\n[profile p]\noutput = json\n";
  fails("NO_CREDENTIALS", () => resolve(process, "p"));
});

Deno.test("resolveTarget() is not fooled by names that objects have", () => {
  fails("PROFILE_UNKNOWN", () => resolve("", "__proto__"));
  fails("PROFILE_UNKNOWN", () => resolve("", "constructor"));
  const target = resolve(
    `[profile __proto__]\n${PROD}\nsentinel_source_profile = mara\n`,
    "__proto__",
  );
  assert.equal(target.name, "__proto__");
});

Deno.test("regression 3: AWS_ROLE_ARN, AWS_PROFILE, AWS_SOURCE_IDENTITY and key variables choose nothing for a named target", () => {
  const hostile = env({
    AWS_ROLE_ARN: arn("Admin"),
    AWS_ROLE_SESSION_NAME: "alice",
    AWS_SOURCE_IDENTITY: "alice",
    AWS_PROFILE: "lea",
    AWS_DEFAULT_PROFILE: "lea",
    AWS_ACCESS_KEY_ID: "AKIAEVIL",
    AWS_SECRET_ACCESS_KEY: "evil",
    AWS_SESSION_TOKEN: "evil",
    AWS_WEB_IDENTITY_TOKEN_FILE: "/tmp/token",
    AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1/evil",
    AWS_MFA_SERIAL: "GAHT12345678",
  });
  for (const name of ["p", "mara", "sso", "tool"]) {
    assert.deepEqual(resolve(GATED, name, { env: hostile }), resolve(GATED, name));
  }
});

Deno.test("regression 3: role_session_name and source_identity of the profile change nothing", () => {
  const text = `[profile p]\nrole_arn = ${arn("X")}\nsource_profile = mara\n`;
  const more = "role_session_name = alice\nsource_identity = alice\n";
  assert.deepEqual(resolve(text + more, "p"), resolve(text, "p"));
});

Deno.test("regression 3: --aws-profile changes who acts, never which role is vended", () => {
  const text = `${GATED}[profile other]\nsentinel_role_arn = ${arn("Other", "444455556666")}\n` +
    "sentinel_source_profile = lea\n";
  for (const awsProfile of ["mara", "lea", "sso", "tool", "token", "other"]) {
    const target = resolve(text, "p", { awsProfile });
    assert.equal(target.roleArn, arn("SentinelProtected-Prod"));
    assert.equal(target.chain.at(-1)?.profile, "p");
  }
});

Deno.test("regression 3: the leaf that is judged is the one that signs the first hop", () => {
  const target = resolve(GATED, "p", { awsProfile: "lea" });
  assert.deepEqual(target.leaf, { kind: "keys", profile: "lea" });
  assert.equal(target.chain.length, 1);
  assert.equal(target.origins.get("leaf"), "--aws-profile");
});

Deno.test("regression 3: a custom endpoint is part of the answer, with where it was said", () => {
  const values = { AWS_ENDPOINT_URL_STS: "https://fake.example" };
  const target = resolve(GATED, "p", { env: env(values) });
  assert.equal(target.stsEndpoint, "https://fake.example");
  assert.equal(target.origins.get("stsEndpoint"), "AWS_ENDPOINT_URL_STS");
});

for (
  const command of [
    "sentinel credentials --profile p",
    "/home/m/.local/bin/sentinel credentials --profile p",
    "env X=1 sentinel credentials --profile p",
    "sh -c 'exec sentinel credentials --profile p'",
  ]
) {
  Deno.test(`regression 5: a leaf whose process is ${command} ends at once`, () => {
    const text = `[profile p]\ncredential_process = ${command}\n`;
    fails("SELF_REFERENCE", () => resolve(text, "p"), /sentinel_role_arn/);
    const above = `${text}[profile q]\n${PROD}\nsentinel_source_profile = p\n`;
    fails("SELF_REFERENCE", () => resolve(above, "q"));
    fails("SELF_REFERENCE", () =>
      resolve(GATED.replace("[profile p]", "[profile q]") + text, "q", {
        awsProfile: "p",
      }));
  });
}

Deno.test("regression 5: a gated profile's own process is never its leaf", () => {
  const text = `[profile p]\ncredential_process = sentinel credentials --profile p\n${PROD}\n`;
  fails("PROFILE_CONFLICT", () => resolve(text, "p"));
  const over = `${text}sentinel_source_profile = mara\n[profile q]\nrole_arn = ${arn("Q")}\n` +
    "source_profile = p\n";
  const target = resolve(over, "q");
  assert.deepEqual(target.leaf, { kind: "keys", profile: "mara" });
  assert.deepEqual(roles(target), ["SentinelProtected-Prod", "Q"]);
});

// Source × role × MFA. Prompting and GetSessionToken are the gate's; the resolver decides the rest.
for (const [source, kind] of [["sso", "sso"], ["mara", "keys"], ["tool", "process"]] as const) {
  for (const mfa of [null, "arn:aws:iam::111122223333:mfa/mara"]) {
    const name = `${kind} × ${mfa === null ? "no MFA" : "MFA"}`;
    Deno.test(`regression 9: ${name} × role resolves to one stamped hop`, () => {
      const line = mfa === null ? "" : `sentinel_mfa_serial = ${mfa}\n`;
      const target = resolve(
        `[profile p]\n${PROD}\nsentinel_source_profile = ${source}\n${line}`,
        "p",
      );
      assert.equal(target.leaf.kind, kind);
      assert.equal(target.chain.length, 1);
      assert.equal(target.chain[0]?.mfaSerial, mfa);
    });
    Deno.test(`regression 9: ${name} × chained role keeps each hop's own MFA`, () => {
      const line = mfa === null ? "" : `mfa_serial = ${mfa}\n`;
      const text = `[profile p]\n${PROD}\nsentinel_source_profile = hub\n` +
        `[profile hub]\nrole_arn = ${arn("Hub")}\nsource_profile = ${source}\n${line}`;
      const target = resolve(text, "p");
      assert.deepEqual(target.chain.map((hop) => hop.mfaSerial), [mfa, null]);
    });
  }
  Deno.test(`regression 9: ${kind} × no role resolves to nothing to assume`, () => {
    const target = resolve("", source);
    assert.equal(target.roleArn, null);
    assert.deepEqual(target.chain, []);
    assert.equal(target.leaf.kind, kind);
  });
}

Deno.test("regression 9: web identity is fine as a leaf, and refused as the target", () => {
  fails("LEAF_NOT_CALLER", () => resolve("", "token"));
  const text = `[profile p]\n${PROD}\nsentinel_source_profile = token\n`;
  assert.equal(resolve(text, "p").leaf.kind, "web-identity");
});

const leafOnly = (text: string, values: Record<string, string>, awsProfile?: string) =>
  resolveLeafOnly(read(text + LEAVES), {
    env: env(values),
    ...(awsProfile === undefined ? {} : { awsProfile }),
  });
const ENV_KEYS = { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "s" };
const LEAF_ONLY: {
  name: string;
  text?: string;
  values?: Record<string, string>;
  awsProfile?: string;
  leaf: Target["leaf"];
  profile: string | null;
}[] = [
  {
    name: "--aws-profile first",
    values: { AWS_PROFILE: "mara", ...ENV_KEYS },
    awsProfile: "lea",
    leaf: { kind: "keys", profile: "lea" },
    profile: "lea",
  },
  {
    name: "AWS_PROFILE next",
    values: { AWS_PROFILE: "sso", ...ENV_KEYS },
    leaf: { kind: "sso", profile: "sso", session: "corp" },
    profile: "sso",
  },
  {
    name: "the environment's keys next",
    text: `[default]\n${KEYS}`,
    values: ENV_KEYS,
    leaf: { kind: "environment" },
    profile: null,
  },
  {
    name: "[default] next",
    text: `[default]\n${KEYS}`,
    values: { AWS_ACCESS_KEY_ID: "half" },
    leaf: { kind: "keys", profile: "default" },
    profile: "default",
  },
  {
    name: "a container last, past a [default] that only says a region",
    text: "[default]\nregion = eu-central-1\n",
    values: { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: "/x" },
    leaf: { kind: "container" },
    profile: null,
  },
  {
    name: "the leaf of a gated profile",
    text: GATED,
    values: { AWS_PROFILE: "p" },
    leaf: { kind: "keys", profile: "mara" },
    profile: "p",
  },
  {
    name: "a token's role as the leaf that it is",
    awsProfile: "token",
    leaf: { kind: "web-identity", profile: "token", roleArn: arn("Ci") },
    profile: "token",
  },
];
for (const c of LEAF_ONLY) {
  Deno.test(`resolveLeafOnly() takes ${c.name}`, () => {
    const got = leafOnly(c.text ?? "", c.values ?? {}, c.awsProfile);
    assert.deepEqual(got.leaf, c.leaf);
    assert.equal(got.profile, c.profile);
  });
}

Deno.test("resolveLeafOnly() says NO_CREDENTIALS when there is nothing, PROFILE_UNKNOWN for a bad name", () => {
  fails("NO_CREDENTIALS", () => leafOnly("[default]\nregion = a\n", {}), /--aws-profile/);
  fails("PROFILE_UNKNOWN", () => leafOnly("", { AWS_PROFILE: "nobody" }), /AWS_PROFILE/);
  fails("PROFILE_NAME_INVALID", () => leafOnly("", { AWS_PROFILE: "a\u001b[2J" }));
});

Deno.test("resolveLeafOnly() takes region and endpoint for the environment's keys too", () => {
  const got = leafOnly("[default]\nregion = eu-west-1\n", {
    ...ENV_KEYS,
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
  });
  assert.equal(got.region, "eu-west-1");
  assert.equal(got.stsEndpoint, "http://127.0.0.1:1");
});

Deno.test("listProfiles() lists every profile in file order, broken ones too", () => {
  const config = read(`${GATED}[profile x]\nrole_arn = nonsense\n`, `[only-keys]\n${KEYS}`);
  assert.deepEqual(listProfiles(config), [
    { name: "p", gated: true, roleArn: arn("SentinelProtected-Prod") },
    { name: "x", gated: false, roleArn: "nonsense" },
    { name: "only-keys", gated: false, roleArn: null },
  ]);
});
