// tui tests: whoami on a real terminal: keys, sizes, and what is left behind on every way out.
import { strict as assert } from "node:assert";
import { testWith } from "../e2e/tools.ts";
import { golden } from "./golden.ts";
import { SIZES } from "./sizes.ts";
import { masked, onStage, type Rest, type Stage, TMUX, WHY } from "./terminal.ts";

const COMMAND = "sentinel whoami";
/** Shown when everything is known, at any width. */
const KNOWN = /head ok|nothing recorded/;
const ANSWERED = /locked +deny/;
/** One session, so that there is something to see. Its life is told in whole minutes: 59. */
const ISSUE = "sentinel credentials --profile dev";

/** The title, as wide as the screen: what stands below is drawn for that width too. */
function titleOf(columns: number): RegExp {
  return new RegExp(`^sentinel whoami {${columns - 21}}\\d\\d:\\d\\dZ$`, "m");
}

function clean(rest: Rest, code: number): void {
  assert.deepEqual(
    { ...rest, text: "" },
    { code, sane: true, alternate: false, cursor: true, text: "" },
    rest.text,
  );
}

testWith(
  TMUX,
  "whoami on a terminal: screens, keys, sizes, and a clean terminal after q",
  WHY,
  () =>
    onStage(async ({ open }) => {
      const [first, ...others] = SIZES;
      await open({ command: COMMAND, before: ISSUE, ...first }, async (terminal) => {
        await terminal.shows(ANSWERED);
        const seen = [await terminal.shows(KNOWN)];
        for (const { columns, rows } of others) {
          await terminal.resize(columns, rows);
          seen.push(await terminal.shows(titleOf(columns)));
        }
        const bar = `\n${"=".repeat(120)}\n`;
        await golden("terminal_whoami", seen.map(masked).join(bar));
        // Back to narrow: nothing of the wider screen may stay.
        await terminal.resize(first.columns, first.rows);
        const again = await terminal.shows(/enter why {2}r look again/);
        assert.equal(masked(again), masked(seen[0] ?? ""));
        await terminal.press("j");
        await terminal.shows(/^> prod/m);
        // In one chunk: down, down, up, enter.
        await terminal.type("jjk\r");
        await terminal.shows(/^why: prod/m);
        await terminal.shows(/require_approval/);
        await terminal.press("Escape");
        await terminal.shows(/^> prod/m);
        await terminal.press("?");
        await terminal.shows(/^whoami: keys/m);
        await terminal.press("Escape");
        await terminal.shows(/^> prod/m);
        await terminal.press("q");
        clean(await terminal.rest(), 0);
      });
    }),
);

const FULL = Deno.env.get("SENTINEL_TEST_FULL") !== undefined;

const ENDINGS: readonly [
  name: string,
  code: number,
  end: (terminal: Parameters<Parameters<Stage["open"]>[1]>[0]) => Promise<void>,
][] = [
  ["Ctrl-C", 130, (t) => t.press("C-c")],
  ["SIGTERM", 143, (t) => t.signal("SIGTERM")],
];

/** Each by another start of the program: when there is time. */
const MORE_ENDINGS: typeof ENDINGS = [
  ["SIGHUP", 129, (t) => t.signal("SIGHUP")],
  ["SIGINT from elsewhere", 130, (t) => t.signal("SIGINT")],
];

testWith(
  TMUX,
  "whoami leaves a clean terminal and the right code on every way out",
  WHY,
  () =>
    onStage(async ({ open }) => {
      for (const [name, code, end] of FULL ? [...ENDINGS, ...MORE_ENDINGS] : ENDINGS) {
        await open({ command: COMMAND, columns: 80, rows: 24 }, async (terminal) => {
          await terminal.shows(/look again/);
          await end(terminal);
          const rest = await terminal.rest();
          assert.equal(rest.code, code, name);
          clean(rest, code);
        });
      }
    }),
);

testWith(
  TMUX,
  "no screen where TERM is dumb, nor with --plain or --json",
  WHY,
  () =>
    onStage(async ({ open }) => {
      const size = { columns: 100, rows: 40 };
      const dumb = { command: `env TERM=dumb ${COMMAND}`, ...size };
      await open(dumb, async (terminal) => {
        const rest = await terminal.rest();
        clean(rest, 0);
        assert.match(rest.text, /^policy user +mara$/m);
      });
      const both = { command: `sh -c "${COMMAND} --plain; ${COMMAND} --json"`, ...size };
      await open(both, async (terminal) => {
        const rest = await terminal.rest();
        clean(rest, 0);
        assert.match(rest.text, /^ {2}dev: allow by rule everybody-in-dev/m);
        assert.match(rest.text, /^\{"arn":/m);
      });
    }),
);

const HANG = JSON.stringify({
  service: "sts",
  action: "GetCallerIdentity",
  kind: "hang",
  times: 9,
});

testWith(
  TMUX,
  "whoami is left at once, also while AWS lets it wait",
  WHY,
  () =>
    onStage(async ({ ready, open }) => {
      await (await fetch(`${ready.control}/fault`, { method: "POST", body: HANG })).body?.cancel();
      await open({ command: COMMAND, columns: 80, rows: 24 }, async (terminal) => {
        await terminal.shows(/asking AWS who you are/);
        const from = Date.now();
        await terminal.press("q");
        clean(await terminal.rest(), 0);
        // A call may take 20 s before it is given up.
        assert.ok(Date.now() - from < 9_000, `${Date.now() - from} ms`);
      });
    }),
);
