// commands: one program run in an AWS on loopback of its own.
import { buildCommand } from "@stricli/core";
import { SentinelError } from "../../lib/core/errors/mod.ts";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { TALK_FLAGS } from "../flags.ts";
import { AS_FLAG, type SandboxFlags, WORLD_FLAG } from "./run.ts";

/** `sentinel sandbox exec`. */
export const command = buildCommand<SandboxFlags, string[], Context>({
  async func(flags, ...program) {
    if (program.length === 0) {
      throw new SentinelError("USAGE", "Cannot run in the sandbox: no program was named", {
        hint: "sentinel sandbox exec -- sentinel credentials --profile dev",
      });
    }
    const { withSandbox } = await import("./start.ts");
    const options = { port: 0, world: flags.world, as: flags.as };
    this.process.exitCode = await withSandbox(
      this.base,
      options,
      (sandbox) => sandbox.run(program),
    );
  },
  parameters: {
    flags: { world: WORLD_FLAG, as: AS_FLAG, ...TALK_FLAGS },
    positional: {
      kind: "array",
      parameter: {
        brief: "Program and its arguments, after --",
        parse: String,
        placeholder: "cmd",
      },
    },
  },
  docs: {
    brief: "Run one program in an AWS on loopback",
    fullDescription:
      `Starts the sandbox on a free port, runs the program in its environment, passes the exit
code through and leaves nothing behind.

Examples:
  sentinel sandbox exec -- sentinel credentials --profile dev
  sentinel sandbox exec --as lea -- sh -c 'sentinel whoami; sentinel list'`,
  },
});

if (import.meta.main) await alone(command, "sandbox-exec");
