// tui tests: the permissions screen at three sizes.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import type { KeyName } from "../../tui/keys.ts";
import { type Event, type Sight, start, step } from "../../tui/permissions/state.ts";
import { PermissionsView } from "../../tui/permissions/view.tsx";
import { drawn } from "./drawn.tsx";
import { golden } from "./golden.ts";
import { after, FEATURES, found, row, ROWS, SIGHTS } from "./permissions_world.ts";
import { SIZES } from "./sizes.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "60");
/** What a terminal would obey, line breaks aside. */
const OBEYED = /(?!\n)\p{Cc}|\u202e/u;

function press(...names: KeyName[]): Event[] {
  return names.map((kind) => ({ kind: "key", key: { kind } }));
}

function letters(text: string): Event[] {
  return [...text].map((letter) => ({ kind: "key", key: { kind: "text", text: letter } }));
}

const failed: Sight = {
  kind: "failed",
  failure: {
    code: "NO_CREDENTIALS",
    message:
      "Cannot find base credentials: found none in the environment, the profile, the instance",
    hint: "aws configure, or name a profile with --aws-profile",
  },
};

/** What files alone tell. */
const UNKNOWN: Sight = {
  kind: "prepared",
  prepared: {
    caller: null,
    simulated: "nobody",
    features: FEATURES.map((head) => ({ ...head, used: head.used || null })),
    rows: ROWS.map((one) => one.status === "free" ? one : { ...one, status: "not checked" }),
    warnings: [],
  },
};

const many: Sight = {
  kind: "prepared",
  prepared: {
    caller: "arn:aws:iam::111122223333:user/mara",
    simulated: "mara",
    features: FEATURES,
    rows: Array.from(
      { length: 80 },
      (_, i) => row({ resource: `arn:aws:iam::111122223333:role/Team-${i}` }),
    ),
    warnings: ['profile "x": its role is no ARN', "another"],
  },
};

const SCREENS: Readonly<Record<string, readonly Event[]>> = {
  "looking": [],
  "asking": found(SIGHTS.slice(0, 3)).slice(0, -1),
  "main": found(),
  "filtered": [...found(), ...letters("prod")],
  "nothing_fits": [...found(), ...letters("xyz")],
  "details": [...found(), ...press("down", "down", "down", "enter")],
  "help": [...found(), ...letters("?")],
  "saving": [...found(), ...press("save")],
  "exists": [...found(), { kind: "exists", path: "/home/mara/sentinel-permissions.json" }],
  "told": [...found(), { kind: "told", notice: "saved: sentinel-permissions.json" }],
  "used_only": [...found(), ...press("tab")],
  "failed": found([UNKNOWN, failed]),
  "many": [...found([many]).slice(0, -1), ...press(...Array<KeyName>(40).fill("down"))],
};

for (const [name, events] of Object.entries(SCREENS)) {
  Deno.test(`permissions: the screen ${name}, at each size`, async () => {
    const screens = SIZES.map(({ columns, rows }) => {
      const state = after([{ kind: "size", columns, rows }, ...events]);
      return `${columns} x ${rows}\n${drawn(<PermissionsView state={state} />, columns, rows)}`;
    });
    await golden(`permissions_${name}`, screens.join(`\n${"=".repeat(120)}\n`));
  });
}

Deno.test("permissions: strangers' names draw no more than their line, at any size of screen", () => {
  const name = fc.string({
    unit: fc.constantFrom(..."ab漢🙂é:/\u202e\x1b[31m\x07\n…"),
    minLength: 1,
    maxLength: 40,
  });
  fc.assert(
    fc.property(
      fc.array(name, { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 130 }),
      fc.integer({ min: 1, max: 40 }),
      fc.subarray(press("enter", "save", "copy")),
      (names, columns, rows, keys) => {
        const prepared = {
          caller: names[0] ?? null,
          simulated: names[0] ?? "",
          features: FEATURES,
          rows: names.map((resource) => row({ resource, profiles: names, why: resource })),
          warnings: names,
        };
        const state = after(
          [...found([{ kind: "prepared", prepared }]), ...keys],
          step(start(), { kind: "size", columns, rows }).state,
        );
        assert.doesNotMatch(drawn(<PermissionsView state={state} />, columns, rows), OBEYED);
      },
    ),
    { seed: 20260105, numRuns: RUNS },
  );
});
