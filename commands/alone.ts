// commands: one command file as a program of its own.
import type { Command } from "@stricli/core";
import type { Context } from "./context.ts";

/** Runs `command` with the process's own arguments, and ends with its exit code. */
export async function alone(command: Command<Context>, name: string): Promise<void> {
  const { start } = await import("./main.ts");
  await start(command, `sentinel-${name}`);
}
