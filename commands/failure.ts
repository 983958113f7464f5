// commands: how a failure is told, and which exit code it ends with.
import type { SentinelError } from "../lib/core/errors/mod.ts";
import { printable, printableJson } from "../lib/core/text/printable.ts";

/** How errors are told. */
export interface Telling {
  json: boolean;
  debug: boolean;
}

/** How a call wants its errors told: by its own flags, or a variable. */
export function tellingOf(
  argv: readonly string[],
  env: (name: string) => string | undefined,
): Telling {
  const own = argv.slice(0, argv.indexOf("--") < 0 ? argv.length : argv.indexOf("--"));
  return {
    json: own.includes("--json") || isOn(env("SENTINEL_JSON")),
    debug: own.includes("--debug") || isOn(env("SENTINEL_DEBUG")),
  };
}

function isOn(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false", "no"].includes(value.toLowerCase());
}

/** The text for stderr: code and message, the hint on its own line; JSON for programs. */
export function failureText(error: SentinelError, telling: Telling): string {
  const { code, hint, exitCode } = error;
  if (telling.json) {
    return printableJson({ error: { code, message: error.message, hint, exitCode } });
  }
  const message = error.message.split("\n").map((line) => printable(line, 2000)).join("\n");
  const lines = [`error[${code}]: ${message}`];
  if (hint !== null) lines.push(`hint: ${printable(hint, 500)}`);
  if (telling.debug) lines.push(`debug: ${causesOf(error)}`);
  return lines.join("\n");
}

function causesOf(error: Error): string {
  const told: string[] = [];
  let next: unknown = error;
  while (next instanceof Error && told.length < 5) {
    const lines = (next.stack ?? next.message).split("\n");
    told.push(lines.map((line) => printable(line, 1000)).join("\n"));
    next = next.cause;
  }
  return told.join("\ncaused by: ");
}
