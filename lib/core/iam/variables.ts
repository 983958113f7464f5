// iam: policy variables: `${aws:username}`, `${aws:PrincipalTag/team, 'none'}`, `${*}`.
import type { ContextValues } from "./context.ts";
import { type GlobToken, parseGlob, parseLiteral } from "./glob.ts";
import type { UnknownReason } from "./types.ts";

/** How a policy's text is read. */
export interface Reading {
  /** False in documents of version 2008-10-17, where `${…}` is plain text. */
  variables: boolean;
  /** False for operators such as StringEquals, where `*` and `?` are plain text. */
  wildcards: boolean;
}

const VARIABLE = /\$\{([^{}',]*)(?:,\s*'([^']*)'\s*)?\}/y;

/**
 * Puts the request's values into a policy's text (IAM User Guide, "IAM policy elements: Variables
 * and tags"). What comes out of a variable is plain text, never a wildcard.
 *
 * @returns tokens; `unresolved-variable` when a variable has neither value nor default; or
 * `unsupported-variable` for one that AWS documents no answer for
 */
export function expand(
  text: string,
  values: ContextValues,
  reading: Reading,
): readonly GlobToken[] | UnknownReason {
  const read = reading.wildcards ? parseGlob : parseLiteral;
  if (!reading.variables || !text.includes("${")) return read(text);
  const tokens: GlobToken[] = [];
  let rest = 0;
  for (let at = text.indexOf("${"); at >= 0; at = text.indexOf("${", rest)) {
    VARIABLE.lastIndex = at;
    const match = VARIABLE.exec(text);
    if (match === null) return "unsupported-variable";
    const value = resolve(match[1] ?? "", match[2], values);
    if (typeof value !== "string") return value.problem;
    tokens.push(...read(text.slice(rest, at)), ...parseLiteral(value));
    rest = at + match[0].length;
  }
  tokens.push(...read(text.slice(rest)));
  return tokens;
}

function resolve(
  name: string,
  fallback: string | undefined,
  values: ContextValues,
): string | { problem: UnknownReason } {
  if (fallback === undefined && (name === "*" || name === "?" || name === "$")) return name;
  const key = name.trim().toLowerCase();
  // AWS documents neither a key without a service prefix nor wildcards in a default.
  if (!key.includes(":") || /[*?$]/.test(fallback ?? "")) {
    return { problem: "unsupported-variable" };
  }
  const found = values.get(key);
  if (found === undefined) return fallback ?? { problem: "unresolved-variable" };
  const [value] = found;
  return found.length === 1 && value !== undefined ? value : { problem: "unsupported-variable" };
}
