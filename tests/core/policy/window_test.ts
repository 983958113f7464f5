// policy: time windows on the wall clock of a zone: nights, days, jumps of the clock.
import { strict as assert } from "node:assert";
import { edgesOf, isOpen, nextChange, wallText } from "../../../lib/core/policy/window.ts";

const at = (text: string) => Date.parse(text);
const window = (start: number, end: number, days: number[] | null = null, zone = "UTC") => ({
  days,
  hours: { start: start * 60, end: end * 60 },
  zone,
});
const MONDAY = [1];

for (
  const row of [
    {
      name: "opens on its first minute",
      window: window(8, 18),
      at: "2026-01-05T08:00:00Z",
      open: true,
    },
    {
      name: "is shut a millisecond before",
      window: window(8, 18),
      at: "2026-01-05T07:59:59.999Z",
      open: false,
    },
    {
      name: "is open in its last minute",
      window: window(8, 18),
      at: "2026-01-05T17:59:59.999Z",
      open: true,
    },
    { name: "is shut on its end", window: window(8, 18), at: "2026-01-05T18:00:00Z", open: false },
    {
      name: "is shut on another day",
      window: window(8, 18, MONDAY),
      at: "2026-01-06T09:00:00Z",
      open: false,
    },
    {
      name: "with 24:00 is open at 23:59",
      window: window(22, 24, MONDAY),
      at: "2026-01-05T23:59:00Z",
      open: true,
    },
    {
      name: "with 24:00 is shut at midnight",
      window: window(22, 24, MONDAY),
      at: "2026-01-06T00:00:00Z",
      open: false,
    },
    {
      name: "overnight is open in the evening of its day",
      window: window(22, 6, MONDAY),
      at: "2026-01-05T22:00:00Z",
      open: true,
    },
    {
      name: "overnight is open after midnight, by the day of its start",
      window: window(22, 6, MONDAY),
      at: "2026-01-06T05:59:00Z",
      open: true,
    },
    {
      name: "overnight is shut on its end",
      window: window(22, 6, MONDAY),
      at: "2026-01-06T06:00:00Z",
      open: false,
    },
    {
      name: "overnight is shut in the morning of its own day",
      window: window(22, 6, MONDAY),
      at: "2026-01-05T05:00:00Z",
      open: false,
    },
    {
      name: "overnight is shut in the evening after",
      window: window(22, 6, MONDAY),
      at: "2026-01-06T22:00:00Z",
      open: false,
    },
    {
      name: "over Saturday night reaches into Sunday",
      window: window(22, 6, [6]),
      at: "2026-01-11T01:00:00Z",
      open: true,
    },
    {
      name: "over Sunday night reaches into Monday",
      window: window(22, 6, [0]),
      at: "2026-01-05T01:00:00Z",
      open: true,
    },
    {
      name: "follows its zone in winter",
      window: window(8, 18, null, "Europe/Berlin"),
      at: "2026-01-05T07:00:00Z",
      open: true,
    },
    {
      name: "follows its zone in summer",
      window: window(8, 18, null, "Europe/Berlin"),
      at: "2026-07-06T06:00:00Z",
      open: true,
    },
    {
      name: "takes the zone's day, not UTC's",
      window: window(0, 24, MONDAY, "Asia/Tokyo"),
      at: "2026-01-04T15:00:00Z",
      open: true,
    },
    {
      name: "with days alone is open all day",
      window: { days: MONDAY, hours: null, zone: "UTC" },
      at: "2026-01-05T23:59:00Z",
      open: true,
    },
    {
      name: "before the gap is shut when it lies in it",
      window: window(2, 3, null, "Europe/Berlin"),
      at: "2026-03-29T00:59:59Z",
      open: false,
    },
    {
      name: "after the gap is shut when it lies in it",
      window: window(2, 3, null, "Europe/Berlin"),
      at: "2026-03-29T01:00:00Z",
      open: false,
    },
    {
      name: "is open in the first 02:30 of the repeated hour",
      window: window(2, 3, null, "Europe/Berlin"),
      at: "2026-10-25T00:30:00Z",
      open: true,
    },
    {
      name: "is open in the second 02:30 of the repeated hour",
      window: window(2, 3, null, "Europe/Berlin"),
      at: "2026-10-25T01:30:00Z",
      open: true,
    },
    {
      name: "is shut after the repeated hour",
      window: window(2, 3, null, "Europe/Berlin"),
      at: "2026-10-25T02:00:00Z",
      open: false,
    },
    {
      name: "copes with a half-hour jump",
      window: window(1, 2, null, "Australia/Lord_Howe"),
      at: "2026-04-04T15:15:00Z",
      open: true,
    },
  ]
) {
  Deno.test(`isOpen() ${row.name}`, () => {
    assert.equal(isOpen(row.window, at(row.at)), row.open);
  });
}

Deno.test("isOpen() throws for an invalid time and an unknown zone: neither ever grants", () => {
  assert.throws(() => isOpen(window(8, 18), NaN), RangeError);
  assert.throws(() => isOpen(window(8, 18, null, "Europe/Berlin"), NaN), RangeError);
  assert.throws(() => isOpen(window(8, 18, null, "No/Where"), 0), RangeError);
});

Deno.test("isOpen() says the same under every TZ of the machine", async () => {
  const module = new URL("../../../lib/core/policy/window.ts", import.meta.url).href;
  const code = `import { isOpen } from ${JSON.stringify(module)};
    const night = { days: [1], hours: { start: 1320, end: 360 }, zone: "UTC" };
    console.log(isOpen(night, Date.parse("2026-01-05T22:30:00Z")), isOpen(night, Date.parse("2026-01-05T21:30:00Z")));`;
  for (const TZ of ["Pacific/Kiritimati", "America/Los_Angeles"]) {
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: ["eval", code],
      env: { TZ, NO_COLOR: "1" },
      stderr: "inherit",
    }).output();
    assert.equal(new TextDecoder().decode(stdout).trim(), "true false", TZ);
  }
});

for (
  const row of [
    {
      name: "the next opening",
      window: window(8, 18),
      from: "2026-01-05T07:00:00Z",
      next: "2026-01-05T08:00:00Z",
    },
    {
      name: "the next closing",
      window: window(8, 18),
      from: "2026-01-05T08:00:00Z",
      next: "2026-01-05T18:00:00Z",
    },
    {
      name: "the opening next week",
      window: window(8, 18, MONDAY),
      from: "2026-01-05T18:00:00Z",
      next: "2026-01-12T08:00:00Z",
    },
    {
      name: "the jump into a window's gap",
      window: window(1, 4, null, "Europe/Berlin"),
      from: "2026-03-29T00:30:00Z",
      next: "2026-03-29T02:00:00Z",
    },
    {
      name: "the closing after a jump past the end",
      window: { days: null, hours: { start: 60, end: 150 }, zone: "Europe/Berlin" },
      from: "2026-03-29T00:30:00Z",
      next: "2026-03-29T01:00:00Z",
    },
    {
      name: "midnight for days alone",
      window: { days: MONDAY, hours: null, zone: "Europe/Berlin" },
      from: "2026-01-05T12:00:00Z",
      next: "2026-01-05T23:00:00Z",
    },
    {
      name: "nothing for a window that is always open",
      window: window(0, 24),
      from: "2026-01-05T12:00:00Z",
      next: null,
    },
  ]
) {
  Deno.test(`nextChange() finds ${row.name}`, () => {
    const found = nextChange(row.window, at(row.from));
    assert.equal(found, row.next === null ? null : at(row.next));
  });
}

Deno.test("edgesOf() holds every change of a window in a week with a jump of the clock", () => {
  for (
    const [zone, from] of [["Europe/Berlin", "2026-10-20T00:00:30Z"], [
      "America/Santiago",
      "2026-09-03T00:00:30Z",
    ]] as const
  ) {
    const night = window(22, 2, [0, 6], zone);
    const edges = new Set(edgesOf(night, at(from), 7 * 86_400_000));
    let changes = 0;
    for (let minute = at(from) + 30_000; minute < at(from) + 7 * 86_400_000; minute += 60_000) {
      if (isOpen(night, minute) === isOpen(night, minute - 1)) continue;
      changes += 1;
      assert.ok(edges.has(minute), new Date(minute).toISOString());
    }
    assert.ok(changes >= 4);
  }
});

Deno.test("wallText() says what the zone's clock shows", () => {
  assert.equal(wallText("Europe/Berlin", at("2026-01-05T07:00:00Z")), "monday 08:00 Europe/Berlin");
});
