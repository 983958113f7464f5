// profiles: where a profile without a role has its credentials from.
import { SentinelError } from "../errors/mod.ts";
import { quoted, shellWord } from "../text/printable.ts";
import { ssoSettings } from "./leaf_settings.ts";
import { conflict, invalidAt, placeOf, roleArnOf, sectionOf, valueOf } from "./section.ts";
import { runsSentinel } from "./self_reference.ts";
import type { AwsConfig, Leaf, ProfileSection, SectionValue } from "./types.ts";

const SOURCES: Readonly<Record<string, Leaf>> = {
  environment: { kind: "environment" },
  ec2instancemetadata: { kind: "imds" },
  ecscontainer: { kind: "container" },
};

/** The leaf that a `credential_source` names; its case counts for nothing, as with botocore. */
export function sourceLeaf(value: SectionValue): Leaf {
  const word = value.text.toLowerCase();
  const leaf = Object.hasOwn(SOURCES, word) ? SOURCES[word] : undefined;
  if (leaf !== undefined) return leaf;
  throw invalidAt(
    value,
    quoted(value.text, 40),
    "Environment, Ec2InstanceMetadata or EcsContainer",
  );
}

/** True when the section holds a key pair, whole or in part. */
export function hasKeys(section: ProfileSection): boolean {
  return section.values.has("aws_access_key_id") || section.values.has("aws_secret_access_key");
}

/**
 * The leaf of a section without a role. Where a section holds several, the order is botocore's:
 * SSO, keys of the credentials file, `credential_process`, keys of the config file.
 *
 * @throws {SentinelError} `NO_CREDENTIALS`, `AWS_CONFIG_INVALID`, `SELF_REFERENCE`
 */
export function leafOf(config: AwsConfig, section: ProfileSection): Leaf {
  const { values, name } = section;
  if (values.has("sso_account_id") || values.has("sso_role_name")) {
    return { kind: "sso", profile: name, session: ssoSettings(config, section).session };
  }
  const process = valueOf(section, "credential_process");
  const key = values.get("aws_access_key_id");
  // Keys and process in different files: which file said what decides.
  if (hasKeys(section) && (process === null || key?.file !== process.file)) {
    return keysLeaf(section);
  }
  if (process !== null) return processLeaf(section, process);
  throw new SentinelError(
    "NO_CREDENTIALS",
    `Cannot find credentials: profile ${quoted(name)} has neither keys, SSO, a process nor a role`,
    { hint: `aws configure --profile ${shellWord(name)}` },
  );
}

/** A leaf of static keys, both halves of which are there. */
export function keysLeaf(section: ProfileSection): Leaf {
  for (const key of ["aws_access_key_id", "aws_secret_access_key"]) {
    if (valueOf(section, key) !== null) continue;
    throw new SentinelError(
      "NO_CREDENTIALS",
      `Cannot find credentials: profile ${
        quoted(section.name)
      } has half a key pair, without ${key}`,
    );
  }
  return { kind: "keys", profile: section.name };
}

function processLeaf(section: ProfileSection, process: SectionValue): Leaf {
  if (!runsSentinel(process.text)) {
    return { kind: "process", profile: section.name, command: process.text };
  }
  throw new SentinelError(
    "SELF_REFERENCE",
    `Cannot resolve profile ${quoted(section.name)}: its credential_process runs sentinel itself ` +
      `(${placeOf(process)})`,
    {
      hint: "name the role with sentinel_role_arn and the base credentials with " +
        "sentinel_source_profile",
    },
  );
}

/** The leaf of a section with `role_arn` and a token file, or `null` when it is no such section. */
export function webIdentityLeaf(section: ProfileSection): Leaf | null {
  if (valueOf(section, "web_identity_token_file") === null) return null;
  const role = roleArnOf(section, "role_arn");
  if (role === null) return null;
  for (const key of ["source_profile", "credential_source"]) {
    if (section.values.has(key)) throw conflict(section, key, "beside web_identity_token_file");
  }
  return { kind: "web-identity", profile: section.name, roleArn: role.text };
}

/** The section that a leaf's keys stand in, `null` for sources outside the files. */
export function leafSection(config: AwsConfig, leaf: Leaf): ProfileSection | null {
  return "profile" in leaf ? sectionOf(config, leaf.profile) : null;
}
