// permissions: whose policies the simulation must be asked about, for a caller as STS names it.
import { SentinelError } from "../errors/mod.ts";
import type { Principal } from "../identity/types.ts";
import type { SimulationPort } from "./simulation.ts";

/** An ARN, and how it is known. */
export interface PolicySource {
  readonly arn: string;
  /** `guess`: nobody says the role's path, so the likeliest is tried. */
  readonly from: "STS" | "iam:GetRole" | "guess";
}

/** ARNs to try, best first; or why there is none. */
export type PolicySources =
  | { readonly kind: "known"; readonly sources: readonly PolicySource[] }
  | { readonly kind: "none"; readonly why: string };

/** What Identity Center puts before its roles' names. */
const RESERVED = "aws-reserved/sso.amazonaws.com/";

/**
 * The user or role behind a caller. STS says a user's ARN whole, but a session's without its role's
 * path, which IAM's GetRole knows. Where that is refused, the path is guessed: none, or Identity
 * Center's, which holds the region of the instance unless that is us-east-1 (IAM Identity Center
 * User Guide, "Referencing permission sets in resource policies, Amazon EKS cluster config maps, and
 * AWS KMS key policies").
 *
 * @param ssoRegion region of the Identity Center instance, where the log-in's profile says it
 * @returns `none` for the root user and federated users: IAM simulates users, groups and roles
 * @throws what the port throws, but for a refusal
 */
export async function principalsOf(
  principal: Principal,
  port: Pick<SimulationPort, "roleArn">,
  ssoRegion: string | null,
): Promise<PolicySources> {
  const { kind, arn, role, partition, account } = principal;
  if (kind === "user") return { kind: "known", sources: [{ arn, from: "STS" }] };
  if (kind !== "assumed-role" || role === null) {
    const who = kind === "root" ? "the root user" : "a federated user";
    return { kind: "none", why: `IAM simulates users, groups and roles, but not ${who}` };
  }
  const known = await roleArn(role, port);
  if (known === "none") return { kind: "none", why: `IAM knows no role ${role} in this account` };
  if (known !== null) return { kind: "known", sources: [{ arn: known, from: "iam:GetRole" }] };
  const paths = principal.permissionSet === null
    ? [""]
    : ssoRegion === null || ssoRegion === "us-east-1"
    ? [RESERVED]
    : [`${RESERVED}${ssoRegion}/`, RESERVED];
  return {
    kind: "known",
    sources: paths.map((path) => ({
      arn: `arn:${partition}:iam::${account}:role/${path}${role}`,
      from: "guess",
    })),
  };
}

/** `null` = IAM doesn't let the caller know. */
async function roleArn(
  name: string,
  port: Pick<SimulationPort, "roleArn">,
): Promise<string | "none" | null> {
  try {
    return await port.roleArn(name) ?? "none";
  } catch (error) {
    if (error instanceof SentinelError && error.code === "AWS_REFUSED") return null;
    throw error;
  }
}
