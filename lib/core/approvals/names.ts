// approvals: how approval and break-glass policies name people, groups and profiles.
import { type Finding, list, mapOf, type Report, text } from "../yaml/mod.ts";
import { formatProblems, readStrict, type Schema, StrictReadError } from "../yaml/mod.ts";
import { SentinelError } from "../errors/mod.ts";
import { POLICY_USER } from "../identity/policy_user.ts";
import { printable } from "../text/printable.ts";

const GROUP = /^@[A-Za-z0-9._-]{1,64}$/;

/** A slip that people are known to make, with what to write instead. */
export function mistake(message: string, fix: string): Finding {
  return { id: "known-mistake", message, fix };
}

function noPattern(name: string, key: string): Finding | null {
  if (!/[*?[\]]/.test(name)) return null;
  return mistake(
    `found a pattern in "${name}", want an exact name`,
    name === "*" && key === "profiles"
      ? "leave `profiles:` out, which means any"
      : "name each one, or a group such as @leads",
  );
}

function badUser(name: string): Finding {
  const what = name.startsWith("arn:") ? "an ARN" : "a name that no caller can have";
  return {
    id: "impossible-user",
    message: `found ${what}, want a policy user name or a group such as @leads`,
    fix: "copy the name that `sentinel whoami` prints as the policy user",
  };
}

const user = text({
  wanted: "a policy user name",
  check: (name) => noPattern(name, "users") ?? (POLICY_USER.test(name) ? null : badUser(name)),
});

const userOrGroup = text({
  wanted: "a policy user name, or a group such as @leads",
  check: (name) =>
    noPattern(name, "users") ??
      (POLICY_USER.test(name) && !name.startsWith("@") || GROUP.test(name) ? null : badUser(name)),
});

/** The name of a rule, unique in its file. */
export const ruleName: Schema<string> = text({
  pattern: /^[A-Za-z0-9._-]+$/,
  max: 64,
  wanted: "a name of A-Z a-z 0-9 . _ -",
});

/** `profiles`: left out, it means any. */
export const profiles: Schema<string[]> = list(
  text({ max: 256, wanted: "a profile name", check: (name) => noPattern(name, "profiles") }),
);

/** At least one person or group. */
export const people: Schema<string[]> = list(userOrGroup, {
  unique: { what: "name" },
  wanted: "a list of policy user names and groups",
});

/** `groups`: people under a name, `@name` where it is used. A group holds no groups. */
export const groups: Schema<Map<string, string[]>> = mapOf(
  text({ pattern: /^[A-Za-z0-9._-]{1,64}$/, wanted: "a group's name, without the @" }),
  list(user, { unique: { what: "name" } }),
);

/** `people`: the further names that one person goes by, in other accounts say. */
export const aliases: Schema<Map<string, string[]>> = mapOf(user, list(user));

/** `@name` spelt out everywhere; each name once, in order. Reports a group that there isn't. */
export function spellOut(
  names: readonly string[],
  known: ReadonlyMap<string, readonly string[]>,
  report: (index: number, finding: Finding) => void,
): string[] {
  const found = names.flatMap((name, index) => {
    if (!name.startsWith("@")) return [name];
    const group = known.get(name.slice(1));
    if (group !== undefined) return group;
    report(index, {
      id: "unknown-group",
      message: `found the group ${name}, want one of this file's groups`,
      fix: `add ${name.slice(1)} under \`groups:\``,
    });
    return [];
  });
  return [...new Set(found)];
}

/** {@link spellOut} with its findings at `path`. */
export function spellOutAt(
  path: readonly (string | number)[],
  names: readonly string[],
  known: ReadonlyMap<string, readonly string[]> | undefined,
  report: Report,
): string[] {
  return spellOut(names, known ?? new Map(), (index, found) => report([...path, index], found));
}

/**
 * Reads a document of this family by its schema.
 * @param what as messages call it: `approval policy`
 * @throws SentinelError `POLICY_INVALID` with every problem, each with its place and fix
 */
export function readDocument<T>(source: string, file: string, schema: Schema<T>, what: string): T {
  try {
    return readStrict(source, file, schema).value;
  } catch (error) {
    if (!(error instanceof StrictReadError)) throw error;
    const { length } = error.problems;
    const count = length === 1 ? "1 problem" : `${length} problems`;
    throw new SentinelError(
      "POLICY_INVALID",
      `Cannot read ${what}: found ${count} in ${printable(file)}, want none\n` +
        formatProblems(error.problems),
    );
  }
}
