// tui tests: a real terminal: tmux, on a socket of its own, that starts the real program in a sandbox.
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { type Ready, withSandbox } from "../../commands/sandbox/start.ts";
import { firstThatRuns } from "../e2e/tools.ts";
import { denoDir } from "../e2e/transcript.ts";

/** Why these tests are skipped where they are. */
export const WHY = "no tmux on the PATH";

/** The command, or `null`. */
export const TMUX = (await firstThatRuns([["tmux", "-V"]]))?.[0] ?? null;

const WORLD = decodeURIComponent(new URL("./world.yaml", import.meta.url).pathname);
const PATIENCE_MS = 20_000;
const STEP_MS = 50;

/** What a terminal is like when nobody draws on it. */
export interface Rest {
  /** The exit code, as the shell saw it. */
  code: number;
  /** The terminal's settings are as they were before. */
  sane: boolean;
  /** The other screen is still shown. */
  alternate: boolean;
  cursor: boolean;
  /** What stands on the screen. */
  text: string;
}

/** One program on one terminal. */
export class Terminal {
  readonly #tmux: (...args: string[]) => Promise<string>;
  readonly #folder: string;

  constructor(tmux: (...args: string[]) => Promise<string>, folder: string) {
    this.#tmux = tmux;
    this.#folder = folder;
  }

  /** The screen as it is, without blanks at line ends. */
  async screen(): Promise<string> {
    return await this.#tmux("capture-pane", "-p");
  }

  /** Waits until the screen shows `what` and is drawn to its end, and returns it. */
  async shows(what: RegExp): Promise<string> {
    const until = Date.now() + PATIENCE_MS;
    for (let before = "";;) {
      const text = await this.screen();
      if (what.test(text) && text === before) return text;
      before = text;
      assert.ok(Date.now() < until, `the screen never showed ${what}:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
    }
  }

  /** Presses keys, named as tmux names them. They arrive in one chunk. */
  async press(...keys: string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  /** Types letters as they are, in one chunk. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
  }

  /** Makes the terminal another size. */
  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", `${columns}`, "-y", `${rows}`);
  }

  /** What the program put on the terminal's clipboard. */
  async clipboard(): Promise<string> {
    return await this.#tmux("show-buffer");
  }

  /** Sends a signal to the program. */
  async signal(name: Deno.Signal): Promise<void> {
    Deno.kill(Number(await Deno.readTextFile(`${this.#folder}/pid`)), name);
  }

  /** Waits until the program has ended. */
  async rest(): Promise<Rest> {
    const text = await this.shows(/^<\d+>$/m);
    const [before, after] = await Promise.all(
      ["before", "after"].map((name) => Deno.readTextFile(`${this.#folder}/${name}`)),
    );
    const flags = await this.#tmux("display", "-p", "#{alternate_on} #{cursor_flag}");
    const [alternate, cursor] = flags.trim().split(" ");
    return {
      code: Number(/^<(\d+)>$/m.exec(text)?.[1]),
      sane: before === after && before !== "",
      alternate: alternate === "1",
      cursor: cursor === "1",
      text,
    };
  }
}

/** How a program is started on a terminal. */
export interface Start {
  command: string;
  columns: number;
  rows: number;
  /** Run in the sandbox before. */
  before?: string;
  env?: Record<string, string>;
}

/** A sandbox in which terminals can be opened, one after another. */
export interface Stage {
  ready: Ready;
  open(start: Start, use: (terminal: Terminal) => Promise<void>): Promise<void>;
}

/** Starts a sandbox, and leaves nothing behind. */
export async function onStage(use: (stage: Stage) => Promise<void>): Promise<void> {
  const options = { port: 0, world: WORLD, as: undefined };
  await withSandbox(processBase("test", false), options, async (ready) => {
    await use({ ready, open: (start, then) => openTerminal(ready, start, then) });
    return 0;
  });
}

async function openTerminal(
  { home, env }: Ready,
  { command, columns, rows, before = "true", env: more = {} }: Start,
  use: (terminal: Terminal) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ dir: home, prefix: "terminal-" });
  const socket = `${folder}/tmux`;
  const environment = {
    HOME: home,
    LANG: "C.UTF-8",
    TZ: "UTC",
    SHELL: "/bin/sh",
    TERM: "xterm-256color",
    ...denoDir(),
    ...env,
    ...more,
  };
  const tmux = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command("tmux", {
      args: ["-S", socket, "-f", "/dev/null", ...args],
      cwd: home,
      env: environment,
      clearEnv: true,
      stdin: "null",
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  };
  // The shell stays, so that what the program leaves behind can be looked at.
  const script = `trap : INT; cd ${home}; stty -g > ${folder}/before; ${before} >${folder}/log 2>&1
sh -c 'echo $$ > ${folder}/pid; exec ${command}'; code=$?
stty -g > ${folder}/after; echo "<$code>"; exec sleep 300`;
  await tmux("new-session", "-d", "-x", `${columns}`, "-y", `${rows}`, script);
  await tmux("set-option", "-s", "set-clipboard", "on");
  try {
    await use(new Terminal(tmux, folder));
  } finally {
    await tmux("kill-server");
  }
}

/** What changes from run to run, made the same: keys, ids, hours. Never longer or shorter. */
export function masked(screen: string): string {
  return screen
    .replaceAll(
      /\b(A[A-Z]IA|AIDA|AROA)[A-Z0-9]{16,17}/g,
      (id) => id.slice(0, 4) + "X".repeat(id.length - 4),
    )
    .replaceAll(/\b\d{2}:\d{2}Z/g, "HH:MMZ")
    .replaceAll(/\b\d{4}-\d{2}-\d{2}T[0-9:.]+Z/g, (at) => at.replaceAll(/\d/g, "0"))
    .replaceAll(
      /sentinel-sandbox-[0-9a-f]+/g,
      (name) => `sentinel-sandbox-${"x".repeat(name.length - 17)}`,
    );
}
