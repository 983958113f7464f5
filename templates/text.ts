// templates: what every policy text has in common.
import { SentinelError } from "../lib/core/errors/mod.ts";
import { quoted } from "../lib/core/text/printable.ts";

/** A policy's text, and what it does and doesn't do, line by line. */
export interface PolicyText {
  /** The document as plain data, for `formed`. */
  document: unknown;
  /** JSON, two spaces, a line break at its end; the same options give the same bytes. */
  text: string;
  /** One line a fact: `binds: …`, `does not bind: …`, `does not prove: …`, … */
  explains: readonly string[];
}

/** Conditions of a statement, as JSON has them. */
export type Conditions = Record<string, Record<string, string | readonly string[]>>;

/** How each stamp of Sentinel's begins. */
export const STAMP = "sentinel=*";

/** The roles that want a stamp, and those whose sessions may go round it. */
export const DEFAULT_PROTECTED = "SentinelProtected-*";
export const DEFAULT_BREAK_GLASS = "SentinelBreakGlass-*";

/** A document of these statements. */
export function policyText(
  statements: readonly unknown[],
  explains: readonly string[],
): PolicyText {
  const document = { Version: "2012-10-17", Statement: statements };
  return { document, text: `${JSON.stringify(document, null, 2)}\n`, explains };
}

/** A called-wrongly error of the text called `what`. */
export function misuse(what: string, message: string, hint: string | null = null): SentinelError {
  return new SentinelError(
    "USAGE",
    `Cannot write ${what}: ${message}`,
    hint === null ? {} : { hint },
  );
}

const ROLE_PATTERN = /^[\w+=,.@\/*?-]{1,128}$/;

/**
 * A pattern of role names, path included.
 *
 * @throws {SentinelError} `USAGE` for wildcards alone: they would be every role, the lock-out that
 * these texts must not be
 */
export function checkRolePattern(pattern: string, role: string, what: string): void {
  const letters = pattern.replace(/[*?\/]/g, "");
  if (ROLE_PATTERN.test(pattern) && letters.length >= 4) return;
  throw misuse(
    what,
    `found ${quoted(pattern)} for ${role}, want a name of 4 literal characters or more`,
  );
}

/** @throws {SentinelError} `USAGE` */
export function checkPartition(partition: string, what: string): void {
  if (/^aws(?:-[a-z]{1,10}){0,3}$/.test(partition)) return;
  throw misuse(what, `found partition ${quoted(partition)}, want aws, aws-cn or the like`);
}

/** @throws {SentinelError} `USAGE` for another thing than twelve digits */
export function checkAccount(account: string, what: string): void {
  if (/^\d{12}$/.test(account)) return;
  throw misuse(what, `found account ${quoted(account)}, want twelve digits`);
}

/** @throws {SentinelError} `USAGE` for what is no name of a permission set */
export function checkPermissionSet(name: string, what: string): void {
  if (/^[\w+=,.@-]{1,32}$/.test(name)) return;
  throw misuse(what, `found permission set ${quoted(name)}, want its name`);
}

/**
 * The roles that Identity Center makes of a permission set, with and without a region in the path.
 * No `*` stands right before the name: the name could be longer (IAM Identity Center User Guide,
 * "Referencing permission sets in resource policies").
 *
 * @param account twelve digits, or `*`
 */
export function permissionSetRoles(
  partition: string,
  account: string,
  name: string,
): readonly string[] {
  const head = `arn:${partition}:iam::${account}:role/aws-reserved/sso.amazonaws.com/`;
  const role = `AWSReservedSSO_${name}_????????????????`;
  return [`${head}${role}`, `${head}*/${role}`];
}
