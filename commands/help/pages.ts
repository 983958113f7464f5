// commands: the manual's pages, read from the route map: what a command takes stands there alone.
import type { Command, RouteMap } from "@stricli/core";
import type { Context } from "../context.ts";
import { ASK_FLAGS } from "../flags.ts";
import { type Block, blocksOf, type Section, type Sheet } from "./sheet.ts";

/** A group of commands, or a command. */
export type Target = RouteMap<Context> | Command<Context>;

/** A target and the words that lead to it; none lead to the program itself. */
export interface Route {
  words: readonly string[];
  target: Target;
}

/** True for a group. */
export function isGroup(target: Target): target is RouteMap<Context> {
  return "getAllEntries" in target;
}

/** What a group holds, in its order; hidden ones left out. */
export function routesIn({ words, target }: Route): Route[] {
  if (!isGroup(target)) return [];
  return target.getAllEntries().filter((entry) => !entry.hidden).map((entry) => ({
    words: [...words, entry.name["convert-camel-to-kebab"]],
    target: entry.target,
  }));
}

/** The route and everything below it, groups before what they hold. */
export function routesBelow(route: Route): Route[] {
  return [route, ...routesIn(route).flatMap(routesBelow)];
}

/** Follows words as far as they lead. */
export function follow(
  root: Target,
  words: readonly string[],
): { route: Route; rest: readonly string[] } {
  let route: Route = { words: [], target: root };
  for (const [at, word] of words.entries()) {
    const next = routesIn(route).find(({ words }) => words.at(-1) === word);
    if (next === undefined) return { route, rest: words.slice(at) };
    route = next;
  }
  return { route, rest: [] };
}

interface Parameter {
  readonly brief: string;
  readonly placeholder?: string;
  readonly optional?: boolean;
  /** True: the placeholder is the very word that is typed. */
  readonly literal?: boolean;
}

interface Flag extends Parameter {
  readonly kind: "boolean" | "counter" | "enum" | "parsed";
  readonly values?: readonly string[];
  readonly variadic?: boolean | string;
  readonly hidden?: boolean;
  readonly default?: unknown;
}

/** A flag as a page shows it. */
export interface FlagLine {
  /** `-p, --profile PROFILE`. */
  term: string;
  /** `--profile`. */
  long: string;
  brief: string;
  required: boolean;
  /** Means the same in every command. */
  shared: boolean;
}

/** A command's flags, its own before the shared ones. */
export function flagsOf(command: Command<Context>): FlagLine[] {
  const { flags = {}, aliases = {} } = command.parameters as {
    flags?: Readonly<Record<string, Flag>>;
    aliases?: Readonly<Record<string, string>>;
  };
  const letters = new Map(Object.entries(aliases).map(([letter, name]) => [name, letter]));
  const lines = Object.entries(flags).filter(([, flag]) => flag.hidden !== true)
    .map(([name, flag]) => flagLine(name, flag, letters.get(name) ?? null));
  return [...lines.filter((line) => !line.shared), ...lines.filter((line) => line.shared)];
}

/** A flag as it is typed: `--aws-profile`. */
export function longFlag(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (upper) => `-${upper.toLowerCase()}`)}`;
}

function flagLine(name: string, flag: Flag, letter: string | null): FlagLine {
  const long = longFlag(name);
  const more = flag.variadic ? "..." : "";
  const shown = `${letter === null ? "    " : `-${letter}, `}${long}${valueOf(flag)}${more}`;
  return {
    term: shown,
    long,
    brief: flag.brief,
    required: flag.kind !== "boolean" && flag.optional !== true && flag.default === undefined,
    shared: Object.hasOwn(ASK_FLAGS, name) &&
      flag as unknown === ASK_FLAGS[name as keyof typeof ASK_FLAGS],
  };
}

function valueOf(flag: Flag): string {
  if (flag.kind === "boolean" || flag.kind === "counter") return "";
  return ` ${flag.values?.join("|") ?? flag.placeholder ?? "VALUE"}`;
}

/** A command's positional words: name as the usage line has it, and what it is. */
function wordsTaken(command: Command<Context>): { shown: string; name: string; brief: string }[] {
  const { positional } = command.parameters as {
    positional?:
      | { kind: "array"; parameter: Parameter; minimum?: number }
      | { kind: "tuple"; parameters: readonly (Parameter & { default?: unknown })[] };
  };
  if (positional === undefined) return [];
  if (positional.kind === "array") {
    const { placeholder = "word", brief } = positional.parameter;
    const name = `${placeholder.toUpperCase()}...`;
    // By convention `cmd` is a program with its own flags, which only `--` keeps apart from ours.
    const spelt = placeholder === "cmd" ? `-- ${name}` : name;
    return [{ shown: (positional.minimum ?? 0) > 0 ? spelt : `[${spelt}]`, name, brief }];
  }
  return positional.parameters.map(({ placeholder = "word", brief, optional, literal }) => {
    // Choices are typed as they stand.
    const asTyped = literal || placeholder.includes("|");
    const name = asTyped ? placeholder : placeholder.toUpperCase();
    return { shown: optional ? `[${name}]` : name, name, brief };
  });
}

/** True for a command that runs a program: only -- keeps the program's flags apart from ours. */
export function takesProgram(command: Command<Context>): boolean {
  return wordsTaken(command).some(({ name }) => name === "CMD...");
}

/** True for a command that takes its profile as a word. */
export function takesProfile(command: Command<Context>): boolean {
  return wordsTaken(command).some(({ name }) => name === "PROFILE");
}

/** The line that says how a command is called. */
export function usageOf({ words, target }: Route, name: string): string {
  const called = [name, ...words].join(" ");
  if (isGroup(target)) {
    return target.getDefaultCommand() === undefined ? `${called} COMMAND` : `${called} [COMMAND]`;
  }
  const required = flagsOf(target).filter((flag) => flag.required).map(({ term }) => term.trim());
  return [called, ...required, "[FLAGS]", ...wordsTaken(target).map(({ shown }) => shown)].join(
    " ",
  );
}

/** How much a page says of the flags that all commands share. */
export type Extent = "folded" | "all";

/** The page of a group or command. @param name what the program is called here */
export function pageOf(route: Route, extent: Extent, name = "sentinel"): Sheet {
  const { words, target } = route;
  const usual = isGroup(target) ? target.getDefaultCommand() : undefined;
  const text = target.fullDescription ?? usual?.fullDescription ?? `${target.brief}.`;
  const [about = "", examples = ""] = text.split(/^Examples:\n/m);
  const worked = blocksOf(examples);
  const sections: Section[] = [
    { heading: "Usage", blocks: [{ kind: "code", language: "", lines: [usageOf(route, name)] }] },
    ...(worked.length === 0 ? [] : [{ heading: "Examples", blocks: worked }]),
    ...(isGroup(target) ? groupSections(route) : commandSections(target, extent)),
    ...(usual === undefined ? [] : commandSections(usual, extent)),
  ];
  return {
    title: [name, ...words].join(" "),
    brief: target.brief,
    about: blocksOf(about),
    sections,
  };
}

function groupSections(route: Route): Section[] {
  const usual = isGroup(route.target) ? route.target.getDefaultCommand() : undefined;
  const rows = routesIn(route).map(({ words, target }) =>
    [words.at(-1) ?? "", target === usual ? `${target.brief} (the default)` : target.brief] as const
  );
  return [{ heading: "Commands", blocks: [{ kind: "rows", rows }] }];
}

function commandSections(command: Command<Context>, extent: Extent): Section[] {
  const taken = wordsTaken(command).map(({ name, brief }) => [name, brief] as const);
  const flags = flagsOf(command);
  const own = flags.filter(({ shared }) => !shared).map(({ term, brief }) =>
    [term, brief] as const
  );
  const shared = flags.filter((flag) => flag.shared);
  const section = (heading: string, block: Block): Section => ({ heading, blocks: [block] });
  return [
    ...(taken.length === 0 ? [] : [section("Arguments", { kind: "rows", rows: taken })]),
    ...(own.length === 0 ? [] : [section("Flags", { kind: "rows", rows: own })]),
    section("Shared flags", sharedBlock(shared, extent)),
  ];
}

function sharedBlock(shared: readonly FlagLine[], extent: Extent): Block {
  if (extent === "folded") {
    const terms = [...shared.map(({ term }) => term.trim()), "--help"].join(", ");
    return { kind: "text", text: `${terms} (sentinel help flags)` };
  }
  return {
    kind: "rows",
    rows: [...shared.map(({ term, brief }) => [term, brief] as const), HELP_ROW],
  };
}

/** `--help`, which every command has. */
export const HELP_ROW = ["-h, --help", "Help; --help-all tells the shared flags too"] as const;
