// profiles: what a profile name resolves to, before anybody is asked.
import type { Lease } from "../sessions/lease.ts";

/** Sections of an AWS config or credentials file, keys in lower case, in file order. */
export interface AwsConfig {
  profiles: ReadonlyMap<string, ProfileSection>;
  ssoSessions: ReadonlyMap<string, ProfileSection>;
  services: ReadonlyMap<string, ProfileSection>;
}

/** One section: its keys, and where each was said. */
export interface ProfileSection {
  name: string;
  /** Lower-case key to value. `Object.create(null)`-safe: a Map. */
  values: ReadonlyMap<string, SectionValue>;
}

/** A value and its place. Nested values (`s3 =\n  key = v`) have `nested`. */
export interface SectionValue {
  text: string;
  file: string;
  line: number;
  nested?: ReadonlyMap<string, string>;
}

/** Where the first credentials come from. It never holds a secret; the edge reads those. */
export type Leaf =
  | { kind: "keys"; profile: string }
  | { kind: "environment" }
  | { kind: "process"; profile: string; command: string }
  | { kind: "sso"; profile: string; session: string | null }
  | { kind: "web-identity"; profile: string; roleArn: string }
  | { kind: "imds" }
  | { kind: "container" };

/** One AssumeRole to be made. */
export interface Hop {
  profile: string;
  /** True when the section names the role by `sentinel_role_arn`. */
  gated: boolean;
  roleArn: string;
  externalId: string | null;
  mfaSerial: string | null;
  region: string | null;
}

/** A resolved target: what would be assumed, by what, from where. */
export interface Target {
  name: string;
  /** True when the section uses `sentinel_*` keys. */
  gated: boolean;
  /** ARN of the last role; `null` when the profile has none (unstamped). */
  roleArn: string | null;
  /** Every AssumeRole in order; the last one is the target's. Empty when there is no role. */
  chain: readonly Hop[];
  leaf: Leaf;
  region: string | null;
  /** `sentinel_tags = true`. */
  tags: boolean;
  /** Seconds, from `sentinel_max_duration`. */
  maxDuration: number | null;
  /** `duration_seconds` or the like: what is asked for when nobody says. */
  defaultDuration: number | null;
  /** `sentinel_lease`, else what configuration says; `null` = nobody does, which is calm. */
  lease: Lease | null;
  /** `mfa_process` of the leaf's or target's profile. */
  mfaProcess: string | null;
  /** STS endpoint: `endpoint_url`, `services` section, environment. */
  stsEndpoint: string | null;
  /** SSM endpoint, said in the same places. */
  ssmEndpoint: string | null;
  /** Endpoint of an SSO leaf's portal, said by the leaf's section or the environment; else `null`. */
  ssoEndpoint: string | null;
  /** Setting to where it was said, for `config show --origin`. */
  origins: ReadonlyMap<string, string>;
}
