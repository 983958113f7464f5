// docs: calls of `sentinel` put to the real parser, with nothing behind it that could run.
import type { Command } from "@stricli/core";
import { root } from "../../commands/app.ts";
import { type Base, processBase } from "../../commands/base.ts";
import type { Context } from "../../commands/context.ts";
import { follow, isGroup, routesBelow, type Target } from "../../commands/help/pages.ts";
import { main } from "../../commands/main.ts";

/** The repository's root, with a slash at its end. */
export const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** Every command's words. */
export const COMMANDS: readonly string[] = routesBelow({ words: [], target: root })
  .filter(({ target }) => !isGroup(target)).map(({ words }) => words.join(" "));

/** How a command is called: a group's default by the group's words alone. */
export function calledAs(name: string): string {
  const words = name.split(" ");
  const group = follow(root, words.slice(0, -1)).route;
  const usual = isGroup(group.target) ? group.target.getDefaultCommand() : undefined;
  return usual !== undefined && usual === follow(root, words).route.target
    ? group.words.join(" ")
    : name;
}

// The commands as they are, but for what they do.
function inert(target: Target): Target {
  if (!isGroup(target)) return { ...target, loader: () => Promise.resolve(() => {}) };
  const wrapped = new Map<Target, Target>();
  const inner = (one: Target | undefined): Target | undefined => {
    if (one === undefined) return undefined;
    const known = wrapped.get(one) ?? inert(one);
    wrapped.set(one, known);
    return known;
  };
  return {
    ...target,
    getRoutingTargetForInput: (input: string) => inner(target.getRoutingTargetForInput(input)),
    getDefaultCommand: () => inner(target.getDefaultCommand()) as Command<Context> | undefined,
    getAllEntries: () =>
      target.getAllEntries().map((entry) => ({ ...entry, target: inert(entry.target) })),
  };
}

const PARSER = inert(root);

/** What a call printed, and how it ended. */
export interface Said {
  code: number;
  out: string;
  err: string;
}

/** A world in which nothing is found; what is said is kept. */
export function emptyWorld(said: Said, env: Readonly<Record<string, string>> = {}): Base {
  return {
    ...processBase("test", false),
    env: (name) => env[name],
    environment: () => ({ ...env }),
    pinsPath: "/nonexistent/pins.yaml",
    out: (text) => said.out += text,
    err: (text) => said.err += text,
    stdin: () => Promise.resolve(""),
    giveUp: () => {},
  };
}

/** Runs a call in this process, through the real parser, into commands that do nothing. */
export async function parsed(argv: readonly string[], json = false): Promise<Said> {
  const said: Said = { code: 0, out: "", err: "" };
  const env: Record<string, string> = json ? { SENTINEL_JSON: "1" } : {};
  said.code = await main(argv, emptyWorld(said, env), PARSER);
  return said;
}
