// sessions: each form of a grant, to the letter, and what a child process doesn't inherit.
import { strict as assert } from "node:assert";
import {
  childEnvironment,
  environmentOf,
  iniSection,
  processAnswer,
  SCRUBBED,
  shellExports,
} from "../../../lib/core/sessions/forms.ts";

const CREDENTIALS = {
  accessKeyId: "ASIAX",
  secretAccessKey: "se/cret",
  sessionToken: "to=ken",
  expiresAt: new Date("2026-01-05T10:00:00.999Z"),
};

Deno.test("processAnswer() prints what the SDKs read, with the end in whole seconds", () => {
  assert.equal(
    processAnswer(CREDENTIALS, new Date("2026-01-05T09:04:00.500Z")),
    '{"Version":1,"AccessKeyId":"ASIAX","SecretAccessKey":"se/cret","SessionToken":"to=ken",' +
      '"Expiration":"2026-01-05T09:04:00Z"}',
  );
});

Deno.test("environmentOf() names keys, end, profile, and the region where there is one", () => {
  const variables = {
    AWS_ACCESS_KEY_ID: "ASIAX",
    AWS_SECRET_ACCESS_KEY: "se/cret",
    AWS_SESSION_TOKEN: "to=ken",
    AWS_CREDENTIAL_EXPIRATION: "2026-01-05T10:00:00Z",
    AWS_SENTINEL: "dev",
  };
  assert.deepEqual(environmentOf(CREDENTIALS, { profile: "dev", region: null }), variables);
  assert.deepEqual(environmentOf(CREDENTIALS, { profile: "dev", region: "eu-west-1" }), {
    ...variables,
    AWS_REGION: "eu-west-1",
    AWS_DEFAULT_REGION: "eu-west-1",
  });
});

Deno.test("iniSection() is a section of a credentials file", () => {
  assert.equal(
    iniSection("dev", CREDENTIALS),
    `[dev]
aws_access_key_id = ASIAX
aws_secret_access_key = se/cret
aws_session_token = to=ken
# expires 2026-01-05T10:00:00Z
`,
  );
});

/** Variables that choose or hold credentials, as the SDKs' reference guide lists them. */
const CHOOSE = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_SECURITY_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
  "AWS_CREDENTIAL_FILE",
  "AWS_DEFAULT_PROFILE",
  "AWS_PROFILE",
  "AWS_SDK_LOAD_CONFIG",
  "AWS_ROLE_ARN",
  "AWS_ROLE_SESSION_NAME",
  "AWS_SOURCE_IDENTITY",
  "AWS_WEB_IDENTITY_TOKEN_FILE",
  "AWS_CONTAINER_CREDENTIALS_FULL_URI",
  "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
];
/** What a person says for one call. */
const SAID = [
  "SENTINEL_PROFILE",
  "SENTINEL_POLICY",
  "SENTINEL_AWS_PROFILE",
  "SENTINEL_REASON",
  "SENTINEL_TICKET",
  "SENTINEL_DURATION",
  "SENTINEL_JOURNAL",
  "SENTINEL_MFA_CODE",
];

Deno.test("shellExports() unsets what would lead elsewhere, and quotes each value", () => {
  const text = shellExports({ AWS_ACCESS_KEY_ID: "A", AWS_SENTINEL: "it's 'x'" });
  const unset = CHOOSE.filter((name) => name !== "AWS_ACCESS_KEY_ID").join(" ");
  assert.equal(
    text,
    `unset ${unset}\nexport AWS_ACCESS_KEY_ID='A'\nexport AWS_SENTINEL='it'\\''s '\\''x'\\'''\n`,
  );
  assert.deepEqual([...SCRUBBED], CHOOSE);
});

for (const name of [...CHOOSE, ...SAID, "AWS_VAULT", "AWS_VAULT_BACKEND"]) {
  Deno.test(`childEnvironment() keeps ${name} from a child`, () => {
    assert.deepEqual(childEnvironment({ [name]: "x", HOME: "/h" }, {}, false), { HOME: "/h" });
  });
}

Deno.test("childEnvironment() adds the grant, and hides endpoints from a pinned child alone", () => {
  const parent = {
    AWS_ENDPOINT_URL: "http://a",
    AWS_ENDPOINT_URL_STS: "http://b",
    AWS_REGION: "eu-west-1",
    SENTINEL_HOME: "/s",
    MY_AWS_VAULT: "x",
    MY_AWS_ENDPOINT_URL: "y",
  };
  const grant = { AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "A" };
  assert.deepEqual(childEnvironment(parent, grant, false), { ...parent, ...grant });
  const { AWS_ENDPOINT_URL: _, AWS_ENDPOINT_URL_STS: __, ...rest } = parent;
  assert.deepEqual(childEnvironment(parent, grant, true), { ...rest, ...grant });
});
