// template tests: texts as recorded under tests/golden/templates; SENTINEL_GOLDEN=write renews them.
import { strict as assert } from "node:assert";

const FOLDER = new URL("../golden/templates/", import.meta.url);
const WRITES = Deno.env.get("SENTINEL_GOLDEN") === "write";

/** Compare a text with its golden, or renew the golden. */
export async function golden(name: string, text: string): Promise<void> {
  const file = new URL(name, FOLDER);
  if (WRITES) await Deno.writeTextFile(file, text);
  assert.equal(text, await Deno.readTextFile(file));
}

/** No golden is left of a text that there isn't; they are removed where goldens are renewed. */
export async function noneBeside(names: ReadonlySet<string>): Promise<void> {
  const found = await Array.fromAsync(Deno.readDir(FOLDER), ({ name }) => name);
  const stale = found.filter((name) => !names.has(name));
  if (WRITES) { for (const name of stale) await Deno.remove(new URL(name, FOLDER)); }
  else assert.deepEqual(stale, []);
}
