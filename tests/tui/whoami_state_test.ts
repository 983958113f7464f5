// tui tests: what keys and answers make of the whoami screen.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import type { Key, KeyName } from "../../tui/keys.ts";
import { lastScroll } from "../../tui/page.ts";
import {
  chosen,
  type Effect,
  type Event,
  pageLines,
  rowsOf,
  start,
  type State,
  step,
} from "../../tui/whoami/state.ts";
import { after, answer, found, NOW, ROWS, SIGHTS } from "./whoami_world.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "200");

const NAMES: readonly KeyName[] = [
  "up",
  "down",
  "pageUp",
  "pageDown",
  "home",
  "end",
  "enter",
  "escape",
  "tab",
  "backspace",
];

function key(name: string): Key {
  return NAMES.includes(name as KeyName) ? { kind: name as KeyName } : { kind: "text", text: name };
}

/** The state and all effects after keys, said by name or as letters. */
function typed(keys: string, from: State = after(found())): { state: State; effects: Effect[] } {
  const effects: Effect[] = [];
  let state = from;
  for (const name of keys.split(" ").filter((one) => one !== "")) {
    const stepped = step(state, { kind: "key", key: key(name) });
    state = stepped.state;
    effects.push(...stepped.effects);
  }
  return { state, effects };
}

const MOVES: readonly [keys: string, profile: string][] = [
  ["", "dev"],
  ["down", "staging"],
  ["j j", "prod"],
  ["down down up", "staging"],
  ["k", "dev"],
  ["end", "broken"],
  ["end down", "broken"],
  ["pageDown", "broken"],
  ["end home", "dev"],
  ["j enter escape", "staging"],
  ["j tab x", "staging"],
];

for (const [keys, profile] of MOVES) {
  Deno.test(`whoami: ${keys || "nothing typed"} leads to ${profile}`, () => {
    assert.equal(chosen(typed(keys).state)?.profile, profile);
  });
}

const EFFECTS: readonly [keys: string, want: Effect[]][] = [
  ["q", [{ kind: "quit" }]],
  ["escape", [{ kind: "quit" }]],
  ["? escape", []],
  ["? q", [{ kind: "quit" }]],
  ["r", [{ kind: "look", round: 2 }]],
  ["r r", [{ kind: "look", round: 2 }, { kind: "look", round: 3 }]],
  ["j enter", [{ kind: "explain", profile: "staging" }]],
  ["j enter r", [
    { kind: "explain", profile: "staging" },
    { kind: "look", round: 2 },
    { kind: "explain", profile: "staging" },
  ]],
  ["enter enter escape", [{ kind: "explain", profile: "dev" }, { kind: "quit" }]],
];

for (const [keys, want] of EFFECTS) {
  Deno.test(`whoami: ${keys} asks for ${want.map(({ kind }) => kind).join(", ") || "nothing"}`, () => {
    assert.deepEqual(typed(keys).effects, want);
  });
}

Deno.test("whoami: enter does nothing while no profile is known", () => {
  assert.deepEqual(typed("enter", start(NOW)).effects, []);
});

Deno.test("whoami: what an earlier look found late changes nothing", () => {
  const again = typed("r").state;
  const late: Event = {
    kind: "seen",
    round: 1,
    sight: { kind: "answer", profile: "dev", answer: answer({ outcome: "deny" }) },
  };
  assert.equal(step(again, late).state, again);
  assert.equal(step(again, { kind: "done", round: 1 }).state.looking, true);
  assert.equal(step(again, { kind: "done", round: 2 }).state.looking, false);
});

Deno.test("whoami: a look that finds other profiles keeps the chosen one, and old answers till new ones come", () => {
  const { state } = typed("j j r");
  const profiles = { state: "known" as const, value: ROWS.slice(1) };
  const next = after([
    { kind: "seen", round: 2, sight: { kind: "profiles", profiles, ungated: 0 } },
  ], state);
  assert.equal(chosen(next)?.profile, "prod");
  assert.equal(chosen(next)?.answer?.outcome, "pending");
  const none = { state: "known" as const, value: [] };
  const empty = after([
    { kind: "seen", round: 2, sight: { kind: "profiles", profiles: none, ungated: 0 } },
  ], next);
  assert.equal(chosen(empty), null);
  assert.equal(empty.selected, 0);
});

Deno.test("whoami: an explanation that comes after the page was left is dropped", () => {
  const left = typed("enter escape").state;
  const event: Event = { kind: "explained", profile: "dev", lines: ["allow: x"] };
  assert.deepEqual(step(left, event).state.page, { kind: "main" });
  const other = typed("j enter").state;
  assert.deepEqual(pageLines(step(other, event).state), ["asking …"]);
});

Deno.test("whoami: a long page scrolls to its last line and no further, and stays inside when it grows", () => {
  const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`);
  const page = after([{ kind: "explained", profile: "dev", lines }], typed("enter").state);
  assert.equal(lastScroll(pageLines(page).length, page.rows), 50 - (24 - 3));
  const bottom = typed("end down pageDown", page).state;
  assert.deepEqual(bottom.page.kind === "explanation" && bottom.page.scroll, 29);
  const tall = step(bottom, { kind: "size", columns: 80, rows: 100 }).state;
  assert.deepEqual(tall.page.kind === "explanation" && tall.page.scroll, 0);
});

const anyKey: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom(...NAMES).map((kind) => ({ kind: "key" as const, key: { kind } })),
  fc.string({ minLength: 1, maxLength: 1, unit: fc.constantFrom(..."qr?jkx漢") })
    .map((text) => ({ kind: "key" as const, key: { kind: "text" as const, text } })),
);
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: anyKey },
  fc.record({ kind: fc.constant("size" as const), columns: fc.nat(200), rows: fc.nat(80) }),
  fc.record({
    kind: fc.constant("seen" as const),
    round: fc.integer({ min: 1, max: 4 }),
    sight: fc.oneof(
      fc.constantFrom(...SIGHTS),
      fc.subarray([...ROWS]).map((value) => ({
        kind: "profiles" as const,
        profiles: { state: "known" as const, value },
        ungated: 0,
      })),
    ),
  }),
  fc.record({
    kind: fc.constant("explained" as const),
    profile: fc.constantFrom("dev", "prod", "gone"),
    lines: fc.array(fc.string(), { maxLength: 60 }),
  }),
);

Deno.test("whoami: any keys and answers, in any order: never throws, and what is chosen is there", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      let state = start(NOW);
      for (const event of events) {
        state = step(state, event).state;
        const { selected, page } = state;
        const count = rowsOf(state).length;
        assert.ok(Number.isInteger(selected) && selected >= 0, `${selected}`);
        assert.ok(count === 0 ? selected === 0 : selected < count, `${selected} of ${count}`);
        if (page.kind === "main") continue;
        assert.ok(page.scroll >= 0 && page.scroll <= Math.max(0, pageLines(state).length - 1));
      }
    }),
    { seed: 20260105, numRuns: RUNS },
  );
});
