// storm: many real `sentinel credentials` at once in one sandbox, some of them killed.
import { strict as assert } from "node:assert";
import { processBase } from "../../commands/base.ts";
import { withSandbox } from "../../commands/sandbox/start.ts";
import type { Entry } from "../../lib/core/journal/types.ts";
import { readEntries } from "../../lib/edges/journal/read.ts";
import { denoDir } from "../e2e/transcript.ts";

/** What became of one process. */
export interface Fate {
  /** True when it died of our SIGKILL; one that was done before is not. */
  killed: boolean;
  code: number;
  out: string;
  err: string;
  /** Milliseconds from its start to its end. */
  took: number;
}

/** A sandbox with the storm's world, and what can be done in it. */
export interface Weather {
  /** Where the journal is. */
  journal: string;
  /** Starts a `sentinel credentials`; it is killed after `killAfter` milliseconds, if that is given. */
  ask(killAfter?: number): Promise<Fate>;
  /** How often the sandbox served `sts:AssumeRole` and its like. */
  count(action: string): Promise<number>;
  /** CloudTrail's records of an action. */
  trail(action: string): Promise<TrailEvent[]>;
  /** How often the one-time code was asked for. */
  prompts(): Promise<number>;
  entries(): Promise<Entry[]>;
}

/** What a test looks at in a CloudTrail record. */
export interface TrailEvent {
  eventName: string;
  errorCode?: string;
  requestParameters: { roleSessionName: string; sourceIdentity: string };
}

/** Runs `use` in a sandbox of its own, and clears up. */
export async function withWeather(use: (weather: Weather) => Promise<void>): Promise<void> {
  const base = processBase("test", false);
  const world = decodeURIComponent(new URL("./world.yaml", import.meta.url).pathname);
  await withSandbox(base, { port: 0, world, as: undefined }, async ({ env, home, control }) => {
    const asked = `${home}/asked`;
    // Slow as a person is not, but slow enough that all who are about want a code of their own.
    const script = `#!/bin/sh\necho asked >> '${asked}'\nsleep 0.3\necho 654321\n`;
    await Deno.writeTextFile(`${home}/bin/one-time-code`, script, { mode: 0o700 });
    const [program = "", ...args] = base.sandboxEntry();
    const events = async () => await (await fetch(`${control}/events`)).json();
    await use({
      journal: `${home}/sentinel/journal`,
      ask: (killAfter) =>
        fateOf(
          new Deno.Command(program, {
            args: [...args, "credentials", "--profile", "storm"],
            cwd: home,
            env: { HOME: home, LANG: "C.UTF-8", ...denoDir(), ...env },
            clearEnv: true,
            stdin: "null",
            stdout: "piped",
            stderr: "piped",
          }).spawn(),
          killAfter,
        ),
      count: async (action) => (await events()).counts[action] ?? 0,
      trail: async (action) =>
        (await events()).events.filter((e: TrailEvent) => e.eventName === action),
      prompts: async () => (await textOf(asked)).split("\n").length - 1,
      entries: async () =>
        (await Array.fromAsync(readEntries(`${home}/sentinel/journal`))).map(({ entry }) => entry),
    });
    return 0;
  });
}

async function fateOf(child: Deno.ChildProcess, killAfter: number | undefined): Promise<Fate> {
  const start = performance.now();
  const timer = killAfter === undefined ? undefined : setTimeout(() => kill(child), killAfter);
  const { code, signal, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { killed: signal === "SIGKILL", code, out, err, took: performance.now() - start };
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    // It has just ended by itself.
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

/** The credentials in a complete answer on stdout, or `null`. */
export function credentialsIn(out: string): { accessKeyId: string; expiration: string } | null {
  if (!out.endsWith("}\n")) return null;
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration } = JSON.parse(out);
  assert.equal(Version, 1);
  assert.match(AccessKeyId, /^ASIA[A-Z2-7]{16}$/);
  assert.ok(SecretAccessKey.length >= 16 && SessionToken.length >= 16);
  assert.ok(Date.parse(Expiration) > Date.now());
  return { accessKeyId: AccessKeyId, expiration: Expiration };
}
