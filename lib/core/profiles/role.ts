// profiles: the role that a section names, and whose credentials are to assume it.
import { hasKeys, webIdentityLeaf } from "./leaf.ts";
import {
  checkSentinelKeys,
  conflict,
  externalIdOf,
  mfaSerialOf,
  placeOf,
  roleArnOf,
  valueOf,
} from "./section.ts";
import type { Leaf, ProfileSection, SectionValue } from "./types.ts";

/** Who assumes a role. */
export type RoleSource =
  | { kind: "profile"; value: SectionValue }
  | { kind: "credential-source"; value: SectionValue }
  /** The same section's own keys, as AWS allows for plain profiles. */
  | { kind: "own-keys"; value: SectionValue }
  | { kind: "web-identity"; leaf: Leaf }
  /** Nobody is named: `--aws-profile` must. */
  | { kind: "none" };

/** A role as one section asks for it. */
export interface Role {
  arn: SectionValue;
  gated: boolean;
  source: RoleSource;
  externalId: string | null;
  mfaSerial: string | null;
}

/** Keys that make SDKs find credentials in a section without starting its process. */
export const WAYS_ROUND = [
  "role_arn",
  "web_identity_token_file",
  "sso_account_id",
  "sso_role_name",
  "login_session",
] as const;

/**
 * The role of a section, or `null` when it names none.
 *
 * @throws {SentinelError} `PROFILE_CONFLICT` where the section says two things at once or lets SDKs
 * go round Sentinel, `AWS_CONFIG_INVALID` for a value of the wrong form
 */
export function roleOf(section: ProfileSection): Role | null {
  checkSentinelKeys(section);
  const gated = roleArnOf(section, "sentinel_role_arn");
  if (gated !== null) return gatedRole(section, gated);
  const plain = roleArnOf(section, "role_arn");
  return plain === null ? null : plainRole(section, plain);
}

/** True when the section names a role of ours. */
export function isGated(section: ProfileSection): boolean {
  return section.values.has("sentinel_role_arn");
}

function gatedRole(section: ProfileSection, arn: SectionValue): Role {
  const round = WAYS_ROUND.find((key) => section.values.has(key)) ??
    (hasKeys(section) ? "aws_access_key_id" : undefined);
  if (round !== undefined) {
    throw conflict(
      section,
      round,
      "beside sentinel_role_arn: SDKs would use it and never ask Sentinel",
      `move it to a profile of its own and name that with sentinel_source_profile`,
    );
  }
  return {
    arn,
    gated: true,
    source: sourceOf(section, "sentinel_source_profile", "sentinel_credential_source"),
    externalId: externalIdOf(section, "sentinel_external_id"),
    mfaSerial: mfaSerialOf(section, "sentinel_mfa_serial"),
  };
}

function plainRole(section: ProfileSection, arn: SectionValue): Role {
  if (section.values.has("credential_process")) {
    throw conflict(
      section,
      "credential_process",
      "beside role_arn: some SDKs take the one, some the other",
      "rename role_arn to sentinel_role_arn",
    );
  }
  const leaf = webIdentityLeaf(section);
  return {
    arn,
    gated: false,
    source: leaf === null ? plainSource(section) : { kind: "web-identity", leaf },
    externalId: externalIdOf(section, "external_id"),
    mfaSerial: mfaSerialOf(section, "mfa_serial"),
  };
}

function plainSource(section: ProfileSection): RoleSource {
  const source = sourceOf(section, "source_profile", "credential_source");
  const own = source.kind === "profile" && source.value.text === section.name && hasKeys(section);
  return own ? { kind: "own-keys", value: source.value } : source;
}

function sourceOf(section: ProfileSection, profileKey: string, sourceKey: string): RoleSource {
  const profile = valueOf(section, profileKey);
  const source = valueOf(section, sourceKey);
  if (profile !== null && source !== null) {
    throw conflict(section, sourceKey, `beside ${profileKey} (${placeOf(profile)})`);
  }
  if (profile !== null) return { kind: "profile", value: profile };
  return source === null ? { kind: "none" } : { kind: "credential-source", value: source };
}
