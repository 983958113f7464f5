// tui tests: what keys and answers make of the permissions screen.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import type { Key, KeyName } from "../../tui/keys.ts";
import { pageLines } from "../../tui/permissions/pages.ts";
import {
  chosen,
  type Effect,
  type Event,
  progress,
  shownRows,
  start,
  type State,
  step,
} from "../../tui/permissions/state.ts";
import { after, FEATURES, found, PREPARED, ROWS, SIGHTS } from "./permissions_world.ts";

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
  "again",
  "copy",
  "save",
];

/** Keys by name, where a word is one of them, else as its letters. */
function keys(text: string): Key[] {
  return text.split(" ").filter((word) => word !== "").flatMap((word): Key[] =>
    NAMES.includes(word as KeyName)
      ? [{ kind: word as KeyName }]
      : [...word].map((letter) => ({ kind: "text", text: letter === "_" ? " " : letter }))
  );
}

function typed(text: string, from: State = after(found())): { state: State; effects: Effect[] } {
  const effects: Effect[] = [];
  let state = from;
  for (const key of keys(text)) {
    const stepped = step(state, { kind: "key", key });
    state = stepped.state;
    effects.push(...stepped.effects);
  }
  return { state, effects };
}

const FILTERS: readonly [keys: string, shown: number, chosen: string | null][] = [
  ["", 7, "sts:GetCallerIdentity"],
  ["assume", 2, "sts:AssumeRole"],
  ["Prod", 2, "sts:AssumeRole"],
  ["source_dev", 1, "sts:SetSourceIdentity"],
  ["_assume", 2, "sts:AssumeRole"],
  ["denied", 1, "sts:AssumeRole"],
  ["in_doubt", 1, "sts:SetSourceIdentity"],
  ["kms", 1, "kms:Decrypt"],
  ["kms escape", 7, "kms:Decrypt"],
  ["kmsx", 0, null],
  ["kmsx backspace", 1, "kms:Decrypt"],
  ["backspace", 7, "sts:GetCallerIdentity"],
  ["tab", 5, "sts:GetCallerIdentity"],
  ["end tab", 5, "sts:SetSourceIdentity"],
  ["tab tab", 7, "sts:GetCallerIdentity"],
  ["end", 7, "sts:GetSessionToken"],
  ["down down up", 7, "sts:AssumeRole"],
  ["down down down prod", 2, "sts:AssumeRole"],
];

for (const [text, shown, action] of FILTERS) {
  Deno.test(`permissions: ${text || "nothing typed"} shows ${shown}, chooses ${action}`, () => {
    const { state } = typed(text);
    assert.equal(shownRows(state).length, shown);
    assert.equal(chosen(state)?.action ?? null, action);
  });
}

const ALL = ["identity", "credential_issue", "policy_decrypt", "unstamped_session"];
const PATH = "sentinel-permissions.json";

const EFFECTS: readonly [keys: string, want: Effect[]][] = [
  ["q", [{ kind: "quit" }]],
  ["escape", [{ kind: "quit" }]],
  ["sq", []],
  ["s escape escape", [{ kind: "quit" }]],
  ["enter escape", []],
  ["enter q", [{ kind: "quit" }]],
  ["again", [{ kind: "look", round: 2 }]],
  ["copy", [{ kind: "copy", features: ALL }]],
  ["kms copy", [{ kind: "copy", features: ["policy_decrypt"] }]],
  ["nosuch copy save", []],
  ["save", []],
  ["save enter", [{ kind: "save", features: ALL, path: PATH, replace: false }]],
  ["save .new enter", [{ kind: "save", features: ALL, path: `${PATH}.new`, replace: false }]],
  ["save backspace escape", []],
  ["save q escape q", [{ kind: "quit" }]],
];

for (const [text, want] of EFFECTS) {
  Deno.test(`permissions: ${text} asks for ${want.map(({ kind }) => kind).join() || "nothing"}`, () => {
    assert.deepEqual(typed(text).effects, want);
  });
}

Deno.test("permissions: a file that is there is written over after a y, and after nothing else", () => {
  const asked = after([{ kind: "exists", path: "a.json" }], typed("kms").state);
  for (const no of ["n", "enter", "escape", "backspace", "_"]) {
    const { state, effects } = typed(no, asked);
    assert.deepEqual(effects, [], no);
    assert.equal(state.notice, "nothing was saved");
    assert.equal(state.asking, null);
  }
  assert.deepEqual(typed("y", asked).effects, [
    { kind: "save", features: ["policy_decrypt"], path: "a.json", replace: true },
  ]);
});

Deno.test("permissions: what was told goes with the next key", () => {
  const told = after([{ kind: "told", notice: "saved: a.json" }], after(found()));
  assert.equal(told.notice, "saved: a.json");
  assert.equal(typed("down", told).state.notice, "");
});

Deno.test("permissions: of what nobody could tell is in use nothing is hidden", () => {
  const features = FEATURES.map((head) => ({ ...head, used: head.used || null }));
  const prepared = { caller: null, simulated: "nobody", features, rows: ROWS, warnings: [] };
  const unknown = after([{ kind: "seen", round: 1, sight: { kind: "prepared", prepared } }]);
  assert.equal(shownRows(typed("tab", unknown).state).length, ROWS.length);
  const { state } = typed("end enter", unknown);
  assert.ok(pageLines(state).includes("in use     not known"), pageLines(state).join("\n"));
});

Deno.test("permissions: progress counts what IAM is asked about, and nothing else", () => {
  assert.deepEqual(progress(after([{ kind: "seen", round: 1, sight: PREPARED }])), {
    done: 0,
    of: 4,
  });
  assert.deepEqual(progress(after(found())), { done: 4, of: 4 });
});

Deno.test("permissions: an answer that moves rows about keeps the chosen one", () => {
  const waiting = after([{ kind: "seen", round: 1, sight: PREPARED }]);
  const second = typed("waiting down", waiting).state;
  assert.equal(chosen(second)?.action, "sts:SetSourceIdentity");
  const answered = after([{
    kind: "seen",
    round: 1,
    sight: { kind: "checked", key: ROWS[1]?.key ?? "", status: "allowed", reasons: [] },
  }], second);
  assert.equal(shownRows(answered).length, 3);
  assert.equal(chosen(answered)?.key, ROWS[2]?.key);
});

Deno.test("permissions: what an earlier look found late changes nothing", () => {
  const again = typed("again").state;
  assert.equal(step(again, { kind: "seen", round: 1, sight: PREPARED }).state, again);
});

Deno.test("permissions: the details of a row that is gone say so", () => {
  const page = typed("down enter").state;
  const gone = after([{
    kind: "seen",
    round: 1,
    sight: {
      kind: "prepared",
      prepared: { caller: null, simulated: "", features: [], rows: [], warnings: [] },
    },
  }], page);
  assert.deepEqual(pageLines(gone), ["no longer there"]);
});

const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.oneof(
      fc.constantFrom(...NAMES).map((kind) => ({ kind: "key" as const, key: { kind } })),
      fc.constantFrom(..."qsy?kmdt 漢").map((text) => ({
        kind: "key" as const,
        key: { kind: "text" as const, text },
      })),
    ),
  },
  fc.record({ kind: fc.constant("size" as const), columns: fc.nat(200), rows: fc.nat(80) }),
  fc.record({
    kind: fc.constant("seen" as const),
    round: fc.integer({ min: 1, max: 3 }),
    sight: fc.constantFrom(...SIGHTS),
  }),
  fc.constant<Event>({ kind: "exists", path: "x" }),
  fc.constant<Event>({ kind: "told", notice: "x" }),
);

Deno.test("permissions: any keys and answers, in any order: never throws, and what is chosen is there", () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
      let state = start();
      for (const event of events) {
        const { state: next, effects } = step(state, event);
        state = next;
        const count = shownRows(state).length;
        const { selected, page } = state;
        assert.ok(Number.isInteger(selected) && selected >= 0, `${selected}`);
        assert.ok(count === 0 ? selected === 0 : selected < count, `${selected} of ${count}`);
        if (page.kind !== "main") {
          assert.ok(page.scroll >= 0 && page.scroll <= Math.max(0, pageLines(state).length - 1));
        }
        for (const effect of effects) {
          // Nothing is written over but after the question.
          if (effect.kind === "save" && effect.replace) assert.equal(effect.path, "x");
        }
      }
    }),
    { seed: 20260105, numRuns: RUNS },
  );
});
