// e2e: runs every story below tests/e2e/.
import { strict as assert } from "node:assert";
import { runTranscript } from "./transcript.ts";

const folder = new URL("./", import.meta.url);
const stories = [...Deno.readDirSync(folder)].map((e) => e.name).filter((n) => n.endsWith(".txt"));

Deno.test("there are stories to run", () => assert.ok(stories.length > 3));

for (const name of stories.sort()) {
  Deno.test(`story: ${name}`, async () => {
    await runTranscript(name, await Deno.readTextFile(new URL(name, folder)));
  });
}
