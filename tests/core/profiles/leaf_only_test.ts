// profiles: what commands without a target act by.
import { strict as assert } from "node:assert";
import { resolveLeafOnly, type Target } from "../../../lib/core/profiles/mod.ts";
import { arn, env, fails, GATED, KEYS, LEAVES, read } from "./fixtures.ts";

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
  assert.equal(got.ssmEndpoint, "http://127.0.0.1:1");
});
