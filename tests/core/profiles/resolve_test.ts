// profiles: the resolver's table: which role, by which chain, from which leaf.
import { strict as assert } from "node:assert";
import {
  listProfiles,
  type ResolveOptions,
  resolveTarget,
  type Target,
} from "../../../lib/core/profiles/mod.ts";
import { arn, env, fails, GATED, KEYS, PROD, read, resolve, roles, SSO } from "./fixtures.ts";

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
    text:
      "[profile p]\nsso_start_url = https://x\nsso_region = a\nsso_account_id = 111122223333\n" +
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

Deno.test("resolveTarget() takes keys of the credentials file before a process of the config file", () => {
  const config = read("[profile p]\ncredential_process = fetch\n", `[p]\n${KEYS}`);
  const target = resolveTarget(config, "p", { env: env() });
  assert.deepEqual(target.leaf, { kind: "keys", profile: "p" });
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

Deno.test("resolveTarget() says of each hop whether it is a gated one", () => {
  const text = `[profile p]\n${PROD}\nsentinel_source_profile = q\n` +
    `[profile q]\nrole_arn = ${arn("B")}\nsource_profile = r\n` +
    `[profile r]\nsentinel_role_arn = ${arn("A")}\nsentinel_source_profile = mara\n`;
  assert.deepEqual(resolve(text, "p").chain.map((hop) => hop.gated), [true, false, true]);
});

Deno.test("listProfiles() lists every profile in file order, broken ones too", () => {
  const config = read(`${GATED}[profile x]\nrole_arn = nonsense\n`, `[only-keys]\n${KEYS}`);
  assert.deepEqual(listProfiles(config), [
    { name: "p", gated: true, roleArn: arn("SentinelProtected-Prod") },
    { name: "x", gated: false, roleArn: "nonsense" },
    { name: "only-keys", gated: false, roleArn: null },
  ]);
});
