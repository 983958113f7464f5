// clients: a sandbox, a home that finds it, and processes that count how often they are asked.
import { processBase } from "../../commands/base.ts";
import { writeHome } from "../../lib/edges/sandbox/home.ts";
import type { Sandbox } from "../../lib/edges/sandbox/mod.ts";
import { defaultWorld, type World } from "../../lib/edges/sandbox/mod.ts";
import { withSandbox } from "../aws/cases.ts";
import { denoDir } from "../e2e/transcript.ts";
import { clientEnv, controlSandbox, keysOf } from "../edges/sandbox/fixture.ts";

/** One call, as a client's loop prints it. Times in milliseconds. */
export interface Call {
  at: number;
  took: number;
  arn?: string;
  error?: string;
}

/** What a process did. */
export interface Ended {
  code: number;
  out: string;
  err: string;
}

/** What the counting process `fake` does when it is asked. */
export interface FakeProcess {
  /** Seconds that its credentials are said to live from now on. */
  life: number;
  /** Seconds that it takes to answer. */
  slow?: number;
  /** It hangs for so many seconds, and then answers nothing. */
  hang?: number;
}

const NAME = /\/([^/]+)$/;

/** Twenty pages of one parameter: twenty signed calls in one command of the AWS CLI. */
export const PAGES = 20;

function world(): World {
  const plain = defaultWorld();
  const like = plain.parameters.find(({ name }) => name === "/app/dev/greeting");
  if (like === undefined) throw new Error("the default world has a greeting in dev");
  // Below the one path mara's own keys may read, below the other the role of dev.
  const more = ["/sentinel/pages", "/app/dev/pages"].flatMap((path) =>
    Array.from({ length: PAGES }, (_, i) => ({ ...like, name: `${path}/${i}` }))
  );
  return { ...plain, parameters: [...plain.parameters, ...more] };
}

/** A home with `sentinel` and `fake` on its PATH. */
export class Stage {
  readonly #home: string;
  readonly #sandbox: Sandbox;

  private constructor(home: string, sandbox: Sandbox) {
    this.#home = home;
    this.#sandbox = sandbox;
  }

  /** Lets `use` work with a stage of its own, of which nothing stays. */
  static async with<T>(use: (stage: Stage) => Promise<T>): Promise<T> {
    const used: T[] = [];
    await withSandbox(async (sandbox) => {
      const home = await Deno.makeTempDir({ prefix: "sentinel-client-" });
      try {
        const stage = new Stage(home, sandbox);
        await stage.#furnish();
        used.push(await use(stage));
      } finally {
        await Deno.remove(home, { recursive: true });
      }
    }, world());
    return used[0] as T;
  }

  async #furnish(): Promise<void> {
    const { world: settled, endpoint } = this.#sandbox;
    await writeHome(this.#home, settled, endpoint);
    await Deno.mkdir(`${this.#home}/bin`);
    const words = processBase("test", false).sandboxEntry().map((word) => `'${word}'`).join(" ");
    await this.#script(
      "sentinel",
      `[ "$1" = credentials ] && echo x >> '${this.#home}/starts'\nexec ${words} "$@"\n`,
    );
    await this.#script(
      "fake",
      `cd '${this.#home}'; echo x >> starts\n` +
        "if [ -e refuse ]; then echo 'error[POLICY_DENIED]: no' >&2; exit 3; fi\n" +
        'if [ -e hang ]; then exec sleep "$(cat hang)"; fi\n' +
        'if [ -e slow ]; then sleep "$(cat slow)"; fi\ncat answer\n',
    );
    const section = `[profile fake]\nregion = ${settled.region}\nendpoint_url = ${endpoint}\n` +
      `credential_process = ${this.#home}/bin/fake\n`;
    await Deno.writeTextFile(`${this.#home}/aws/config`, section, { append: true });
  }

  async #script(name: string, text: string): Promise<void> {
    await Deno.writeTextFile(`${this.#home}/bin/${name}`, `#!/bin/sh\n${text}`, { mode: 0o700 });
  }

  /** Makes the process of profile `fake` behave. */
  async fake({ life, slow, hang }: FakeProcess): Promise<void> {
    for (const [name, value] of Object.entries({ slow, hang, refuse: undefined })) {
      if (value !== undefined) await Deno.writeTextFile(`${this.#home}/${name}`, `${value}`);
      else await Deno.remove(`${this.#home}/${name}`).catch(() => {});
    }
    const { accessKeyId, secretAccessKey } = keysOf(this.#sandbox, "mara");
    const end = new Date(Date.now() + life * 1000).toISOString().replace(/\.\d+Z$/, "Z");
    await Deno.writeTextFile(
      `${this.#home}/answer`,
      JSON.stringify({
        Version: 1,
        AccessKeyId: accessKeyId,
        SecretAccessKey: secretAccessKey,
        Expiration: end,
      }),
    );
  }

  /** From now on the process of profile `fake` refuses. */
  async refuse(): Promise<void> {
    await Deno.writeTextFile(`${this.#home}/refuse`, "");
  }

  /** Chooses the lease and the duration of every profile of Sentinel's, and forgets old sessions. */
  async sentinel(lease: "calm" | "live", duration: string): Promise<void> {
    await Deno.writeTextFile(
      `${this.#home}/sentinel/config.yaml`,
      `issuer: {iam_users: "111122223333"}\nlease: ${lease}\nduration: ${duration}\n`,
    );
    await Deno.writeTextFile(`${this.#home}/sentinel/policy.yaml`, policyText("allow"));
    await Deno.remove(`${this.#home}/sentinel/cache/sessions`, { recursive: true }).catch(() => {});
  }

  /** Turns the policy to deny. */
  async deny(): Promise<void> {
    await Deno.writeTextFile(`${this.#home}/sentinel/policy.yaml`, policyText("deny"));
  }

  /** Sessions of AWS's live, and say so, for so many seconds; `null` = as long as was asked. */
  async lifetime(seconds: number | null): Promise<void> {
    await controlSandbox(this.#sandbox, "sts", { lifetime: seconds });
  }

  /** How often the processes were started since the last question. */
  async starts(): Promise<number> {
    const path = `${this.#home}/starts`;
    const text = await Deno.readTextFile(path).catch(() => "");
    await Deno.remove(path).catch(() => {});
    return text.split("\n").length - 1;
  }

  /** How many sessions AWS issued so far. */
  issued(): number {
    return this.#sandbox.events().filter(({ eventName }) => eventName === "AssumeRole").length;
  }

  /** Runs a program in this home. `onLine` sees its first line as soon as it is there. */
  async run(
    words: readonly string[],
    onLine: () => Promise<void> = () => Promise.resolve(),
  ): Promise<Ended> {
    const [program = "", ...args] = words;
    const child = new Deno.Command(program, {
      args,
      cwd: this.#home,
      env: this.#env(),
      clearEnv: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const [out, err, { code }] = await Promise.all([
      readWith(child.stdout, onLine),
      new Response(child.stderr).text(),
      child.status,
    ]);
    return { code, out, err: err.replaceAll(this.#home, "~") };
  }

  #env(): Record<string, string> {
    const env: Record<string, string> = {
      HOME: this.#home,
      LANG: "C.UTF-8",
      ...denoDir(),
      ...clientEnv(this.#sandbox, "mara", this.#home),
      AWS_ENDPOINT_URL: this.#sandbox.endpoint,
      PATH: `${this.#home}/bin:${Deno.env.get("PATH") ?? ""}`,
      AWS_PAGER: "",
    };
    // Each call names its profile, or has keys in its environment.
    delete env["AWS_PROFILE"];
    return env;
  }
}

function policyText(effect: "allow" | "deny"): string {
  return `version: "1"\nrules:\n  - {name: ${effect}-dev, effect: ${effect}, ` +
    `conditions: {profiles: [dev]}, reason: "Dev is ${
      effect === "allow" ? "open" : "closed today"
    }"}\n`;
}

async function readWith(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: () => Promise<void>,
): Promise<string> {
  let text = "";
  for await (const part of stream.pipeThrough(new TextDecoderStream())) {
    const first = !text.includes("\n");
    text += part;
    if (first && text.includes("\n")) await onLine();
  }
  return text;
}

/** The calls that a loop printed. */
export function callsOf({ out, err }: Ended): Call[] {
  const calls = out.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  if (calls.length === 0) throw new Error(`the client printed no call: ${err}`);
  return calls;
}

/** The last part of a role's or user's ARN. */
export function nameIn(arn: string | undefined): string {
  return NAME.exec(arn ?? "")?.[1] ?? "";
}
