// breakglass: any sequence of steps, deaths and jumps of the clock ends where the model says.
import fc from "fast-check";
import { memoryStore } from "../approvals/memory.ts";
import { begin, STEPS } from "./model.ts";

const RUNS = Number(Deno.env.get("SENTINEL_TEST_RUNS") ?? "100");

Deno.test("an emergency is where the model says, after any steps, deaths and jumps of the clock", async () => {
  const commands = fc.commands(STEPS, { maxCommands: 30, size: "max" });
  await fc.assert(
    fc.asyncProperty(commands, (steps) => fc.asyncModelRun(() => begin(memoryStore()), steps)),
    { seed: 76, numRuns: RUNS },
  );
});
