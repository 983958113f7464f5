// hostile: an environment, a HOME and a disk in somebody else's hands.
import { strict as assert } from "node:assert";
import { runIn } from "../e2e/tools.ts";
import { onStage, refused, type Stage } from "./stage.ts";

const DEV = ["credentials", "--profile", "dev"];

/** A server in AWS's place, and all that it is sent. */
async function inTheMiddle(
  use: (url: string, seen: { line: string; body: string }[]) => Promise<void>,
): Promise<void> {
  const seen: { line: string; body: string }[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      const headers = [...request.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
      const line = `${request.method} ${request.url}\n${headers}`;
      seen.push({ line, body: await request.text() });
      return new Response("forged");
    },
  );
  try {
    await use(`http://127.0.0.1:${server.addr.port}`, seen);
  } finally {
    await server.shutdown();
  }
}

function tellsNoSecret(stage: Stage, seen: readonly { line: string; body: string }[]): void {
  const text = JSON.stringify(seen);
  for (const secret of stage.secrets) assert.ok(!text.includes(secret), "a secret was sent");
}

async function pin(stage: Stage): Promise<void> {
  const role = "arn:aws:iam::111122223333:role/SentinelProtected-Dev";
  await stage.write("sentinel/pins.yaml", `version: "1"\nprofiles: { dev: { role: "${role}" } }\n`);
}

Deno.test("variables that name roles, sessions and tokens choose nothing", () =>
  onStage(async (stage) => {
    const env = {
      AWS_ROLE_ARN: "arn:aws:iam::111122223333:role/Admin",
      AWS_ROLE_SESSION_NAME: "lea",
      AWS_SOURCE_IDENTITY: "sentinel=lea=direct=0000000000000000",
      AWS_WEB_IDENTITY_TOKEN_FILE: "/etc/passwd",
      AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://127.0.0.1:1/",
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "x",
      AWS_ACCESS_KEY_ID: "AKIAAAAAAAAAAAAAAAAA",
      AWS_SECRET_ACCESS_KEY: "attackers-secret-key",
      AWS_SESSION_TOKEN: "attackers-session-token",
      AWS_SDK_LOAD_CONFIG: "0",
    };
    assert.equal((await stage.call(DEV, { env })).code, 0);
    const [intent] = await stage.journal();
    assert.equal(intent?.subject?.principal?.user, "mara");
    assert.ok(!JSON.stringify(intent).includes("Admin"));
  }));

for (const name of ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"]) {
  Deno.test(`${name} leads an unpinned profile astray: no secret is sent, and the place is on record`, () =>
    onStage(async (stage) => {
      await inTheMiddle(async (url, seen) => {
        refused(await stage.call(DEV, { env: { [name]: url } }), "AWS_RUBBISH");
        assert.ok(seen.length > 0, "it was not led astray: no test");
        tellsNoSecret(stage, seen);
        const entry = (await stage.journal()).at(-1);
        assert.equal(entry?.subject?.endpoint?.replace(/\/$/, ""), url);
        assert.equal(entry?.pins, "unpinned");
      });
    }));

  Deno.test(`${name} leads no pinned profile astray`, () =>
    onStage(async (stage) => {
      await pin(stage);
      await inTheMiddle(async (url, seen) => {
        assert.equal((await stage.call(DEV, { env: { [name]: url } })).code, 0);
        assert.deepEqual(seen, []);
        const [intent] = await stage.journal();
        assert.equal(intent?.pins, "pinned");
      });
    }));

  Deno.test(`${name} that is no URL is refused`, () =>
    onStage(async (stage) => {
      for (
        const url of [
          "file:///etc/passwd",
          "javascript:x",
          "http://",
          "\u001b[31m",
          "//x",
          "ftp://x",
        ]
      ) {
        const ran = await stage.call(DEV, { env: { [name]: url } });
        assert.equal(ran.out, "");
        assert.notEqual(ran.code, 0, `${url} was taken`);
      }
    }));
}

Deno.test("a proxy sees signed requests and no secret; a forged answer is no answer of AWS's", () =>
  onStage(async (stage) => {
    await inTheMiddle(async (url, seen) => {
      const env = {
        HTTP_PROXY: url,
        http_proxy: url,
        HTTPS_PROXY: url,
        NO_PROXY: "",
        no_proxy: "",
        // The sandbox's own entry would ask for the clock through it.
        SENTINEL_SANDBOX_CONTROL: "",
      };
      const ran = await stage.run(DEV, env);
      refused(ran, "AWS_RUBBISH");
      assert.ok(seen.length > 0, "the proxy was not used: no test");
      tellsNoSecret(stage, seen);
    });
  }));

Deno.test("a proxy that is not there ends the call, by its code", () =>
  onStage(async (stage) => {
    const env = { HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: "", SENTINEL_SANDBOX_CONTROL: "" };
    refused(await stage.run(DEV, env), "AWS_UNREACHABLE");
    assert.equal((await stage.journal()).at(-1)?.code, "AWS_UNREACHABLE");
  }));

/** What a loader would run before us, and Deno's own switches. */
async function preloads(stage: Stage): Promise<Record<string, string>> {
  const trap = `${stage.home}/trap`;
  const planted = await stage.write(
    "evil.js",
    `Deno.writeTextFileSync(${JSON.stringify(trap)}, "")`,
  );
  return {
    NODE_OPTIONS: `--require=${planted} --import=${planted}`,
    DENO_NO_PROMPT: "1",
    DENO_NO_UPDATE_CHECK: "1",
    DENO_AUTH_TOKENS: "attacker@127.0.0.1",
    DENO_REPL_HISTORY: trap,
    BASH_ENV: planted,
    ENV: planted,
    PYTHONSTARTUP: planted,
    NODE_PATH: stage.home,
  };
}

Deno.test("what loaders and Deno read from the environment runs nothing in us, and reaches no credential_process", () =>
  onStage(async (stage) => {
    const env = await preloads(stage);
    const config = stage.env["AWS_CONFIG_FILE"] ?? "";
    const answer = '{"Version":1,"AccessKeyId":"AKIAAAAAAAAAAAAAAAAA","SecretAccessKey":"x"}';
    const script = await stage.write(
      "source",
      `#!/bin/sh\nenv > "${stage.home}/env"\necho '${answer}'\n`,
    );
    await Deno.chmod(script, 0o700);
    await Deno.writeTextFile(
      config,
      `[profile src]\nregion = eu-central-1\ncredential_process = ${script}\n[profile x]\n` +
        "region = eu-central-1\nsentinel_source_profile = src\n" +
        "sentinel_role_arn = arn:aws:iam::111122223333:role/SentinelProtected-Dev\n",
      { append: true },
    );
    assert.equal((await stage.run(DEV, env)).code, 0);
    refused(
      await stage.run(["credentials", "-p", "x"], { ...env, LD_DEBUG_OUTPUT: "/x" }),
      "NO_CREDENTIALS",
    );
    const passed = await Deno.readTextFile(`${stage.home}/env`);
    assert.match(passed, /^SENTINEL_RESOLVING=1$/m);
    for (const name of [...Object.keys(env), "LD_DEBUG_OUTPUT", "AWS_PROFILE"]) {
      assert.ok(!new RegExp(`^${name}=`, "m").test(passed), `${name} was passed on`);
    }
    await assert.rejects(Deno.stat(`${stage.home}/trap`), Deno.errors.NotFound);
  }));

Deno.test("LD_PRELOAD of what is not there: the call goes on", () =>
  onStage(async (stage) => {
    const ran = await stage.exec(["sentinel", ...DEV], { LD_PRELOAD: "/nowhere/evil.so" });
    assert.equal(ran.code, 0, ran.err);
    const child = ["sentinel", "exec", "-p", "dev", "--", "sh", "-c", "echo $AWS_SENTINEL"];
    const inside = await stage.exec(child, { LD_PRELOAD: "/nowhere/evil.so" });
    assert.equal(inside.out, "dev\n", inside.err);
  }));

Deno.test("without HOME nothing is guessed; with SENTINEL_HOME none is wanted", () =>
  onStage(async (stage) => {
    for (const HOME of [undefined, "", "relative/home"]) {
      refused(await stage.call(DEV, { env: { HOME, SENTINEL_HOME: undefined } }), "HOME_UNKNOWN");
      assert.equal((await stage.call(DEV, { env: { HOME } })).code, 0);
    }
    refused(await stage.call(DEV, { env: { SENTINEL_HOME: "relative" } }), "HOME_UNKNOWN");
  }));

Deno.test("SENTINEL_HOME that is a file, a link, or nowhere to be made", () =>
  onStage(async (stage) => {
    const file = await stage.write("file", "x");
    await Deno.symlink(stage.sentinel, `${stage.home}/link`);
    for (const SENTINEL_HOME of [file, "/dev/null", "/proc/nowhere", `${file}/below`]) {
      const ran = await stage.call(DEV, { env: { SENTINEL_HOME } });
      assert.equal(ran.out, "");
      assert.match(
        ran.err,
        /^error\[(FILE_FAILED|FILE_UNSAFE|JOURNAL_UNWRITABLE|POLICY_MISSING)\]/m,
      );
    }
    assert.equal(await stage.count("sts:AssumeRole"), 0);
  }));

/** A mount of one's own, seen by one process: `null` where the system does not let us. */
async function mountable(): Promise<boolean> {
  try {
    const { success } = await new Deno.Command("unshare", {
      args: ["-m", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"],
      stderr: "null",
    }).output();
    return success;
  } catch {
    return false;
  }
}

const canMount = await mountable();

/** A test under a mount; where there can be none, it is skipped and says so. */
function mounted(name: string, fn: () => Promise<void>): void {
  if (!canMount) console.log(`SKIP ${name}: no mount of one's own here (unshare -m)`);
  Deno.test({ name, ignore: !canMount, fn });
}

async function unrecorded(stage: Stage, before: string, journal = true): Promise<void> {
  const script = `${before}; exec sentinel credentials --profile dev`;
  const ran = await stage.exec(["unshare", "-m", "sh", "-c", script]);
  refused(ran, "JOURNAL_UNWRITABLE");
  assert.equal(ran.code, 5);
  assert.equal(await stage.count("sts:AssumeRole"), 0, "no record, no credentials");
  if (journal) assert.equal((await stage.call(["journal", "verify"])).code, 0);
}

mounted(
  "a SENTINEL_HOME that can't be written: nothing is issued",
  () =>
    onStage((stage) =>
      unrecorded(
        stage,
        'mount --bind "$SENTINEL_HOME" "$SENTINEL_HOME" && ' +
          'mount -o remount,bind,ro "$SENTINEL_HOME"',
      )
    ),
);

mounted("a full disk under the journal: nothing is issued", () =>
  onStage(async (stage) => {
    await Deno.mkdir(`${stage.sentinel}/journal`, { mode: 0o700 });
    const mount = 'mount -t tmpfs -o size=64k,mode=700 none "$SENTINEL_HOME/journal"';
    await unrecorded(stage, `${mount}; cat /dev/zero > "$SENTINEL_HOME/journal/fill" 2>/dev/null`);
  }));

mounted(
  "a disk that is full after an entry: the record stays whole, and later calls go on",
  () =>
    onStage(async (stage) => {
      const script = 'mkdir -m 700 "$SENTINEL_HOME/journal"; cd "$SENTINEL_HOME/journal"; ' +
        'mount -t tmpfs -o size=64k,mode=700 none .; cd .; cd "$SENTINEL_HOME/journal"; ' +
        "sentinel credentials -p dev > /dev/null; cat /dev/zero > fill 2>/dev/null; " +
        "for i in 1 2 3 4 5 6; do sentinel credentials -p dev >> out; echo $? >> ../codes; done; " +
        "rm fill; sentinel journal verify && sentinel credentials -p dev > /dev/null && sentinel journal verify";
      const { code, out, err } = await stage.exec(["unshare", "-m", "sh", "-c", script]);
      assert.equal(code, 0, out + err);
      const codes = (await Deno.readTextFile(`${stage.sentinel}/codes`)).trim().split("\n");
      assert.ok(codes.includes("5"), `the disk was never full: ${codes}`);
    }),
);

Deno.test("an output that takes nothing is an error, and what was issued is on record", () =>
  onStage(async (stage) => {
    const script = "sentinel credentials -p dev > /dev/full";
    const { code, out, err } = await runIn(stage.home, stage.env, "sh", "-c", script);
    assert.notEqual(code, 0);
    assert.equal(out, "");
    assert.match(err, /^error\[/);
    assert.doesNotMatch(err, /SessionToken|SecretAccessKey/);
    assert.equal((await stage.journal()).at(-1)?.result, "issued");
  }));

Deno.test("a file-size limit on the process: nothing is issued without its record", () =>
  onStage(async (stage) => {
    const script = "ulimit -f 0; sentinel credentials --profile dev";
    const { code, out } = await stage.exec(["sh", "-c", script]);
    assert.notEqual(code, 0);
    assert.equal(out, "");
    assert.equal(await stage.count("sts:AssumeRole"), 0);
  }));
