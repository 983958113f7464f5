// profiles: the resolver: which role, by which chain, from which leaf. Nobody is asked here.
import { SentinelError } from "../errors/mod.ts";
import { type Climb, climb, climbToLeaf, type Step } from "./climb.ts";
import { endpointFor, type Outside, regionOf, type Said } from "./endpoint.ts";
import { leafSection } from "./leaf.ts";
import { checkProfileName } from "./name.ts";
import {
  durationOf,
  flagOf,
  leaseKeyOf,
  placeOf,
  secondsOf,
  sectionOf,
  valueOf,
} from "./section.ts";
import type { AwsConfig, Hop, Leaf, ProfileSection, SectionValue, Target } from "./types.ts";

/** What a person may say beside the target's name. */
export interface ResolveOptions extends Outside {
  /** `--aws-profile`: replaces the leaf. */
  awsProfile?: string | null;
}

/** What commands without a target act by. */
export interface LeafTarget {
  /** The profile that was chosen; `null` for the environment and a container. */
  profile: string | null;
  leaf: Leaf;
  /** Roles that stand on the leaf in the chosen profile. Nobody assumes them to ask who calls. */
  chain: readonly Hop[];
  region: string | null;
  stsEndpoint: string | null;
  ssmEndpoint: string | null;
  ssoEndpoint: string | null;
  mfaProcess: string | null;
  origins: ReadonlyMap<string, string>;
}

/**
 * Resolves a target profile. For a named target `AWS_PROFILE`, `AWS_ROLE_*`,
 * `AWS_SOURCE_IDENTITY` and key variables choose nothing, and `[default]` gives a region at most.
 *
 * @param name the target profile
 * @throws {SentinelError} `PROFILE_NAME_INVALID`, `PROFILE_UNKNOWN`, `PROFILE_LOOP`,
 * `PROFILE_CONFLICT`, `SELF_REFERENCE`, `LEAF_NOT_CALLER`, `NO_CREDENTIALS`, `AWS_CONFIG_INVALID`,
 * `USAGE` (a region or endpoint variable of no use)
 */
export function resolveTarget(config: AwsConfig, name: string, options: ResolveOptions): Target {
  const section = sectionOf(config, checkProfileName(name));
  const replacement = options.awsProfile ?? null;
  if (replacement !== null) checkProfileName(replacement);
  const way = climb(config, name, replacement);
  const origins = new Map<string, string>();
  const chain = way.steps.map((step) => hopOf(config, step, options));
  const asked = way.steps.at(-1);
  if (asked !== undefined) origins.set("roleArn", placeOf(asked.role.arn));
  const shared = sharedOf(config, section, way, options, origins);
  return {
    name,
    gated: asked?.role.gated ?? false,
    roleArn: asked?.role.arn.text ?? null,
    chain,
    leaf: way.leaf,
    tags: note(origins, "tags", section, "sentinel_tags", flagOf),
    maxDuration: note(origins, "maxDuration", section, "sentinel_max_duration", durationOf),
    defaultDuration: note(origins, "defaultDuration", section, "sentinel_duration", durationOf) ??
      note(origins, "defaultDuration", section, "duration_seconds", secondsOf),
    lease: note(origins, "lease", section, "sentinel_lease", leaseKeyOf),
    ...shared,
    origins,
  };
}

/**
 * Resolves base credentials for a command without a target: `--aws-profile`, `AWS_PROFILE`, the
 * environment's keys, `[default]`, a container's endpoint.
 *
 * @throws {SentinelError} as {@link resolveTarget}; `NO_CREDENTIALS` when there is none of them
 */
export function resolveLeafOnly(config: AwsConfig, options: ResolveOptions): LeafTarget {
  const { env } = options;
  const origins = new Map<string, string>();
  const chosen = chooseProfile(config, options);
  if (chosen !== null) {
    const section = sectionOf(config, checkProfileName(chosen.name), chosen.origin);
    const way = climbToLeaf(config, chosen.name, chosen.origin);
    origins.set("profile", chosen.origin);
    const chain = way.steps.map((step) => hopOf(config, step, options));
    const shared = sharedOf(config, section, way, options, origins);
    return { profile: chosen.name, leaf: way.leaf, chain, ...shared, origins };
  }
  const leaf: Leaf | null = hasEnvironmentKeys(env)
    ? { kind: "environment" }
    : isSet(env, "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") ||
        isSet(env, "AWS_CONTAINER_CREDENTIALS_FULL_URI")
    ? { kind: "container" }
    : null;
  if (leaf === null) {
    throw new SentinelError(
      "NO_CREDENTIALS",
      "Cannot find credentials: found no --aws-profile, AWS_PROFILE, AWS_ACCESS_KEY_ID or " +
        "[default] profile",
      {
        hint: config.profiles.size === 0
          ? "aws configure, or aws configure sso"
          : "--aws-profile NAME (sentinel list --all shows the names)",
      },
    );
  }
  const way: Climb = { steps: [], leaf, leafOrigin: "the environment" };
  const shared = sharedOf(config, null, way, options, origins);
  return { profile: null, leaf, chain: [], ...shared, origins };
}

function chooseProfile(
  config: AwsConfig,
  { awsProfile, env }: ResolveOptions,
): { name: string; origin: string } | null {
  if (awsProfile !== undefined && awsProfile !== null) {
    return { name: awsProfile, origin: "--aws-profile" };
  }
  const fromEnvironment = env("AWS_PROFILE") ?? "";
  if (fromEnvironment !== "") return { name: fromEnvironment, origin: "AWS_PROFILE" };
  if (hasEnvironmentKeys(env)) return null;
  const section = config.profiles.get("default");
  // A [default] that only says a region chooses nothing.
  const says = ["_key", "role", "process", "sso_"].some((part) =>
    [...section?.values.keys() ?? []].some((key) => key.includes(part))
  );
  return says ? { name: "default", origin: "[default]" } : null;
}

function hasEnvironmentKeys(env: Outside["env"]): boolean {
  return isSet(env, "AWS_ACCESS_KEY_ID") && isSet(env, "AWS_SECRET_ACCESS_KEY");
}

function isSet(env: Outside["env"], name: string): boolean {
  return (env(name) ?? "") !== "";
}

function hopOf(config: AwsConfig, { section, role }: Step, outside: Outside): Hop {
  return {
    profile: section.name,
    gated: role.gated,
    roleArn: role.arn.text,
    externalId: role.externalId,
    mfaSerial: role.mfaSerial,
    region: regionOf(config, section, outside)?.text ?? null,
  };
}

/** What targets and leaves have in common, with the origins noted. */
function sharedOf(
  config: AwsConfig,
  section: ProfileSection | null,
  way: Climb,
  options: ResolveOptions,
  origins: Map<string, string>,
): Pick<Target, "region" | "stsEndpoint" | "ssmEndpoint" | "ssoEndpoint" | "mfaProcess"> {
  const taken = (setting: string, said: Said | null): string | null => {
    if (said !== null) origins.set(setting, said.origin);
    return said?.text ?? null;
  };
  const leafs = leafSection(config, way.leaf);
  const process = mfaProcessOf(section) ?? mfaProcessOf(leafs);
  origins.set("leaf", way.leafOrigin);
  if (process !== null) origins.set("mfaProcess", placeOf(process));
  return {
    region: taken("region", regionOf(config, section, options)),
    stsEndpoint: taken("stsEndpoint", endpointFor("sts", config, section, options)),
    ssmEndpoint: taken("ssmEndpoint", endpointFor("ssm", config, section, options)),
    // A log-in's token goes where the profile that has the log-in says.
    ssoEndpoint: way.leaf.kind !== "sso"
      ? null
      : taken("ssoEndpoint", endpointFor("sso", config, leafs, options)),
    mfaProcess: process?.text ?? null,
  };
}

function mfaProcessOf(section: ProfileSection | null): SectionValue | null {
  return section === null ? null : valueOf(section, "mfa_process");
}

/** Reads a key and notes where it was said. */
function note<T>(
  origins: Map<string, string>,
  setting: string,
  section: ProfileSection,
  key: string,
  read: (section: ProfileSection, key: string) => T,
): T {
  const value = section.values.get(key);
  const got = read(section, key);
  if (value !== undefined && !origins.has(setting)) origins.set(setting, placeOf(value));
  return got;
}
