// tui tests: what ink says of a keyboard, as keys.
import { strict as assert } from "node:assert";
import { type InkKey, type Key, keysOf } from "../../tui/keys.ts";

const NONE: InkKey = {
  upArrow: false,
  downArrow: false,
  pageUp: false,
  pageDown: false,
  home: false,
  end: false,
  return: false,
  escape: false,
  tab: false,
  backspace: false,
  delete: false,
  ctrl: false,
  meta: false,
};

function text(letters: string): Key[] {
  return [...letters].map((letter) => ({ kind: "text", text: letter }));
}

const ROWS: readonly [name: string, input: string, key: Partial<InkKey>, want: Key[]][] = [
  ["a letter", "j", {}, text("j")],
  ["several letters in one chunk are several keys", "jjü", {}, text("jjü")],
  ["an arrow", "", { upArrow: true }, [{ kind: "up" }]],
  ["enter", "\r", { return: true }, [{ kind: "enter" }]],
  ["enter among letters", "a\rb", {}, [...text("a"), { kind: "enter" }, ...text("b")]],
  ["escape", "", { escape: true }, [{ kind: "escape" }]],
  ["escape and a letter in one chunk", "q", { meta: true }, [{ kind: "escape" }, ...text("q")]],
  ["Ctrl-C", "c", { ctrl: true }, [{ kind: "interrupt" }]],
  ["Ctrl-C right after escape", "c", { ctrl: true, meta: true }, [{ kind: "interrupt" }]],
  ["Ctrl-C among letters", "jj\x03", {}, [...text("jj"), { kind: "interrupt" }]],
  ["Ctrl-L", "l", { ctrl: true }, [{ kind: "redraw" }]],
  ["another Ctrl key is none", "x", { ctrl: true }, []],
  ["backspace as either code", "", { delete: true }, [{ kind: "backspace" }]],
  ["an unknown control character is none", "\x01", {}, []],
];

for (const [name, input, key, want] of ROWS) {
  Deno.test(`keysOf: ${name}`, () => assert.deepEqual(keysOf(input, { ...NONE, ...key }), want));
}
