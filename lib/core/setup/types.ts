// setup: what a first gated profile needs to be told, and what is written for it.

/** Where the base credentials come from. */
export type Source =
  /** A profile that is there already. */
  | { kind: "profile"; name: string }
  /** A profile of Identity Center, made where it is missing. */
  | {
    kind: "sso";
    name: string;
    session: string;
    startUrl: string;
    /** Region of the Identity Center instance. */
    region: string;
    account: string;
    /** The entry permission set. */
    permissionSet: string;
  };

/** Who works with the profile. */
export type Crew = "solo" | "team";

/** Who may take the role: IAM users by ARN, or the entry permission set of Identity Center. */
export type Callers =
  | { kind: "iam-users"; users: readonly string[] }
  | { kind: "permission-set"; account: string; name: string; partition: string };

/** Everything that is asked. */
export interface Answers {
  profile: string;
  roleArn: string;
  source: Source;
  /** `null` = the source's, or none. */
  region: string | null;
  crew: Crew;
  /** Who may take the role. */
  callers: Callers;
}

/** A file as it stands. `bytes` is `null` where there is none. */
export interface Present {
  path: string;
  bytes: Uint8Array | null;
}

/** The files that a set-up touches, as they stand. */
export interface Standing {
  awsConfig: Present;
  awsCredentials: Present;
  configYaml: Present;
  policyYaml: Present;
  /** `policies/<profile>.yaml`. */
  ownPolicy: Present;
}

/** One file's change. */
export interface Change {
  path: string;
  /** `append`: what is there stays, byte for byte. `create`: nothing is there. */
  kind: "append" | "create";
  /** What is there now; `null` = nothing. */
  before: Uint8Array | null;
  after: Uint8Array;
  /** The text that comes to it, for people. */
  added: string;
}

/** What would be done, and what is left to a person. */
export interface Plan {
  changes: readonly Change[];
  /** What is there already and stays, one sentence each. */
  kept: readonly string[];
  /** What this program can't do, one sentence each. */
  left: readonly string[];
}
