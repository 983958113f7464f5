// commands: from argv to an exit code, in one place.
import { ExitCode, run } from "@stricli/core";
import { EXIT } from "../lib/core/errors/mod.ts";
import { applicationOf } from "./application.ts";
import type { Base } from "./base.ts";
import { type Context, createContext } from "./context.ts";
import { tellingOf } from "./failure.ts";
import type { Target } from "./help/pages.ts";
import { ownBase } from "./own_base.ts";

/** A route map, or one command alone. */
export type Root = Target;

/** Runs `argv` and returns the exit code. Never throws, never ends the process. */
export async function main(
  argv: readonly string[],
  base: Base,
  root: Root,
  name = "sentinel",
): Promise<number> {
  const context = contextOf(base);
  const telling = tellingOf(argv, base.env);
  const first = async () => {
    const { firstText, standingOf } = await import("./help/first.ts");
    return firstText(await standingOf(context), root);
  };
  await run(applicationOf({ root, name, argv, first }, telling), argv, context);
  return exitCodeOf(context.process.exitCode);
}

/** Runs the process's own arguments with the command's least rights, and sets the exit code. */
export async function start(root: Root, name = "sentinel"): Promise<void> {
  const words = [...name.split("-").slice(1), ...Deno.args];
  Deno.exitCode = await main(Deno.args, ownBase(words), root, name);
}

// stricli ends every message with a line break: where there is no message, there is none.
function contextOf(base: Base): Context {
  const context = createContext(base);
  const stderr = { write: (text: string) => text === "\n" ? undefined : base.err(text) };
  return { ...context, process: { ...context.process, stderr } };
}

// stricli ends a call that it can't make sense of with a negative code; no child's code is negative.
function exitCodeOf(code: number | string | null | undefined): number {
  const n = Number(code ?? 0);
  if (n >= 0) return n;
  const callers: readonly number[] = [ExitCode.UnknownCommand, ExitCode.InvalidArgument];
  return callers.includes(n) ? EXIT.USAGE : EXIT.INTERNAL;
}
