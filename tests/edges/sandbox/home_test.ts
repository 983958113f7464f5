// sandbox tests: the files that clients find the world by, and the AWS CLI as one of them.
import { strict as assert } from "node:assert";
import { parseWorld, type Sandbox, writeHome } from "../../../lib/edges/sandbox/mod.ts";
import { type Aws, clientEnv, keysOf, portable, sandboxOnly, withSandbox } from "./fixture.ts";

async function withHome(test: (sandbox: Sandbox, home: string) => Promise<void>): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "sentinel-sandbox-" });
  try {
    await withSandbox(async (sandbox) => {
      await writeHome(home, sandbox.world, sandbox.endpoint);
      await test(sandbox, home);
    });
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

Deno.test("[ours] writeHome() makes private files only", () =>
  withHome(async (sandbox, home) => {
    const modes: Record<string, string> = {};
    const walk = async (path: string) => {
      const stat = await Deno.stat(home + path);
      modes[path || "/"] = ((stat.mode ?? 0) & 0o777).toString(8);
      if (!stat.isDirectory) return;
      for await (const entry of Deno.readDir(home + path)) await walk(`${path}/${entry.name}`);
    };
    await walk("");
    assert.deepEqual(modes, {
      "/": "700",
      "/aws": "700",
      "/aws/config": "600",
      "/aws/credentials": "600",
      "/sentinel": "700",
      "/sentinel/approval.yaml": "600",
      "/sentinel/config.yaml": "600",
      "/sentinel/policy.yaml": "600",
    });
    const config = await Deno.readTextFile(`${home}/sentinel/config.yaml`);
    assert.equal(config, 'issuer: { iam_users: "111122223333" }\n');
    assert.equal(await Deno.readTextFile(`${home}/sentinel/policy.yaml`), sandbox.world.policy);
  }));

Deno.test("[ours] writeHome() writes a profile a user, gated ones and the by-pass", () =>
  withHome(async (sandbox, home) => {
    const config = await Deno.readTextFile(`${home}/aws/config`);
    const section = (name: string) =>
      config.split(/^(?=\[)/m).find((text) => text.startsWith(`[profile ${name}]\n`))?.trim();
    const common = `region = eu-central-1\nendpoint_url = ${sandbox.endpoint}`;
    assert.equal(section("mara"), `[profile mara]\n${common}`);
    assert.equal(
      section("prod"),
      `[profile prod]\n${common}\n` +
        "credential_process = sentinel credentials --profile prod\n" +
        "sentinel_role_arn = arn:aws:iam::111122223333:role/SentinelProtected-Prod\n" +
        "sentinel_source_profile = mara",
    );
    assert.equal(
      section("dev-direct"),
      `[profile dev-direct]\n${common}\n` +
        "role_arn = arn:aws:iam::111122223333:role/SentinelProtected-Dev\nsource_profile = mara",
    );
    const credentials = await Deno.readTextFile(`${home}/aws/credentials`);
    for (const name of ["mara", "lea", "sam"]) {
      const { accessKeyId, secretAccessKey } = keysOf(sandbox, name);
      const wanted = `[${name}]\naws_access_key_id = ${accessKeyId}\n` +
        `aws_secret_access_key = ${secretAccessKey}\n`;
      assert.ok(credentials.includes(wanted), name);
    }
  }));

Deno.test("[ours] writeHome() makes private folders for files that lie deeper, and a world's own keys stand", async () => {
  const home = await Deno.makeTempDir({ prefix: "sentinel-sandbox-" });
  const keys = "{ access_key_id: AKIAAAAAAAAAAAAAAAAA, secret_access_key: a-secret-of-the-test }";
  const world = parseWorld(
    'account: "111122223333"\nregion: eu-central-1\nuser: ann\n' +
      `users: { ann: { keys: ${keys} } }\nfiles: { policies/dev.yaml: x }\n`,
    "w.yaml",
  );
  try {
    await withSandbox(async (sandbox) => {
      await writeHome(`${home}/new`, sandbox.world, sandbox.endpoint);
      const folder = await Deno.stat(`${home}/new/sentinel/policies`);
      assert.equal((folder.mode ?? 0) & 0o777, 0o700);
      assert.equal(await Deno.readTextFile(`${home}/new/sentinel/policies/dev.yaml`), "x");
      assert.equal(keysOf(sandbox, "ann").secretAccessKey, "a-secret-of-the-test");
    }, world);
  } finally {
    await Deno.remove(home, { recursive: true });
  }
});

Deno.test("[ours] writeHome() overwrites nothing", () =>
  withHome(async (sandbox, home) => {
    await assert.rejects(
      writeHome(home, sandbox.world, sandbox.endpoint),
      Deno.errors.AlreadyExists,
    );
  }));

Deno.test("[ours] env() is what the contract says", () =>
  withSandbox((sandbox) => {
    assert.deepEqual(sandbox.env("lea", "/h"), {
      AWS_ENDPOINT_URL: sandbox.endpoint,
      AWS_CONFIG_FILE: "/h/aws/config",
      AWS_SHARED_CREDENTIALS_FILE: "/h/aws/credentials",
      AWS_REGION: "eu-central-1",
      AWS_PROFILE: "lea",
      AWS_EC2_METADATA_DISABLED: "true",
      SENTINEL_HOME: "/h/sentinel",
      SENTINEL_SANDBOX_CONTROL: sandbox.control,
    });
    return Promise.resolve();
  }));

/** The AWS CLI of this machine, where there is one that reads AWS_ENDPOINT_URL. */
async function cliIsThere(): Promise<boolean> {
  try {
    const { code } = await new Deno.Command("aws", { args: ["--version"] }).output();
    return code === 0;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

async function aws(env: Record<string, string>, endpoint: string, ...args: string[]) {
  const command = new Deno.Command("aws", {
    args: ["--endpoint-url", endpoint, "--output", "json", ...args],
    clearEnv: true,
    env: { ...env, PATH: Deno.env.get("PATH") ?? "", HOME: "/nonexistent" },
  });
  const { code, stdout, stderr } = await command.output();
  const read = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: read(stdout), err: read(stderr) };
}

const skip = await cliIsThere() ? null : "no aws on the PATH";

async function withCli(
  target: Aws,
  test: (call: (...args: string[]) => ReturnType<typeof aws>) => Promise<void>,
): Promise<void> {
  const home = await Deno.makeTempDir({ prefix: "sentinel-sandbox-" });
  try {
    await writeHome(home, target.world, target.endpoint);
    await test((...args) => aws(clientEnv(target, "lea", home), target.endpoint, ...args));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}

portable("the AWS CLI finds the world by its files", (target) =>
  withCli(target, async (call) => {
    const who = await call("sts", "get-caller-identity");
    assert.equal(who.code, 0, who.err);
    assert.equal(JSON.parse(who.out).Arn, "arn:aws:iam::111122223333:user/lea");
  }), { skip });

sandboxOnly(
  "Monitor and control actions taken with assumed roles",
  "the AWS CLI reads the trail, and the by-pass profile, which sets no source identity, is refused",
  (sandbox) =>
    withCli(sandbox, async (call) => {
      const [events, direct] = await Promise.all([
        call("cloudtrail", "lookup-events", "--max-results", "1"),
        call("sts", "get-caller-identity", "--profile", "dev-direct"),
      ]);
      assert.equal(events.code, 0, events.err);
      assert.notEqual(direct.code, 0);
      assert.match(
        direct.err,
        /AccessDenied.*user\/mara is not authorized to perform: sts:AssumeRole/,
      );
    }),
  { skip },
);
