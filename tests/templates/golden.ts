// template tests: texts as recorded under tests/golden/templates; SENTINEL_GOLDEN=write renews them.
import { strict as assert } from "node:assert";

/** Compare a text with its golden, or renew the golden. */
export async function golden(name: string, text: string): Promise<void> {
  const file = new URL(`../golden/templates/${name}`, import.meta.url);
  if (Deno.env.get("SENTINEL_GOLDEN") === "write") await Deno.writeTextFile(file, text);
  assert.equal(text, await Deno.readTextFile(file));
}
