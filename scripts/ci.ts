// scripts: everything that stands between a change and main; its last line is the count.
import { closingLine, type Counts, deno, runTests } from "./deno.ts";

const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
function add(more: Counts): void {
  counts.passed += more.passed;
  counts.failed += more.failed;
  counts.skipped += more.skipped;
}
async function step(name: string, args: readonly string[]): Promise<void> {
  console.log(`\n== ${name}`);
  const ok = await deno(args) === 0;
  add({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });
}

await step("check", ["task", "check"]);
await step("demo", ["task", "demo"]);
console.log("\n== test");
add(await runTests(["tests/"], {}, ["--parallel"]));
console.log("\n== what test:full adds: the stated counts, real clients");
add(await runTests(["tests/"], { SENTINEL_TEST_FULL: "1" }, ["--parallel"]));
console.log(closingLine(counts));
Deno.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
