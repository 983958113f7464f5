// shell: what can be typed after `sentinel`, as plain data, read from the route map.
import type { CommandContext, RouteMap } from "@stricli/core";

/** What a value is, so that a shell can offer some. */
export type ValueKind = "profile" | "policy" | "file" | "region" | "text";

/** One flag. */
export interface FlagShape {
  /** With its dashes: `--aws-profile`. */
  name: string;
  /** `-p`, or `null`. */
  short: string | null;
  brief: string;
  /** `null` = it takes no value. */
  value: ValueKind | readonly string[] | null;
}

/** What stands after the flags. */
export type Positional = "none" | "program" | ValueKind | readonly string[];

/** One command, by its words: `["policy", "explain"]`. */
export interface CommandShape {
  words: readonly string[];
  brief: string;
  flags: readonly FlagShape[];
  positional: Positional;
}

/** A word that only groups commands. */
export interface GroupShape {
  words: readonly string[];
  brief: string;
  /** The next words, and what each is for. */
  next: readonly { word: string; brief: string }[];
}

/** Everything that completions are made of. */
export interface CompletionTable {
  groups: readonly GroupShape[];
  commands: readonly CommandShape[];
}

interface Parameter {
  brief: string;
  placeholder?: string;
  /** Every word that fits, whatever is typed already. */
  proposeCompletions?: (partial: string) => readonly string[] | Promise<readonly string[]>;
}

interface Flag extends Parameter {
  kind: string;
  hidden?: boolean;
  values?: readonly string[];
}

interface Command {
  brief: string;
  parameters: {
    flags?: Readonly<Record<string, Flag>>;
    aliases?: Readonly<Record<string, unknown>>;
    positional?:
      | { kind: "array"; parameter: Parameter }
      | { kind: "tuple"; parameters: readonly Parameter[] };
  };
}

const HELP: FlagShape = { name: "--help", short: "-h", brief: "Say what it does", value: null };

/** Reads the route map; hidden routes and flags stay hidden. */
export async function completionTable<C extends CommandContext>(
  root: RouteMap<C>,
): Promise<CompletionTable> {
  const groups: GroupShape[] = [];
  const commands: CommandShape[] = [];
  await walk(root, [], { groups, commands });
  return { groups, commands };
}

async function walk<C extends CommandContext>(
  map: RouteMap<C>,
  words: readonly string[],
  into: { groups: GroupShape[]; commands: CommandShape[] },
): Promise<void> {
  const entries = map.getAllEntries().filter((entry) => !entry.hidden);
  const next = entries.map(({ name, target }) => ({
    word: name["convert-camel-to-kebab"],
    brief: target.brief,
  }));
  into.groups.push({ words, brief: map.brief, next });
  for (const { name, target } of entries) {
    const path = [...words, name["convert-camel-to-kebab"]];
    if ("getAllEntries" in target) await walk(target, path, into);
    // The public type leaves out what each kind of flag has; the shape is checked by a test.
    else into.commands.push(await shapeOf(path, target as unknown as Command));
  }
}

async function shapeOf(
  words: readonly string[],
  { brief, parameters }: Command,
): Promise<CommandShape> {
  const shorts = new Map(
    Object.entries(parameters.aliases ?? {}).map(([short, name]) => [String(name), `-${short}`]),
  );
  const shown = Object.entries(parameters.flags ?? {}).filter(([, flag]) => !flag.hidden);
  const flags = await Promise.all(
    shown.map(async ([name, flag]) => ({
      name: `--${name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
      short: shorts.get(name) ?? null,
      brief: flag.brief,
      value: flag.kind === "boolean" || flag.kind === "counter"
        ? null
        : flag.values ?? await offered(flag) ?? valueKind(name, flag.placeholder ?? ""),
    })),
  );
  const positional = await positionalOf(parameters.positional);
  return { words, brief, flags: [...flags, HELP], positional };
}

async function offered({ proposeCompletions }: Parameter): Promise<readonly string[] | null> {
  return await proposeCompletions?.("") ?? null;
}

async function positionalOf(
  positional: Command["parameters"]["positional"],
): Promise<Positional> {
  if (positional === undefined) return "none";
  const one = positional.kind === "array" ? positional.parameter : positional.parameters[0];
  if (one === undefined) return "none";
  const placeholder = one.placeholder ?? "";
  if (/^(cmd|command|program)$/i.test(placeholder)) return "program";
  return await offered(one) ?? valueKind("", placeholder);
}

/** By the placeholder: `PROFILE`, `FILE`, or the choices themselves, `zsh|bash|fish`. */
function valueKind(flag: string, placeholder: string): ValueKind | readonly string[] {
  if (/^[a-z0-9-]+(\|[a-z0-9-]+)+$/.test(placeholder)) return placeholder.split("|");
  if (flag === "awsProfile" || /^profile$/i.test(placeholder)) return "profile";
  if (flag === "policy") return "policy";
  if (flag === "region") return "region";
  return /^(file|path|dir)$/i.test(placeholder) ? "file" : "text";
}
