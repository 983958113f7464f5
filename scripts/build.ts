// scripts: makes the bundles: dist/hot.js what runs most, dist/sandbox.js the same in a sandbox, dist/rest.js all else.
import { ROOT } from "./deno.ts";

/** Loaded lazily, after rights are given up, and yet part of the fast path: what signs a call. */
const INSIDE = /^npm:\/?aws4fetch@/;

/** A command file as a program of its own: in a bundle no module is the main one. */
const ALONE = "commands/alone.ts";

/** The fast path's entries, and the bundle that each becomes. */
export const HOT_ENTRIES = {
  "hot.js": "commands/program.ts",
  "sandbox.js": "commands/sandbox/entry.ts",
} as const;

/** Every file that a build makes. */
export const BUNDLES = ["rest.js", "sandbox.js", "hot.js"] as const;

/** What is in a fast bundle, and what it reaches in the other. */
export interface Split {
  /** Paths in the repository, and `npm:name@version`; in order. */
  modules: string[];
  /** Lazily loaded modules that are in rest.js. */
  doors: string[];
}

interface InfoModule {
  specifier: string;
  dependencies?: { isDynamic?: boolean; code?: { specifier?: string } }[];
}

const FILE_ROOT = `file://${ROOT}`;

/** Follows the imports of a fast path's entry, as Deno itself sees them. */
export async function splitOf(entry: string): Promise<Split> {
  const info = JSON.parse(await run(["info", "--json", entry])) as { modules: InfoModule[] };
  const byPath = new Map(info.modules.map((m) => [pathOf(m.specifier), m]));
  const modules = new Set<string>();
  const lazy = new Set<string>();
  const queue = [entry];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    if (modules.has(path)) continue;
    modules.add(path);
    for (const { isDynamic, code } of byPath.get(path)?.dependencies ?? []) {
      if (code?.specifier === undefined) continue;
      const to = pathOf(code.specifier);
      if (isDynamic && !INSIDE.test(to)) lazy.add(to);
      else queue.push(to);
    }
  }
  const doors = [...lazy].filter((path) => !modules.has(path));
  return { modules: [...modules].sort(), doors: doors.sort() };
}

function pathOf(specifier: string): string {
  return specifier.startsWith(FILE_ROOT)
    ? decodeURIComponent(specifier.slice(FILE_ROOT.length))
    : specifier;
}

/** Builds all bundles into `dist`. Each file is replaced in one piece, the entries last. */
export async function build(dist = `${ROOT}dist`): Promise<void> {
  await Deno.mkdir(dist, { recursive: true });
  const work = await Deno.makeTempDir({ dir: dist, prefix: ".build-" });
  try {
    const doors = new Set<string>();
    for (const [file, entry] of Object.entries(HOT_ENTRIES)) {
      const split = await splitOf(entry);
      await bundle(entry, `${work}/${file}`, await doorMap(split.doors, work));
      for (const door of split.doors) doors.add(door);
    }
    await Deno.writeTextFile(`${work}/rest.ts`, restSource([...doors].sort()));
    await bundle(`${work}/rest.ts`, `${work}/rest.js`);
    for (const file of BUNDLES) {
      const text = await Deno.readTextFile(`${work}/${file}`);
      await Deno.writeTextFile(`${work}/${file}`, withoutMachine(text, work));
      await Deno.rename(`${work}/${file}`, `${dist}/${file}`);
    }
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

// The bundler says above each module where it lay: two builds must be the same, byte for byte.
function withoutMachine(text: string, work: string): string {
  return text
    .replaceAll(/\/\/ \S*\/npm\/[^/\n]+\/(\S+)/g, "// npm:$1")
    .replaceAll(new RegExp(`[^"'\\s]*${work.slice(work.lastIndexOf("/") + 1)}/`, "g"), "");
}

/** The entry of rest.js: it runs nothing by itself, each module only when a door asks for it. */
function restSource(doors: readonly string[]): string {
  const lines = doors.map((path) =>
    `  ${JSON.stringify(path)}: () => import(${JSON.stringify(FILE_ROOT + path)}),`
  );
  return `export const rest = {\n${lines.join("\n")}\n};\n`;
}

/** An import map that puts, for each door, a module of the same exports that asks rest.js. */
async function doorMap(doors: readonly string[], work: string): Promise<string> {
  const config = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const imports: Record<string, string> = { ...config.imports };
  imports[config.name] = FILE_ROOT + config.exports.replace("./", "");
  for (const [index, path] of doors.entries()) {
    const stub = `${work}/door_${index}.ts`;
    await Deno.writeTextFile(stub, await doorSource(path));
    imports[FILE_ROOT + path] = `file://${stub}`;
  }
  imports[FILE_ROOT + ALONE] = `file://${work}/alone.ts`;
  await Deno.writeTextFile(`${work}/alone.ts`, "export async function alone() {}\n");
  const file = `${work}/imports.json`;
  await Deno.writeTextFile(file, JSON.stringify({ imports }));
  return file;
}

async function doorSource(path: string): Promise<string> {
  const names = Object.keys(await import(FILE_ROOT + path));
  return `import { fromRest } from "${FILE_ROOT}commands/rest.ts";
export const { ${names.join(", ")} } = await fromRest(${JSON.stringify(path)}) as any;
`;
}

async function bundle(entry: string, out: string, importMap?: string): Promise<void> {
  const map = importMap === undefined ? [] : ["--import-map", importMap];
  const config = ["--config", `${ROOT}deno.json`];
  await run(["bundle", "-q", ...config, ...map, "-o", out, entry]);
}

async function run(args: readonly string[]): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  if (success) return new TextDecoder().decode(stdout);
  throw new Error(`deno ${args[0]} failed:\n${new TextDecoder().decode(stderr)}`);
}

if (import.meta.main) {
  await build();
  for (const file of BUNDLES) {
    const { size } = await Deno.stat(`${ROOT}dist/${file}`);
    console.log(`dist/${file}  ${Math.round(size / 1024)} KiB`);
  }
}
