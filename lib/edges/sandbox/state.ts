// sandbox: what changes while it runs.
import type { PolicyDocument } from "../../core/iam/mod.ts";
import type { Tables } from "./dynamodb_tables.ts";
import type { Random } from "./random.ts";

/** A policy as text and as a value. */
export interface StoredPolicy {
  text: string;
  document: PolicyDocument;
}

/** What users and roles have in common. */
export interface Identity {
  name: string;
  path: string;
  arn: string;
  /** `AIDA…` or `AROA…`. */
  id: string;
  policies: Map<string, StoredPolicy>;
  attached: Set<string>;
  boundary: StoredPolicy | null;
  tags: Map<string, string>;
  /** ms since the epoch. */
  created: number;
}

/** An IAM user. */
export interface User extends Identity {
  mfa: { serial: string; codes: readonly string[] } | null;
}

/** An IAM role. */
export interface Role extends Identity {
  trust: StoredPolicy;
  /** Seconds. */
  maxSession: number;
}

/** A role session, as long as its keys live. */
export interface RoleSession {
  role: Role;
  name: string;
  sourceIdentity: string | null;
  tags: Map<string, string>;
  transitive: Set<string>;
  /** `null` = none were passed. */
  policies: readonly PolicyDocument[] | null;
}

/** A pair of keys and what they stand for. */
export interface Credential {
  accessKeyId: string;
  secretAccessKey: string;
  /** `null` for long-term keys. */
  token: string | null;
  /** ms since the epoch; `null` for long-term keys. */
  issued: number | null;
  expires: number | null;
  /** ms since the epoch of the MFA that the session rests on. */
  mfaAt: number | null;
  holder: { kind: "user"; user: User } | { kind: "session"; session: RoleSession };
}

/** A parameter with every version that it had. */
export interface Parameter {
  name: string;
  type: "String" | "StringList" | "SecureString";
  /** Version 1 first. `keyId` names the KMS key of a SecureString, `null` for the others. */
  versions: readonly { value: string; keyId: string | null; modified: number; by: string }[];
}

/** A KMS key. */
export interface Key {
  id: string;
  arn: string;
  alias: string;
  spec: string;
  policy: PolicyDocument;
  created: number;
  material: Promise<CryptoKey | CryptoKeyPair> | null;
}

/** A topic of SNS. */
export interface Topic {
  arn: string;
  attributes: ReadonlyMap<string, string>;
}

/** A message that SNS or SES took; nothing leaves the sandbox. */
export interface SentMessage {
  channel: "topic" | "sms" | "email";
  id: string;
  /** When, by AWS's clock, as RFC 3339. */
  at: string;
  /** ARN of who sent it. */
  by: string;
  /** `email` only. */
  from: string | null;
  /** A topic's ARN, a phone number, or addresses. */
  to: readonly string[];
  subject: string | null;
  /** What was sent: a raw e-mail whole, an HTML one without a text as HTML. */
  text: string;
  /** Message attributes, or an e-mail's tags. */
  attributes: Readonly<Record<string, string>>;
}

/** One thing that the sandbox was told to do wrong. */
export interface Fault {
  service: string;
  action: string;
  kind: FaultKind;
  /** How many calls it still hits. */
  left: number;
  /** `error` only: AWS code and HTTP status. */
  code: string;
  status: number;
  /** `hang` only: seconds until the call goes on; `null` = never. */
  seconds: number | null;
}

/** What a fault does to a call. */
export type FaultKind = "error" | "hang" | "throttle" | "rubbish" | "half" | "redirect" | "5xx";

/** A CloudTrail record. */
export type TrailRecord = Readonly<Record<string, unknown>>;

/** The whole state of a running sandbox. */
export interface State {
  account: string;
  region: string;
  users: Map<string, User>;
  roles: Map<string, Role>;
  credentials: Map<string, Credential>;
  parameters: Map<string, Parameter>;
  keys: Key[];
  /** By their ARN. */
  topics: Map<string, Topic>;
  /** Addresses and domains that e-mail may come from. */
  senders: Set<string>;
  /** Oldest first. */
  messages: SentMessage[];
  tables: Tables;
  scps: readonly (readonly PolicyDocument[])[];
  /** Oldest first. */
  events: TrailRecord[];
  /** `sts:AssumeRole` to the number of calls received. */
  counts: Map<string, number>;
  /** IAM actions that calls asked for, such as `sts:SetSourceIdentity`, to how often. */
  rights: Map<string, number>;
  faults: Fault[];
  /** Seconds that AWS's clock is ahead. */
  offset: number;
  /** Real seconds that every new session lives; `null` = as asked. */
  lifetime: number | null;
  /** AWS's clock, ms since the epoch. */
  time(): number;
  random: Random;
}
