// commands: from argv to an exit code, in one place.
import {
  type Application,
  buildApplication,
  type Command,
  ExitCode,
  type RouteMap,
  run,
  text_en,
} from "@stricli/core";
import { VERSION } from "../lib/core/config/version.ts";
import { asSentinelError, EXIT, SentinelError } from "../lib/core/errors/mod.ts";
import { printable, quoted } from "../lib/core/text/printable.ts";
import type { Base } from "./base.ts";
import { type Context, createContext } from "./context.ts";
import { failureText, type Telling, tellingOf } from "./failure.ts";
import { ownBase } from "./own_base.ts";

/** A route map, or one command alone. */
export type Root = RouteMap<Context> | Command<Context>;

/** Runs `argv` and returns the exit code. Never throws, never ends the process. */
export async function main(
  argv: readonly string[],
  base: Base,
  root: Root,
  name = "sentinel",
): Promise<number> {
  const telling = tellingOf(argv, base.env);
  const context = createContext(base);
  await run(application(root, name, telling), argv, context);
  return exitCodeOf(context.process.exitCode);
}

/** Runs the process's own arguments with the command's least rights, and sets the exit code. */
export async function start(root: Root, name = "sentinel"): Promise<void> {
  const words = [...name.split("-").slice(1), ...Deno.args];
  Deno.exitCode = await main(Deno.args, ownBase(words), root, name);
}

function application(root: Root, name: string, telling: Telling): Application<Context> {
  const tell = (thrown: unknown) => failureText(asSentinelError(thrown), telling);
  const configuration: Parameters<typeof buildApplication<Context>>[1] = {
    name,
    versionInfo: { currentVersion: VERSION },
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { caseStyle: "convert-camel-to-kebab", useAliasInUsageLine: true },
    determineExitCode: (thrown) => asSentinelError(thrown).exitCode,
    localization: {
      text: {
        ...text_en,
        exceptionWhileRunningCommand: tell,
        commandErrorResult: tell,
        noCommandRegisteredForInput: ({ input, corrections }) => {
          const near = corrections[0]?.replaceAll("`", "") ?? "";
          const likely = near !== "" && near[0] === input[0];
          const hint = likely ? `did you mean ${near}?` : `${name} --help`;
          const why = input.startsWith("-") ? "flags come after the command" : "no such command";
          const message = `Cannot run ${quoted(input)}: ${why}`;
          return failureText(new SentinelError("USAGE", message, { hint }), telling);
        },
        exceptionWhileParsingArguments: (exc) => {
          const message = printable(exc instanceof Error ? exc.message : String(exc), 2000);
          return telling.json
            ? JSON.stringify({ error: { code: "USAGE", message, hint: null, exitCode: 2 } })
            : `error[USAGE]: ${message}\nhint: add --help to see how it is called`;
        },
      },
    },
  };
  return "loader" in root
    ? buildApplication<Context>(root, configuration)
    : buildApplication<Context>(root, configuration);
}

// stricli ends a call that it can't make sense of with a negative code; no child's code is negative.
function exitCodeOf(code: number | string | null | undefined): number {
  const n = Number(code ?? 0);
  if (n >= 0) return n;
  const callers: readonly number[] = [ExitCode.UnknownCommand, ExitCode.InvalidArgument];
  return callers.includes(n) ? EXIT.USAGE : EXIT.INTERNAL;
}
