// profiles: names that may be used, names that may have files, and guesses at misspelt ones.
import { strict as assert } from "node:assert";
import { hasCode } from "../../../lib/core/errors/mod.ts";
import { checkProfileName, hasOwnFile } from "../../../lib/core/profiles/mod.ts";
import { nearestOf } from "../../../lib/core/text/nearest.ts";
import { runsSentinel } from "../../../lib/core/profiles/self_reference.ts";

for (const name of ["prod", "my prod", "a/b", "../x", "größe", "пример", "a".repeat(256)]) {
  Deno.test(`checkProfileName() lets ${JSON.stringify(name.slice(0, 20))} pass`, () => {
    assert.equal(checkProfileName(name), name);
  });
}

for (
  const [what, name] of Object.entries({
    "an empty name": "",
    "257 characters": "a".repeat(257),
    "a line feed": "a\nb",
    "a carriage return": "a\rb",
    "a NUL": "a\0b",
    "an escape": "a\u001bb",
    "a C1 control": "a\u0085b",
    "a bidi override": "a\u202eb",
    "a bidi isolate": "a\u2066b",
    "a right-to-left mark": "a\u200fb",
    "a zero-width space": "a\u200bb",
    "a line separator": "a\u2028b",
    "a leading space": " a",
    "half a surrogate pair": "a\ud800",
  })
) {
  Deno.test(`checkProfileName() refuses ${what}, as called wrongly`, () => {
    assert.throws(() => checkProfileName(name), (e) => {
      assert.ok(hasCode(e, "PROFILE_NAME_INVALID"));
      assert.equal(e.exitCode, 2);
      return true;
    });
  });
}

for (
  const [name, own] of [
    ["prod", true],
    ["a.b", true],
    ["A_b@c+d-9", true],
    [".hidden", false],
    ["..", false],
    ["", false],
    ["a/b", false],
    ["a b", false],
    ["größe", false],
    ["a\n", false],
    ["a".repeat(257), false],
  ] as const
) {
  Deno.test(`hasOwnFile() of ${JSON.stringify(name.slice(0, 20))} is ${own}`, () => {
    assert.equal(hasOwnFile(name), own);
  });
}

Deno.test("nearestOf() names the nearest first, and nothing far away", () => {
  const known = ["prod", "prod-eu", "staging", "dev", "pro"];
  assert.deepEqual(nearestOf("prd", known, 3), ["prod", "pro"].slice(0, 2));
  assert.deepEqual(nearestOf("stagign", known, 3), ["staging"]);
  assert.deepEqual(nearestOf("PROD", known, 1), ["prod"]);
  // Two letters that changed places are one step: a third of a short word.
  assert.deepEqual(nearestOf("dve", known, 1), ["dev"]);
  assert.deepEqual(nearestOf("zzzzz", known, 3), []);
  assert.deepEqual(nearestOf("a".repeat(1000), known, 3), []);
});

for (
  const [command, runs] of [
    ["sentinel credentials --profile x", true],
    ["/usr/local/bin/sentinel credentials", true],
    ['"/opt/my tools/sentinel" credentials', true],
    ["C:\\tools\\sentinel.exe credentials", true],
    ["  Sentinel credentials", true],
    ["env AWS_X=1 sentinel credentials", true],
    ["sh -c 'sentinel credentials'", true],
    ['/bin/bash -lc "exec ~/.local/bin/sentinel credentials"', true],
    ["deno run -A /src/sentinel/mod.ts credentials", true],
    ["sentinel", true],
    ["aws-sso-util credential-process --profile x", false],
    ["sentinelctl get", false],
    ["fetch --vault sentinel", false],
    ["sh -c 'sentinel-one get'", false],
    ["sh -c 'my_sentinel get'", false],
    ["", false],
    ['"unclosed sentinel', false],
  ] as const
) {
  Deno.test(`runsSentinel() of ${command} is ${runs}`, () => {
    assert.equal(runsSentinel(command), runs);
  });
}
