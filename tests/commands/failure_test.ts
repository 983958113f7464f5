// commands: an error's text moves no terminal, whichever way it is told.
import { strict as assert } from "node:assert";
import { failureText } from "../../commands/failure.ts";
import { SentinelError } from "../../lib/core/errors/mod.ts";

// What clears a screen, in the one-character form too, and what turns writing round.
const HOSTILE = "a\u001b[2Jb\u009b2Jc\u202ed";
// deno-lint-ignore no-control-regex
const OBEYED = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/u;

for (const json of [false, true]) {
  Deno.test(`failureText() with ${json ? "" : "no "}JSON has nothing that a terminal obeys`, () => {
    const error = new SentinelError("USAGE", HOSTILE, { hint: HOSTILE, cause: new Error(HOSTILE) });
    const text = failureText(error, { json, debug: true });
    assert.doesNotMatch(text, OBEYED);
    if (json) assert.equal(JSON.parse(text).error.message, error.message);
  });
}
