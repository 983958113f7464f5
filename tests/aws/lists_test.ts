// aws tests: which cases hold on every AWS and which on ours alone, as recorded under tests/golden/aws.
import { strict as assert } from "node:assert";
import type { Listed } from "./cases.ts";

const ROOT = new URL("../../", import.meta.url);
const FOLDERS = ["tests/edges/sandbox/", "tests/templates/"];
const FILES = ["tests/e2e/clients_test.ts"];

async function testFiles(): Promise<URL[]> {
  const found = FILES.map((file) => new URL(file, ROOT));
  for (const folder of FOLDERS) {
    for await (const { name } of Deno.readDir(new URL(folder, ROOT))) {
      if (name.endsWith("_test.ts")) found.push(new URL(folder + name, ROOT));
    }
  }
  return found.sort((a, b) => (a.href < b.href ? -1 : 1));
}

/** Loads the files where nothing runs tests, and asks the registrar what it was told. */
async function listed(): Promise<Listed[]> {
  const cases = new URL("tests/aws/cases.ts", ROOT).href;
  const program = (await testFiles()).map((file) => `import ${JSON.stringify(file.href)};`)
    .concat(`import { listed } from ${JSON.stringify(cases)};`)
    .concat("Deno.stdout.writeSync(new TextEncoder().encode('\\0' + JSON.stringify(listed)));");
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", "-"],
    cwd: ROOT,
    env: { SENTINEL_TEST_FULL: "", SENTINEL_TEST_MOTO: "" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(program.join("\n")));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  assert.ok(success, new TextDecoder().decode(stderr));
  // Before it stands what the files say when they skip something.
  return JSON.parse(new TextDecoder().decode(stdout).split("\0").at(-1) ?? "");
}

async function golden(name: string, lines: readonly string[]): Promise<void> {
  assert.ok(lines.length > 0, "a list that finds no case finds no mistake");
  assert.deepEqual([...new Set(lines)], lines, "no case stands twice");
  const file = new URL(`tests/golden/aws/${name}`, ROOT);
  const text = lines.map((line) => `${line}\n`).join("");
  if (Deno.env.get("SENTINEL_GOLDEN") === "write") await Deno.writeTextFile(file, text);
  assert.equal(text, await Deno.readTextFile(file));
}

Deno.test("[ours] the lists of portable and sandbox-only cases are as recorded", async () => {
  const cases = await listed();
  const of = (kind: Listed["kind"]) => cases.filter((found) => found.kind === kind);
  await golden("portable.txt", of("portable").map(({ name }) => name).sort());
  const onlyOurs = of("sandbox-only").map(({ page, name }) => `${page}: ${name}`);
  await golden("sandbox-only.txt", onlyOurs.sort());
});

Deno.test("[ours] no test writes the marks by hand, past the registrar", async () => {
  for (const file of await testFiles()) {
    const text = await Deno.readTextFile(file);
    assert.doesNotMatch(text, /\[(portable|sandbox-only)/, file.pathname);
  }
});
