// sandbox: what a world holds before it is started.

/** An IAM policy document with its name; `document` is JSON text. */
export interface NamedDocument {
  name: string;
  document: string;
}

/** Keys of an IAM user. Made at random at each start where a world gives none. */
export interface WorldKeys {
  accessKeyId: string;
  secretAccessKey: string;
}

/** An IAM user. */
export interface WorldUser {
  name: string;
  path: string;
  policies: readonly NamedDocument[];
  /** ARNs of AWS's own policies; the sandbox knows `AdministratorAccess` and `ReadOnlyAccess`. */
  attached: readonly string[];
  /** JSON text of a permissions boundary, or `null`. */
  boundary: string | null;
  /** An MFA device's serial number and the codes that it takes (each as often as it is sent). */
  mfa: { serial: string; codes: readonly string[] } | null;
  tags: ReadonlyMap<string, string>;
  keys: WorldKeys | null;
}

/** An IAM role. */
export interface WorldRole {
  name: string;
  path: string;
  /** JSON text of the trust policy. */
  trust: string;
  policies: readonly NamedDocument[];
  attached: readonly string[];
  boundary: string | null;
  /** Seconds, 3600 to 43200. */
  maxSession: number;
  tags: ReadonlyMap<string, string>;
}

/** A profile of the AWS config file that is written for the world. */
export interface WorldProfile {
  name: string;
  /** `gated` asks Sentinel first; `role` lets the SDK assume the role itself (the by-pass). */
  kind: "gated" | "role";
  /** Name of a role of the world, or a whole ARN. */
  role: string;
  /** Profile whose keys sign; `null` = the user who is at the keyboard. */
  source: string | null;
  /** More keys of the section, such as `sentinel_max_duration`. */
  settings: ReadonlyMap<string, string>;
}

/** A parameter of Systems Manager. */
export interface WorldParameter {
  name: string;
  type: "String" | "SecureString";
  value: string;
}

/** A KMS key. Its material is made at random at each start. */
export interface WorldKey {
  /** `alias/<name>` without the prefix. */
  alias: string;
  spec: "SYMMETRIC_DEFAULT" | "RSA_2048" | "ECC_NIST_P256" | "HMAC_256";
}

/** Everything that stands when the sandbox starts. */
export interface World {
  account: string;
  region: string;
  /** The user at the keyboard where nobody else is named. */
  user: string;
  users: readonly WorldUser[];
  roles: readonly WorldRole[];
  profiles: readonly WorldProfile[];
  /** Levels of service control policies over the account, root first; none = no organisation. */
  scps: readonly (readonly NamedDocument[])[];
  /** Sentinel's policy: `policy.yaml`, and `/sentinel/policies/<profile>` of each gated profile. */
  policy: string | null;
  /** Files of SENTINEL_HOME beside `policy.yaml`. */
  files: readonly { name: string; text: string }[];
  parameters: readonly WorldParameter[];
  keys: readonly WorldKey[];
}

/** A world whose users all have keys. */
export interface SettledWorld extends World {
  users: readonly (WorldUser & { keys: WorldKeys })[];
}
