// commands: which command a wrong one most likely meant.
import { nearest } from "../../lib/core/yaml/problems.ts";
import { follow, type Route, routesBelow, routesIn, type Target } from "./pages.ts";

/** Words of other programs, and the call that does the same here; a sentence where none does. */
export const FOREIGN: Readonly<Record<string, string>> = {
  ls: "list",
  profiles: "list",
  assume: "exec --profile",
  run: "exec",
  "credential-process": "credentials",
  creds: "credentials",
  login: "sign in with `aws sso login`, then: sentinel whoami",
  sso: "sign in with `aws sso login`, then: sentinel whoami",
  console: "opening the AWS console is not built yet; `sentinel help` lists what is",
  add: "base keys stay in AWS's own files: `aws configure --profile NAME`",
  rotate: "base keys stay in AWS's own files: `aws iam create-access-key`",
  clear: "sessions end by themselves; ~/.cache/sentinel may be deleted",
  audit: "journal verify",
  log: "journal show",
  logs: "journal show",
  version: "sentinel --version",
};

/** What a call that names no command may have meant, as whole command words. */
export interface Meant {
  /** Commands, likeliest first. */
  commands: readonly (readonly string[])[];
  /** Said instead where no command does it. */
  advice: string | null;
  /** The words behind those that were meant as a command. */
  rest: readonly string[];
}

/**
 * Reads the words of a call as far as they lead, and looks for the nearest way on: a misspelt verb in
 * the right group, the right verb without its group, a misspelt group, another program's word.
 */
export function meantBy(root: Target, words: readonly string[]): Meant {
  const { route, rest } = follow(root, words);
  const [wrong = "", ...more] = rest;
  const found = (routes: readonly Route[], left: readonly string[] = more): Meant => ({
    commands: routes.map((r) => r.words),
    advice: null,
    rest: left,
  });
  const start: Route = { words: [], target: root };
  const here = routesIn(route);
  const everywhere = routesBelow(start).filter((r) => r.words.length > 0);
  const elsewhere = everywhere.filter((r) => r.words.length > 1 && last(r) === wrong);

  const foreign = route.words.length === 0 && Object.hasOwn(FOREIGN, wrong)
    ? FOREIGN[wrong] ?? ""
    : null;
  if (foreign !== null) {
    const call = foreign.split(" ");
    if (follow(root, call).route.words.length === 0) {
      return { commands: [], advice: foreign, rest: [] };
    }
    const wants = call.at(-1)?.startsWith("--") && more.length === 0;
    return { commands: [call], advice: null, rest: wants ? ["PROFILE"] : more };
  }
  if (elsewhere.length > 0) return found(elsewhere);
  const near = nearest(wrong, here.map(last));
  const next = here.find((r) => last(r) === near);
  if (next !== undefined) return deeper(next, more, found);
  const far = nearest(wrong, everywhere.map(last));
  return found(far === null ? [] : everywhere.filter((r) => last(r) === far));
}

/** Goes on behind a group whose name was misspelt: the verb may be misspelt too. */
function deeper(
  route: Route,
  words: readonly string[],
  found: (routes: readonly Route[], left: readonly string[]) => Meant,
): Meant {
  const below = routesIn(route);
  const [verb = "", ...left] = words;
  if (below.length === 0) return found([route], words);
  const near = nearest(verb, below.map(last));
  const next = below.find((r) => last(r) === near);
  return next === undefined ? found([route], []) : found([next], left);
}

function last({ words }: Route): string {
  return words.at(-1) ?? "";
}
