// permissions: which rights Sentinel itself needs from AWS, as data.

/** Who works with Sentinel. */
export type Role = "requester" | "approver" | "admin" | "auditor" | "tvm";

/** What the registry is read for: where, and under which names. See `DEFAULT_SCOPE`. */
export interface Scope {
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  /** Twelve digits, or `*`. */
  readonly account: string;
  /** A region's name, or `*`. */
  readonly region: string;
  /** Folder of the policies in Parameter Store, without a slash at its end. */
  readonly policyRoot: string;
  /** Names of the roles behind gated profiles, path included; `*` and `?` are wildcards. */
  readonly protectedRoles: string;
  /** What the names of a store's tables in DynamoDB begin with. No wildcards. */
  readonly tablePrefix: string;
}

/** Operator to condition key to values, as in a policy document. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What IAM's simulation can say about a right. */
export type Simulated =
  /** It asks the very thing that the call will ask. */
  | { readonly kind: "yes" }
  /** Its answer is one half: another policy has its say too, which the simulation doesn't read. */
  | { readonly kind: "half"; readonly unseen: string };

/** What a right is used on. */
export type About =
  /** The parameter that holds a profile's policy. */
  | "policy-parameter"
  /** The folder of policies itself. */
  | "policy-folder"
  /** The key of one's own under which such a parameter is sealed. */
  | "policy-key"
  /** The table of requests and approvals. */
  | "request-table"
  /** An index of that table. */
  | "request-index"
  /** The role of a gated profile, or one on the way to it. */
  | "protected-role"
  /** The caller's own user or role. */
  | "caller"
  /** The role of the caller's session. Users need no such right. */
  | "caller-role";

/** Actions that are needed on the same resources, for one reason. */
export interface Right {
  /** Name of its statement where it is the first of the statement's rights. Letters and digits. */
  readonly sid: string;
  /** IAM actions, such as `ssm:GetParameter`, sorted. */
  readonly actions: readonly string[];
  readonly about: About;
  /** ARN patterns. */
  resources(scope: Scope): readonly string[];
  /** Narrows the statement; absent = nothing does. */
  condition?(scope: Scope): Conditions;
  /** What Sentinel does with it. */
  readonly why: string;
  readonly simulated: Simulated;
}

/** A call of AWS's that Sentinel makes, and that no policy has to allow. */
export interface FreeCall {
  /** `sts:GetCallerIdentity`. */
  readonly call: string;
  /** Why nothing has to allow it, and where AWS says so. */
  readonly because: string;
}

/** Something that Sentinel does, and the rights that it takes. */
export interface Feature {
  /** `credential_issue`. */
  readonly id: string;
  /** What it belongs to: `core`, `credentials`, … */
  readonly subsystem: string;
  /** One line for people. */
  readonly brief: string;
  /** Who uses it. */
  readonly roles: readonly Role[];
  /** False = nothing works without it. */
  readonly optional: boolean;
  readonly rights: readonly Right[];
  /** Calls that need no right. */
  readonly free: readonly FreeCall[];
}

/** Which features are meant. A feature must fit everything that is given. */
export interface Selection {
  /** Features of any of these roles. Absent = all. */
  readonly roles?: readonly Role[];
  /** Ids. Absent = all. */
  readonly features?: readonly string[];
  /** Absent = all. */
  readonly subsystems?: readonly string[];
  /** Leaves out what is optional. Default false. */
  readonly requiredOnly?: boolean;
}

/** A statement of an identity policy, as IAM reads it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: "Allow";
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Conditions;
}

/** An identity policy, as IAM reads it. */
export interface IdentityPolicy {
  readonly Version: "2012-10-17";
  readonly Statement: readonly Statement[];
}
