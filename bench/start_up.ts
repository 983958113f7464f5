// bench: whole processes, as multiples of an empty Deno program in the same run.
import { withSandbox } from "../commands/sandbox/start.ts";
import { processBase } from "../commands/base.ts";

const RUNS = Number(Deno.env.get("SENTINEL_BENCH_RUNS") ?? "15");

async function time(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

/** Medians, the candidates taking turns: what disturbs one disturbs the other. */
async function medians(candidates: Record<string, () => Promise<unknown>>) {
  const times = new Map<string, number[]>();
  for (let i = 0; i < RUNS; i++) {
    for (const [name, run] of Object.entries(candidates)) {
      times.set(name, [...times.get(name) ?? [], await time(run)]);
    }
  }
  const middle = (all: number[]) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)] ?? NaN;
  return new Map([...times].map(([name, all]) => [name, middle(all)]));
}

const empty = await Deno.makeTempFile({ suffix: ".ts" });
await withSandbox(
  processBase("bench", false),
  { port: 0, world: undefined, as: undefined },
  async ({ env }) => {
    const run = async (command: string, args: string[]) => {
      const { success } = await new Deno.Command(command, {
        args,
        env,
        stdout: "null",
        stderr: "null",
      })
        .output();
      if (!success) throw new Error(`${command} ${args.join(" ")} failed: nothing is measured`);
    };
    await run("sentinel", ["credentials", "--profile", "dev"]);
    const figures = await medians({
      "empty Deno program": () => run(Deno.execPath(), ["run", "-A", empty]),
      "sentinel --version": () => run("sentinel", ["--version"]),
      "credentials, warm": () => run("sentinel", ["credentials", "--profile", "dev"]),
    });
    const floor = figures.get("empty Deno program") ?? NaN;
    for (const [name, ms] of figures) {
      console.log(`${name.padEnd(24)} ${(ms / floor).toFixed(2)} x empty`);
    }
    return 0;
  },
);
await Deno.remove(empty);
