// keys: keys in a real keyring: GNOME's, in a session and a home of its own.
import { strict as assert } from "node:assert";
import type { Outcome } from "./fixtures/keyring.ts";
import { has, withFolder } from "./desk.ts";

const ROOT = new URL("../../../", import.meta.url);
const FIXTURE = new URL("./fixtures/keyring.ts", import.meta.url);
const PROGRAM = [Deno.execPath(), "run", "-A", "--quiet", "--no-check", FIXTURE.pathname];

/** Starts the keyring unlocked, and does the rest of its words. The keyring ends with its session. */
const UNLOCKED = `
printf %s 'a password' | gnome-keyring-daemon --unlock --daemonize --components=secrets >/dev/null 2>&1
"$@"
`;

async function run(home: string, command: readonly string[]): Promise<Outcome[]> {
  const [program = "", ...args] = command;
  const { success, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd: ROOT,
    clearEnv: true,
    env: {
      HOME: home,
      XDG_RUNTIME_DIR: home,
      PATH: Deno.env.get("PATH") ?? "",
      DENO_DIR: await denoDir,
      NO_COLOR: "1",
    },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const errors = new TextDecoder().decode(stderr);
  assert.ok(success, errors);
  const text = new TextDecoder().decode(stdout);
  assert.doesNotMatch(text + errors, /PRIVATE KEY|MC4CAQAwBQYDK2VwBCIEI|somebody else/);
  return JSON.parse(text.trim().split("\n").at(-1) ?? "");
}

const denoDir = new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stderr: "null" })
  .output().then(({ stdout }) => JSON.parse(new TextDecoder().decode(stdout)).denoDir as string);

const notLinux = Deno.build.os !== "linux";
if (notLinux) console.log("SKIP keys in a keyring: this system has one that is somebody's own");
const none = notLinux ||
  !await has("dbus-run-session", ["--version"], "keys in a keyring") ||
  !await has("gnome-keyring-daemon", ["--version"], "keys in a keyring");

Deno.test(
  "a key is made in the keyring once, and opened from there",
  { ignore: none },
  () =>
    withFolder(async (home) => {
      const session = ["dbus-run-session", "--", "sh", "-c", UNLOCKED, "sh", ...PROGRAM];
      const [made, opened, again, kept, unknown, spoiled, rubbish] = await run(home, [
        ...session,
        ...["make:lea", "open:lea", "make:lea", "open:lea", "open:mara", "spoil:sam", "open:sam"],
      ]);
      assert.match(made?.gave ?? "", /^[0-9a-f]{64}$/);
      assert.equal(opened?.gave, made?.gave);
      assert.equal(again?.code, "KEY_UNUSABLE");
      assert.match(again?.words ?? "", /an entry of that name in the keyring/);
      assert.equal(kept?.gave, made?.gave, "a key is never written over");
      assert.equal(unknown?.code, "KEY_MISSING");
      assert.match(unknown?.words ?? "", /"keyring:mara": found no entry/);
      assert.equal(spoiled?.gave, "spoiled");
      assert.equal(rubbish?.code, "KEY_UNUSABLE");
      assert.match(rubbish?.words ?? "", /found no PEM, want an Ed25519 private key/);
      const [later] = await run(home, [...session, "open:lea"]);
      assert.equal(later?.gave, made?.gave, "it outlives the session");
    }),
);

Deno.test(
  "a keyring that is locked is not one without the key",
  { ignore: none },
  () =>
    withFolder(async (home) => {
      const session = ["dbus-run-session", "--", "sh", "-c", UNLOCKED, "sh", ...PROGRAM];
      await run(home, [...session, "make:lea"]);
      const locked = ["dbus-run-session", "--", ...PROGRAM];
      const [opened, made] = await run(home, [...locked, "open:lea", "make:sam"]);
      for (const outcome of [opened, made]) {
        assert.equal(outcome?.code, "KEY_UNUSABLE");
        assert.match(outcome?.words ?? "", /can't be used \| unlock the keyring/);
      }
    }),
);

Deno.test(
  "no keyring at all is not one without the key",
  { ignore: notLinux },
  () =>
    withFolder(async (home) => {
      const [opened, made] = await run(home, [...PROGRAM, "open:lea", "make:lea"]);
      for (const outcome of [opened, made]) {
        assert.equal(outcome?.code, "KEY_UNUSABLE");
        assert.match(outcome?.words ?? "", /can't be used \| unlock the keyring/);
      }
    }),
);
