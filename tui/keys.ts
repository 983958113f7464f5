// tui: keys as plain values: what a person pressed, whatever chunks the terminal sent it in.

/** A key. `text` is one letter, digit or sign as typed. */
export type Key =
  | { kind: "text"; text: string }
  | { kind: KeyName };

/** Keys that are no text. */
export type KeyName =
  | "up"
  | "down"
  | "pageUp"
  | "pageDown"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "tab"
  | "backspace"
  | "again"
  | "copy"
  | "save"
  | "redraw"
  | "interrupt";

/** What ink says of one event, as far as it matters here. */
export interface InkKey {
  readonly upArrow: boolean;
  readonly downArrow: boolean;
  readonly pageUp: boolean;
  readonly pageDown: boolean;
  readonly home: boolean;
  readonly end: boolean;
  readonly return: boolean;
  readonly escape: boolean;
  readonly tab: boolean;
  readonly backspace: boolean;
  readonly delete: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
}

const NAMES: readonly (readonly [keyof InkKey, KeyName])[] = [
  ["upArrow", "up"],
  ["downArrow", "down"],
  ["pageUp", "pageUp"],
  ["pageDown", "pageDown"],
  ["home", "home"],
  ["end", "end"],
  ["return", "enter"],
  ["tab", "tab"],
  ["backspace", "backspace"],
  ["delete", "backspace"],
];

const CONTROL: Readonly<Record<string, KeyName>> = {
  c: "interrupt",
  l: "redraw",
  r: "again",
  s: "save",
  y: "copy",
};

const BYTES: Readonly<Record<string, KeyName>> = {
  "\x03": "interrupt",
  "\x0c": "redraw",
  "\x12": "again",
  "\x13": "save",
  "\x19": "copy",
  "\r": "enter",
  "\n": "enter",
  "\t": "tab",
  "\x1b": "escape",
  "\x7f": "backspace",
  "\b": "backspace",
};

/**
 * The keys of one event. Several letters in one chunk (typed fast, or pasted) are several keys, and
 * a Ctrl-C among them still is one. Keys that mean nothing here are none.
 */
export function keysOf(input: string, key: InkKey): Key[] {
  for (const [flag, kind] of NAMES) if (key[flag]) return [{ kind }];
  if (key.ctrl) {
    const kind = CONTROL[input];
    return kind === undefined ? [] : [{ kind }];
  }
  // Escape and a letter that came in one chunk: two keys, where a terminal would say Alt.
  const letters = [...input].flatMap(keyOf);
  return key.escape || key.meta ? [{ kind: "escape" }, ...letters] : letters;
}

function keyOf(letter: string): Key[] {
  const kind = BYTES[letter];
  if (kind !== undefined) return [{ kind }];
  return /^\p{Cc}$/u.test(letter) ? [] : [{ kind: "text", text: letter }];
}
