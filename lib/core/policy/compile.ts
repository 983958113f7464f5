// policy: files to one compiled form, with an index that keeps deciding cheap.
import { SentinelError } from "../errors/mod.ts";
import type { CompiledFile, CompiledPolicy, CompiledRule, Policy } from "./document.ts";

export type { CompiledPolicy } from "./document.ts";

/** Names the compiled form. It changes whenever the form or its meaning does; caches key by it. */
export const COMPILER = "sentinel-policy-1";

/** A rule in more buckets than this goes by its profiles alone: the index must not outgrow the text. */
const MOST_BUCKETS = 64;

/**
 * Puts a policy and its guardrails together.
 *
 * @param policies at most one of kind `policy`, any number of kind `guardrail`, in any order
 * @returns plain JSON: it may be stored, and read back equals what was stored
 * @throws SentinelError `POLICY_INVALID` for two policies, or two files of one name
 * @example
 * ```ts
 * import { strict as assert } from "node:assert";
 * import { parsePolicy } from "./parse.ts";
 * const policy = parsePolicy(
 *   'version: "1"\nrules:\n  - {name: dev, effect: allow, conditions: {profiles: [dev]}}',
 *   "policy.yaml",
 * );
 * const compiled = compilePolicy([policy]);
 * assert.equal(compiled.policy?.rules[0]?.id, "policy.yaml/dev");
 * assert.deepEqual(JSON.parse(JSON.stringify(compiled)), compiled);
 * ```
 */
export function compilePolicy(policies: readonly Policy[]): CompiledPolicy {
  const files = new Set<string>();
  for (const { origin } of policies) {
    if (files.has(origin.file)) throw clash(`found the file name "${origin.file}" twice`);
    files.add(origin.file);
  }
  const deciding = policies.filter(({ origin }) => origin.kind === "policy");
  if (deciding.length > 1) throw clash(`found ${deciding.length} policies beside the guardrails`);
  const [policy] = deciding;
  return {
    compiler: COMPILER,
    policy: policy === undefined ? null : compileFile(policy),
    guardrails: policies.filter(({ origin }) => origin.kind === "guardrail").map(compileFile),
  };
}

function clash(found: string): SentinelError {
  return new SentinelError("POLICY_INVALID", `Cannot compile policy: ${found}, want one`);
}

function compileFile({ origin, rules }: Policy): CompiledFile {
  const buckets = new Map<string, number[]>();
  const compiled = rules.map((rule, index): CompiledRule => {
    for (const key of bucketsOf(rule.conditions.profiles, rule.conditions.users)) {
      const bucket = buckets.get(key);
      if (bucket === undefined) buckets.set(key, [index]);
      else if (bucket.at(-1) !== index) bucket.push(index);
    }
    return { ...rule, id: `${origin.file}/${rule.name}`, index };
  });
  return {
    file: origin.file,
    kind: origin.kind,
    rules: compiled,
    buckets: Object.fromEntries(buckets),
  };
}

function bucketsOf(
  profiles: readonly string[] | null,
  users: readonly string[] | null,
): string[] {
  const many = (profiles?.length ?? 1) * (users?.length ?? 1) > MOST_BUCKETS;
  const byUser = many && profiles === null;
  return (profiles ?? [""]).flatMap((profile) =>
    (many && !byUser ? [""] : users ?? [""]).map((user) => bucketKey(profile, user))
  );
}

/** The bucket of a profile and a user; empty stands for any (no name is empty or holds a line break). */
function bucketKey(profile: string, user: string): string {
  return `${profile}\n${user}`;
}

/** The positions of every rule that could match a profile and a user, ascending, each once. */
export function candidates(file: CompiledFile, profile: string, user: string): number[] {
  const keys = [
    bucketKey(profile, user),
    bucketKey(profile, ""),
    bucketKey("", user),
    bucketKey("", ""),
  ];
  const found = keys.flatMap((key) =>
    Object.hasOwn(file.buckets, key) ? file.buckets[key] ?? [] : []
  );
  return [...new Set(found)].sort((a, b) => a - b);
}
