// commands: the program as it runs inside a sandbox: the same app, with the sandbox's clock.
import { programFor } from "../hot.ts";
import { ownBase } from "../own_base.ts";

/** How far the sandbox's clock stands from the real one, in milliseconds. */
async function clockOffset(control: string | undefined): Promise<number> {
  if (!control) return 0;
  const answer = await fetch(`${control}/clock`);
  const { offset } = await answer.json();
  return Number(offset) * 1000;
}

const control = Deno.env.get("SENTINEL_SANDBOX_CONTROL");
const offset = await clockOffset(control);
const run = await programFor(Deno.args);

async function inSandbox(): Promise<number> {
  const base = ownBase(Deno.args);
  return await run({
    ...base,
    now: () => new Date(Date.now() + offset),
    // The sandbox is a machine of its own: its administrator's file lies in its own home.
    pinsPath: `${base.env("SENTINEL_HOME") ?? "/nonexistent"}/pins.yaml`,
    pinsByRoot: false,
    pinnedEndpoint: base.env("AWS_ENDPOINT_URL") ?? null,
  });
}

// In a callback of its own, for the reason that commands/program.ts has.
Deno.exitCode = await Promise.resolve().then(inSandbox);
