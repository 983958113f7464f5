// errors: whatever a message is made of, it can be printed.
import { strict as assert } from "node:assert";
import { SentinelError } from "../../../lib/core/errors/mod.ts";

Deno.test("message and hint of an error hold nothing that a terminal obeys", () => {
  const evil = "a\u001b[31mb\u202ec\u0085\u2028d";
  const error = new SentinelError("USAGE", `Cannot go: ${evil}\nline`, { hint: `${evil}\nmore` });
  const safe = "a\\u{1b}[31mb\\u{202e}c\\u{85}\\u{2028}d";
  assert.equal(error.message, `Cannot go: ${safe}\nline`, "a message keeps its lines");
  assert.equal(error.hint, `${safe}\\u{a}more`, "a hint is one line");
  assert.ok(!error.stack?.includes("\u001b"));
});

Deno.test("an error's words are not cut and not escaped twice", () => {
  const once = new SentinelError("USAGE", "\u001b".repeat(5000));
  assert.equal(once.message, "\\u{1b}".repeat(5000));
  assert.equal(new SentinelError("USAGE", once.message).message, once.message);
});
