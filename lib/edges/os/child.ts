// os: a program run in the foreground, with its signals and its exit code passed through.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";

/** Signals that are sent on. SIGINT is not: a terminal's Ctrl-C reaches the whole group by itself. */
const FORWARDED: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? []
  : ["SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGCONT"];

/** Numbers of the signals that end a program, as shells add them to 128. */
const NUMBERS: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGQUIT: 3,
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGKILL: 9,
  SIGUSR1: 10,
  SIGSEGV: 11,
  SIGUSR2: 12,
  SIGPIPE: 13,
  SIGALRM: 14,
  SIGTERM: 15,
};

/**
 * Runs `command` with the terminal's own streams and exactly `env`.
 *
 * @returns its exit code, or 128 and the signal's number when a signal ended it
 * @throws SentinelError `COMMAND_NOT_FOUND` (127), `COMMAND_NOT_EXECUTABLE` (126)
 */
export async function runChild(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<number> {
  const [program = "", ...args] = command;
  const child = spawn(program, args, env);
  const ignore = () => {};
  const sent = FORWARDED.map((signal) => [signal, () => kill(child, signal)] as const);
  Deno.addSignalListener("SIGINT", ignore);
  for (const [signal, forward] of sent) Deno.addSignalListener(signal, forward);
  try {
    const status = await child.status;
    return status.signal === null ? status.code : 128 + (NUMBERS[status.signal] ?? 0);
  } finally {
    Deno.removeSignalListener("SIGINT", ignore);
    for (const [signal, forward] of sent) Deno.removeSignalListener(signal, forward);
  }
}

/**
 * Throws what running `program` would throw, without running it.
 * @param path the PATH that it is looked for on
 */
export function requireProgram(program: string, path: string): void {
  if (Deno.build.os === "windows") return;
  const places = program.includes("/")
    ? [program]
    : path.split(":").map((directory) => `${directory || "."}/${program}`);
  const found = places.map(modeOf).filter((mode) => mode !== null);
  if (found.length === 0) throw notFound(program);
  if (!found.some((mode) => (mode & 0o111) !== 0)) throw notExecutable(program);
}

function modeOf(path: string): number | null {
  try {
    const { isFile, mode } = Deno.statSync(path);
    return isFile ? mode ?? 0o111 : null;
  } catch {
    return null;
  }
}

function notFound(program: string, cause?: unknown): SentinelError {
  return new SentinelError("COMMAND_NOT_FOUND", `Cannot run ${quoted(program)}: not found`, {
    hint: "check its name, and PATH",
    cause,
  });
}

function notExecutable(program: string, cause?: unknown): SentinelError {
  return new SentinelError(
    "COMMAND_NOT_EXECUTABLE",
    `Cannot run ${quoted(program)}: it can't be executed`,
    { hint: "check that it is a program and that you may execute it", cause },
  );
}

function spawn(
  program: string,
  args: string[],
  env: Readonly<Record<string, string>>,
): Deno.ChildProcess {
  try {
    return new Deno.Command(program, {
      args,
      env: { ...env },
      clearEnv: true,
      stdin: "inherit",
      stdout: "inherit",
      stderr: "inherit",
    }).spawn();
  } catch (cause) {
    throw cause instanceof Deno.errors.NotFound
      ? notFound(program, cause)
      : notExecutable(program, cause);
  }
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal): void {
  try {
    child.kill(signal);
  } catch {
    // It has ended meanwhile; its status is on the way.
  }
}
