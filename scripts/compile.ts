// scripts: one file with everything in it: dist/sentinel, for machines without Deno.
import { build, LAZY_BUNDLES } from "./build.ts";
import { ROOT } from "./deno.ts";

const dist = `${ROOT}dist`;
await build(dist);
// What hot.js reaches by a computed path, the compiler can't see. The sandbox's entry stays out:
// nothing that is shipped on its own has a clock that can be moved.
const beside = LAZY_BUNDLES.flatMap((file) => ["--include", `${dist}/${file}`]);
const { code } = await new Deno.Command(Deno.execPath(), {
  args: [
    "compile",
    "-A",
    "--no-prompt",
    "--no-config",
    "--no-lock",
    ...beside,
    "--output",
    Deno.args[0] ?? `${dist}/sentinel`,
    `${dist}/hot.js`,
  ],
}).spawn().status;
Deno.exitCode = code;
