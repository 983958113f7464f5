// scripts: everything that stands between a change and main; its last line is the count.
import { closingLine, type Counts, deno, runFull, runTests, sumOf } from "./deno.ts";

async function step(args: readonly string[]): Promise<Counts> {
  const ok = await deno(args) === 0;
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 };
}

const STEPS: readonly (readonly [name: string, run: () => Promise<Counts>])[] = [
  ["check", () => step(["task", "check"])],
  ["demo", () => step(["task", "demo"])],
  ["test, the README's command", () => runTests(["tests/"])],
  ["what test:full adds: the stated counts, moto, real clients, judges", () => runFull()],
];

const all: Counts[] = [];
for (const [name, run] of STEPS) {
  console.log(`\n== ${name}`);
  all.push(await run());
}
const counts = sumOf(all);
console.log(closingLine(counts));
Deno.exitCode = counts.failed === 0 && counts.passed > 0 ? 0 : 1;
