// shell: our lines in somebody else's rc file: put in, replaced, taken out, and the difference shown.
import { SentinelError } from "../lib/core/errors/mod.ts";
import { quoted } from "../lib/core/text/printable.ts";

const BEGIN = "# >>> sentinel shell init >>>";
const END = "# <<< sentinel shell init <<<";
const CONTEXT = 3;

/** What an rc file says of us. */
export type RcState =
  /** Our lines are not in it. */
  | { kind: "none" }
  /** They are: what stands between the markers. */
  | { kind: "block"; body: string }
  /** A marker without the other, or more than one pair: nobody but its owner can mend that. */
  | { kind: "broken" };

/** An edit of an rc file. */
export interface RcEdit {
  text: string;
  /** Unified, without file names; empty when nothing changes. */
  diff: string;
}

interface Found {
  lines: string[];
  /** The marker lines' places; `null` = none. */
  at: { begin: number; end: number } | null;
  broken: boolean;
}

function find(text: string): Found {
  const lines = text.split("\n");
  const places = (marker: string) =>
    lines.flatMap((line, index) => line.trimEnd() === marker ? [index] : []);
  const [begins, ends] = [places(BEGIN), places(END)];
  const [begin, end] = [begins[0], ends[0]];
  if (begin === undefined && end === undefined) return { lines, at: null, broken: false };
  const whole = begins.length === 1 && ends.length === 1 && Number(begin) < Number(end);
  return whole
    ? { lines, at: { begin: Number(begin), end: Number(end) }, broken: false }
    : { lines, at: null, broken: true };
}

/** Looks for our lines. */
export function rcState(text: string): RcState {
  const { lines, at, broken } = find(text);
  if (broken) return { kind: "broken" };
  if (at === null) return { kind: "none" };
  return { kind: "block", body: lines.slice(at.begin + 1, at.end).join("\n") };
}

/** True when the file starts Sentinel itself in each new shell: `eval "$(sentinel shell init zsh)"`. */
export function startsSentinel(text: string): boolean {
  return /^[^#\n]*\bsentinel\s+shell\s+init\b/m.test(text);
}

/**
 * The text with `body` between our markers: where they are already, else at its end. Every other byte
 * stays. `null` takes our lines out, and the empty line before them that we put there.
 * @throws SentinelError `FILE_UNSAFE` for markers that are no pair
 */
export function editRc(text: string, body: string | null, path: string): RcEdit {
  const { lines, at, broken } = find(text);
  if (broken) {
    throw new SentinelError(
      "FILE_UNSAFE",
      `Cannot edit ${
        quoted(path)
      }: found markers of Sentinel that are no pair, want one of each or none`,
      { hint: `mend it by hand: the lines are "${BEGIN}" and "${END}"` },
    );
  }
  const block = body === null ? [] : [BEGIN, ...body.split("\n"), END];
  if (at !== null) {
    const spaced = body === null && at.begin > 0 && lines[at.begin - 1] === "";
    const begin = spaced ? at.begin - 1 : at.begin;
    return spliced(lines, begin, at.end + 1, block);
  }
  if (body === null) return { text, diff: "" };
  const last = lines.at(-1) === "" ? lines.length - 1 : lines.length;
  const space = last > 0 ? [""] : [];
  const close = last === lines.length ? [""] : [];
  return spliced(lines, last, last, [...space, ...block, ...close]);
}

function spliced(lines: readonly string[], start: number, to: number, all: string[]): RcEdit {
  // What stays at the front is no part of the difference.
  let from = start;
  while (from < to && from - start < all.length && lines[from] === all[from - start]) from++;
  const put = all.slice(from - start);
  const gone = lines.slice(from, to);
  if (gone.length === 0 && put.length === 0) return { text: lines.join("\n"), diff: "" };
  const before = lines.slice(Math.max(0, from - CONTEXT), from);
  const after = lines.slice(to, to + CONTEXT).filter((line, i) =>
    line !== "" || to + i < lines.length - 1
  );
  // Where a side has no line, diff names the line before.
  const place = (middle: readonly string[]) => {
    const count = before.length + middle.length + after.length;
    return `${from - before.length + (count === 0 ? 0 : 1)},${count}`;
  };
  const diff = [
    `@@ -${place(gone)} +${place(put)} @@`,
    ...before.map((line) => ` ${line}`),
    ...gone.map((line) => `-${line}`),
    ...put.map((line) => `+${line}`),
    ...after.map((line) => ` ${line}`),
  ];
  return {
    text: [...lines.slice(0, from), ...put, ...lines.slice(to)].join("\n"),
    diff: diff.join("\n"),
  };
}
