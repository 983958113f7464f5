// hostile: a sandbox, ways to call the program in it, and a look at all that it says.
import { strict as assert } from "node:assert";
import { root } from "../../commands/app.ts";
import { processBase } from "../../commands/base.ts";
import { main } from "../../commands/main.ts";
import { type Ready, withSandbox } from "../../commands/sandbox/start.ts";
import { type Ran, runIn } from "../e2e/tools.ts";

type Env = Readonly<Record<string, string | undefined>>;

/** How the program is called in this process. */
export interface CallOptions {
  env?: Env;
  /** Milliseconds that this machine's clock stands beside the sandbox's. */
  skew?: number;
}

/** One entry of the journal, as far as these tests look. */
export interface Told {
  kind: string;
  code?: string;
  message?: string;
  result?: string;
  intent?: unknown;
  accessKeyId?: string;
  subject?: { profile: string; endpoint: string | null; principal: { user: string } | null };
  pins?: string;
}

/** What a test works with. All that `call` and `run` print is looked at. */
export interface Stage extends Omit<Ready, "control" | "run"> {
  /** What nobody may be shown: grows with what is issued. */
  secrets: readonly string[];
  /** SENTINEL_HOME. */
  sentinel: string;
  /** The program in this process: quick. */
  call(args: readonly string[], options?: CallOptions): Promise<Ran>;
  /** The program as a process of its own. */
  run(args: readonly string[], env?: Env): Promise<Ran>;
  /** Any program in the sandbox's environment. */
  exec(words: readonly string[], env?: Env): Promise<Ran>;
  /** Tells the sandbox to misbehave. */
  control(operation: string, body: unknown): Promise<void>;
  /** How often AWS was asked for it: `sts:AssumeRole`. */
  count(call: string): Promise<number>;
  journal(): Promise<Told[]>;
  /** A file below the sandbox's home, mode 0600. */
  write(name: string, text: string | Uint8Array): Promise<string>;
}

// What a terminal obeys, and what makes a text read as another.
const OBEYED = new RegExp(
  "[\\u0000-\\u0009\\u000b-\\u001f\\u007f-\\u009f\\u061c\\u200b-\\u200f\\u2028-\\u202e" +
    "\\u2060-\\u2069\\ufeff]",
  "g",
);

/** Refuses what obeys or tells: no control character, no secret, no stack, no defect. */
export function checkWords({ out, err }: Ran, secrets: readonly string[]): void {
  for (const said of [out, err]) {
    assert.equal(
      said.replaceAll("\t", " ").search(OBEYED),
      -1,
      `a character that a terminal obeys: ${JSON.stringify(said)}`,
    );
    assert.ok(!/^\s+at .*\.ts:\d+/m.test(said), `a stack: ${said}`);
    assert.ok(!said.includes("INTERNAL"), `a defect: ${said}`);
    for (const secret of secrets) assert.ok(!said.includes(secret), `a secret: ${said}`);
  }
  assert.ok(
    out.length + err.length < 50_000,
    `${out.length + err.length} characters are no message`,
  );
}

/** The error's code, checked to come with a next step. */
export function codeOf({ err }: Ran): string {
  const code = /^error\[([A-Z_]+)\]: Cannot /m.exec(err)?.[1];
  assert.ok(code !== undefined, `no error: ${err}`);
  assert.match(err, /^hint: \S/m, `no next step: ${err}`);
  return code;
}

/** Refused with this code: nothing on stdout, and a next step. */
export function refused(ran: Ran, code: string): void {
  assert.equal(ran.out, "", "a refusal hands out nothing");
  assert.equal(codeOf(ran), code, ran.err);
  assert.notEqual(ran.code, 0);
}

/** Opens a sandbox for `use` and takes it away. */
export async function onStage(
  use: (stage: Stage) => Promise<void>,
  options: { world?: string; as?: string } = {},
): Promise<void> {
  const { world, as } = options;
  await withSandbox(processBase("test", false), { port: 0, world, as }, async (ready) => {
    const secrets = await planted(ready);
    assert.ok(secrets.length >= 3, "no secret was planted: the test could not fail");
    await use(stageOf(ready, secrets));
    return 0;
  });
}

function stageOf(ready: Ready, secrets: string[]): Stage {
  const sentinel = ready.env["SENTINEL_HOME"] ?? "";
  const looked = (args: readonly string[], ran: Ran): Ran => {
    const issued = /"SecretAccessKey":"([^"]+)","SessionToken":"([^"]+)"/.exec(ran.out);
    // Entries as JSON are for programs: what a terminal would obey stands in them as it is.
    const entries = args.includes("show") && args.includes("--json");
    const out = issued !== null ? "" : entries ? ran.out.replaceAll(OBEYED, "") : ran.out;
    checkWords({ ...ran, out }, secrets);
    if (issued !== null) {
      const meant = args.includes("credentials") || args.includes("export");
      assert.ok(meant, `${args[0]} shows credentials`);
      secrets.push(issued[1] ?? "", issued[2] ?? "");
    }
    return ran;
  };
  const exec = (words: readonly string[], env: Env = {}) =>
    runIn(ready.home, present({ ...ready.env, ...env }), words[0] ?? "", ...words.slice(1));
  const { endpoint, home, env } = ready;
  return {
    endpoint,
    home,
    env,
    secrets,
    sentinel,
    call: async (args, how = {}) => looked(args, await inProcess(ready, args, how)),
    run: async (args, env) => looked(args, await exec(["sentinel", ...args], env)),
    exec: async (words, env) => looked(words, await exec(words, env)),
    control: async (operation, body) => {
      const url = `${ready.control}/${operation}`;
      const answer = await fetch(url, { method: "POST", body: JSON.stringify(body) });
      const text = await answer.text();
      assert.ok(answer.ok, text);
    },
    count: async (call) => {
      const { counts } = await (await fetch(`${ready.control}/events`)).json();
      return Number(counts[call] ?? 0);
    },
    journal: () => entriesIn(`${sentinel}/journal`),
    write: async (name, text) => {
      const path = `${ready.home}/${name}`;
      const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
      await Deno.remove(path, { recursive: true }).catch(() => {});
      await Deno.writeFile(path, bytes, { mode: 0o600 });
      return path;
    },
  };
}

async function inProcess(ready: Ready, args: readonly string[], how: CallOptions): Promise<Ran> {
  const { offset } = await (await fetch(`${ready.control}/clock`)).json();
  const env: Env = { HOME: ready.home, ...ready.env, ...how.env };
  const ran = { code: 0, out: "", err: "" };
  const shift = Number(offset) * 1000 + (how.skew ?? 0);
  ran.code = await main(args, {
    ...processBase("test", false),
    now: () => new Date(Date.now() + shift),
    env: (name) => env[name],
    environment: () => present(env),
    pinsPath: `${ready.env["SENTINEL_HOME"]}/pins.yaml`,
    pinsByRoot: false,
    pinnedEndpoint: ready.endpoint,
    cwd: () => ready.home,
    out: (text) => ran.out += text,
    err: (text) => ran.err += text,
    talksToPerson: false,
    // This process has more to do.
    giveUp: () => {},
    stdin: () => Promise.resolve(""),
  }, root);
  return ran;
}

function present(env: Env): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((pair): pair is [string, string] => pair[1] !== undefined),
  );
}

async function planted(ready: Ready): Promise<string[]> {
  const text = await Deno.readTextFile(ready.env["AWS_SHARED_CREDENTIALS_FILE"] ?? "");
  return [...text.matchAll(/aws_secret_access_key = (\S+)/g)].map((m) => m[1] ?? "");
}

async function entriesIn(folder: string): Promise<Told[]> {
  const entries: Told[] = [];
  const names = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (name.endsWith(".jsonl")) names.push(name);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  for (const name of names.sort()) {
    const text = await Deno.readTextFile(`${folder}/${name}`);
    for (const line of text.split("\n")) {
      if (line === "") continue;
      assert.ok(new TextEncoder().encode(line).length < 4096, "a line of the journal is too long");
      assert.equal(line.search(OBEYED), -1, "the journal holds what a terminal obeys");
      entries.push(JSON.parse(line));
    }
  }
  return entries;
}
