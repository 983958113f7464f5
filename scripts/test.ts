// scripts: the README's test command; with --full, the stated counts, real clients and judges too.
import { closingLine, runTests } from "./deno.ts";

const full = Deno.args.includes("--full");
const paths = Deno.args.filter((arg) => !arg.startsWith("--"));

const counts = await runTests(
  paths.length > 0 ? paths : ["tests/"],
  full ? { SENTINEL_TEST_FULL: "1" } : {},
  ["--parallel"],
);
console.log(closingLine(counts));
Deno.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
