// policy: a version "1" text to a policy, or everything that is wrong with it.
import { SentinelError } from "../errors/mod.ts";
import { printable, shellWord } from "../text/printable.ts";
import { formatProblems, readStrict, StrictReadError } from "../yaml/mod.ts";
import type { Policy, Rule } from "./document.ts";
import { type ReadDocument, SCHEMAS } from "./schema.ts";
import type { Origin, Place, PolicyProblems, Problem } from "./types.ts";

/** A policy's text is not valid. It decides nothing. */
export class PolicyInvalidError extends SentinelError implements PolicyProblems {
  /** The class by name, for logs. */
  override readonly name = "PolicyInvalidError";
  /** Where the text came from. */
  readonly origin: Origin;
  /** Everything that is wrong, in the order of the text. */
  readonly problems: readonly Problem[];

  /** Made by `parsePolicy` from all that it found. */
  constructor(origin: Origin, problems: readonly Problem[]) {
    super("POLICY_INVALID", messageOf(origin, problems), {
      hint: `sentinel policy validate ${shellWord(origin.file)}`,
    });
    this.origin = origin;
    this.problems = problems;
  }
}

function messageOf(origin: Origin, problems: readonly Problem[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return `Cannot read policy: found ${count} in ${printable(origin.file)}, want none\n` +
    formatProblems(problems);
}

/**
 * Reads and validates a policy: there is no policy that was parsed and not validated.
 *
 * @param text YAML, version "1"
 * @param origin where it comes from; a bare text is the file of a deciding policy
 * @throws PolicyInvalidError with every problem, each with its place and fix
 * @example
 * ```ts
 * import { strict as assert } from "node:assert";
 * const policy = parsePolicy(
 *   'version: "1"\nrules:\n  - {name: dev, effect: allow, conditions: {profiles: [dev]}}',
 *   "policy.yaml",
 * );
 * assert.equal(policy.rules[0]?.effect, "allow");
 * assert.throws(() => parsePolicy('version: "1"\nrules: []', "policy.yaml"), PolicyInvalidError);
 * ```
 */
export function parsePolicy(text: string, origin: string | Origin): Policy {
  const given = typeof origin === "string" ? { file: origin } : origin;
  const full: Required<Origin> = { file: given.file, kind: given.kind ?? "policy" };
  try {
    const { value, place } = readStrict(text, full.file, SCHEMAS[full.kind]);
    return {
      version: "1",
      origin: full,
      rules: value.rules.map((rule, index) => ruleOf(rule, place(["rules", index]))),
    };
  } catch (error) {
    if (error instanceof StrictReadError) throw new PolicyInvalidError(full, error.problems);
    throw error;
  }
}

function ruleOf(read: ReadDocument["rules"][number], place: Place): Rule {
  const { profiles, users, mode, time, device } = read.conditions;
  return {
    name: read.name,
    effect: read.effect,
    reason: read.reason ?? null,
    conditions: {
      profiles: profiles ?? null,
      users: users ?? null,
      mode: mode ?? null,
      time: time ?? null,
      device: device ?? null,
    },
    maxServerDuration: read.max_server_duration ?? null,
    sessionTable: read.session_table ?? null,
    unstamped: read.unstamped ?? false,
    place,
  };
}
