// bundles: what deno compile packs. The runtime itself is not downloaded: this very Deno stands in for it.
import { strict as assert } from "node:assert";
import { LAZY_BUNDLES } from "../../scripts/build.ts";
import { ROOT } from "../../scripts/deno.ts";

Deno.test("deno task compile packs the bundles, the version in them, and no clock that moves", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const out = `${folder}/sentinel`;
    const { code, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "scripts/compile.ts", out],
      cwd: ROOT,
      env: { DENORT_BIN: Deno.execPath(), NO_COLOR: "1" },
    }).output();
    const told = new TextDecoder().decode(stderr);
    assert.equal(code, 0, told);
    const tree = told.slice(told.indexOf("Embedded Files"), told.indexOf("Files:"));
    const packed = [...tree.matchAll(/[├└]──\s+(\S+)/g)].map(([, name]) => name);
    assert.deepEqual(
      packed.filter((name) => name?.endsWith(".js")).sort(),
      ["hot.js", ...LAZY_BUNDLES].sort(),
    );
    const { version } = JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
    const bytes = new TextDecoder("latin1").decode(await Deno.readFile(out));
    assert.ok(bytes.includes(`="${version}"`), "the version is not stamped");
    assert.ok(!bytes.includes("clockOffset"), "the sandbox's entry is in it");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
