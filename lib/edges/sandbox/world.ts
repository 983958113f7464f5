// sandbox: what a world holds before it is started.

/** An IAM policy document with its name. */
export interface NamedDocument {
  /** Unique among its owner's. */
  name: string;
  /** JSON text. */
  document: string;
}

/** Keys of an IAM user. Made at random at each start where a world gives none. */
export interface WorldKeys {
  /** `AKIA…`. */
  accessKeyId: string;
  /** Never logged, never in a record. */
  secretAccessKey: string;
}

/** What users and roles have in common. */
export interface WorldIdentity {
  /** Unique among its kind. */
  name: string;
  /** `/`, or with more between two slashes. */
  path: string;
  /** Inline policies. */
  policies: readonly NamedDocument[];
  /** ARNs of AWS's own policies; the sandbox knows `AdministratorAccess` and `ReadOnlyAccess`. */
  attached: readonly string[];
  /** JSON text of a permissions boundary, or `null`. */
  boundary: string | null;
  /** Key to value. */
  tags: ReadonlyMap<string, string>;
}

/** An IAM user. */
export interface WorldUser extends WorldIdentity {
  /** An MFA device's serial number and the codes that it takes (each as often as it is sent). */
  mfa: { serial: string; codes: readonly string[] } | null;
  /** `null` = made at the start. */
  keys: WorldKeys | null;
}

/** An IAM role. */
export interface WorldRole extends WorldIdentity {
  /** JSON text of the trust policy. */
  trust: string;
  /** Seconds, 3600 to 43200. */
  maxSession: number;
}

/** A profile of the AWS config file that is written for the world. */
export interface WorldProfile {
  /** A name that no user has. */
  name: string;
  /** `gated` asks Sentinel first; `role` lets the SDK assume the role itself (the by-pass). */
  kind: "gated" | "role";
  /** Name of a role of the world, or a whole ARN. */
  role: string;
  /** Profile whose keys sign; `null` = the world's user. */
  source: string | null;
  /** More keys of the section, such as `sentinel_max_duration`. */
  settings: ReadonlyMap<string, string>;
}

/** A parameter of Systems Manager. */
export interface WorldParameter {
  /** Its whole name, path included. */
  name: string;
  /** A SecureString is sealed with AWS's own key for SSM where no other is named. */
  type: "String" | "SecureString";
  /** Alias of the world's own key that seals a SecureString; absent = AWS's own for SSM. */
  key?: string;
  /** In clear. */
  value: string;
}

/** A KMS key. Its material is made at random at each start. */
export interface WorldKey {
  /** `alias/<name>` without the prefix. */
  alias: string;
  /** What it can do follows from it. */
  spec: "SYMMETRIC_DEFAULT" | "RSA_2048" | "ECC_NIST_P256" | "HMAC_256";
}

/** Everything that stands when the sandbox starts. */
export interface World {
  /** Twelve digits; the one account there is. */
  account: string;
  /** Region of everything that has one. */
  region: string;
  /** The user at the keyboard where nobody else is named. */
  user: string;
  /** IAM users, one at least. */
  users: readonly WorldUser[];
  /** IAM roles. */
  roles: readonly WorldRole[];
  /** Profiles of the AWS config file, beside one for each user. */
  profiles: readonly WorldProfile[];
  /** Levels of service control policies over the account, root first; none = no organisation. */
  scps: readonly (readonly NamedDocument[])[];
  /** Sentinel's policy: `policy.yaml`, and `/sentinel/policies/<profile>` of each gated profile. */
  policy: string | null;
  /** Files of SENTINEL_HOME beside `policy.yaml`. */
  files: readonly { name: string; text: string }[];
  /** Parameters beside the policy's; one of the same name replaces it. */
  parameters: readonly WorldParameter[];
  /** KMS keys beside AWS's own one for SSM. */
  keys: readonly WorldKey[];
  /** Names of SNS topics. */
  topics: readonly string[];
  /** Addresses and domains from which SES sends. */
  senders: readonly string[];
}

/** A world whose users all have keys. */
export interface SettledWorld extends World {
  /** As in {@link World}, each with keys. */
  users: readonly (WorldUser & { keys: WorldKeys })[];
}
