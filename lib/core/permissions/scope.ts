// permissions: for which accounts and names the rights are written.
import { SentinelError } from "../errors/mod.ts";
import { DEFAULT_PREFIX, TABLE_PREFIX } from "../store/location.ts";
import { quoted } from "../text/printable.ts";
import type { Scope } from "./types.ts";

/** Everywhere, under the names that Sentinel's pages use. */
export const DEFAULT_SCOPE: Scope = {
  partition: "aws",
  account: "*",
  region: "*",
  policyRoot: "/sentinel/policies",
  protectedRoles: "SentinelProtected-*",
  tablePrefix: DEFAULT_PREFIX,
};

/** Form of each part, and what is wanted in words. */
const FORMS: Readonly<Record<keyof Scope, readonly [form: RegExp, want: string]>> = {
  partition: [/^aws(?:-[a-z]{1,10}){0,3}$/, "aws, aws-cn, aws-us-gov or the like"],
  account: [/^(?:\d{12}|\*)$/, "twelve digits, or *"],
  region: [
    /^(?:[a-z]{2,6}(?:-[a-z]{1,12}){1,3}-\d{1,2}|\*)$/,
    "a region such as eu-central-1, or *",
  ],
  // Parameter names (AWS Systems Manager User Guide, "Requirements and constraints for parameter
  // names"): fifteen levels at most. No wildcard: a folder is one folder.
  policyRoot: [/^(?:\/[\w.-]{1,128}){1,14}$/, "a folder such as /sentinel/policies"],
  protectedRoles: [
    /^(?:[!-)+-.0->@-~]+\/){0,8}[\w+=,.@*?-]{1,64}$/,
    "a role name, its path before it; * and ? are wildcards",
  ],
  // No wildcard: a table of another store is none of ours.
  tablePrefix: [TABLE_PREFIX, "letters, digits, and any of _.-, such as sentinel-"],
};

/**
 * A whole scope from some of its parts.
 * @throws {SentinelError} `USAGE` for a part of another form, or for a role pattern that is hardly
 * more than wildcards: it would reach every role of the account
 */
export function scopeOf(parts: Partial<Scope>): Scope {
  const scope = { ...DEFAULT_SCOPE, ...parts };
  for (const [part, [form, want]] of Object.entries(FORMS)) {
    const found = scope[part as keyof Scope];
    if (!form.test(found)) throw malformed(part as keyof Scope, found, want);
  }
  if (scope.protectedRoles.replace(/[*?\/]/g, "").length < 4) {
    throw malformed("protectedRoles", scope.protectedRoles, "4 literal characters or more");
  }
  return scope;
}

const WORDS: Readonly<Record<keyof Scope, string>> = {
  partition: "partition",
  account: "account",
  region: "region",
  policyRoot: "policy root",
  protectedRoles: "protected roles",
  tablePrefix: "table prefix",
};

function malformed(part: keyof Scope, found: string, want: string): SentinelError {
  return new SentinelError(
    "USAGE",
    `Cannot write rights: found ${WORDS[part]} ${quoted(found)}, want ${want}`,
    { hint: "sentinel permissions list --help" },
  );
}
