// commands: what `credentials` and `exec` do, whoever read their arguments.
import { SentinelError } from "../lib/core/errors/mod.ts";
import { childEnvironment, environmentOf, processAnswer } from "../lib/core/sessions/forms.ts";
import { askOf } from "./ask.ts";
import type { Context } from "./context.ts";
import type { GrantFlags } from "./flags.ts";

/** `sentinel credentials`: decides, and prints a credential_process answer. */
export async function credentials({ base, open }: Context, flags: GrantFlags): Promise<void> {
  const session = open(flags);
  const grant = await session.grant(() => askOf(session, "credential_process"));
  // Served from the cache: what is left to do is to print it.
  if (grant.served === "cache") base.giveUp(["net", "run", "ffi"]);
  base.out(`${processAnswer(grant.credentials, grant.reported)}\n`);
}

/** `sentinel exec`: decides, and runs a program (or the shell); its exit code is the call's. */
export async function exec(
  { base, open, process }: Context,
  flags: GrantFlags,
  program: readonly string[],
): Promise<void> {
  const command = program.length > 0 ? program : [base.env("SHELL") || "/bin/sh"];
  const session = open(flags);
  // Before the gate: a program that isn't there needs no session.
  session.requireProgram(command);
  const grant = await session.grant(() => {
    refuseNested(base.env("AWS_SENTINEL"));
    return askOf(session, "cli");
  });
  const about = { profile: grant.target.name, region: grant.target.region };
  const environment = childEnvironment(
    base.environment(),
    environmentOf(grant.credentials, about),
    grant.pinned,
  );
  process.exitCode = await session.run(command, environment);
}

function refuseNested(inside: string | undefined): void {
  if (!inside) return;
  throw new SentinelError("NESTED", "Cannot run exec: this shell is inside one already", {
    hint: "leave it first (exit), or unset AWS_SENTINEL and the AWS_* keys that came with it",
  });
}
