// commands: the calls that other programs wait for, run without the rest of the program.
import { asSentinelError } from "../lib/core/errors/mod.ts";
import { credentials, exec } from "./answer.ts";
import type { Base } from "./base.ts";
import { createContext } from "./context.ts";
import { failureText, tellingOf } from "./failure.ts";
import { type PlainCall, plainCall } from "./plain.ts";

/** Runs one call in a world, and yields its exit code. Never throws, never ends the process. */
export type Run = (base: Base) => Promise<number>;

/**
 * What runs a call: plain `credentials` and `exec` from here, everything else (help, mistakes) from
 * the whole program. In the bundled form that is another file, with its own copy of all that both
 * use; it loads before rights are given up, since loading a file is reading one.
 */
export async function programFor(argv: readonly string[]): Promise<Run> {
  const call = plainCall(argv);
  if (call !== null) return (base) => runPlain(call, argv, base);
  const { main, root } = await import("./whole.ts");
  return (base) => main(argv, base, root);
}

async function runPlain(
  { command, flags, program }: PlainCall,
  argv: readonly string[],
  base: Base,
): Promise<number> {
  const context = createContext(base);
  try {
    await (command === "exec" ? exec(context, flags, program) : credentials(context, flags));
    return Number(context.process.exitCode ?? 0);
  } catch (thrown) {
    const error = asSentinelError(thrown);
    base.err(`${failureText(error, tellingOf(argv, base.env))}\n`);
    return error.exitCode;
  }
}
