// scripts: generated pages as files, formatted as the repository is.
import { ROOT } from "../deno.ts";
import { FOLDERS, pages } from "./pages.ts";

/** Every page as its file must be, by path. */
export async function formatted(): Promise<Map<string, string>> {
  const made = pages();
  const work = await Deno.makeTempDir();
  try {
    for (const folder of FOLDERS) await Deno.mkdir(`${work}/${folder}`, { recursive: true });
    for (const [path, text] of made) await Deno.writeTextFile(`${work}/${path}`, text);
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["fmt", "--quiet", "--config", `${ROOT}deno.json`, work],
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const result = new Map<string, string>();
    for (const path of made.keys()) result.set(path, await Deno.readTextFile(`${work}/${path}`));
    return result;
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** The pages as they lie in the repository. */
export async function present(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const folder of FOLDERS) {
    for await (const { name } of entriesOf(`${ROOT}${folder}`)) {
      found.set(`${folder}/${name}`, await Deno.readTextFile(`${ROOT}${folder}/${name}`));
    }
  }
  return found;
}

async function* entriesOf(folder: string): AsyncIterable<Deno.DirEntry> {
  try {
    yield* Deno.readDir(folder);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Writes what is new or changed, removes what no command has any more; the paths of both. */
export async function write(): Promise<string[]> {
  const [wanted, there] = [await formatted(), await present()];
  for (const folder of FOLDERS) await Deno.mkdir(`${ROOT}${folder}`, { recursive: true });
  const changed = [...wanted].filter(([path, text]) => there.get(path) !== text);
  for (const [path, text] of changed) await Deno.writeTextFile(`${ROOT}${path}`, text);
  const gone = [...there.keys()].filter((path) => !wanted.has(path));
  for (const path of gone) await Deno.remove(`${ROOT}${path}`);
  return [...changed.map(([path]) => path), ...gone].sort();
}
