// scripts: puts `sentinel` into ~/.local/bin, or takes it away again (--remove).
import { BUNDLE_FLAGS } from "../commands/bundles.ts";
import { build } from "./build.ts";
import { ROOT } from "./deno.ts";
import { installMan, manDirectory, removeMan } from "./docs/man.ts";

const MARK = "# sentinel launcher, written by `deno task install`";

function directory(): string {
  const home = Deno.env.get("HOME");
  if (!home) throw new Error("Cannot install: HOME is not set");
  return Deno.env.get("SENTINEL_BIN") ?? `${home}/.local/bin`;
}

function word(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

// Under npx Deno lies in a cache that npm may prune: PATH is asked when it is gone.
function launcher(): string {
  return `#!/bin/sh
${MARK}
deno=${word(Deno.execPath())}
if [ ! -x "$deno" ]; then
  deno=$(command -v deno) || {
    echo 'sentinel: Deno is gone: install it: npm install --global deno' >&2
    exit 1
  }
fi
if [ ! -f ${word(`${ROOT}dist/hot.js`)} ]; then
  echo 'sentinel: the checkout that it was installed from has no dist/: run deno task install there' >&2
  exit 1
fi
exec "$deno" run ${BUNDLE_FLAGS.join(" ")} ${word(`${ROOT}dist/hot.js`)} "$@"
`;
}

async function isOurs(path: string): Promise<boolean | null> {
  try {
    return (await Deno.readTextFile(path)).includes(MARK);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

async function install(path: string): Promise<void> {
  if (await isOurs(path) === false) throw new Error(`Cannot install: ${path} is another program`);
  await build();
  await Deno.mkdir(directory(), { recursive: true });
  const temporary = `${path}.new`;
  await Deno.writeTextFile(temporary, launcher(), { mode: 0o755 });
  await Deno.rename(temporary, path);
  console.log(`installed ${path}: it runs ${ROOT}dist, so keep this checkout`);
  const pages = await installMan(manDirectory());
  console.log(`and ${pages} man pages in ${manDirectory()}: man sentinel`);
  const onPath = (Deno.env.get("PATH") ?? "").split(":").includes(directory());
  if (!onPath) console.log(`put it on your PATH: export PATH="${directory()}:$PATH"`);
}

async function remove(path: string): Promise<void> {
  const ours = await isOurs(path);
  if (ours === false) throw new Error(`Cannot remove: ${path} is another program`);
  if (ours) await Deno.remove(path);
  console.log(ours ? `removed ${path}` : `nothing to remove at ${path}`);
  const pages = await removeMan(manDirectory());
  if (pages > 0) console.log(`and ${pages} man pages in ${manDirectory()}`);
}

const path = `${directory()}/sentinel`;
try {
  await (Deno.args.includes("--remove") ? remove(path) : install(path));
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  Deno.exitCode = 1;
}
