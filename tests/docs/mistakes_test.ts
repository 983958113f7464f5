// docs: a wrong call gets the right one, in one form, as text and as JSON.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { root } from "../../commands/app.ts";
import { FOREIGN, meantBy } from "../../commands/help/nearest.ts";
import { follow } from "../../commands/help/pages.ts";
import { COMMANDS, parsed } from "./parsing.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "300");

const WRONG: readonly { call: string; message: RegExp; hint: string }[] = [
  {
    call: "policy valdate",
    message: /Cannot run "valdate": no such command/,
    hint: "did you mean: sentinel policy validate",
  },
  {
    call: "polcy explain prod",
    message: /"polcy"/,
    hint: "did you mean: sentinel policy explain prod",
  },
  {
    call: "polcy explian prod",
    message: /"polcy"/,
    hint: "did you mean: sentinel policy explain prod",
  },
  { call: "polcy", message: /"polcy"/, hint: "did you mean: sentinel policy" },
  {
    call: "validate a.yaml",
    message: /"validate"/,
    hint: "did you mean: sentinel policy validate a.yaml",
  },
  { call: "valdate", message: /"valdate"/, hint: "did you mean: sentinel policy validate" },
  {
    call: "policy show",
    message: /"show"/,
    hint: "did you mean: sentinel request show, sentinel journal show or sentinel config show",
  },
  { call: "ls", message: /"ls"/, hint: "did you mean: sentinel list" },
  { call: "assume dev", message: /"assume"/, hint: "did you mean: sentinel exec --profile dev" },
  { call: "assume", message: /"assume"/, hint: "did you mean: sentinel exec --profile PROFILE" },
  {
    call: "login",
    message: /"login"/,
    hint: "sign in with `aws sso login`, then: sentinel whoami",
  },
  {
    call: "whomai --profile prod",
    message: /"whomai"/,
    hint: "did you mean: sentinel whoami --profile prod",
  },
  {
    call: "exce -p dev --mfa-code 123456",
    message: /"exce"/,
    hint: "did you mean: sentinel exec …",
  },
  {
    call: "permissions chekc",
    message: /Cannot run "chekc": no such command/,
    hint: "did you mean: sentinel permissions check",
  },
  { call: "xqzzy", message: /"xqzzy"/, hint: "sentinel help lists the commands" },
  {
    call: "--profile dev exec",
    message: /flags come after the command/,
    hint: "did you mean: sentinel exec --profile dev",
  },
  {
    call: "--quiet -p dev exec -- ls -l",
    message: /flags come after the command/,
    hint: "did you mean: sentinel exec --quiet -p dev -- ls -l",
  },
  {
    call: "--mfa-code 123456 exec",
    message: /flags come after the command/,
    hint: "sentinel help flags",
  },
  {
    call: "exec dev ls -l",
    message: /no flag -l/,
    hint: "did you mean: sentinel exec --profile dev -- ls -l",
  },
  {
    call: "exec ls -l",
    message: /no flag -l/,
    hint: "did you mean: sentinel exec --profile PROFILE -- ls -l",
  },
  {
    call: "exec -p dev ls --color",
    message: /no flag --color/,
    hint: "did you mean: sentinel exec -p dev -- ls --color",
  },
  {
    call: "sandbox exec ls -l",
    message: /no flag -l/,
    hint: "did you mean: sentinel sandbox exec -- ls -l",
  },
  { call: "--foo", message: /flags come after/, hint: "sentinel help flags" },
  { call: "list --jsn", message: /no flag --jsn/, hint: "did you mean: --json" },
  { call: "exec --prfile dev", message: /no flag --prfile/, hint: "did you mean: --profile" },
  { call: "list --xqzzy", message: /no flag --xqzzy/, hint: "sentinel help list" },
  { call: "whoami -x", message: /no flag -x/, hint: "sentinel help whoami" },
  {
    call: "whoami dev",
    message: /found "dev", want flags only/,
    hint: "did you mean: --profile dev",
  },
  {
    call: "policy explain",
    message: /found no PROFILE, want one/,
    hint: "sentinel help policy explain",
  },
  {
    call: "policy explain -p dev --mode cli",
    message: /no flag -p/,
    hint: "did you mean: sentinel policy explain dev --mode cli",
  },
  {
    call: "policy explain --profile dev",
    message: /no flag --profile/,
    hint: "did you mean: sentinel policy explain dev",
  },
  {
    call: "policy explain a b",
    message: /found "b", want one word only/,
    hint: "sentinel help policy explain",
  },
  { call: "policy validate", message: /no FILE/i, hint: "sentinel help policy validate" },
  {
    call: "export --format jsn",
    message: /--format: found "jsn", want env, json or ini/,
    hint: "did you mean: --format json",
  },
  {
    call: "journal show --last x",
    message: /Cannot read --last: expected .* found "x"/,
    hint: "sentinel help journal show",
  },
  {
    call: "whoami --profile",
    message: /Cannot read --profile: found nothing, want a value/,
    hint: "sentinel help whoami",
  },
  {
    call: "whoami --profile --quiet",
    message: /--profile: found --quiet, want a value/,
    hint: "sentinel help whoami",
  },
  { call: "whoami -p a -p b", message: /--profile: found it twice/, hint: "sentinel help whoami" },
];

for (const { call, message, hint } of WRONG) {
  Deno.test(`sentinel ${call}: ${hint}`, async () => {
    const argv = call.split(" ");
    const { code, out, err } = await parsed(argv);
    assert.deepEqual({ code, out }, { code: 2, out: "" });
    const [first = "", second = "", ...more] = err.split("\n");
    assert.match(first, /^error\[USAGE\]: Cannot /);
    assert.match(first, message);
    assert.equal(second, `hint: ${hint}`);
    assert.deepEqual(more, [""]);
    const asked = await parsed(argv, true);
    const { error } = JSON.parse(asked.err);
    assert.deepEqual({ ...error, message: "" }, { code: "USAGE", message: "", hint, exitCode: 2 });
    assert.equal(`error[USAGE]: ${error.message}`, first);
  });
}

Deno.test("several mistakes in one call: one JSON document, each a line as text", async () => {
  const argv = ["list", "--jsn", "--foo"];
  assert.equal((await parsed(argv)).err.match(/^error/gm)?.length ?? 0, 1);
  const { err } = await parsed(["policy", "explain", "--at"], true);
  assert.doesNotThrow(() => JSON.parse(err), err);
});

Deno.test("a word of strangers can't reach the terminal as it is", async () => {
  for (
    const argv of [["\u001b[2J"], ["list", "--\u001b[2J"], ["export", "--format", "\u001b[2J"]]
  ) {
    const { err } = await parsed(argv);
    assert.ok(!err.includes("\u001b"), JSON.stringify(err));
    assert.match(err, /\\u\{1b\}/);
  }
});

Deno.test("other programs' words lead to calls that parse, or say what to do", async () => {
  for (const [word, answer] of Object.entries(FOREIGN)) {
    // A word that is a command by now never gets here.
    if (follow(root, [word]).rest.length === 0) continue;
    const { commands, rest, advice } = meantBy(root, [word]);
    if (advice !== null) {
      assert.equal(answer, advice);
      continue;
    }
    const { code, err } = await parsed([...commands[0] ?? [], ...rest]);
    assert.equal(code, 0, `${word}: ${err}`);
  }
});

Deno.test("a swapped or lost letter of a command's verb is found again", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...COMMANDS.filter((name) => (name.split(" ").at(-1) ?? "").length > 4)),
      fc.nat(),
      (name, seed) => {
        const words = name.split(" ");
        const verb = words.at(-1) ?? "";
        const at = 1 + seed % (verb.length - 1);
        const lost = verb.slice(0, at) + verb.slice(at + 1);
        if (follow(root, [...words.slice(0, -1), lost]).rest.length === 0) return;
        const meant = meantBy(root, [...words.slice(0, -1), lost]);
        assert.ok(meant.commands.some((words) => words.join(" ") === name), `${lost}: ${name}`);
      },
    ),
    { seed: 7, numRuns: RUNS },
  );
});

Deno.test("whatever is typed: exit 0, or 2 with one error of a known form", async () => {
  const word = fc.oneof(
    fc.constantFrom(...COMMANDS.flatMap((name) => name.split(" "))),
    fc.constantFrom(
      "--json",
      "-p",
      "--profile",
      "--",
      "dev",
      "-h",
      "--mfa-code",
      "--duration",
      "-",
    ),
    fc.string({ maxLength: 12, unit: "grapheme" }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(word, { minLength: 1, maxLength: 6 }), async (argv) => {
      const { code, out, err } = await parsed(argv);
      assert.ok(code === 0 || code === 2, `exit ${code}`);
      if (code === 0) return assert.equal(err, "");
      assert.equal(out, "");
      if (err.startsWith("{")) assert.equal(JSON.parse(err).error.code, "USAGE");
      else assert.match(err, /^(error\[USAGE\]: Cannot [^\n]*\nhint: [^\n]+\n)+$/);
      // deno-lint-ignore no-control-regex
      assert.doesNotMatch(err, /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }),
    { seed: 11, numRuns: RUNS },
  );
});
