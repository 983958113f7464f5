// bundles: the npm package, packed and installed as a stranger would.
import { strict as assert } from "node:assert";
import { BUNDLES } from "../../scripts/build.ts";
import { ROOT } from "../../scripts/deno.ts";
import { writePackage } from "../../scripts/package.ts";
import { firstThatRuns, runIn, testWith } from "../e2e/tools.ts";

const npm = await firstThatRuns([["npm", "--version"]]);
const PATH = Deno.env.get("PATH") ?? "";

/** npm's own settings: registry, proxy, CA. Its cache spares the download. */
function npmEnv(): Record<string, string> {
  const home = Deno.env.get("HOME");
  const kept = Object.entries(Deno.env.toObject())
    .filter(([name]) => /^(npm_config_|node_extra_ca|https?_proxy|no_proxy)/i.test(name));
  return { PATH, ...Object.fromEntries(kept), ...(home && { npm_config_cache: `${home}/.npm` }) };
}

async function inFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the npm package says what it is and needs one exact Deno", () =>
  inFolder(async (folder) => {
    await writePackage(`${folder}/npm`);
    const said = JSON.parse(await Deno.readTextFile(`${folder}/npm/package.json`));
    const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
    assert.equal(said.version, version);
    assert.deepEqual(said.dependencies, { deno: Deno.version.deno });
    assert.equal(said.license, "Apache-2.0");
    for (const path of ["LICENSE", "README.md", ...BUNDLES.map((file) => `dist/${file}`)]) {
      assert.ok((await Deno.stat(`${folder}/npm/${path}`)).isFile, path);
    }
  }));

testWith(
  npm === null ? null : "npm",
  "npm i -g of the packed package makes a sentinel that runs without a global Deno",
  "there is no npm here",
  () =>
    inFolder(async (folder) => {
      await writePackage(`${folder}/npm`);
      const packed = await runIn(folder, npmEnv(), "npm", "pack", "--silent", "./npm");
      assert.equal(packed.code, 0, packed.err);
      const prefix = `${folder}/prefix`;
      const install = ["i", "-g", "--silent", "--no-audit", "--prefix", prefix];
      const installed = await runIn(folder, npmEnv(), "npm", ...install, packed.out.trim());
      assert.equal(installed.code, 0, installed.err);
      const sentinel = `${prefix}/bin/sentinel`;
      const bare = { PATH: "/usr/bin:/bin", DENO_DIR: `${folder}/deno` };
      const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
      assert.deepEqual(await runIn(folder, bare, sentinel, "--version"), {
        code: 0,
        out: `${version}\n`,
        err: "",
      });
      const words = ["sandbox", "exec", "--", "sentinel", "credentials", "--profile", "dev"];
      const ran = await runIn(folder, bare, sentinel, ...words);
      assert.equal(ran.code, 0, ran.err);
      assert.match(ran.out, /^\{"Version":1,"AccessKeyId":"ASIA/);
    }),
);
