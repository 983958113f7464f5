// keys: passphrases from people at the terminal, or from a stream. Never from argv or a variable.
import { SentinelError } from "../../core/errors/mod.ts";
import type { Terminal } from "../os/terminal.ts";
import type { AskPassphrase } from "./ports.ts";

const LONGEST_LINE = 1024;

/**
 * Asks at the controlling terminal, showing nothing; for a new one twice.
 * @param open the terminal; `null` where there is none
 */
export function askAtTerminal(open: () => Terminal | null): AskPassphrase {
  return async ({ question, isNew }) => {
    const terminal = open();
    if (terminal === null) {
      throw new SentinelError("NO_TERMINAL", "Cannot ask for a passphrase: found no terminal", {
        hint: "hand the passphrase over on stdin",
      });
    }
    try {
      const passphrase = await terminal.ask(question, { secret: true });
      if (isNew && await terminal.ask("The same once more: ", { secret: true }) !== passphrase) {
        throw refused("two different ones", "type the same twice");
      }
      return passphrase;
    } finally {
      terminal.close();
    }
  };
}

/** Takes the first line of `stream`, which is read no further than it has to be. */
export function readPassphrase(stream: ReadableStream<Uint8Array>): AskPassphrase {
  return async () => {
    const line = await firstLine(stream);
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(line).replace(/\r$/, "");
    } catch {
      throw refused("bytes that are no UTF-8", "hand it over as one line of UTF-8");
    }
  };
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  const line: number[] = [];
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const end = value?.indexOf(10) ?? -1;
      line.push(...(end < 0 ? value ?? [] : value?.subarray(0, end) ?? []));
      if (line.length > LONGEST_LINE) {
        throw refused(`more than ${LONGEST_LINE} bytes`, "hand it over as one line");
      }
      if (done || end >= 0) return new Uint8Array(line);
    }
  } finally {
    reader.releaseLock();
  }
}

function refused(found: string, hint: string): SentinelError {
  return new SentinelError("PASSPHRASE_WRONG", `Cannot take a passphrase: found ${found}`, {
    hint,
  });
}
