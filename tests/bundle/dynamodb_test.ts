// bundles: the sandbox's DynamoDB works in every form of the program, without native code or its right.
import { strict as assert } from "node:assert";
import { build } from "../../scripts/build.ts";
import { ROOT } from "../../scripts/deno.ts";
import { BUNDLE_FLAGS } from "../../commands/bundles.ts";

const dist = await Deno.makeTempDir();
await build(dist);
globalThis.addEventListener("unload", () => Deno.removeSync(dist, { recursive: true }));

const FORMS: readonly { name: string; args: readonly string[]; npm: boolean }[] = [
  {
    name: "bundled, with no npm package around",
    args: [...BUNDLE_FLAGS, `${dist}/hot.js`],
    npm: false,
  },
  { name: "from a checkout", args: ["-q", "--no-prompt", "-A", `${ROOT}mod.ts`], npm: true },
];

for (const { name, args, npm } of FORMS) {
  Deno.test(`a sandbox ${name} plays DynamoDB, though its command has given up ffi`, async () => {
    const home = await Deno.makeTempDir();
    try {
      const cache = JSON.parse(await output(["info", "--json"], {})).denoDir;
      const child = [
        "env",
        `DENO_DIR=${cache}`,
        Deno.execPath(),
        "run",
        "-A",
        "-q",
        "--no-check",
        "--config",
        `${ROOT}deno.json`,
        `${ROOT}tests/bundle/fixtures/use_tables.ts`,
      ];
      const own = npm ? cache : `${home}/deno`;
      const said = await output(["run", ...args, "sandbox", "exec", "--", ...child], {
        HOME: home,
        PATH: "/usr/bin:/bin",
        DENO_DIR: own,
      });
      assert.deepEqual(JSON.parse(said), [
        { Item: { id: { S: "a" } } },
        "ResourceNotFoundException",
      ]);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  });
}

/** What a call of Deno prints; `env` is all of its environment where it isn't empty. */
async function output(args: readonly string[], env: Record<string, string>): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: ROOT,
    env,
    clearEnv: Object.keys(env).length > 0,
  }).output();
  const [out = "", err = ""] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.ok(success, err);
  return out;
}
