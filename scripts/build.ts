// scripts: makes the bundles: dist/hot.js what runs most, dist/sandbox.js the same in a sandbox, others for the rest.
import type { Bundle } from "../commands/rest.ts";
import { ROOT } from "./deno.ts";

/** Loaded lazily, after rights are given up, by what is in its own bundle: what signs a call. */
const INSIDE = /^npm:\/?aws4fetch@/;

/** A command file as a program of its own: in a bundle no module is the main one. */
const ALONE = "commands/alone.ts";

/** The fast path's entries, and the bundle that each becomes. */
export const HOT_ENTRIES = {
  "hot.js": "commands/program.ts",
  "sandbox.js": "commands/sandbox/entry.ts",
} as const;

/** Loads the AWS SDK, the only CommonJS that ships: in a bundle of its own. */
const SDK = ["lib/edges/credentials/leaf_sdk.ts"];

/** Read texts by the YAML library: what a first call needs, and a warm one does not. */
const TEXT = ["lib/core/config/read.ts", "lib/core/policy/parse.ts"];

/** Asks AWS: a warm call does not. */
const CALL = ["lib/edges/aws/sts.ts"];

/** Draws screens for people: ink, and with it CommonJS. */
const TUI = ["tui/mod.tsx"];

/** Keeps requests and approvals in a file, by `node:sqlite`: asked for where policy wants one. */
const STORE = ["lib/edges/store/sqlite.ts"];

/** The sandbox's DynamoDB: CommonJS, loaded when a sandbox's DynamoDB is first called. */
const DYNAMODB = ["lib/edges/sandbox/dynamodb_engine.ts"];

/** LevelDB on disk, native: never loaded (`lib/edges/sandbox/without_level.ts`). */
const LEVEL = "level";

/** What ink loads where DEV is set, and nobody has: the package is no dependency of ours. */
const DEVELOPERS = "react-devtools-core";

/** What the other bundles load when it is asked for. */
export const LAZY_BUNDLES = [
  "call.js",
  "text.js",
  "rest.js",
  "tui.js",
  "store.js",
  "sdk.js",
  "dynamodb.js",
] as const;

/** Doors out of these bundles: what needs CommonJS, or is there once for all. */
const BESIDE: Partial<Record<Bundle, readonly string[]>> = {
  "rest.js": [...SDK, ...TUI, ...STORE, ...DYNAMODB],
};

/** Every file that a build makes. */
export const BUNDLES = [...LAZY_BUNDLES, "sandbox.js", "hot.js"] as const;

/** What is in a fast bundle, and what it reaches in the other. */
export interface Split {
  /** Paths in the repository, and `npm:name@version`; in order. */
  modules: string[];
  /** Lazily loaded modules that are in another bundle. */
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

/** How bundles are written. */
export interface BuildOptions {
  /**
   * With every name and, above each module, where it lay: for tests, and for whoever must read a
   * stack that `--debug` printed. What ships has short names and no blanks: half as long, and in one
   * byte a character, it loads in two thirds of the time. Nothing may depend on a function's name.
   */
  readable?: boolean;
}

/** Builds all bundles into `dist`. Each file is replaced in one piece, the entries last. */
export async function build(
  dist = `${ROOT}dist`,
  { readable = false }: BuildOptions = {},
): Promise<void> {
  await Deno.mkdir(dist, { recursive: true });
  const work = await Deno.makeTempDir({ dir: dist, prefix: ".build-" });
  try {
    const splits = await Promise.all(Object.values(HOT_ENTRIES).map(splitOf));
    const doors = [...new Set(splits.flatMap((split) => split.doors))].sort();
    const map = await importMap(doors, work);
    for (const [file, entry] of Object.entries(HOT_ENTRIES)) {
      await bundle(entry, work, file, map, readable);
    }
    for (const file of LAZY_BUNDLES) {
      const list = `${work}/${file.replace(".js", ".ts")}`;
      const own = [...doors, ...TUI, ...STORE, ...DYNAMODB].filter((path) =>
        bundleOf(path) === file
      );
      await Deno.writeTextFile(list, listSource(own));
      const beside = await importMap(BESIDE[file] ?? [], work);
      await bundle(list, work, file, beside, readable);
    }
    for (const file of BUNDLES) await Deno.rename(`${work}/${file}`, `${dist}/${file}`);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/** The entry of a bundle that runs nothing by itself: each module waits until it is asked for. */
function listSource(paths: readonly string[]): string {
  const lines = paths.map((path) =>
    `  ${JSON.stringify(path)}: () => import(${JSON.stringify(FILE_ROOT + path)}),`
  );
  return `export const modules = {\n${lines.join("\n")}\n};\n`;
}

/** An import map that puts, for each door, a module of the same exports that asks another bundle. */
async function importMap(doors: readonly string[], work: string): Promise<string> {
  const config = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  const imports: Record<string, string> = { ...config.imports };
  imports[config.name] = FILE_ROOT + config.exports.replace("./", "");
  // CommonJS makes the bundler import node:module, which takes longer to load than all of ours.
  imports["yaml"] = await yamlModule(config.imports.yaml);
  imports[FILE_ROOT + ALONE] = `file://${work}/alone.ts`;
  await Deno.writeTextFile(`${work}/alone.ts`, "export async function alone() {}\n");
  for (const path of doors) {
    const stub = `${work}/door_${path.replaceAll(/\W/g, "_")}.ts`;
    await Deno.writeTextFile(stub, await doorSource(path));
    imports[FILE_ROOT + path] = `file://${stub}`;
  }
  const file = await Deno.makeTempFile({ dir: work, suffix: ".json" });
  await Deno.writeTextFile(file, JSON.stringify({ imports }));
  return file;
}

/** The same release of yaml as ECMAScript modules: what it gives to browsers. */
async function yamlModule(specifier: string): Promise<string> {
  const { npmCache } = JSON.parse(await run(["info", "--json"])) as { npmCache: string };
  const version = specifier.slice(specifier.lastIndexOf("@") + 1);
  for await (const { name } of Deno.readDir(npmCache)) {
    const path = `${npmCache}/${name}/yaml/${version}/browser/index.js`;
    if (await Deno.stat(path).then(() => true, () => false)) return `file://${path}`;
  }
  throw new Error(`yaml ${version} is not in ${npmCache}: run deno install`);
}

function bundleOf(door: string): Bundle {
  if (CALL.includes(door)) return "call.js";
  if (TUI.includes(door)) return "tui.js";
  if (STORE.includes(door)) return "store.js";
  if (DYNAMODB.includes(door)) return "dynamodb.js";
  return SDK.includes(door) ? "sdk.js" : TEXT.includes(door) ? "text.js" : "rest.js";
}

async function doorSource(path: string): Promise<string> {
  const names = Object.keys(await import(FILE_ROOT + path));
  const from = `${JSON.stringify(bundleOf(path))}, ${JSON.stringify(path)}`;
  return `import { fromBundle } from "${FILE_ROOT}commands/rest.ts";
export const { ${names.join(", ")} } = await fromBundle(${from}) as any;
`;
}

async function bundle(
  entry: string,
  work: string,
  file: string,
  map: string,
  readable: boolean,
): Promise<void> {
  const out = `${work}/${file}`;
  const config = ["--config", `${ROOT}deno.json`, "--import-map", map];
  const form = readable ? [] : ["--minify"];
  const apart = { "tui.js": DEVELOPERS, "dynamodb.js": LEVEL }[file];
  await run([
    "bundle",
    "-q",
    ...form,
    ...(apart ? ["--external", apart] : []),
    ...config,
    "-o",
    out,
    entry,
  ]);
  const text = withRequire(withoutDevelopers(await Deno.readTextFile(out)));
  await Deno.writeTextFile(out, withoutMachine(text, work));
}

// Deno's bundler puts node's own `require` in the place of esbuild's, unless the short name that
// esbuild gave it holds a `$`. Then what CommonJS asks of node would fail when it is asked for.
function withRequire(text: string): string {
  return text.replace(
    /var ([\w$]+)=\([\w$]+=>typeof require<"u"\?require:.{1,200}?throw Error\('Dynamic require of .{1,40}? is not supported'\)\}\);/,
    (_, name: string) =>
      `import{createRequire as nodeRequire}from"node:module";var ${name}=nodeRequire(import.meta.url);`,
  );
}

function withoutDevelopers(text: string): string {
  return text.replaceAll(
    new RegExp(`\\bimport ([\\w$]+) from ?"${DEVELOPERS}";`, "g"),
    "var $1 = {};",
  );
}

// In the readable form the bundler says above each module where it lay, in the other one it may in a
// CommonJS module's name: two builds must be the same, byte for byte. The lengths are limited, since
// a minified file is one long line.
function withoutMachine(text: string, work: string): string {
  const folder = work.slice(work.lastIndexOf("/") + 1);
  const named = text
    .replaceAll(/\/\/ \S{0,300}\/npm\/[^/\n]{1,100}\/(\S+)/g, "// npm:$1")
    .replaceAll(/"[^"\n]{0,300}\/npm\/[^/"\n]{1,100}\/([^"\n]{1,300})"\(/g, '"npm:$1"(');
  if (!named.includes(folder)) return named;
  return named.replaceAll(new RegExp(`[^"'\\s]{0,300}${folder}/`, "g"), "");
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
  await build(undefined, { readable: Deno.args.includes("--readable") });
  for (const file of BUNDLES) {
    const { size } = await Deno.stat(`${ROOT}dist/${file}`);
    console.log(`dist/${file}  ${Math.round(size / 1024)} KiB`);
  }
}
