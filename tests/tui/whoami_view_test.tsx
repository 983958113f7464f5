// tui tests: the whoami screen at three sizes, and the same as text.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { plainText } from "../../tui/whoami/plain.ts";
import { type Event, type Sight, start, type State, step } from "../../tui/whoami/state.ts";
import { WhoamiView } from "../../tui/whoami/view.tsx";
import { drawn } from "./drawn.tsx";
import { golden } from "./golden.ts";
import { SIZES } from "./sizes.ts";
import { after, answer, found, NOW, ROWS, session, SIGHTS } from "./whoami_world.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "60");

/** What a terminal would obey, line breaks aside. */
const OBEYED = /(?!\n)\p{Cc}|\u202e/u;

const EXPLANATION = `deny: mara wants prod in mode credential_process at 2026-01-05T09:30:00.000Z
  by no rule: no rule matches
policy policy.yaml
 - allow staging-in-office-hours (line 8): no match; Staging is open in office hours
     yes profiles: wants staging; found staging (the user's own word)
     no time: wants monday, tuesday 08:00-18:00 Europe/Berlin; found sunday 20:53 Europe/Berlin (this machine's clock); at monday 08:00 Europe/Berlin it opens
what would change it
  rule staging-in-office-hours: at monday 08:00 Europe/Berlin it opens`.split("\n");

const failure = {
  code: "NO_CREDENTIALS",
  message: "Cannot find base credentials: found none in the environment, the profile, the instance",
  hint: "aws configure, or name a profile with --aws-profile",
};

function key(kind: "enter" | "down"): Event {
  return { kind: "key", key: { kind } };
}

function replaced(...sights: Sight[]): Event[] {
  return found([...SIGHTS.filter(({ kind }) => !sights.some((s) => s.kind === kind)), ...sights]);
}

const many = Array.from({ length: 60 }, (_, i) => ({
  profile: `team-${String(i).padStart(2, "0")}`,
  role: null,
  answer: answer({ rule: "all", why: "everybody" }),
}));

const SCREENS: Readonly<Record<string, readonly Event[]>> = {
  "asking": [],
  "main": found(),
  "chosen": [...found(), key("down"), key("down")],
  "explanation": [...found(), key("enter"), {
    kind: "explained",
    profile: "dev",
    lines: EXPLANATION,
  }],
  "help": [...found(), { kind: "key", key: { kind: "text", text: "?" } }],
  "no_identity": replaced({ kind: "identity", identity: { state: "failed", failure } }),
  "nothing": replaced(
    { kind: "profiles", profiles: { state: "known", value: [] }, ungated: 0 },
    {
      kind: "record",
      record: {
        state: "known",
        value: { sight: { entries: 0, head: "empty", last: null }, sessions: [] },
      },
    },
  ),
  "many": [
    ...replaced(
      { kind: "profiles", profiles: { state: "known", value: many }, ungated: 3 },
      {
        kind: "record",
        record: {
          state: "known",
          value: {
            sight: {
              entries: 9,
              head: "cut",
              last: { at: "2026-01-02T09:00:00Z", kind: "refused", profile: null },
            },
            sessions: Array.from(
              { length: 20 },
              (_, i) =>
                session({ profile: `team-${i}`, accessKeyId: `ASIAEXAMPLE0000000${10 + i}` }),
            ),
          },
        },
      },
    ),
    ...Array<Event>(30).fill(key("down")),
  ],
};

for (const [name, events] of Object.entries(SCREENS)) {
  Deno.test(`whoami: the screen ${name}, at each size`, async () => {
    const screens = SIZES.map(({ columns, rows }) => {
      const state = after([{ kind: "size", columns, rows }, ...events]);
      return `${columns} x ${rows}\n${drawn(<WhoamiView state={state} />, columns, rows)}`;
    });
    await golden(`whoami_${name}`, screens.join(`\n${"=".repeat(120)}\n`));
  });
}

Deno.test("whoami: everything as plain text", async () => {
  const texts = ["main", "no_identity", "nothing", "asking"].map((name) =>
    plainText(after(SCREENS[name] ?? []))
  );
  await golden("whoami_plain", texts.join(`${"=".repeat(80)}\n`));
});

Deno.test("whoami: plain text says everything that the screen does", () => {
  const state = after(found());
  const text = plainText(state);
  for (const { profile } of ROWS) assert.match(text, new RegExp(`^  ${profile}: `, "m"));
  for (const id of ["ASIAEXAMPLE000000001", "ASIAEXAMPLE000000002"]) assert.ok(text.includes(id));
  // A screen reader reads lines: none may need the column that it stands in.
  assert.doesNotMatch(text, /\S {3,}\S/);
});

Deno.test("whoami: strangers' names draw no more than their line, at any size of screen", () => {
  const name = fc.string({
    unit: fc.constantFrom(..."ab漢🙂é\u202e\x1b[31m\x07\n…"),
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 130 }),
      fc.integer({ min: 1, max: 40 }),
      (names, columns, rows) => {
        const value = names.map((profile) => ({
          profile,
          role: profile,
          answer: answer({ rule: profile, why: profile }),
        }));
        const state: State = after(
          replaced({ kind: "profiles", profiles: { state: "known", value }, ungated: 1 }),
          step(start(NOW), { kind: "size", columns, rows }).state,
        );
        const text = drawn(<WhoamiView state={state} />, columns, rows);
        assert.doesNotMatch(text, OBEYED);
        assert.doesNotMatch(plainText(state), OBEYED);
      },
    ),
    { seed: 20260105, numRuns: RUNS },
  );
});
