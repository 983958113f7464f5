// e2e: no output and no file holds a secret: every byte is looked at.
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { type Ready, withSandbox } from "../../commands/sandbox/start.ts";
import { runIn } from "./tools.ts";

const bytes = new TextEncoder();

function holds(haystack: Uint8Array, needle: string): boolean {
  const wanted = bytes.encode(needle);
  outer: for (let at = 0; at <= haystack.length - wanted.length; at++) {
    for (let i = 0; i < wanted.length; i++) if (haystack[at + i] !== wanted[i]) continue outer;
    return true;
  }
  return false;
}

async function filesBelow(folder: string): Promise<string[]> {
  const files: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) files.push(...await filesBelow(path));
    else files.push(path);
  }
  return files;
}

/** Secrets that must stay where they are: base keys, what was issued, a one-time code. */
async function planted(ready: Ready): Promise<string[]> {
  const text = await Deno.readTextFile(ready.env["AWS_SHARED_CREDENTIALS_FILE"] ?? "");
  return [...text.matchAll(/aws_secret_access_key = (\S+)/g)].map((m) => m[1] ?? "");
}

const CALLS: readonly string[][] = [
  ["credentials", "--profile", "prod", "--debug", "--mfa-code", "271828"],
  ["credentials", "--profile", "nowhere", "--debug"],
  ["credentials", "--profile", "dev-direct", "--debug", "--json"],
  ["whoami", "--debug"],
  ["whoami", "--profile", "dev", "--json"],
  ["list"],
  ["policy", "explain", "dev"],
  ["journal", "show", "--json"],
  ["journal", "verify"],
  ["config", "show", "--origin", "--mfa-code", "271828"],
  ["exec", "--profile", "dev", "--", "true"],
];

Deno.test("no output, journal, cache or configuration of Sentinel's holds a planted secret", async () => {
  const options = { port: 0, world: undefined, as: undefined };
  await withSandbox(processBase("test", false), options, async (ready) => {
    const secrets = await planted(ready);
    assert.ok(secrets.length >= 3, "no secret was planted: the test could not fail");
    const answer = await runIn(
      ready.home,
      ready.env,
      "sentinel",
      "credentials",
      "--profile",
      "dev",
    );
    const issued = JSON.parse(answer.out) as { SecretAccessKey: string; SessionToken: string };
    secrets.push(issued.SecretAccessKey, issued.SessionToken, "271828");
    for (const call of CALLS) {
      const { out, err } = await runIn(ready.home, ready.env, "sentinel", ...call);
      for (const secret of secrets) {
        assert.ok(
          !out.includes(secret) && !err.includes(secret),
          `${call.join(" ")} shows a secret`,
        );
      }
    }
    const files = await filesBelow(ready.env["SENTINEL_HOME"] ?? "");
    assert.ok(files.some((f) => f.includes("/cache/sessions/")), "nothing was cached");
    assert.ok(files.some((f) => f.endsWith(".jsonl")), "nothing was recorded");
    for (const file of files) {
      const content = await Deno.readFile(file);
      for (const secret of secrets) assert.ok(!holds(content, secret), `${file} holds a secret`);
      const { mode } = await Deno.stat(file);
      assert.equal((mode ?? 0) & 0o077, 0, `${file} can be read by others`);
    }
    return 0;
  });
});

Deno.test("a cache that was copied to another user's keys, or edited, opens nothing", async () => {
  const options = { port: 0, world: undefined, as: undefined };
  await withSandbox(processBase("test", false), options, async (ready) => {
    const call = (...args: string[]) =>
      runIn(ready.home, ready.env, "sentinel", "credentials", "--profile", "dev", ...args);
    const first = JSON.parse((await call()).out).AccessKeyId;
    assert.equal(JSON.parse((await call()).out).AccessKeyId, first);
    assert.notEqual(JSON.parse((await call("--aws-profile", "lea")).out).AccessKeyId, first);
    for (const file of await filesBelow(`${ready.env["SENTINEL_HOME"]}/cache`)) {
      const content = await Deno.readFile(file);
      content[content.length - 1] = (content[content.length - 1] ?? 0) ^ 1;
      await Deno.writeFile(file, content);
    }
    assert.notEqual(JSON.parse((await call()).out).AccessKeyId, first);
    return 0;
  });
});
