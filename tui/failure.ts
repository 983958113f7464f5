// tui: a failure as a person reads it.
import { SentinelError } from "../lib/core/errors/mod.ts";

/** Code, message and the next command, without the error that they come from. */
export interface Failure {
  code: string;
  message: string;
  hint: string | null;
}

/** `error[CODE]: message`. */
export function failureWords({ code, message }: Failure): string {
  return `error[${code}]: ${message}`;
}

/**
 * What was thrown on purpose, as a failure.
 * @throws what was thrown, where it bears no code: a defect, which is not for a corner of the screen
 */
export function failureOf(thrown: unknown): Failure {
  if (!(thrown instanceof SentinelError)) throw thrown;
  const { code, message, hint } = thrown;
  return { code, message, hint };
}
