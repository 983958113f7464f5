// scripts: the README's test command; with --full, the stated counts, moto, real clients and judges too.
import { closingLine, runFull, runTests } from "./deno.ts";

const full = Deno.args.includes("--full");
const paths = Deno.args.filter((arg) => !arg.startsWith("--"));

const counts = full ? await runFull(paths) : await runTests(paths.length > 0 ? paths : ["tests/"]);
console.log(closingLine(counts));
Deno.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
