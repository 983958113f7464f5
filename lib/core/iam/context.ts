// iam: the request's context keys, looked up in any case, and the ones that follow from the caller.
import { SentinelError } from "../errors/mod.ts";
import type { IamContext, IamPrincipal } from "./types.ts";

/** Lower-case key to its values; a key without values is not there. */
export type ContextValues = ReadonlyMap<string, readonly string[]>;

/** Folds the keys' case. Values of keys that differ only in case are joined. */
export function readContext(context: IamContext): ContextValues {
  const values = new Map<string, readonly string[]>();
  for (const [key, value] of Object.entries(context)) {
    const list = typeof value === "string" ? [value] : value;
    if (list.length === 0) continue;
    const folded = key.toLowerCase();
    values.set(folded, [...values.get(folded) ?? [], ...list]);
  }
  return values;
}

const PRINCIPAL_TYPE = {
  "user": "User",
  "role-session": "AssumedRole",
  "federated-user": "FederatedUser",
  "root": "Account",
  "service": null,
  "federated-provider": null,
} as const;

/**
 * The context keys that AWS itself derives from the caller (IAM User Guide, "AWS global condition
 * context keys" and "IAM policy elements: Variables and tags", principal key values), joined with
 * the caller's other keys.
 *
 * @param extra everything else, such as `aws:userid`, `aws:SourceIdentity`, `sts:SourceIdentity`;
 * wins over a derived key of the same name in any case
 * @throws SentinelError IDENTITY_UNSUPPORTED for a role session without `roleArn`: its
 * `aws:PrincipalArn` can't be known (a session's ARN lacks the role's path)
 */
export function principalContext(principal: IamPrincipal, extra: IamContext = {}): IamContext {
  const given = new Set(Object.keys(extra).map((key) => key.toLowerCase()));
  const context: Record<string, string | readonly string[]> = {};
  for (const [key, value] of Object.entries(derived(principal, given))) {
    if (value !== null && !given.has(key.toLowerCase())) context[key] = value;
  }
  return { ...context, ...extra };
}

function derived(
  principal: IamPrincipal,
  given: ReadonlySet<string>,
): Record<string, string | null> {
  const isService = principal.kind === "service";
  const common = {
    "aws:PrincipalIsAWSService": String(isService),
    "aws:PrincipalType": PRINCIPAL_TYPE[principal.kind],
  };
  if (isService) return { ...common, "aws:PrincipalServiceName": principal.arn };
  if (principal.kind === "federated-provider") {
    return { ...common, "aws:FederatedProvider": principal.arn };
  }
  return {
    ...common,
    "aws:PrincipalAccount": principal.account,
    "aws:PrincipalArn": given.has("aws:principalarn") ? null : principalArn(principal),
    "aws:username": principal.kind === "user" ? lastPart(principal.arn) : null,
    "aws:userid": userId(principal),
  };
}

function principalArn(principal: IamPrincipal): string {
  if (principal.kind !== "role-session") return principal.arn;
  if (principal.roleArn !== undefined) return principal.roleArn;
  throw new SentinelError(
    "IDENTITY_UNSUPPORTED",
    `Cannot describe caller "${principal.arn}" to IAM: found a role session without its role's ARN, want the ARN with its path`,
  );
}

/** A user's and a role's unique id are STS's to say; the other two forms follow from the ARN. */
function userId(principal: IamPrincipal): string | null {
  if (principal.kind === "root") return principal.account;
  if (principal.kind !== "federated-user") return null;
  return `${principal.account}:${lastPart(principal.arn)}`;
}

function lastPart(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
