// commands: calls that can't be understood, each with the call that was most likely meant.
import {
  AliasNotFoundError,
  ArgumentParseError,
  type Command,
  EnumValidationError,
  FlagNotFoundError,
  InvalidNegatedFlagSyntaxError,
  UnexpectedFlagError,
  UnexpectedPositionalError,
  UnsatisfiedFlagError,
  UnsatisfiedPositionalError,
} from "@stricli/core";
import { SentinelError } from "../../lib/core/errors/mod.ts";
import { printable, quoted, shellWord } from "../../lib/core/text/printable.ts";
import { nearest, oneOfWords } from "../../lib/core/yaml/problems.ts";
import type { Context } from "../context.ts";
import { meantBy } from "./nearest.ts";
import { flagsOf, follow, isGroup, takesProfile, takesProgram, type Target } from "./pages.ts";
import { isCode, leadingFlags, withEscape } from "./program.ts";

/** A call as the parser saw it. */
export interface Call {
  root: Target;
  /** The program's name here: `sentinel`, or `sentinel-whoami` for one command alone. */
  name: string;
  argv: readonly string[];
  /** What a call without any word shows, where it names no command by itself. */
  first: () => Promise<string>;
}

/** The error for a word that is no command. */
export function unknownCommand({ root, name, argv }: Call, input: string): SentinelError {
  if (input.startsWith("-")) {
    const message = `Cannot run ${quoted(input)}: flags come after the command`;
    return new SentinelError("USAGE", message, { hint: reordered(root, name, argv) });
  }
  const { commands, advice, rest } = meantBy(root, commandWords(argv));
  const calls = commands.slice(0, 3).map((words) => [name, ...words].join(" "));
  const hint = advice ??
    (calls.length === 0
      ? `${name} help lists the commands`
      : `did you mean: ${oneOfWords(calls)}${calls.length === 1 ? tail(argv, rest) : ""}`);
  return new SentinelError("USAGE", `Cannot run ${quoted(input)}: no such command`, { hint });
}

/** The same call with its leading flags behind the command. */
function reordered(root: Target, name: string, argv: readonly string[]): string {
  const { flags, rest: behind } = leadingFlags(argv);
  const { route, rest } = follow(root, behind);
  if (route.words.length === 0 || flags.some(isCode)) return `${name} help flags`;
  const words = [name, ...route.words, ...flags, ...rest].map(shellWord);
  return `did you mean: ${words.join(" ")}`;
}

/** The words before the first flag: those that can name a command. */
function commandWords(argv: readonly string[]): readonly string[] {
  const end = argv.findIndex((word) => word.startsWith("-"));
  return end < 0 ? argv : argv.slice(0, end);
}

/** What followed the command, to be typed again; not where it might hold a code. */
function tail(argv: readonly string[], rest: readonly string[]): string {
  const flags = argv.slice(commandWords(argv).length);
  if (flags.some(isCode)) return " …";
  return [...rest, ...flags].map((word) => ` ${shellWord(word)}`).join("");
}

/** The error for words that the command can't take. */
export function badArguments(call: Call, thrown: unknown): SentinelError {
  const { route, rest } = follow(call.root, call.argv);
  const help = isGroup(call.root)
    ? [call.name, "help", ...route.words].join(" ")
    : `${call.name} --help`;
  const usual = isGroup(route.target) ? route.target.getDefaultCommand() : route.target;
  // A group with a default takes a misspelt verb for an argument of that.
  if (isGroup(route.target) && thrown instanceof UnexpectedPositionalError) {
    return unknownCommand(call, thrown.input);
  }
  const told = usual === undefined ? null : explained(thrown, usual);
  const flag = unknownFlag(thrown);
  const escaped = flag !== null && usual !== undefined && takesProgram(usual)
    ? withEscape([call.name, ...route.words].join(" "), rest, flag, isPerProfile(usual))
    : null;
  const asWord = flag !== null && usual !== undefined && takesProfile(usual)
    ? withoutFlag(rest, flag)
    : null;
  const meant = escaped ??
    (asWord === null
      ? null
      : [call.name, ...route.words, ...asWord].map((word) => shellWord(word)).join(" "));
  if (told !== null && meant !== null) told.hint = `did you mean: ${meant}`;
  const { message, hint } = told ?? { message: plainMessage(thrown), hint: null };
  return new SentinelError("USAGE", message, { hint: hint ?? help, cause: thrown });
}

/** The words without a flag that says the profile where a word does; `null` for other flags. */
function withoutFlag(words: readonly string[], flag: string): readonly string[] | null {
  const named = words.some((word) => word === flag) && ["-p", "--profile"].includes(flag);
  return named && !words.some(isCode) ? words.filter((word) => word !== flag) : null;
}

function isPerProfile(command: Command<Context>): boolean {
  return flagsOf(command).some(({ long }) => long === "--profile");
}

/** The flag that the parser doesn't know, as it was typed; `null` for other mistakes. */
function unknownFlag(thrown: unknown): string | null {
  if (thrown instanceof FlagNotFoundError) return `--${thrown.input}`;
  return thrown instanceof AliasNotFoundError ? `-${thrown.input}` : null;
}

function plainMessage(thrown: unknown): string {
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return `Cannot read the call: ${lowered(printable(text, 2000))}`;
}

interface Told {
  message: string;
  hint: string | null;
}

/** One kind of the parser's errors in our grammar; `null` for the other kinds. */
type Explain = (thrown: unknown, flags: readonly string[]) => Told | null;

// By the class itself: its name, by which the parser's own formatter goes, is short in a bundle.
function on<E>(
  kind: new (...args: never[]) => E,
  tell: (error: E, flags: readonly string[]) => [message: string, hint?: string | null],
): Explain {
  return (thrown, flags) => {
    if (!(thrown instanceof kind)) return null;
    const [message, hint = null] = tell(thrown, flags);
    return { message, hint };
  };
}

const EXPLAINS: readonly Explain[] = [
  on(FlagNotFoundError, ({ input }, flags) => {
    const near = nearest(`--${input}`, flags);
    return [
      `Cannot read the call: no flag --${input}`,
      near === null ? null : `did you mean: ${near}`,
    ];
  }),
  on(AliasNotFoundError, ({ input }) => [`Cannot read the call: no flag -${input}`]),
  on(ArgumentParseError, parseFailure),
  on(EnumValidationError, ({ externalFlagName, input, values }) => {
    const near = nearest(input, values);
    return [
      `Cannot read --${externalFlagName}: found ${quoted(input)}, want ${oneOfWords(values)}`,
      near === null ? null : `did you mean: --${externalFlagName} ${near}`,
    ];
  }),
  on(UnsatisfiedFlagError, ({ externalFlagName, nextFlagName }) => {
    const found = nextFlagName === undefined ? "nothing" : `--${nextFlagName}`;
    return [`Cannot read --${externalFlagName}: found ${found}, want a value`];
  }),
  on(UnexpectedFlagError, ({ externalFlagName }) => [
    `Cannot read --${externalFlagName}: found it twice, want it once`,
  ]),
  on(InvalidNegatedFlagSyntaxError, ({ externalFlagName }) => [
    `Cannot read --${externalFlagName}: found a value, want none`,
  ]),
  on(UnexpectedPositionalError, ({ input, expectedCount }, flags) => [
    `Cannot read the call: found ${quoted(input)}, want ${wordsWanted(expectedCount)}`,
    flags.includes("--profile") && expectedCount === 0
      ? `did you mean: --profile ${shellWord(input)}`
      : null,
  ]),
  on(UnsatisfiedPositionalError, ({ placeholder }) => [
    `Cannot read the call: found no ${placeholder.toUpperCase()}, want one`,
  ]),
];

/** The parser's own errors in our grammar; `null` for what is none of them. */
function explained(thrown: unknown, command: Command<Context>): Told | null {
  const flags = flagsOf(command).map(({ long }) => long);
  for (const explain of EXPLAINS) {
    const told = explain(thrown, flags);
    if (told !== null) return told;
  }
  return null;
}

function wordsWanted(count: number): string {
  if (count === 0) return "flags only";
  return count === 1 ? "one word only" : `${count} words only`;
}

/** What a flag's own reader said; its hint, where it has one. */
function parseFailure(
  { externalFlagNameOrPlaceholder: name, input, exception }: ArgumentParseError,
  flags: readonly string[],
): [message: string, hint: string | null] {
  const what = flags.includes(`--${name}`) ? `--${name}` : name.toUpperCase();
  if (exception instanceof SentinelError) return [exception.message, exception.hint];
  const why = exception instanceof Error ? exception.message : `found ${quoted(input)}`;
  return [`Cannot read ${what}: ${lowered(why)}`, null];
}

function lowered(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
