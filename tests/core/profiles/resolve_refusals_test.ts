// profiles: what the resolver refuses, with which code.
import { strict as assert } from "node:assert";
import { type ErrorCode, hasCode } from "../../../lib/core/errors/mod.ts";
import type { ResolveOptions } from "../../../lib/core/profiles/mod.ts";
import { arn, env, fails, GATED, PROD, resolve } from "./fixtures.ts";

/** `p` on top of as many roles as are asked for, over mara's keys. */
function chainOf(roles: number): string {
  const names = Array.from({ length: roles }, (_, index) => index === 0 ? "p" : `r${index}`);
  return names.map((name, index) =>
    `[profile ${name}]\nrole_arn = ${arn(`R${index}`)}\n` +
    `source_profile = ${names[index + 1] ?? "mara"}\n`
  ).join("");
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
    text: "[profile p]\nsso_session = no\nsso_account_id = 111122223333\nsso_role_name = r\n",
  },
  {
    name: "SSO without a role name",
    code: "AWS_CONFIG_INVALID",
    text: "[profile p]\nsso_session = corp\nsso_account_id = 1\n",
    says: /sso_role_name/,
  },
  ...[
    ["an account that is none", "sso_account_id = 1\nsso_role_name = r\n"],
    ["a role name with a slash", "sso_account_id = 111122223333\nsso_role_name = a/b\n"],
  ].map(([what, lines]) => ({
    name: `SSO with ${what}`,
    code: "AWS_CONFIG_INVALID" as const,
    text: `[profile p]\nsso_session = corp\n${lines}`,
    says: /config:[34]/,
  })),
  {
    name: "an SSO region that is a host",
    code: "AWS_CONFIG_INVALID",
    text: "[profile p]\nsso_start_url = https://x\nsso_region = evil.example/\n" +
      "sso_account_id = 111122223333\nsso_role_name = r\n",
    says: /config:3.*region/,
  },
  {
    name: "six roles in a row",
    code: "PROFILE_CONFLICT",
    text: chainOf(6),
    says: /found 6 roles on the way, want at most 5/,
  },
  {
    name: "a sixth role that comes with --aws-profile",
    code: "PROFILE_CONFLICT",
    text: `${chainOf(5)}[profile hub]\nrole_arn = ${arn("Hub")}\nsource_profile = lea\n`,
    more: { awsProfile: "hub" },
    says: /found 6 roles/,
  },
  {
    name: "MFA on a gated role that another role's session assumes",
    code: "PROFILE_CONFLICT",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = hub\n` +
      "sentinel_mfa_serial = GAHT12345678\n" +
      `[profile hub]\nrole_arn = ${arn("Hub")}\nsource_profile = mara\n`,
    says: /sentinel_mfa_serial on a role.*user's own keys.*config:4/,
  },
  {
    name: "MFA on a plain role in the middle",
    code: "PROFILE_CONFLICT",
    text: `[profile p]\n${PROD}\nsentinel_source_profile = hub\n` +
      `[profile hub]\nrole_arn = ${arn("Hub")}\nsource_profile = low\nmfa_serial = GAHT12345678\n` +
      `[profile low]\nrole_arn = ${arn("Low")}\nsource_profile = mara\n`,
    says: /found mfa_serial on a role/,
  },
  {
    name: "MFA on a role that --aws-profile moves up",
    code: "PROFILE_CONFLICT",
    text: `${GATED}sentinel_mfa_serial = GAHT12345678\n` +
      `[profile hub]\nrole_arn = ${arn("Hub")}\nsource_profile = lea\n`,
    more: { awsProfile: "hub" },
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
    ["every role", `sentinel_role_arn = ${arn("*")}`],
    ["a pattern of roles", `sentinel_role_arn = ${arn("team/Sentinel?")}`],
    ["a path alone", `sentinel_role_arn = ${arn("team/")}`],
    ["a name of no role", `sentinel_role_arn = ${arn("team/$(id)")}`],
    ["a bare number for a duration", `${PROD}\nsentinel_duration = 900`],
    ["no duration", `${PROD}\nsentinel_max_duration = soon`],
    ["14 minutes", `${PROD}\nsentinel_duration = 14m`],
    ["a second more than 12 hours", `${PROD}\nsentinel_duration = 43201s`],
    ["a lease that there isn't", `${PROD}\nsentinel_lease = Live`],
    ["a limit under 15 minutes", `${PROD}\nsentinel_max_duration = 899s`],
    ["a limit over 12 hours", `${PROD}\nsentinel_max_duration = 7d`],
    ["seconds under AWS's least", `${PROD}\nduration_seconds = 899`],
    ["seconds over AWS's most", `${PROD}\nduration_seconds = 43201`],
    ["no yes or no", `${PROD}\nsentinel_tags = yes`],
    ["a short external id", `${PROD}\nsentinel_external_id = x`],
    ["no MFA serial", `${PROD}\nsentinel_mfa_serial = me`],
    ["a region that is a host", `${PROD}\nregion = evil.example/`],
    ["an endpoint that is no URL", `${PROD}\nendpoint_url = nowhere`],
    ["an endpoint of another scheme", `${PROD}\nendpoint_url = file:///etc/passwd`],
    ["an endpoint with a log-in", `${PROD}\nendpoint_url = https://a:b@x.example`],
    ["an endpoint with a user", `${PROD}\nendpoint_url = https://a@x.example`],
    ["an endpoint with a query", `${PROD}\nendpoint_url = https://x.example/?a=b`],
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

Deno.test("resolveTarget() resolves five roles in a row", () => {
  assert.equal(resolve(chainOf(5), "p").chain.length, 5);
});

Deno.test("hints that are pasted into a shell quote the name as a shell does", () => {
  const text = `[profile "ab; id"]\nregion = a\n`;
  fails("NO_CREDENTIALS", () => resolve(text, "ab; id"), /configure --profile 'ab; id'/);
  const more = { awsProfile: "ab; id" };
  fails("PROFILE_CONFLICT", () => resolve(text, "mara", more), /--profile 'ab; id'/);
});
