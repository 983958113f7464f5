// identity: who asks, as STS vouches for it.

/** STS's GetCallerIdentity answer (STS API reference, "GetCallerIdentity"). */
export interface CallerIdentity {
  arn: string;
  account: string;
  userId: string;
}

/** The kinds of caller that STS can name. A bare IAM role is never a caller. */
export type PrincipalKind = "user" | "assumed-role" | "federated-user" | "root";

/** A caller, taken apart. Two principals are the same one exactly when their `id` is equal. */
export interface Principal {
  /** `<partition>:<account>:<kind>:<uniqueId>`: what equality is decided by. */
  id: string;
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  partition: string;
  /** Twelve digits. */
  account: string;
  /** What kind it is. */
  kind: PrincipalKind;
  /** IAM user name, role session name, federated user name, or `root`. */
  name: string;
  /** IAM user path, `/` where there is none or none can be known. */
  path: string;
  /** Role name (no path: STS doesn't say it), for `assumed-role` only. */
  role: string | null;
  /** The Identity Center permission set that an `AWSReservedSSO_…` role stands for. */
  permissionSet: string | null;
  /** `AIDA…`, `AROA…` (without the session name), account id for root and federated users' form as STS gives it. */
  uniqueId: string;
  /** The ARN as STS says it. */
  arn: string;
}

/** The one issuer whose names stand as they are. Everybody else gets a derived name. */
export type Issuer =
  | { kind: "iam-users"; account: string }
  | { kind: "identity-center"; accounts: readonly string[] };

/** How a grant came about, as the source identity carries it. */
export type GrantMark =
  | { kind: "direct"; agent: boolean }
  | { kind: "approval" | "break-glass"; id: string; agent: boolean };

/** The parts of `sentinel=<user>=<grant>=<request id>`. */
export interface SourceIdentity {
  /** At most 24 characters of `[A-Za-z0-9_,.@+-]`. */
  user: string;
  grant: GrantMark;
  /** 16 lower-case hex digits. */
  requestId: string;
}
