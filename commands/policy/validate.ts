// commands: is this policy file right?
import { buildCommand } from "@stricli/core";
import { SentinelError } from "../../lib/core/errors/mod.ts";
import { alone } from "../alone.ts";
import type { Context } from "../context.ts";
import { TALK_FLAGS, type TalkFlags, yes } from "../flags.ts";

interface ValidateFlags extends TalkFlags {
  readonly guardrail?: boolean;
}

/** `sentinel policy validate`. */
export const command = buildCommand<ValidateFlags, [string, ...string[]], Context>({
  async func(flags, ...files) {
    const session = this.open(flags);
    const json = await session.work.switchedOn("json");
    let first: SentinelError | null = null;
    for (const file of files) {
      const verdict = await session.validate(file, flags.guardrail ? "guardrail" : "policy");
      first ??= verdict.error;
      if (json) {
        const { error, problems } = verdict;
        this.base.out(
          `${
            JSON.stringify({ file, valid: error === null, code: error?.code ?? null, problems })
          }\n`,
        );
      } else if (verdict.error === null) this.base.out(`${file}: valid\n`);
      else if (files.length > 1) this.base.err(`${verdict.error.message}\n`);
    }
    if (first === null) return;
    if (json) this.process.exitCode = first.exitCode;
    else throw withoutItself(first);
  },
  parameters: {
    flags: {
      guardrail: yes("Read it as a guardrail: it binds and never allows"),
      ...TALK_FLAGS,
    },
    positional: {
      kind: "array",
      minimum: 1,
      parameter: { brief: "Policy files", parse: String, placeholder: "file" },
    },
  },
  docs: {
    brief: "Is this policy file right? All problems at once",
    fullDescription:
      `Reads policy files as strictly as every decision does, and shows each problem with its
line, column and fix. Needs no AWS.

Examples:
  sentinel policy validate policy.yaml
  sentinel policy validate --guardrail guardrails.yaml --json`,
  },
});

/** The hint of an invalid policy is this very command: here it says nothing. */
function withoutItself(error: SentinelError): SentinelError {
  if (error.code !== "POLICY_INVALID") return error;
  return new SentinelError(error.code, error.message, { cause: error });
}

if (import.meta.main) await alone(command, "policy-validate");
