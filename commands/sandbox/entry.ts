// commands: the program as it runs inside a sandbox: the same app, with the sandbox's clock.
import { VERSION } from "../../lib/core/config/version.ts";
import { root } from "../app.ts";
import { processBase } from "../base.ts";
import { main } from "../main.ts";

/** How far the sandbox's clock stands from the real one, in milliseconds. */
async function clockOffset(control: string | undefined): Promise<number> {
  if (!control) return 0;
  const answer = await fetch(`${control}/clock`);
  const { offset } = await answer.json();
  return Number(offset) * 1000;
}

const base = processBase(VERSION);
const control = base.env("SENTINEL_SANDBOX_CONTROL");
const offset = await clockOffset(control);
Deno.exitCode = await main(Deno.args, {
  ...base,
  now: () => new Date(Date.now() + offset),
  // The sandbox is a machine of its own: its administrator's file lies in its own home.
  pinsPath: `${base.env("SENTINEL_HOME") ?? "/nonexistent"}/pins.yaml`,
  pinnedEndpoint: base.env("AWS_ENDPOINT_URL") ?? null,
}, root);
