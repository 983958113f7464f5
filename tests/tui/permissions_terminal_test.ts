// tui tests: permissions on a real terminal: answers of IAM, filter, the document copied and saved, ways out.
import { strict as assert } from "node:assert";
import { testWith } from "../e2e/tools.ts";
import { golden } from "./golden.ts";
import { SIZES } from "./sizes.ts";
import { masked, onStage, TMUX, WHY } from "./terminal.ts";

/** Named, so that a feature which comes later changes no golden. */
const FEATURES = "identity,policy_load,credential_issue,session_tags,permissions_check";
const COMMAND = `sentinel permissions --feature ${FEATURES}`;
/** All answers are there. */
const ASKED = /(denied|allowed)[^\n]*\ncaller/;

/** The title's line, as wide as the screen, when all answers are there. */
function titleOf(columns: number): RegExp {
  return new RegExp(`^(?=.{${columns}}$)sentinel permissions.* (denied|allowed|…)$`, "m");
}

testWith(
  TMUX,
  "permissions on a terminal: screens, filter, details, copy, save",
  WHY,
  () =>
    onStage(async ({ ready, open }) => {
      const [first, ...others] = SIZES;
      await open({ command: COMMAND, ...first }, async (terminal) => {
        const seen = [await terminal.shows(ASKED)];
        for (const { columns, rows } of others) {
          await terminal.resize(columns, rows);
          seen.push(await terminal.shows(titleOf(columns)));
        }
        await golden("terminal_permissions", seen.map(masked).join(`\n${"=".repeat(120)}\n`));
        // Typed in one chunk: a word of the filter, a blank, another word.
        await terminal.type("issue locked");
        await terminal.shows(/^filter +issue locked█ +2 of /m);
        await terminal.press("Enter");
        await terminal.shows(/^status +denied\n +a policy denies it: read$/m);
        await terminal.press("Escape");
        await terminal.shows(/^filter +issue locked/m);
        await terminal.press("C-y");
        await terminal.shows(/bytes sent to the clipboard/);
        const document = JSON.parse(await terminal.clipboard());
        assert.deepEqual(document.Statement.flatMap((s: { Action: unknown }) => s.Action).sort(), [
          "sts:AssumeRole",
          "sts:SetSourceIdentity",
        ]);
        await terminal.press("C-s");
        await terminal.shows(/^save to: sentinel-permissions\.json█$/m);
        await terminal.press("Enter");
        await terminal.shows(/^saved: sentinel-permissions\.json$/m);
        const path = `${ready.home}/sentinel-permissions.json`;
        assert.deepEqual(JSON.parse(await Deno.readTextFile(path)), document);
        assert.equal(((await Deno.stat(path)).mode ?? 0) & 0o777, 0o600);
        // What is there is not written over unasked.
        await Deno.writeTextFile(path, "mine");
        await terminal.press("C-s", "Enter");
        await terminal.shows(/is there already\. y writes over it$/m);
        await terminal.press("n");
        await terminal.shows(/^nothing was saved$/m);
        assert.equal(await Deno.readTextFile(path), "mine");
        await terminal.press("C-s", "Enter");
        await terminal.shows(/is there already/);
        await terminal.press("y");
        await terminal.shows(/^saved: /m);
        assert.deepEqual(JSON.parse(await Deno.readTextFile(path)), document);
        await terminal.press("Escape");
        await terminal.shows(/^filter +none/m);
        await terminal.press("Escape");
        const { code, sane, alternate, cursor } = await terminal.rest();
        assert.deepEqual([code, sane, alternate, cursor], [0, true, false, true]);
      });
    }),
);

testWith(
  TMUX,
  "permissions on a terminal: Ctrl-C while it asks ends with 130, and a clean terminal",
  WHY,
  () =>
    onStage(async ({ open }) => {
      await open({ command: COMMAND, columns: 80, rows: 24 }, async (terminal) => {
        await terminal.shows(/^sentinel permissions/m);
        await terminal.press("x", "C-c");
        const { code, sane, alternate, cursor } = await terminal.rest();
        assert.deepEqual([code, sane, alternate, cursor], [130, true, false, true]);
      });
      const text =
        `sh -c "sentinel permissions --plain | head -3; sentinel permissions list | head -3"`;
      await open({ command: text, columns: 80, rows: 24 }, async (terminal) => {
        const { text } = await terminal.rest();
        assert.equal(text.match(/^IAM rights that Sentinel itself needs$/gm)?.length, 2);
      });
    }),
);
