// docs: a line of shell text, split into the calls of `sentinel` in it. Small and honest: what it does
// not know it refuses, and the caller lists it.

/** Raised for text that this reader does not know how to split. */
export class Unsplittable extends Error {}

/** Words before a command that are none of its own. */
const BEFORE = new Set(["if", "then", "else", "while", "until", "do", "!", "time", "exec", "env"]);

interface Reading {
  text: string;
  at: number;
}

/** The arguments of every `sentinel` in the text, those of nested shells and substitutions too. */
export function sentinelCalls(text: string): string[][] {
  const found: string[][] = [];
  const reading = { text, at: 0 };
  readCommands(reading, null, found);
  return found.flatMap(callsOf);
}

/** What one command calls: itself, or the program behind its `--` or in its `-c`. */
function callsOf(words: readonly string[]): string[][] {
  let at = 0;
  while (BEFORE.has(words[at] ?? "") || /^[A-Za-z_]\w*=/.test(words[at] ?? "")) at++;
  const [program = "", ...args] = words.slice(at);
  if (/^(?:ba|z|fi)?sh$/.test(program) && args[0] === "-c") return sentinelCalls(args[1] ?? "");
  if (program !== "sentinel") return [];
  const end = args.indexOf("--");
  return [args, ...(end < 0 ? [] : callsOf(args.slice(end + 1)))];
}

/** Reads commands up to `until` or the end. */
function readCommands(r: Reading, until: string | null, found: string[][]): void {
  let words: string[] = [];
  const close = () => {
    if (words.length > 0) found.push(words);
    words = [];
  };
  while (r.at < r.text.length) {
    const c = r.text[r.at] ?? "";
    if (c === until) break;
    if (c === "\n" || /[|&;]/.test(c)) {
      close();
      r.at++;
    } else if (/\s/.test(c)) r.at++;
    else if (r.text.startsWith("\\\n", r.at)) r.at += 2;
    else if (c === "#") skipComment(r);
    else if (!skipRedirection(r, found)) words.push(readWord(r, found));
  }
  if (until !== null && r.text[r.at] !== until) throw new Unsplittable(`no ${until} at the end`);
  r.at++;
  close();
}

function skipComment(r: Reading): void {
  const end = r.text.indexOf("\n", r.at);
  r.at = end < 0 ? r.text.length : end;
}

/** `> file`, `2>&1`, `<file`; a here-document is refused. */
function skipRedirection(r: Reading, found: string[][]): boolean {
  const rest = r.text.slice(r.at);
  if (/^<\(/.test(rest)) return false;
  if (/^\d?<</.test(rest)) throw new Unsplittable("a here-document");
  const match = /^\d?(?:>>|>|<)(?:&\d|&-)?[ \t]*/.exec(rest);
  if (match === null) return false;
  r.at += match[0].length;
  if (!match[0].includes("&")) readWord(r, found);
  return true;
}

/** One word with its quotes taken off; commands inside `$(…)` and `<(…)` are found too. */
function readWord(r: Reading, found: string[][]): string {
  let word = "";
  while (r.at < r.text.length) {
    const c = r.text[r.at] ?? "";
    if (/[\s|&;)>]/.test(c)) break;
    if (c === "'") word += readSingle(r);
    else if (c === '"') word += readDouble(r, found);
    else word += readBare(r, found);
  }
  if (word === "" && /[>)]/.test(r.text[r.at] ?? "")) throw new Unsplittable("a lone sign");
  return word;
}

function readSingle(r: Reading): string {
  const end = r.text.indexOf("'", r.at + 1);
  if (end < 0) throw new Unsplittable("an open quote");
  const inner = r.text.slice(r.at + 1, end);
  r.at = end + 1;
  return inner;
}

function readDouble(r: Reading, found: string[][]): string {
  let word = "";
  r.at++;
  while (r.text[r.at] !== '"') {
    if (r.at >= r.text.length) throw new Unsplittable("an open quote");
    word += readBare(r, found);
  }
  r.at++;
  return word;
}

/** A character, an escaped one, or a substitution, for which a word stands. */
function readBare(r: Reading, found: string[][]): string {
  const rest = r.text.slice(r.at);
  if (rest.startsWith("`")) throw new Unsplittable("a backtick");
  if (rest.startsWith("$((")) throw new Unsplittable("arithmetic");
  if (rest.startsWith("$(") || rest.startsWith("<(")) {
    r.at += 2;
    readCommands(r, ")", found);
    return "SUBSTITUTED";
  }
  if (rest.startsWith("\\")) {
    r.at += 2;
    return rest[1] === "\n" ? "" : rest[1] ?? "";
  }
  r.at++;
  return rest[0] ?? "";
}
