// tui tests: screens held against files; SENTINEL_GOLDEN=write writes them anew.
import { strict as assert } from "node:assert";

const FOLDER = new URL("../golden/tui/", import.meta.url);

/** Compares `text` with a golden file, or writes it. */
export async function golden(name: string, text: string): Promise<void> {
  const file = new URL(`${name}.txt`, FOLDER);
  // Blanks at line ends are what a screen has and an editor takes away.
  const whole = `${text.split("\n").map((line) => line.trimEnd()).join("\n").trimEnd()}\n`;
  if (Deno.env.get("SENTINEL_GOLDEN") === "write") {
    await Deno.mkdir(FOLDER, { recursive: true });
    await Deno.writeTextFile(file, whole);
  }
  assert.equal(whole, await Deno.readTextFile(file), name);
}
