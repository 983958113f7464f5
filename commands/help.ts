// commands: the manual: of the program, a group, a command or a topic.
import { buildCommand } from "@stricli/core";
import { SentinelError } from "../lib/core/errors/mod.ts";
import { quoted } from "../lib/core/text/printable.ts";
import { alone } from "./alone.ts";
import type { Context } from "./context.ts";
import { tellingOf } from "./failure.ts";
import { offering, TALK_FLAGS, type TalkFlags } from "./flags.ts";

/** `sentinel help`. */
export const command = buildCommand<TalkFlags, string[], Context>({
  async func(flags, ...words) {
    const { manualPage, unknownPage } = await import("./help/manual.ts");
    const { root } = await import("./app.ts");
    const sheet = manualPage(root, words);
    if (sheet === null) {
      throw new SentinelError("USAGE", `Cannot tell of ${quoted(words.join(" "))}: no such page`, {
        hint: unknownPage(root, words),
      });
    }
    const { sheetText } = await import("./help/text.ts");
    // config.yaml isn't asked: help is there when that is broken, too.
    const json = flags.json ?? tellingOf([], this.base.env).json;
    this.base.out(json ? `${JSON.stringify(sheet)}\n` : sheetText(sheet));
  },
  parameters: {
    flags: TALK_FLAGS,
    positional: {
      kind: "array",
      parameter: offering(
        { brief: "A command's words, or a topic", parse: String, placeholder: "word" },
        firstWords,
      ),
    },
  },
  docs: {
    brief: "The manual: a command, or a topic",
    fullDescription:
      `Shows the page of a command, a group or a topic. Without words: all commands and topics.

Examples:
  sentinel help policy explain
  sentinel help exit-codes`,
  },
});

/** What a page can be named by: the words that follow sentinel, and topics. */
async function firstWords(): Promise<string[]> {
  const { TOPICS } = await import("./help/topics.ts");
  const { routesIn } = await import("./help/pages.ts");
  const { root } = await import("./app.ts");
  const commands = routesIn({ words: [], target: root }).flatMap(({ words }) => words);
  return [...commands, ...TOPICS.map(({ name }) => name)];
}

// Not awaited: the route map, which is loaded lazily, imports this module again.
if (import.meta.main) void alone(command, "help");
