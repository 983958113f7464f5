// commands: the route map as an application: its help, its errors, its version.
import {
  type Application,
  buildApplication,
  type StricliIntegration,
  text_en,
} from "@stricli/core";
import { VERSION } from "../lib/core/config/version.ts";
import { asSentinelError, hasCode, type SentinelError } from "../lib/core/errors/mod.ts";
import type { Context } from "./context.ts";
import { failureText, type Telling } from "./failure.ts";
import { frontPage } from "./help/manual.ts";
import { badArguments, type Call, unknownCommand } from "./help/mistakes.ts";
import { type Extent, follow, isGroup, pageOf } from "./help/pages.ts";
import { sheetText } from "./help/text.ts";

/** Whose answer is a secret that somebody waits for: when nobody took it, the call has failed. */
const MUST_ARRIVE: readonly string[] = ["credentials", "export", "exec"];

/** What a shell says of a program that a closed pipe ended: 128 and SIGPIPE's number. */
const PIPE_CLOSED = 141;

/** The application of one call. */
export function applicationOf(call: Call, telling: Telling): Application<Context> {
  const { root, name } = call;
  const text = { ...text_en, ...textOf(call, telling) };
  const configuration: Parameters<typeof buildApplication<Context>>[1] = {
    name,
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { caseStyle: "convert-camel-to-kebab", useAliasInUsageLine: true },
    determineExitCode: (thrown) =>
      isQuiet(call, thrown) ? PIPE_CLOSED : asSentinelError(thrown).exitCode,
    localization: { text },
  };
  const integrations = {
    help: helpFlag(call, "folded"),
    helpAll: helpFlag(call, "all"),
    version: VERSION_FLAG,
  };
  return isGroup(root)
    ? buildApplication<Context>(root, configuration, integrations)
    : buildApplication<Context>(root, configuration, integrations);
}

const VERSION_FLAG: StricliIntegration<Context> = {
  flag: {
    brief: "The version",
    aliases: ["v"],
    run() {
      this.process.stdout.write(`${VERSION}\n`);
    },
  },
};

function helpFlag(call: Call, extent: Extent): StricliIntegration<Context> {
  const folded = extent === "folded";
  return {
    flag: {
      brief: folded ? "Help" : "Help, with the shared flags in full",
      aliases: [folded ? "h" : "H"],
      hidden: !folded,
      global: true,
      // A group without a verb shows its page.
      defaultForRouteMap: folded,
      async run(_app, { result }) {
        const text = await helpText(call, result.prefix.slice(1), extent);
        try {
          this.process.stdout.write(text);
        } catch (thrown) {
          if (!readerLeft(thrown)) throw thrown;
          this.process.exitCode = PIPE_CLOSED;
        }
      },
    },
  };
}

async function helpText(call: Call, words: readonly string[], extent: Extent): Promise<string> {
  const { root, name, argv } = call;
  const { route } = follow(root, words);
  if (!isGroup(root) || route.words.length > 0) return sheetText(pageOf(route, extent, name));
  return argv.length === 0 ? await call.first() : sheetText(frontPage(root));
}

/** Every way in which a call fails, told in one form. */
function textOf(call: Call, telling: Telling) {
  let told = 0;
  const tell = (error: SentinelError) => failureText(error, telling);
  const thrown = (cause: unknown) => isQuiet(call, cause) ? "" : tell(asSentinelError(cause));
  return {
    exceptionWhileRunningCommand: thrown,
    commandErrorResult: thrown,
    exceptionWhileLoadingCommandFunction: thrown,
    exceptionWhileLoadingCommandContext: thrown,
    exceptionWhileRunningIntegrationFlag: ({ exception }: { exception: unknown }) =>
      thrown(exception),
    noCommandRegisteredForInput: ({ input }: { input: string }) =>
      tell(unknownCommand(call, input)),
    // Several mistakes come one by one; a program reads one document.
    exceptionWhileParsingArguments: (exc: unknown) =>
      telling.json && told++ > 0 ? "" : tell(badArguments(call, exc)),
  };
}

/** True when the reader of the answer went away (`| head -1`). */
function readerLeft(thrown: unknown): boolean {
  return hasCode(thrown, "FILE_FAILED") && thrown.cause instanceof Deno.errors.BrokenPipe;
}

/** True for what is said as good Unix tools say it when their reader left: not at all. */
function isQuiet({ name, argv }: Call, thrown: unknown): boolean {
  const [, command = argv[0] ?? ""] = name.split("-");
  return readerLeft(thrown) && !MUST_ARRIVE.includes(command);
}
