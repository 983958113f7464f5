// laws: each error code has an exit code, is documented, is thrown by the code, and is thrown by a test.
import { strict as assert } from "node:assert";
import { EXIT } from "../../lib/core/errors/mod.ts";
import { ROOT, sources } from "./graph.ts";

const CODES = Object.entries(EXIT);

async function textsBelow(folder: string): Promise<string[]> {
  const texts: string[] = [];
  for await (const entry of Deno.readDir(ROOT + folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory && entry.name !== "laws") texts.push(...await textsBelow(path));
    else if (/\.(ts|txt|json|yaml)$/.test(entry.name)) {
      texts.push(await Deno.readTextFile(ROOT + path));
    }
  }
  return texts;
}

Deno.test("law: docs/errors.md has exactly the codes that exist, with their exit codes", async () => {
  const text = await Deno.readTextFile(`${ROOT}docs/errors.md`);
  const rows = [...text.matchAll(/^\| `([A-Z_]+)` +\| +(\d+) +\|/gm)].map((
    [, code, exit],
  ) => [code, Number(exit)]);
  assert.deepEqual(rows, CODES);
});

Deno.test("law: each code is thrown somewhere", async () => {
  const code = await Promise.all(
    (await sources()).filter((p) => !p.startsWith("lib/core/errors/")).map((p) =>
      Deno.readTextFile(ROOT + p)
    ),
  );
  const unused = CODES.map(([name]) => name).filter((name) =>
    !code.some((t) => t.includes(`"${name}"`))
  );
  assert.deepEqual(unused, []);
});

Deno.test("law: each code is met by a test", async () => {
  const texts = await textsBelow("tests");
  const word = (name: string) => new RegExp(`(?<![A-Z_])${name}(?![A-Z_])`);
  const untested = CODES.map(([name]) => name).filter((name) =>
    !texts.some((t) => word(name).test(t))
  );
  assert.deepEqual(untested, []);
});
