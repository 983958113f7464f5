// commands: what the process gives a command: clock, chance, environment, streams.
import { SentinelError } from "../lib/core/errors/mod.ts";
import { openTerminal, type Terminal } from "../lib/edges/os/terminal.ts";
import { sandboxCommand } from "./bundles.ts";
import { giveUp, type Right } from "./rights.ts";

/** The world as one process sees it. Built once, by an entry; tests and the sandbox build their own. */
export interface Base {
  now(): Date;
  random(bytes: number): Uint8Array<ArrayBuffer>;
  env(name: string): string | undefined;
  /** Runs `use` with other variables (`null` = unset) in place; afterwards they are as they were. */
  withVariables<T>(
    variables: Readonly<Record<string, string | null>>,
    use: () => Promise<T>,
  ): Promise<T>;
  /** Every variable, for a child's environment. */
  environment(): Record<string, string>;
  /** Where the pins file is. No flag, variable or file changes it. */
  pinsPath: string;
  /** True: the pins file must belong to root. */
  pinsByRoot: boolean;
  /** The AWS endpoint that pinned profiles use; `null` = AWS's own. */
  pinnedEndpoint: string | null;
  /** From here on, every call over HTTP ends with `ended`: nobody waits for its answer then. */
  endCallsWith(ended: AbortSignal): void;
  cwd(): string;
  /** Writes the answer. */
  out(text: string): void;
  /** Writes everything else. */
  err(text: string): void;
  /** True when stderr is a terminal. */
  talksToPerson: boolean;
  /** True when a person sees stdout and types stdin: a screen can be drawn. */
  hasScreen(): boolean;
  /** The controlling terminal; `null` when there is none, or the command asks nothing. */
  terminal: Terminal | null;
  /** Reads stdin to its end. */
  stdin(): Promise<string>;
  /** Gives rights up for the rest of the process. */
  giveUp(rights: readonly Right[]): void;
  /** The command that starts this program inside a sandbox (`commands/sandbox/entry.ts`). */
  sandboxEntry(): string[];
  version: string;
}

const encoder = new TextEncoder();

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let rest = encoder.encode(text);
  while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
}

/** Writes to stdout. @throws SentinelError `FILE_FAILED` on a full disk or a pipe that was closed */
function answer(text: string): void {
  try {
    writeAll(Deno.stdout, text);
  } catch (cause) {
    throw new SentinelError("FILE_FAILED", "Cannot write the answer: stdout takes no more", {
      hint: "check the disk, or the program that reads the answer",
      cause,
    });
  }
}

// A call that is under way keeps the process alive for as long as it takes.
function endCallsWith(ended: AbortSignal): void {
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) => {
    const signal = init?.signal ? AbortSignal.any([init.signal, ended]) : ended;
    return fetch(input, { ...init, signal });
  };
}

async function withVariables<T>(
  variables: Readonly<Record<string, string | null>>,
  use: () => Promise<T>,
): Promise<T> {
  const set = (name: string, value: string | null) =>
    value === null ? Deno.env.delete(name) : Deno.env.set(name, value);
  const before = Object.keys(variables).map((name) => [name, Deno.env.get(name) ?? null] as const);
  for (const [name, value] of Object.entries(variables)) set(name, value);
  try {
    return await use();
  } finally {
    for (const [name, value] of before) set(name, value);
  }
}

/** Names whose presence is put on record with each decision. */
const LEADING =
  /^(https?_proxy|all_proxy|LD_PRELOAD|LD_LIBRARY_PATH|DYLD_.*|NODE_OPTIONS|NODE_EXTRA_CA_CERTS|DENO_(CERT|DIR|TLS_CA_STORE)|SSL_CERT_(FILE|DIR)|AWS_CA_BUNDLE)$/i;

/** The variables that are set and can lead the program or its calls elsewhere, by name. */
export function surroundingsOf(environment: Readonly<Record<string, string>>): string[] {
  return Object.keys(environment).filter((name) => LEADING.test(name)).sort().slice(0, 20);
}

/** The real world. */
export function processBase(version: string, asksPerson: boolean): Base {
  const terminal = asksPerson ? openTerminal() : null;
  return {
    terminal,
    now: () => new Date(),
    random: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
    env: (name) => Deno.env.get(name),
    withVariables,
    environment: () => Deno.env.toObject(),
    pinsPath: pinsPathOf(Deno.build.os),
    pinsByRoot: true,
    pinnedEndpoint: null,
    endCallsWith,
    cwd: () => Deno.cwd(),
    out: answer,
    err: (text) => writeAll(Deno.stderr, text),
    talksToPerson: Deno.stderr.isTerminal(),
    hasScreen: () => Deno.stdin.isTerminal() && Deno.stdout.isTerminal(),
    stdin: async () => await new Response(Deno.stdin.readable).text(),
    giveUp,
    sandboxEntry: () => sandboxCommand(import.meta.url),
    version,
  };
}

function pinsPathOf(os: string): string {
  if (os === "windows") return "C:\\ProgramData\\Sentinel\\pins.yaml";
  return os === "darwin"
    ? "/Library/Application Support/Sentinel/pins.yaml"
    : "/etc/sentinel/pins.yaml";
}
