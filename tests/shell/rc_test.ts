// shell: our lines in any rc file: put in once, taken out again, the rest untouched.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { editRc, rcState, startsSentinel } from "../../shell/mod.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "60");
const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.array(fc.constantFrom("a", "", "# x", "\r", "export A=1"), { maxLength: 8 }).map((l) =>
    l.join("\n")
  ),
).filter((text) => rcState(text).kind === "none");

Deno.test("editRc() puts a block in that rcState() finds, once, and takes it out again", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { text: once, diff } = editRc(text, "source x", "rc");
      assert.ok(once.startsWith(text));
      assert.notEqual(diff, "");
      assert.deepEqual(rcState(once), { kind: "block", body: "source x" });
      assert.deepEqual(editRc(once, "source x", "rc"), { text: once, diff: "" });
      const other = editRc(once, "if y\nthen", "rc").text;
      assert.deepEqual(rcState(other), { kind: "block", body: "if y\nthen" });
      assert.equal(editRc(other, "source x", "rc").text, once);
      const without = editRc(once, null, "rc").text;
      assert.ok(without === text || without === `${text}\n`, JSON.stringify([text, without]));
    }),
    { seed: 3, numRuns: RUNS },
  );
});

Deno.test("editRc() keeps what comes after the block, and shows the lines around it", () => {
  const text = "a\nb\nc\nd\n# >>> sentinel shell init >>>\nold\n# <<< sentinel shell init <<<\ne\n";
  const { text: edited, diff } = editRc(text, "new", "rc");
  assert.equal(edited, text.replace("old", "new"));
  assert.equal(
    diff,
    `@@ -3,6 +3,6 @@
 c
 d
 # >>> sentinel shell init >>>
-old
-# <<< sentinel shell init <<<
+new
+# <<< sentinel shell init <<<
 e`,
  );
});

const MARKS = ["# >>> sentinel shell init >>>", "# <<< sentinel shell init <<<"] as const;
for (
  const c of [
    { name: "the end alone", text: MARKS[1] },
    { name: "the beginning alone", text: MARKS[0] },
    { name: "the end before the beginning", text: `${MARKS[1]}\n${MARKS[0]}` },
    { name: "two pairs", text: `${MARKS.join("\n")}\n${MARKS.join("\n")}` },
  ]
) {
  Deno.test(`editRc() leaves a file with ${c.name} to its owner`, () => {
    assert.deepEqual(rcState(c.text), { kind: "broken" });
    assert.throws(() => editRc(c.text, "x", "rc"), { code: "FILE_UNSAFE" });
    assert.throws(() => editRc(c.text, null, "rc"), { code: "FILE_UNSAFE" });
  });
}

Deno.test("startsSentinel() sees the call, not a comment about it", () => {
  assert.equal(startsSentinel('x\n eval "$(sentinel shell init zsh)"'), true);
  assert.equal(startsSentinel("sentinel shell init fish | source"), true);
  assert.equal(startsSentinel("# eval $(sentinel shell init zsh)"), false);
});
