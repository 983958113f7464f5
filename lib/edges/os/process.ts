// os: a helper program run to its end, its answer captured, its time and output limited.
import { SentinelError } from "../../core/errors/mod.ts";
import { quoted } from "../../core/text/printable.ts";
import { osReason } from "./owner.ts";

/** How a program is run. */
export interface ProcessOptions {
  /** Its whole environment: nothing is inherited. */
  env: Readonly<Record<string, string>>;
  /** It is killed after so many milliseconds. */
  timeoutMs: number;
  /** Most bytes that it may print on stdout; it is killed when it prints more. */
  maxBytes: number;
  /** What it reads; nothing when left out. */
  stdin?: Uint8Array;
  /** `inherit` shows the program's complaints to the user as they come. Default `capture`. */
  stderr?: "capture" | "inherit";
}

/** What became of it. */
export interface ProcessResult {
  /** Exit code; 128 + n when signal n ended it. */
  code: number;
  stdout: Uint8Array;
  /** The first `maxBytes` bytes that it complained with; empty with `inherit`. */
  stderr: Uint8Array;
}

/**
 * Runs `command` without a shell. An exit code other than 0 is an answer, not an error.
 * @throws SentinelError `PROCESS_FAILED` when it can't be started, takes too long, or prints too
 * much; neither its arguments nor its output are ever in the message
 */
export async function runProcess(
  command: readonly string[],
  options: ProcessOptions,
): Promise<ProcessResult> {
  const child = start(command, options);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort("slow"), options.timeoutMs);
  const killed = () => kill(child);
  stop.signal.addEventListener("abort", killed);
  try {
    const [stdout, stderr, { code }] = await Promise.all([
      collect(child.stdout, options.maxBytes, stop, true),
      options.stderr === "inherit" ? nothing() : collect(child.stderr, options.maxBytes, stop),
      child.status,
      feed(child, options.stdin, stop),
    ]);
    if (stop.signal.aborted) throw failed(command, options, stop.signal.reason);
    return { code, stdout, stderr };
  } finally {
    clearTimeout(timer);
    stop.signal.removeEventListener("abort", killed);
  }
}

/**
 * `text` cut into words as a POSIX shell would, with nothing expanded: blanks separate, quotes and
 * backslashes join; `~`, `$` and globs stay as they are. What AWS SDKs do with `credential_process`.
 * @throws SentinelError `AWS_CONFIG_INVALID` for a quote that is never closed, or a last backslash
 */
export function splitCommand(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let i = 0; i < text.length; i++) {
    const c = text.charAt(i);
    if (/[ \t\r\n]/.test(c)) {
      if (word !== null) words.push(word);
      word = null;
    } else if (c === "'" || c === '"') {
      const end = closing(text, i);
      const inside = text.slice(i + 1, end);
      word = (word ?? "") + (c === "'" ? inside : inside.replace(/\\(["\\])/g, "$1"));
      i = end;
    } else if (c === "\\") {
      if (i + 1 === text.length) throw unsplittable("a last backslash");
      word = (word ?? "") + text.charAt(++i);
    } else {
      word = (word ?? "") + c;
    }
  }
  if (word !== null) words.push(word);
  return words;
}

function closing(text: string, open: number): number {
  const quote = text.charAt(open);
  for (let i = open + 1; i < text.length; i++) {
    if (quote === '"' && text[i] === "\\") i++;
    else if (text[i] === quote) return i;
  }
  throw unsplittable(`a ${quote} that is never closed`);
}

function unsplittable(found: string): SentinelError {
  return new SentinelError("AWS_CONFIG_INVALID", `Cannot split command into words: found ${found}`);
}

function start(command: readonly string[], options: ProcessOptions): Deno.ChildProcess {
  const [program = "", ...args] = command;
  if (program === "") {
    throw new SentinelError("PROCESS_FAILED", "Cannot run command: found no words in it");
  }
  try {
    return new Deno.Command(program, {
      args,
      env: { ...options.env },
      clearEnv: true,
      stdin: options.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: options.stderr === "inherit" ? "inherit" : "piped",
    }).spawn();
  } catch (cause) {
    const found = cause instanceof Deno.errors.NotFound ? "no such program" : osReason(cause);
    throw new SentinelError("PROCESS_FAILED", `Cannot run ${quoted(program)}: found ${found}`, {
      cause,
    });
  }
}

// Cancelled when the child is stopped: a grandchild may hold the pipe open for ever.
async function collect(
  stream: ReadableStream<Uint8Array>,
  maxBytes: number,
  stop: AbortController,
  strict = false,
): Promise<Uint8Array> {
  const reader = stream.getReader();
  const cancel = () => void reader.cancel().catch(() => {});
  if (stop.signal.aborted) cancel();
  stop.signal.addEventListener("abort", cancel);
  const kept = new Uint8Array(maxBytes);
  let length = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      const taken = next.value.subarray(0, maxBytes - length);
      kept.set(taken, length);
      length += taken.length;
      if (strict && taken.length < next.value.length) stop.abort("loud");
    }
    return kept.slice(0, length);
  } finally {
    stop.signal.removeEventListener("abort", cancel);
    reader.releaseLock();
  }
}

async function feed(
  child: Deno.ChildProcess,
  input: Uint8Array | undefined,
  stop: AbortController,
): Promise<void> {
  if (input === undefined) return;
  const writer = child.stdin.getWriter();
  stop.signal.addEventListener("abort", () => void writer.abort().catch(() => {}));
  try {
    await writer.write(new Uint8Array(input));
    await writer.close();
  } catch {
    // A program need not read what it is given: its exit code tells how it went.
  }
}

function nothing(): Promise<Uint8Array> {
  return Promise.resolve(new Uint8Array(0));
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It ended by itself meanwhile.
  }
}

function failed(command: readonly string[], options: ProcessOptions, why: unknown): SentinelError {
  const found = why === "loud"
    ? `more than ${options.maxBytes} bytes of output`
    : `no answer within ${options.timeoutMs / 1000} s`;
  return new SentinelError("PROCESS_FAILED", `Cannot run ${quoted(command[0] ?? "")}: ${found}`);
}
