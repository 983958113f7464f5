// profiles: what went wrong elsewhere, and can not here (reviews 3, 5 and 9).
import { strict as assert } from "node:assert";
import { arn, env, fails, GATED, PROD, resolve, roles } from "./fixtures.ts";

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
