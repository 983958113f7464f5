// e2e: regression 13: every documented command line parses, every command has help, each file runs alone.
import { strict as assert } from "node:assert";
import { root } from "../../commands/app.ts";
import { main } from "../../commands/main.ts";
import { processBase } from "../../commands/base.ts";
import { RIGHTS } from "../../commands/rights.ts";

// A file where a directory is wanted: nothing can be read from it, nothing written below it.
const NO_HOME = decodeURIComponent(new URL("../../deno.json", import.meta.url).pathname);
const ROOT = new URL("../../", import.meta.url);

/** Runs the route map in this process, with nothing behind it: what parses needs no AWS. */
async function call(argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const told = { out: "", err: "" };
  const code = await main(argv, {
    ...processBase("test", false),
    // No file is found, nothing is asked: a call that parses fails later, with a code of its own.
    env: (name) => name === "SENTINEL_HOME" ? NO_HOME : undefined,
    environment: () => ({}),
    pinsPath: `${NO_HOME}/pins.yaml`,
    out: (text) => told.out += text,
    err: (text) => told.err += text,
    stdin: () => Promise.resolve(""),
  }, root);
  return { code, ...told };
}

async function documents(): Promise<string[]> {
  const found = ["README.md", "CONTRIBUTING.md", "docs/errors.md"];
  for await (const entry of Deno.readDir(new URL("docs/", ROOT))) {
    if (entry.name.endsWith(".md")) found.push(`docs/${entry.name}`);
  }
  return [...new Set(found)];
}

/** `sentinel …` lines of a text: in code blocks, and between backticks. */
function callsIn(text: string): string[] {
  const lines = [...text.matchAll(/^\s*(?:\$ )?(sentinel [a-z][^`\n]*)$/gm)].map((m) => m[1] ?? "");
  const spans = [...text.matchAll(/`(sentinel [a-z][^`\n]*)`/g)].map((m) => m[1] ?? "");
  const processes = [...text.matchAll(/credential_process = (sentinel [^`\n]*)$/gm)].map((m) =>
    m[1] ?? ""
  );
  return [...lines, ...spans, ...processes];
}

/** The words of a call as a shell would see them, up to a pipe or a comment. */
function words(line: string): string[] {
  const bare = line.replace(/\s+(#|\||>|2>|;).*$/, "").replace(/ {2,}.*$/, "");
  return [...bare.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map((m) => m[1] ?? m[2] ?? m[3] ?? "")
    .slice(1);
}

// Words in capitals stand for something of the reader's; they parse as names do.
const SHORT: readonly string[] = Object.keys(RIGHTS);

async function parses(line: string): Promise<void> {
  const argv = words(line);
  const known = SHORT.some((name) => argv.slice(0, name.split(" ").length).join(" ") === name);
  assert.ok(known, `no such command: ${line}`);
  const [first] = argv;
  // These would start something: their parsing is tried with --help behind their own words.
  const args = first === "sandbox" ? [...argv.slice(0, 2), "--help"] : argv;
  const { err } = await call(args);
  assert.ok(!/error\[USAGE\]: (?!Cannot)|No command registered/.test(err), `${line}\n${err}`);
}

for (const file of await documents()) {
  const calls = callsIn(await Deno.readTextFile(new URL(file, ROOT)));
  for (const line of new Set(calls)) {
    Deno.test(`regression 13: ${file}: ${line}`, () => parses(line));
  }
}

Deno.test("the documents hold calls to parse", async () => {
  assert.ok(callsIn(await Deno.readTextFile(new URL("README.md", ROOT))).length > 10);
});

for (const name of SHORT) {
  Deno.test(`regression 13: sentinel ${name} --help shows two examples that parse`, async () => {
    const { code, out } = await call([...name.split(" "), "--help"]);
    assert.equal(code, 0);
    const examples = callsIn(out.slice(out.indexOf("Examples:"), out.indexOf("\nFLAGS")))
      .filter((line) =>
        !line.startsWith("sentinel credentials --profile dev") || name === "credentials"
      );
    assert.ok(examples.length >= 1, out);
    assert.ok([...out.matchAll(/sentinel /g)].length >= 3, out);
    for (const line of examples) await parses(line);
  });

  Deno.test(`regression 13: commands/${name.replace(" ", "/")}.ts runs alone`, async () => {
    const file = new URL(`commands/${name.replace(" ", "/")}.ts`, ROOT);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", decodeURIComponent(file.pathname), "--help"],
    }).output();
    assert.equal(code, 0, new TextDecoder().decode(stderr));
    assert.match(new TextDecoder().decode(stdout), /^USAGE\n {2}sentinel-/);
  });
}

Deno.test("every command of the route map has a row of rights, and no row is left over", async () => {
  const { out } = await call(["--help"]);
  const grouped = [...out.matchAll(/^ {2}sentinel ([a-z]+) ([a-z]+(?:\|[a-z]+)*) \.\.\.$/gm)]
    .flatMap((m) => (m[2] ?? "").split("|").map((verb) => `${m[1]} ${verb}`));
  const single = [...out.matchAll(/^ {2}sentinel ([a-z]+) (?:\[|<|\()/gm)].map((m) => m[1] ?? "");
  const oneVerb = [...out.matchAll(/^ {2}sentinel ([a-z]+) ([a-z]+) \.\.\.$/gm)].map((m) =>
    `${m[1]} ${m[2]}`
  );
  assert.deepEqual([...new Set([...single, ...grouped, ...oneVerb])].sort(), [...SHORT].sort());
});
