// laws: the import graph of everything that ships, as Deno itself sees it.

/** The repository's root, with a slash at its end. */
export const ROOT = decodeURIComponent(new URL("../../", import.meta.url).pathname);

/** Folders whose files ship. */
const SHIPPED = ["commands", "lib", "shell", "templates", "tui"];

/** One module: its path in the repository, or `npm:name@version`, and what it imports. */
export interface Module {
  path: string;
  imports: readonly { to: string; line: number; dynamic: boolean; typeOnly: boolean }[];
}

interface InfoModule {
  specifier: string;
  dependencies?: {
    specifier: string;
    isDynamic?: boolean;
    code?: { specifier?: string; span?: { start: { line: number } } };
    type?: { specifier?: string; span?: { start: { line: number } } };
  }[];
}

/** Paths of all shipped sources, in order. */
export async function sources(): Promise<string[]> {
  const found = ["mod.ts"];
  for (const folder of SHIPPED) await collect(folder, found);
  return found.sort();
}

async function collect(folder: string, into: string[]): Promise<void> {
  try {
    for await (const entry of Deno.readDir(ROOT + folder)) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory) await collect(path, into);
      else if (/\.tsx?$/.test(entry.name)) into.push(path);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** The graph, from every shipped file. */
export async function graph(): Promise<Module[]> {
  const entry = await Deno.makeTempFile({ dir: ROOT, prefix: ".laws-", suffix: ".ts" });
  try {
    const all = await sources();
    await Deno.writeTextFile(entry, all.map((path) => `import "./${path}";\n`).join(""));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", entry],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    const info = JSON.parse(new TextDecoder().decode(stdout)) as { modules: InfoModule[] };
    return info.modules.map(moduleOf).filter((m) => !m.path.startsWith(".laws-"));
  } finally {
    await Deno.remove(entry);
  }
}

function moduleOf(module: InfoModule): Module {
  const imports = (module.dependencies ?? []).flatMap((d) => {
    const target = d.code ?? d.type;
    if (target?.specifier === undefined) return [];
    const line = (target.span?.start.line ?? 0) + 1;
    const typeOnly = d.code === undefined;
    return [{ to: pathOf(target.specifier), line, dynamic: d.isDynamic ?? false, typeOnly }];
  });
  return { path: pathOf(module.specifier), imports };
}

function pathOf(specifier: string): string {
  const file = `file://${ROOT}`;
  return specifier.startsWith(file) ? decodeURIComponent(specifier.slice(file.length)) : specifier;
}
