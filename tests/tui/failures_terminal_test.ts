// tui tests: a defect on the screen: told below a clean terminal, not lost with the screen.
import { strict as assert } from "node:assert";
import { testWith } from "../e2e/tools.ts";
import { onStage, TMUX, WHY } from "./terminal.ts";

const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);
const FIXTURE = `${ROOT}tests/tui/fixtures/broken.tsx`;
const FULL = Deno.env.get("SENTINEL_TEST_FULL") !== undefined;

/** The first of each kind always; the rest when there is time. */
const WAYS = ["effect", "stray", ...FULL ? ["view", "step", "throw"] : []];

testWith(
  TMUX,
  "what throws on a screen leaves a clean terminal, and is told",
  WHY,
  () =>
    onStage(async ({ open }) => {
      for (const way of WAYS) {
        const command = `deno run -A -q --config ${ROOT}deno.json --no-check ${FIXTURE} ${way}`;
        await open({ command, columns: 80, rows: 24 }, async (terminal) => {
          await terminal.shows(/press a key/);
          await terminal.press("x");
          const { code, sane, alternate, cursor, text } = await terminal.rest();
          assert.match(text, new RegExp(`caught: broken ${way}`), text);
          assert.deepEqual([way, code, sane, alternate, cursor], [way, 7, true, false, true], text);
        });
      }
    }),
);
