// scripts: one word runs all checks: form, lint, types, documentation, its examples, the laws.
import { deno } from "./deno.ts";

const STEPS: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["form", ["fmt", "--check"]],
  ["lint", ["lint"]],
  ["types", [
    "check",
    "mod.ts",
    "commands",
    "lib",
    "templates",
    "tui",
    "tests",
    "scripts",
    "bench",
  ]],
  ["documentation of the library", ["doc", "--lint", "mod.ts"]],
  ["examples in the documentation", [
    "test",
    "-A",
    "--doc",
    "--no-check",
    "mod.ts",
    "lib",
    "templates",
  ]],
  ["laws", ["test", "-A", "--no-check", "tests/laws"]],
];

const failed: string[] = [];
for (const [name, args] of STEPS) {
  console.log(`check: ${name}`);
  if (await deno(args) !== 0) failed.push(name);
}
console.log(failed.length === 0 ? "check: all clean" : `check: failed: ${failed.join(", ")}`);
Deno.exitCode = failed.length === 0 ? 0 : 1;
