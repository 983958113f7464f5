// commands: a plain call means what the parser says that it means, and what is no plain call goes to it.
import { strict as assert } from "node:assert";
import { buildApplication, buildCommand, buildRouteMap, run } from "@stricli/core";
import fc from "fast-check";
import { GRANT_FLAGS, type GrantFlags, PROFILE_ALIAS } from "../../commands/flags.ts";
import { plainCall } from "../../commands/plain.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "400");

interface Read {
  command: string;
  flags: GrantFlags;
  program: readonly string[];
}

/** What the parser makes of a call; `null` when it refuses it. */
async function parsed(argv: readonly string[]): Promise<Read | null> {
  let read: Read | null = null;
  const parameters = { flags: GRANT_FLAGS, aliases: PROFILE_ALIAS };
  const docs = { brief: "test" };
  const credentials = buildCommand<GrantFlags, []>({
    func: (flags) => void (read = { command: "credentials", flags, program: [] }),
    parameters,
    docs,
  });
  const exec = buildCommand<GrantFlags, string[]>({
    func: (flags, ...program) => void (read = { command: "exec", flags, program }),
    parameters: {
      ...parameters,
      positional: {
        kind: "array",
        parameter: { brief: "test", parse: String, placeholder: "cmd" },
      },
    },
    docs,
  });
  const root = buildRouteMap({ routes: { credentials, exec }, docs });
  const app = buildApplication(root, {
    name: "test",
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { caseStyle: "convert-camel-to-kebab" },
  });
  const stream = { write: () => {} };
  await run(app, [...argv], { process: { stdout: stream, stderr: stream, env: {} } });
  return read;
}

/** Flags that were given. */
function given(flags: GrantFlags): Record<string, unknown> {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined));
}

const PLAIN: readonly string[][] = [
  ["credentials", "--profile", "dev"],
  ["credentials", "-p", "dev", "--json"],
  ["credentials"],
  ["credentials", "--profile", "dev", "--reason", "a b c", "--no-color", "--aws-profile", "mara"],
  ["exec", "--profile", "dev", "--", "aws", "s3", "ls", "--profile", "x", "-p", "--help"],
  ["exec", "--", "sh", "--", "x"],
];
for (const argv of PLAIN) {
  Deno.test(`plainCall() reads as the parser does: ${argv.join(" ")}`, async () => {
    const call = plainCall(argv);
    assert.ok(call !== null);
    const other = await parsed(argv);
    assert.deepEqual({ ...call, flags: given(call.flags) }, {
      ...other,
      flags: given(other?.flags ?? {}),
    });
  });
}

const NOT_PLAIN: readonly string[][] = [
  [],
  ["--version"],
  ["list"],
  ["credentials", "--help"],
  ["credentials", "-h"],
  ["credentials", "dev"],
  ["credentials", "--profile"],
  ["credentials", "--profile", "--json"],
  ["credentials", "--profile=dev"],
  ["credentials", "--profile", "dev", "-p", "dev"],
  ["credentials", "--json", "--json"],
  ["credentials", "--awsProfile", "mara"],
  ["credentials", "--__proto__", "x"],
  ["credentials", "--constructor", "x"],
  ["credentials", "--mfa-code", "-"],
  ["credentials", "--"],
  ["exec", "--profile", "dev"],
  ["exec", "--profile", "dev", "--"],
  ["exec", "aws", "s3", "ls"],
];
for (const argv of NOT_PLAIN) {
  Deno.test(`plainCall() leaves to the parser: ${argv.join(" ") || "(nothing)"}`, () => {
    assert.equal(plainCall(argv), null);
  });
}

Deno.test("whatever plainCall() reads, the parser reads the same", async () => {
  const names = Object.keys(GRANT_FLAGS).map((name) =>
    `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
  );
  const word = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...names, "-p") },
    { weight: 4, arbitrary: fc.constantFrom("dev", "a b", "1", "é", "--", "-", "--help", "-h") },
    { weight: 1, arbitrary: fc.string() },
  );
  let read = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("credentials", "exec"),
      fc.array(word, { maxLength: 6 }),
      async (command, words) => {
        const argv = [command, ...words];
        const call = plainCall(argv);
        if (call === null) return;
        read++;
        const other = await parsed(argv);
        assert.deepEqual({ ...call, flags: given(call.flags) }, {
          ...other,
          flags: given(other?.flags ?? {}),
        });
      },
    ),
    { seed: 20260105, numRuns: RUNS * 5 },
  );
  assert.ok(read > RUNS / 20, `only ${read} calls were plain: the test sees too little`);
});
