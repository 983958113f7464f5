// rights: each row is enough for its command, and nothing in it can be spared.
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { RIGHTS } from "../../commands/rights.ts";
import { type Ready, withSandbox } from "../../commands/sandbox/start.ts";
import { type Ran, runIn } from "../e2e/tools.ts";
import { denoDir } from "../e2e/transcript.ts";

const FIXTURE = decodeURIComponent(new URL("./fixtures/run.ts", import.meta.url).pathname);

const WORLD = decodeURIComponent(new URL("../e2e/worlds/roads.yaml", import.meta.url).pathname);

// Whose a file is matters to everybody but root, to whom root's files are his own: root's process
// does without asking the system who it is.
const SPARED_BY_ROOT = Deno.uid() === 0 ? ["sys"] : [];

interface Scenario {
  argv: string[];
  /** A new request of mara's own or of lea's is filed first; its id is the last word, but for a list. */
  about?: "own" | "lea's";
  /** What must have happened beside exit code 0. */
  did?: (ran: Ran, home: string) => Promise<boolean> | boolean;
}

async function holdsFiles(folder: string): Promise<boolean> {
  try {
    for await (const _ of Deno.readDir(folder)) return true;
  } catch {
    // Not there: it holds none.
  }
  return false;
}

/** The identity, or the session, was kept for the next call. */
const kept = (_: Ran, home: string) => holdsFiles(`${home}/sentinel/cache/sessions`);
const narrowed = async (ran: Ran, home: string) =>
  ran.out.includes("iam::111122223333:role/SentinelProtected-*") && await kept(ran, home);
const keptAnd = (text: string) => async (ran: Ran, home: string) =>
  ran.out.includes(text) && await kept(ran, home);
const answered = ({ out }: Ran) => out.startsWith('{"Version":1,');

// Base credentials that come from a process: the widest that a command may need without the SDK.
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "credentials": { argv: ["credentials", "--profile", "process"], did: answered },
  "exec": { argv: ["exec", "--profile", "process", "--", "true"] },
  "export": { argv: ["export", "--profile", "process"], did: answered },
  "whoami": { argv: ["whoami", "--profile", "process"], did: kept },
  "list": {
    argv: ["list"],
    did: async (ran, home) => ran.out.includes("allow") && await kept(ran, home),
  },
  "request": {
    argv: ["request", "--profile", "process", "--reason", "to see what it needs"],
    did: keptAnd("pending"),
  },
  "request list": {
    argv: ["request", "list", "--state", "pending", "--aws-profile", "leaf"],
    about: "lea's",
    did: keptAnd("to see what it needs"),
  },
  "request show": {
    argv: ["request", "show", "--aws-profile", "leaf"],
    about: "lea's",
    did: keptAnd("to see what it needs"),
  },
  "request cancel": {
    argv: ["request", "cancel", "--aws-profile", "leaf"],
    about: "own",
    did: keptAnd("cancelled"),
  },
  "approve": {
    argv: ["approve", "--aws-profile", "leaf"],
    about: "lea's",
    did: keptAnd("approved"),
  },
  "deny": { argv: ["deny", "--aws-profile", "leaf"], about: "lea's", did: keptAnd("denied") },
  "policy validate": { argv: ["policy", "validate", "sentinel/policy.yaml"] },
  "policy explain": { argv: ["policy", "explain", "process"], did: kept },
  "journal show": { argv: ["journal", "show"], did: ({ out }) => out.includes("#1") },
  "journal verify": { argv: ["journal", "verify"], did: ({ out }) => out.startsWith("whole: ") },
  "config show": { argv: ["config", "show", "--origin"] },
  // Its row is that of a call without a word, which looks at the AWS config.
  "help": { argv: [], did: ({ out }) => out.includes("exec --profile process") },
  "doctor": {
    // Its own keys in the process's place: doctor starts none.
    argv: ["doctor", "--profile", "process", "--aws-profile", "mara"],
    did: ({ out }) => out.includes("looked at everything"),
  },
  "init": {
    argv: [
      ...["init", "--profile", "fresh", "--source", "mara", "--user", "mara", "--yes"],
      ...["--role", "arn:aws:iam::111122223333:role/SentinelProtected-Dev"],
    ],
    // Taken out again: what is there already needs no writing.
    did: async (_, home) => {
      const file = `${home}/aws/config`;
      const text = await Deno.readTextFile(file);
      const [before = "", after] = text.split("\n[profile fresh]");
      await Deno.writeTextFile(file, before);
      return after !== undefined;
    },
  },
  "shell init": {
    argv: [
      ...["shell", "init", "zsh", "--write", "--yes"],
      ...["--policy-root", "/sentinel/policies", "--aws-profile", "leaf"],
    ],
    // What was written goes again: the next attempt has it to write too.
    did: async (_, home) => {
      const rc = await Deno.readTextFile(`${home}/.zshrc`).catch(() => "");
      await Deno.remove(`${home}/.zshrc`).catch(() => {});
      await Deno.remove(`${home}/sentinel/shell`, { recursive: true }).catch(() => {});
      return rc.includes("init.zsh");
    },
  },
  "completion": { argv: ["completion", "zsh"], did: ({ out }) => out.startsWith("#compdef") },
  // Alone it is a screen that asks all that --detect and check ask. The account is the caller's.
  "permissions": { argv: ["permissions", "--detect", "--profile", "process"], did: narrowed },
  "permissions list": {
    argv: ["permissions", "list", "--detect", "--profile", "process"],
    did: narrowed,
  },
  "permissions check": {
    argv: ["permissions", "check", "--profile", "process"],
    did: async (ran, home) => ran.out.includes(" 0 errors") && await kept(ran, home),
  },
  "permissions detect": { argv: ["permissions", "detect", "--profile", "process"], did: kept },
  "sandbox exec": { argv: ["sandbox", "exec", "--world", WORLD, "--", "true"] },
  "template trust": {
    argv: ["template", "trust", "--user", "arn:aws:iam::111122223333:user/mara"],
  },
  "template scp": { argv: ["template", "scp"] },
  "template iam": { argv: ["template", "iam", "--role", "requester"] },
  "template rcp": { argv: ["template", "rcp"] },
  "template policy": { argv: ["template", "policy", "team"] },
  "template monitoring": { argv: ["template", "monitoring"] },
};

const PROFILES = `
[profile leaf]
credential_process = HOME/get
[profile process]
region = eu-central-1
credential_process = sentinel credentials --profile process
sentinel_role_arn = arn:aws:iam::111122223333:role/SentinelProtected-Dev
sentinel_source_profile = leaf
`;
const POLICY = `version: "1"
rules:
  - { name: r, effect: allow, conditions: { profiles: [dev, process] } }
`;

const APPROVAL = `version: "1"
rules:
  - { name: r, profiles: [process], approvers: [mara, sam] }
`;

async function prepare({ home, env }: Ready): Promise<void> {
  const keys = await Deno.readTextFile(env["AWS_SHARED_CREDENTIALS_FILE"] ?? "");
  const [id, secret] = [...keys.matchAll(/= (\S+)/g)].map((m) => m[1]);
  const answer = JSON.stringify({ Version: 1, AccessKeyId: id, SecretAccessKey: secret });
  await Deno.writeTextFile(`${home}/get`, `#!/bin/sh\necho '${answer}'\n`, { mode: 0o700 });
  const config = env["AWS_CONFIG_FILE"] ?? "";
  // The only profiles with roles: each leaf is one, so that `list` needs what one needs.
  const users = (await Deno.readTextFile(config)).split(/(?=^\[)/m).filter((s) =>
    !s.includes("role")
  );
  await Deno.writeTextFile(config, users.join("") + PROFILES.replace("HOME", home));
  for (const [name, text] of [["policy", POLICY], ["approval", APPROVAL]]) {
    await Deno.writeTextFile(`${home}/sentinel/${name}.yaml`, text ?? "", { mode: 0o600 });
  }
}

/** Files a request, and yields its id. */
async function filed({ home, env }: Ready, who: string): Promise<string> {
  const words = ["--profile", "process", "--reason", "to see what it needs", "--json"];
  const { out } = await runIn(home, env, "sentinel", "request", ...words, "--aws-profile", who);
  return JSON.parse(out).id;
}

async function attempt(
  ready: Ready,
  taken: string,
  { argv: words, about, did }: Scenario,
): Promise<{ ok: boolean; ran: Ran }> {
  const id = about === undefined ? null : await filed(ready, about === "own" ? "mara" : "lea");
  const argv = id === null || words[1] === "list" ? words : [...words, id];
  await Deno.remove(`${ready.home}/sentinel/cache`, { recursive: true }).catch(() => {});
  const args = ["run", "-A", "-q", "--no-check", "--no-prompt", FIXTURE, taken, ...argv];
  const env = { ...ready.env, ...denoDir() };
  const ran = await runIn(ready.home, env, Deno.execPath(), ...args);
  return { ok: ran.code === 0 && (await did?.(ran, ready.home) ?? true), ran };
}

async function inWorld(use: (ready: Ready) => Promise<void>): Promise<void> {
  const options = { port: 0, world: undefined, as: undefined };
  await withSandbox(processBase("test", false), options, async (ready) => {
    await prepare(ready);
    const first = await runIn(
      ready.home,
      ready.env,
      "sentinel",
      "credentials",
      "--profile",
      "process",
    );
    assert.equal(first.code, 0, first.err);
    await use(ready);
    return 0;
  });
}

/** What gets credentials is tried without each right every time, the others in the full run. */
const FULL = Boolean(Deno.env.get("SENTINEL_TEST_FULL"));
const EVERY_TIME = ["credentials", "exec", "export", "approve"];

for (const [name, scenario] of Object.entries(SCENARIOS)) {
  const less = FULL || EVERY_TIME.includes(name);
  const told = less ? ", and not with any less" : "";
  Deno.test(`sentinel ${name} works with its row of rights${told}`, () =>
    inWorld(async (ready) => {
      const whole = await attempt(ready, "none", scenario);
      assert.ok(whole.ok, `${whole.ran.out}${whole.ran.err}`);
      const spared: string[] = [];
      for (const right of less ? RIGHTS[name]?.rights ?? [] : []) {
        if ((await attempt(ready, right, scenario)).ok) spared.push(right);
      }
      const needless = spared.filter((right) => !SPARED_BY_ROOT.includes(right));
      assert.deepEqual(needless, [], "rights that the command does without");
    }));
}

Deno.test("every command has a scenario; sandbox run is sandbox exec without the program", () => {
  assert.deepEqual([...Object.keys(SCENARIOS), "sandbox run"].sort(), Object.keys(RIGHTS).sort());
});

Deno.test("a credentials call that is served from the cache ends with no net, no run, no ffi", () =>
  inWorld(async (ready) => {
    const env = { ...ready.env, ...denoDir() };
    const args = [
      "run",
      "-A",
      "-q",
      "--no-check",
      FIXTURE,
      "none",
      "credentials",
      "--profile",
      "process",
    ];
    const { err, out } = await runIn(ready.home, env, Deno.execPath(), ...args);
    assert.match(out, /^\{"Version":1,/);
    assert.match(err, /^left: read write$/m);
  }));
