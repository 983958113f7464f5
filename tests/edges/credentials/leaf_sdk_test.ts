// credentials: leaves that the AWS SDK loads, against servers on loopback. each in a process of its own.
import { strict as assert } from "node:assert";
import type { Leaf } from "../../../lib/core/profiles/mod.ts";
import { withServer } from "../aws/fake_sts.ts";

const SOON = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z$/, "Z");
const KEYS = { id: "ASIAISSUEDISSUED0000", secret: "issued-secret-issued", token: "issued-token" };

interface Loaded {
  accessKeyId: string;
  sessionToken: string | null;
  expiresAt: string;
  cheapSecret: string | null;
  code?: string;
}

/** Loads in a process of its own: the SDK reads the process's environment and files. */
async function load(leaf: Leaf, text: string, env: Record<string, string>): Promise<Loaded> {
  const fixture = decodeURIComponent(new URL("./fixtures/load_leaf.ts", import.meta.url).pathname);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "-q", "--no-check", fixture, JSON.stringify(leaf), text],
    env,
  }).output();
  const printed = new TextDecoder().decode(stdout);
  assert.notEqual(printed, "", new TextDecoder().decode(stderr));
  return JSON.parse(printed);
}

Deno.test("loadLeaf() asks a container's endpoint", async () => {
  await withServer(
    () =>
      Response.json({
        AccessKeyId: KEYS.id,
        SecretAccessKey: KEYS.secret,
        Token: KEYS.token,
        Expiration: SOON,
      }),
    async (endpoint, asked) => {
      const values = {
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${endpoint}creds`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: "let-me-in",
      };
      const got = await load({ kind: "container" }, "", values);
      assert.equal(got.accessKeyId, KEYS.id);
      assert.equal(got.sessionToken, KEYS.token);
      assert.equal(got.expiresAt, new Date(SOON).toISOString());
      assert.equal(got.cheapSecret, null);
      assert.equal(asked[0]?.headers.get("authorization"), "let-me-in");
    },
  );
});

Deno.test("loadLeaf() says NO_CREDENTIALS where there is no container", async () => {
  assert.equal((await load({ kind: "container" }, "", {})).code, "NO_CREDENTIALS");
});
