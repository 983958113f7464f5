// commands: a sandbox with a private home and a PATH on which `sentinel` is this very program.
import { SentinelError } from "../../lib/core/errors/mod.ts";
import { quoted } from "../../lib/core/text/printable.ts";
import { runChild } from "../../lib/edges/os/child.ts";
import {
  defaultWorld,
  parseWorld,
  startSandbox,
  type World,
  writeHome,
} from "../../lib/edges/sandbox/mod.ts";
import type { Base } from "../base.ts";

/** How to start. */
export interface StartOptions {
  port: number;
  world: string | undefined;
  as: string | undefined;
}

/** A sandbox that is ready. */
export interface Ready {
  endpoint: string;
  control: string;
  home: string;
  /** What a program in it must have in its environment, PATH included. */
  env: Record<string, string>;
  /** Runs a program in it; its exit code. */
  run(program: readonly string[]): Promise<number>;
}

/** Starts a sandbox, lets `use` work with it, and leaves nothing behind. */
export async function withSandbox(
  base: Base,
  options: StartOptions,
  use: (ready: Ready) => Promise<number>,
): Promise<number> {
  const world = await worldOf(options.world);
  const user = options.as ?? world.user;
  if (!world.users.some((known) => known.name === user)) {
    throw new SentinelError("USAGE", `Cannot act as ${quoted(user)}: the world has no such user`, {
      hint: `--as ${world.users[0]?.name ?? "USER"}`,
    });
  }
  const home = await Deno.makeTempDir({ prefix: "sentinel-sandbox-" });
  const sandbox = await listen(options.port, world, base);
  try {
    await writeHome(home, sandbox.world, sandbox.endpoint);
    const env = { ...sandbox.env(user, home), PATH: await ownPath(home, base) };
    if (base.talksToPerson) {
      base.err("sentinel: this sandbox is no AWS; its keys are good nowhere else\n");
    }
    return await use({
      endpoint: sandbox.endpoint,
      control: sandbox.control,
      home,
      env,
      run: (program) => runChild(program, { ...withoutAws(base.environment()), ...env }),
    });
  } finally {
    await sandbox.stop();
    await Deno.remove(home, { recursive: true });
  }
}

async function listen(port: number, world: World, base: Base) {
  try {
    return await startSandbox({
      port,
      world,
      now: () => base.now().getTime(),
      random: (bytes) => base.random(bytes),
    });
  } catch (cause) {
    if (!(cause instanceof Deno.errors.AddrInUse)) throw cause;
    throw new SentinelError("USAGE", `Cannot listen on port ${port}: it is in use`, {
      hint: "leave --port out: a free one is taken",
      cause,
    });
  }
}

async function worldOf(file: string | undefined): Promise<World> {
  if (file === undefined) return defaultWorld();
  try {
    return parseWorld(await Deno.readTextFile(file), file);
  } catch (cause) {
    if (cause instanceof SentinelError) throw cause;
    throw new SentinelError("WORLD_INVALID", `Cannot read the world ${quoted(file)}`, {
      hint: "name a YAML file that you may read",
      cause,
    });
  }
}

/** Resolves when the person or the system ends the program. */
export function untilInterrupted(): Promise<void> {
  return new Promise((resolve) => {
    const signals: Deno.Signal[] = Deno.build.os === "windows"
      ? ["SIGINT"]
      : ["SIGINT", "SIGTERM", "SIGHUP"];
    const end = () => {
      for (const signal of signals) Deno.removeSignalListener(signal, end);
      resolve();
    };
    for (const signal of signals) Deno.addSignalListener(signal, end);
  });
}

// The program's own AWS settings must not reach into the sandbox, nor out of it.
function withoutAws(environment: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !/^(AWS|SENTINEL)_/.test(name)),
  );
}

async function ownPath(home: string, base: Base): Promise<string> {
  const bin = `${home}/bin`;
  await Deno.mkdir(bin, { mode: 0o700 });
  const words = base.sandboxEntry().map((word) => `'${word.replaceAll("'", `'\\''`)}'`);
  await Deno.writeTextFile(`${bin}/sentinel`, `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`, {
    mode: 0o700,
  });
  return `${bin}:${base.env("PATH") ?? "/usr/bin:/bin"}`;
}
