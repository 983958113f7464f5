// approvals: any sequence of steps, by anybody, at any time, ends where the model says.
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { memoryStore } from "./memory.ts";
import { begin, STEPS } from "./model.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "400");

Deno.test("a request is where the model says, after any steps and any jumps of the clock", async () => {
  const seen = new Set<string>();
  const commands = fc.commands(STEPS, { maxCommands: 40, size: "max" });
  await fc.assert(
    fc.asyncProperty(
      commands,
      (steps) => fc.asyncModelRun(() => begin(memoryStore(), seen), steps),
    ),
    { seed: 65, numRuns: RUNS },
  );
  // Fewer runs than this need not meet them all.
  if (RUNS < 100) return;
  for (
    const met of [
      "used",
      "STATE_REFUSED",
      "APPROVER_REFUSED",
      "CLOCK_SKEWED",
      "APPROVAL_EARLY",
      "APPROVAL_OVER",
      "APPROVAL_FOREIGN",
      "OBLIGATION_OPEN",
    ]
  ) {
    assert.ok(seen.has(met), `no run met ${met}`);
  }
});
