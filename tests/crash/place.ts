// crash tests: a sandbox in which real processes are started, killed and looked at.
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { withSandbox } from "../../commands/sandbox/start.ts";
import { readEntries, type ReadEntry } from "../../lib/edges/journal/read.ts";
import { denoDir } from "../e2e/transcript.ts";

/** What became of one process. */
export interface Fate {
  /** True when it died of a SIGKILL; one that was done before is not. */
  killed: boolean;
  code: number;
  out: string;
  err: string;
}

/** What tests look at in a CloudTrail record. */
export interface TrailEvent {
  eventName: string;
  errorCode?: string;
  requestParameters: { roleSessionName: string; sourceIdentity: string };
}

/** A sandbox's home, and what can be done in it. */
export interface Place {
  home: string;
  /** Where the journal is. */
  journal: string;
  /** URL of the sandbox's control endpoint. */
  control: string;
  /** The words that start this program, with these arguments. */
  sentinel(...args: string[]): string[];
  /** Runs a program; it is killed after so many milliseconds, if they are given. */
  run(words: readonly string[], killAfter?: number): Promise<Fate>;
  /** How often the sandbox served an action, as in `sts:AssumeRole`. */
  count(action: string): Promise<number>;
  /** CloudTrail's records of an action, oldest first. */
  trail(action: string): Promise<TrailEvent[]>;
  entries(): Promise<ReadEntry[]>;
}

/**
 * Runs `use` in a sandbox of its own, and clears up.
 * @param world a file; `undefined` = the default world
 */
export async function withPlace(
  world: URL | undefined,
  use: (place: Place) => Promise<void>,
): Promise<void> {
  const base = processBase("test", false);
  const file = world === undefined ? undefined : decodeURIComponent(world.pathname);
  const options = { port: 0, world: file, as: undefined };
  await withSandbox(base, options, async ({ env, home, control }) => {
    const served = async () => await (await fetch(`${control}/events`)).json();
    const journal = `${home}/sentinel/journal`;
    await use({
      home,
      journal,
      control,
      sentinel: (...args) => [...base.sandboxEntry(), ...args],
      run: ([program = "", ...args], killAfter) =>
        fateOf(
          new Deno.Command(program, {
            args,
            cwd: home,
            env: { HOME: home, LANG: "C.UTF-8", ...denoDir(), ...env },
            clearEnv: true,
            stdin: "null",
            stdout: "piped",
            stderr: "piped",
          }).spawn(),
          killAfter,
        ),
      count: async (action) => (await served()).counts[action] ?? 0,
      trail: async (action) =>
        (await served()).events.filter((event: TrailEvent) => event.eventName === action),
      entries: () => Array.fromAsync(readEntries(journal)),
    });
    return 0;
  });
}

async function fateOf(child: Deno.ChildProcess, killAfter: number | undefined): Promise<Fate> {
  const timer = killAfter === undefined ? undefined : setTimeout(() => kill(child), killAfter);
  const { code, signal, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { killed: signal === "SIGKILL", code, out, err };
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It has just ended by itself.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The access key id of a complete answer on stdout, or `null`. */
export function keyIn(out: string): string | null {
  if (!out.endsWith("}\n")) return null;
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration } = JSON.parse(out);
  assert.equal(Version, 1);
  assert.match(AccessKeyId, /^ASIA[A-Z2-7]{16}$/);
  assert.ok(SecretAccessKey.length >= 16 && SessionToken.length >= 16);
  assert.ok(Date.parse(Expiration) > Date.now());
  return AccessKeyId;
}

/** The access key id that an entry says was handed out, or `null`. */
export function keyOf({ entry }: ReadEntry): string | null {
  return entry.kind === "served" || entry.kind === "outcome" ? entry.accessKeyId : null;
}

/** Each call that AWS saw carries the hash of an intent that is on disk. */
export function assertWitnessed(
  events: readonly TrailEvent[],
  entries: readonly ReadEntry[],
): void {
  const intents = entries.filter(({ entry }) => entry.kind === "intent");
  for (const { requestParameters: { roleSessionName, sourceIdentity } } of events) {
    const hash = roleSessionName.slice(roleSessionName.lastIndexOf("-") + 1);
    const intent = intents.find((known) => known.hash.startsWith(hash))?.entry;
    assert.equal(hash.length, 32);
    assert.equal(intent?.kind === "intent" && intent.sourceIdentity, sourceIdentity);
  }
}

/** Numbers in [0, 1), the same in each run (Lehmer's generator, 1951). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => (state = state * 48_271 % 2_147_483_647) / 2_147_483_647;
}
