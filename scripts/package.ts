// scripts: dist/npm, a package that `npm i -g` installs on a machine that has Node and no Deno.
import { build } from "./build.ts";
import { ROOT } from "./deno.ts";
import { BUNDLE_FLAGS } from "../commands/bundles.ts";

const LAUNCHER = `#!/bin/sh
# Where npm put this package: links are followed, since npm links its programs.
self=$0
while [ -L "$self" ]; do
  link=$(readlink "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname "$self")/$link ;;
  esac
done
root=$(cd "$(dirname "$self")/.." && pwd -P)
# Deno is a dependency: npm puts it inside this package, or beside it.
for deno in "$root/node_modules/deno/deno" "$root/../deno/deno" "$root/../../deno/deno"; do
  [ -x "$deno" ] && exec "$deno" run ${BUNDLE_FLAGS.join(" ")} "$root/dist/hot.js" "$@"
done
exec deno run ${BUNDLE_FLAGS.join(" ")} "$root/dist/hot.js" "$@"
`;

interface Config {
  name: string;
  version: string;
  license: string;
}

/** What npm must know. Deno is pinned to the one that this was built with. */
function manifest({ name, version, license }: Config, pages: readonly string[]): string {
  const value = {
    name,
    version,
    description: "Decides by policy whether you get AWS credentials, and records why",
    license,
    bin: { sentinel: "bin/sentinel" },
    man: pages.map((name) => `./man/${name}`),
    files: ["bin", "dist", "man", "LICENSE", "README.md"],
    os: ["linux", "darwin"],
    dependencies: { deno: Deno.version.deno },
  };
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Writes the package into `folder`; what was there before goes. */
export async function writePackage(folder: string): Promise<void> {
  const config: Config = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
  await Deno.remove(folder, { recursive: true }).catch(() => {});
  await Deno.mkdir(`${folder}/bin`, { recursive: true });
  await build(`${folder}/dist`);
  await Deno.writeTextFile(`${folder}/bin/sentinel`, LAUNCHER, { mode: 0o755 });
  const pages = await Array.fromAsync(Deno.readDir(`${ROOT}man`), ({ name }) => name);
  await Deno.writeTextFile(`${folder}/package.json`, manifest(config, pages.sort()));
  await Deno.mkdir(`${folder}/man`);
  for (const name of pages) {
    await Deno.copyFile(`${ROOT}man/${name}`, `${folder}/man/${name}`);
  }
  for (const file of ["LICENSE", "README.md"]) {
    await Deno.copyFile(ROOT + file, `${folder}/${file}`);
  }
}

if (import.meta.main) {
  const folder = `${ROOT}dist/npm`;
  await writePackage(folder);
  console.log(`wrote ${folder}; next: cd dist/npm && npm publish`);
}
