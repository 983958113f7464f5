// iam: does a Principal element name the caller, and how directly?
import type { ContextValues } from "./context.ts";
import type { IamPrincipal, PrincipalElement, Statement, UnknownReason } from "./types.ts";

/** How directly an element names the caller; decides which silent layers an Allow overrules. */
export enum Grade {
  None = 0,
  /** Through the account: an Allow only lets the account's own policies decide. */
  Account = 1,
  /** Through the role or user behind the session: boundary and session policy still limit. */
  Role = 2,
  /** The caller itself, or everybody. */
  Direct = 3,
}

/** The best grade found, and why it can't be told whether it applies. */
export interface PrincipalMatch {
  readonly grade: Grade;
  readonly unknown: UnknownReason | null;
}

const NOBODY: PrincipalMatch = { grade: Grade.None, unknown: null };

/**
 * Judges `Principal` or `NotPrincipal` of a resource's statement; neither names nobody.
 *
 * @param bounded has the caller a permissions boundary?
 */
export function matchPrincipal(
  statement: Statement,
  caller: IamPrincipal,
  values: ContextValues,
  bounded: boolean,
): PrincipalMatch {
  if (statement.notPrincipal !== null) {
    // The guide's page on NotPrincipal: its Deny "will always deny any IAM principal that has a
    // permissions boundary policy attached, regardless of the values specified".
    if (bounded && statement.effect === "Deny") return { grade: Grade.Direct, unknown: null };
    return matchNotPrincipal(statement, caller, values);
  }
  if (statement.principal === null) {
    // No resource policy may lack it; a Deny that can't be read right binds everybody.
    return statement.effect === "Deny" ? { grade: Grade.Direct, unknown: null } : NOBODY;
  }
  const grade = gradeOf(statement.principal, caller, values);
  const canonical = statement.principal !== "*" && statement.principal.CanonicalUser !== undefined;
  return grade === Grade.None && canonical
    ? { grade: Grade.Direct, unknown: "canonical-user" }
    : { grade, unknown: null };
}

/**
 * IAM User Guide, "AWS JSON policy elements: NotPrincipal": a caller is spared by a Deny when all
 * that it consists of is listed (the account; the role; the user or session). Listed in part, AWS
 * says that the statement "might" deny.
 */
function matchNotPrincipal(
  statement: Statement,
  caller: IamPrincipal,
  values: ContextValues,
): PrincipalMatch {
  if (statement.effect === "Allow") return { grade: Grade.Direct, unknown: "not-principal-allow" };
  const listed = statement.notPrincipal ?? {};
  if (listed === "*") return NOBODY;
  const grades = [...listedGrades(listed, caller, values)];
  const needed = caller.kind === "service" || caller.kind === "federated-provider" ||
      caller.kind === "root"
    ? [Grade.Direct]
    : caller.kind === "role-session"
    ? [Grade.Account, Grade.Role, Grade.Direct]
    : [Grade.Account, Grade.Direct];
  if (needed.every((grade) => grades.includes(grade)) || listed.AWS?.includes("*")) return NOBODY;
  const partial = grades.length > 0 || listed.CanonicalUser !== undefined;
  return { grade: Grade.Direct, unknown: partial ? "not-principal-partial" : null };
}

function gradeOf(element: PrincipalElement, caller: IamPrincipal, values: ContextValues): Grade {
  if (element === "*") return Grade.Direct;
  return Math.max(Grade.None, ...listedGrades(element, caller, values));
}

function* listedGrades(
  element: Exclude<PrincipalElement, "*">,
  caller: IamPrincipal,
  values: ContextValues,
): Generator<Grade> {
  for (const entry of element.AWS ?? []) {
    const grade = entry === "*" ? Grade.Direct : awsGrade(entry, caller, values);
    if (grade !== Grade.None) yield grade;
  }
  for (const service of element.Service ?? []) {
    if (caller.kind === "service" && service === caller.arn) yield Grade.Direct;
  }
  for (const provider of element.Federated ?? []) {
    if (caller.kind === "federated-provider") {
      if (provider === caller.arn || provider === "*") yield Grade.Direct;
    } else if (values.get("aws:federatedprovider")?.includes(provider)) {
      // A session that came through the provider: AWS documents no more than that it matches.
      yield Grade.Account;
    }
  }
}

function awsGrade(entry: string, caller: IamPrincipal, values: ContextValues): Grade {
  if (caller.kind === "service" || caller.kind === "federated-provider") return Grade.None;
  if (entry === caller.arn) return Grade.Direct;
  if (entry === caller.account) {
    return caller.kind === "root" ? Grade.Direct : Grade.Account;
  }
  const [, , service, , account, ...resource] = entry.split(":");
  if (service === "iam" && account === caller.account && resource.join(":") === "root") {
    return caller.kind === "root" ? Grade.Direct : Grade.Account;
  }
  if (caller.kind === "role-session" && isRoleOf(entry, caller)) return Grade.Role;
  if (caller.kind === "federated-user" && entry === caller.userArn) return Grade.Role;
  return uniqueIdGrade(entry, caller, values);
}

function isRoleOf(entry: string, caller: IamPrincipal): boolean {
  if (caller.roleArn !== undefined) return entry === caller.roleArn;
  // A session's ARN lacks the role's path, but a role's name is unique in its account.
  const name = /:assumed-role\/([^/]+)\//.exec(caller.arn)?.[1];
  const role = /^arn:[^:]+:iam::(\d{12}):role\/(?:.*\/)?([^/]+)$/.exec(entry);
  return role?.[1] === caller.account && role[2] === name;
}

/** A stored policy shows `AIDA…` or `AROA…` where the principal was named by its unique id. */
function uniqueIdGrade(entry: string, caller: IamPrincipal, values: ContextValues): Grade {
  const [id = "", ...more] = values.get("aws:userid") ?? [];
  if (more.length > 0 || id === "") return Grade.None;
  if (caller.kind === "user") return entry === id ? Grade.Direct : Grade.None;
  return caller.kind === "role-session" && id.startsWith(`${entry}:`) ? Grade.Role : Grade.None;
}
