// errors: the one error type that Sentinel throws on purpose.
import { printable } from "../text/printable.ts";
import { type ErrorCode, EXIT } from "./codes.ts";

export { type ErrorCode, EXIT } from "./codes.ts";

// The program ships as two bundles, each with its own copy of this class: what one throws, the
// other must know. A symbol of the registry is the same in both.
const BRAND = Symbol.for("sentinel.error");

/** What an error carries beside its message. */
export interface ErrorDetails {
  /** The next command to try, or the fix, on one line. */
  hint?: string;
  /** What made it fail; printed under `--debug` only. */
  cause?: unknown;
}

/**
 * A failure with a stable code. The message says the action that failed, a colon, and the state
 * found; it never holds a secret, a stack or a whole policy.
 *
 * @example
 * ```ts
 * import { strict as assert } from "node:assert";
 * const error = new SentinelError("POLICY_DENIED", 'Cannot grant "prod": no rule matches', {
 *   hint: "sentinel policy explain prod",
 * });
 * assert.equal(error.exitCode, 3);
 * ```
 */
export class SentinelError extends Error {
  /** The class by name, for logs. */
  override readonly name: string = "SentinelError";
  /** The stable code. */
  readonly code: ErrorCode;
  /** The next command to try, or the fix. */
  readonly hint: string | null;

  /** Marks the errors of every copy of this class. */
  readonly [BRAND] = true;

  /**
   * See {@link SentinelError}. Whatever message and hint were made of, what a terminal would obey is
   * written as `\u{…}`; a message keeps its line breaks.
   */
  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    const { hint, cause } = details;
    super(harmless(message), cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint === undefined ? null : printable(hint, Infinity);
  }

  /** True for the errors of another bundle's copy too. A class derived from it knows only its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return this === SentinelError
      ? value instanceof Error && BRAND in value
      : Function.prototype[Symbol.hasInstance].call(this, value);
  }

  /** The exit code that belongs to the error's code. */
  get exitCode(): number {
    return EXIT[this.code];
  }
}

/** True when `error` is a {@link SentinelError} with that code. */
export function hasCode(error: unknown, code: ErrorCode): error is SentinelError {
  return error instanceof SentinelError && error.code === code;
}

/** Anything thrown, as an error with a code. What Sentinel did not expect shows nothing of itself. */
export function asSentinelError(thrown: unknown): SentinelError {
  if (thrown instanceof SentinelError) return thrown;
  return new SentinelError(
    "INTERNAL",
    "Cannot go on: something failed that Sentinel did not expect",
    {
      hint: "run again with --debug and report what it prints",
      cause: thrown,
    },
  );
}

function harmless(message: string): string {
  return message.split("\n").map((line) => printable(line, Infinity)).join("\n");
}
