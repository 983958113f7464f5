// os: the controlling terminal, for questions that need a person.
import { SentinelError } from "../../core/errors/mod.ts";

/** How a question is asked. */
export interface AskOptions {
  /** The answer is not shown while it is typed. */
  secret?: boolean;
}

/** The terminal that the program was started from, whatever its streams are tied to. */
export interface Terminal {
  /**
   * Asks, and returns the line that is typed, without its newline. The question must be printable.
   * @throws SentinelError `INTERRUPTED` on Ctrl-C, `NO_TERMINAL` when the terminal goes away
   */
  ask(question: string, options?: AskOptions): Promise<string>;
  /** Prints text that is no question. */
  write(text: string): void;
  close(): void;
}

const PATH = "/dev/tty";
const LONGEST_ANSWER = 4096;
const ENDING: readonly Deno.Signal[] = ["SIGTERM", "SIGHUP", "SIGINT"];
const KEY = { ctrlC: 3, ctrlD: 4, backspace: 8, newline: 10, enter: 13, ctrlU: 21, delete: 127 };

/** Opens the controlling terminal; `null` when there is none, or it may not be opened. */
export function openTerminal(): Terminal | null {
  let file: Deno.FsFile;
  try {
    file = Deno.openSync(PATH, { read: true, write: true });
  } catch {
    return null;
  }
  const write = (text: string) => print(file, text);
  return {
    write,
    close: () => file.close(),
    async ask(question, { secret = false } = {}) {
      if (secret) return await unseen(file, question, () => readKeys(file));
      write(question);
      return await readLine(file);
    },
  };
}

function print(file: Deno.FsFile, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}

// The terminal shows again what is typed however `read` ends: by its answer, by an error, or by a
// signal, which then takes its usual course.
async function unseen(
  file: Deno.FsFile,
  question: string,
  read: () => Promise<string>,
): Promise<string> {
  const restore = () => {
    try {
      file.setRaw(false);
      print(file, "\n");
    } catch {
      // The terminal has gone, and its settings with it.
    }
  };
  const handlers = ENDING.map((signal) => {
    const handler = () => {
      restore();
      for (const h of handlers) Deno.removeSignalListener(h.signal, h.handler);
      resend(signal);
    };
    return { signal, handler };
  });
  for (const { signal, handler } of handlers) Deno.addSignalListener(signal, handler);
  try {
    // Before the question: what is typed as soon as it is seen must not be shown, nor lost.
    file.setRaw(true);
    print(file, question);
    return await read();
  } finally {
    restore();
    for (const { signal, handler } of handlers) Deno.removeSignalListener(signal, handler);
  }
}

function resend(signal: Deno.Signal): void {
  try {
    Deno.kill(Deno.pid, signal);
  } catch {
    // Without the right to send signals the question stays: the terminal is sane at least.
  }
}

async function readLine(file: Deno.FsFile): Promise<string> {
  const bytes: number[] = [];
  for (;;) {
    const byte = await readByte(file);
    if (byte === KEY.newline) return text(bytes);
    bytes.push(byte);
  }
}

async function readKeys(file: Deno.FsFile): Promise<string> {
  let bytes: number[] = [];
  for (;;) {
    const byte = await readByte(file);
    if (byte === KEY.enter || byte === KEY.newline) return text(bytes);
    if (byte === KEY.ctrlC) throw new SentinelError("INTERRUPTED", "Cannot ask: interrupted");
    if (byte === KEY.ctrlD && bytes.length === 0) throw gone();
    if (byte === KEY.ctrlU) bytes = [];
    else if (byte === KEY.backspace || byte === KEY.delete) dropCharacter(bytes);
    else if (byte >= 32 && bytes.length < LONGEST_ANSWER) bytes.push(byte);
  }
}

// UTF-8: what goes is the last lead byte with all that follows it.
function dropCharacter(bytes: number[]): void {
  for (let last = bytes.pop(); last !== undefined && (last & 0xc0) === 0x80; last = bytes.pop());
}

async function readByte(file: Deno.FsFile): Promise<number> {
  const byte = new Uint8Array(1);
  const read = await file.read(byte).catch(() => null);
  if (read === null || read === 0) throw gone();
  return byte[0] ?? 0;
}

function text(bytes: readonly number[]): string {
  return new TextDecoder().decode(new Uint8Array(bytes));
}

function gone(): SentinelError {
  return new SentinelError("NO_TERMINAL", "Cannot read answer: the terminal was closed");
}
