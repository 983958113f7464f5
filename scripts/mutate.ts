// scripts: makes small faults in the code, one at a time, and counts those that the tests notice.
// `deno run -A scripts/mutate.ts --room iam --count 500 --seed 1 --out FILE`; see docs/mutation.md.
import { deno } from "./deno.ts";

const args = ["run", "-A", "--config", "scripts/mutate/deno.json", "scripts/mutate/run.ts"];
Deno.exitCode = await deno([...args, ...Deno.args]);
