// commands: AWS on loopback, in the foreground.
import { buildCommand } from "@stricli/core";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { said, TALK_FLAGS, type TalkFlags } from "../flags.ts";

/** Flags of both sandbox commands. */
export interface SandboxFlags extends TalkFlags {
  readonly world?: string;
  readonly as?: string;
}

interface RunFlags extends SandboxFlags {
  readonly port?: number;
}

/** `--world FILE`. */
export const WORLD_FLAG = said(
  "A world of your own (YAML); default: one account, three users, four profiles",
  "FILE",
);

/** `--as USER`. */
export const AS_FLAG = said("Whose base credentials AWS_PROFILE names; default mara", "USER");

function port(text: string): number {
  const n = Number(text);
  if (Number.isInteger(n) && n >= 0 && n < 65_536) return n;
  throw new SyntaxError(`Expected a port, found ${JSON.stringify(text)}`);
}

/** `sentinel sandbox run`. */
export const command = buildCommand<RunFlags, [], Context>({
  async func(flags) {
    const { withSandbox, untilInterrupted } = await import("./start.ts");
    const options = { port: flags.port ?? 0, world: flags.world, as: flags.as };
    await withSandbox(this.base, options, async (sandbox) => {
      const { endpoint, control, home, env } = sandbox;
      this.base.out(`${JSON.stringify({ endpoint, control, home, env })}\n`);
      await untilInterrupted();
      return 0;
    });
  },
  parameters: {
    flags: {
      port: {
        kind: "parsed",
        parse: port,
        optional: true,
        brief: "Port on 127.0.0.1; default a free one",
        placeholder: "N",
      },
      world: WORLD_FLAG,
      as: AS_FLAG,
      ...TALK_FLAGS,
    },
  },
  docs: {
    brief: "Serve AWS on 127.0.0.1 until Ctrl-C",
    fullDescription:
      `Plays STS, IAM, SSM, KMS, CloudTrail, DynamoDB, SNS and SES on loopback: signatures
are checked, policies are judged. It is no AWS, and its keys are good nowhere else. Prints one JSON line when it is ready.

Examples:
  sentinel sandbox run --port 4577
  sentinel sandbox run --world world.yaml`,
  },
});

if (import.meta.main) await alone(command, "sandbox-run");
