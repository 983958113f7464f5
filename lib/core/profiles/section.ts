// profiles: one section's keys, read with their forms checked.
import { SentinelError } from "../errors/mod.ts";
import { quoted } from "../text/printable.ts";
import { LONGEST, SHORTEST } from "../sessions/duration.ts";
import { type Lease, LEASES } from "../sessions/lease.ts";
import { parseDuration } from "../time/duration.ts";
import { invalid } from "./ini.ts";
import { nearestOf } from "../text/nearest.ts";
import type { AwsConfig, ProfileSection, SectionValue } from "./types.ts";

/** Every key of ours that a profile may hold, and what it says. */
export const SENTINEL_KEYS = {
  sentinel_role_arn: "the role to assume",
  sentinel_source_profile: "the profile whose credentials assume it",
  sentinel_credential_source: "the source whose credentials assume it",
  sentinel_external_id: "the external id that the role's trust policy wants",
  sentinel_mfa_serial: "the MFA device whose code the role's trust policy wants",
  sentinel_tags: "whether request id and ticket go with the session as tags",
  sentinel_duration: "how long a session is asked for",
  sentinel_max_duration: "how long a session may last",
  sentinel_lease: "how soon an SDK that uses the profile comes back",
} as const satisfies Record<string, string>;

/** Keys that mean nothing unless the section names a role of ours. */
const NEED_ROLE = [
  "sentinel_source_profile",
  "sentinel_credential_source",
  "sentinel_external_id",
  "sentinel_mfa_serial",
] as const;

/** IAM's form of a role ARN ("IAM identifiers"). One role: a wildcard would be many in a policy. */
const ROLE_ARN =
  /^arn:aws(?:-[a-z0-9]+)*:iam::[0-9]{12}:role\/(?=.{1,575}$)(?:[!-)+-.0->@-~]+\/)*[\w+=,.@-]{1,64}$/;
/** STS API reference, AssumeRole: ExternalId and SerialNumber. */
const EXTERNAL_ID = /^[\w+=,.@:/-]{2,1224}$/;
const MFA_SERIAL = /^[\w+=/:,.@-]{9,256}$/;

/** A region becomes part of a host name, so it must be one label of it. */
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;

/** The place of a value, as errors and origins show it. */
export function placeOf(value: SectionValue): string {
  return `${value.file}:${value.line}`;
}

/** An `AWS_CONFIG_INVALID` error at a value. */
export function invalidAt(value: SectionValue, found: string, want?: string): SentinelError {
  return invalid(value.file, value.line, found, want);
}

/** The value of a key, `null` where it is not said. An empty one is an error: nobody means it. */
export function valueOf(section: ProfileSection, key: string): SectionValue | null {
  const value = section.values.get(key);
  if (value === undefined) return null;
  if (value.text === "") throw invalidAt(value, `no value for ${key}`);
  return value;
}

/** A role's ARN. */
export function roleArnOf(section: ProfileSection, key: string): SectionValue | null {
  return ifSaid(valueOf(section, key), ROLE_ARN, "the ARN of an IAM role");
}

/** An external id. */
export function externalIdOf(section: ProfileSection, key: string): string | null {
  return ifSaid(valueOf(section, key), EXTERNAL_ID, "an external id")?.text ?? null;
}

/** An MFA device's serial number or ARN. */
export function mfaSerialOf(section: ProfileSection, key: string): string | null {
  return ifSaid(valueOf(section, key), MFA_SERIAL, "an MFA serial number or ARN")?.text ?? null;
}

function ifSaid(value: SectionValue | null, form: RegExp, want: string): SectionValue | null {
  return value === null ? null : matching(value, form, want);
}

/** The value, when it has its form. */
export function matching(value: SectionValue, form: RegExp, want: string): SectionValue {
  if (form.test(value.text)) return value;
  throw invalidAt(value, quoted(value.text, 80), want);
}

/** A `sentinel_*` duration, in seconds; 15 minutes to 12 hours. */
export function durationOf(section: ProfileSection, key: string): number | null {
  const value = valueOf(section, key);
  if (value === null) return null;
  let seconds: number;
  try {
    seconds = parseDuration(value.text);
  } catch {
    throw invalidAt(value, quoted(value.text, 40), `${key} as 15m or 1h30m`);
  }
  return withinSts(value, seconds);
}

/** A lease by its name. */
export function leaseKeyOf(section: ProfileSection, key: string): Lease | null {
  const value = valueOf(section, key);
  if (value === null) return null;
  const found = LEASES.find((lease) => lease === value.text);
  if (found === undefined) throw invalidAt(value, quoted(value.text, 40), LEASES.join(" or "));
  return found;
}

/** AWS's own `duration_seconds`. */
export function secondsOf(section: ProfileSection, key: string): number | null {
  const value = valueOf(section, key);
  if (value === null) return null;
  return withinSts(value, /^[0-9]{1,6}$/.test(value.text) ? Number(value.text) : 0);
}

/** STS makes no role session outside of these, so a limit there means something else to somebody. */
function withinSts(value: SectionValue, seconds: number): number {
  if (seconds >= SHORTEST && seconds <= LONGEST) return seconds;
  throw invalidAt(value, quoted(value.text, 40), "15m to 12h (900 to 43200 seconds)");
}

/** True for what can be an AWS region. */
export function isRegion(text: string): boolean {
  return LABEL.test(text);
}

/** A region in a file. */
export function checkedRegion(value: SectionValue): string {
  if (isRegion(value.text)) return value.text;
  throw invalidAt(value, quoted(value.text, 40), "an AWS region");
}

/** `true` or `false`, in any case; false where it is not said. */
export function flagOf(section: ProfileSection, key: string): boolean {
  const value = valueOf(section, key);
  if (value === null) return false;
  const word = value.text.toLowerCase();
  if (word !== "true" && word !== "false") {
    throw invalidAt(value, quoted(value.text, 40), `${key} = true or false`);
  }
  return word === "true";
}

/**
 * Refuses `sentinel_*` keys that do not exist (a misspelt one would be ignored, and a limit with
 * it), and those that hang in the air.
 *
 * @throws {SentinelError} `AWS_CONFIG_INVALID`, `PROFILE_CONFLICT`
 */
export function checkSentinelKeys(section: ProfileSection): void {
  const known = Object.keys(SENTINEL_KEYS);
  for (const [key, value] of section.values) {
    if (!key.startsWith("sentinel_") || known.includes(key)) continue;
    const [near] = nearestOf(key, known, 1);
    throw invalidAt(value, `unknown key ${quoted(key, 64)}`, near ?? `one of ${known.join(", ")}`);
  }
  if (section.values.has("sentinel_role_arn")) return;
  const loose = NEED_ROLE.find((key) => section.values.has(key));
  if (loose !== undefined) throw conflict(section, loose, "without sentinel_role_arn");
}

/** A `PROFILE_CONFLICT` error about one key of a section. */
export function conflict(
  section: ProfileSection,
  key: string,
  why: string,
  hint?: string,
): SentinelError {
  const value = section.values.get(key);
  const place = value === undefined ? "" : ` (${placeOf(value)})`;
  return new SentinelError(
    "PROFILE_CONFLICT",
    `Cannot resolve profile ${quoted(section.name)}: found ${key} ${why}${place}`,
    hint === undefined ? {} : { hint },
  );
}

/**
 * The section of a profile.
 * @throws {SentinelError} `PROFILE_UNKNOWN` with the nearest names
 */
export function sectionOf(config: AwsConfig, name: string, saidBy?: string): ProfileSection {
  const section = config.profiles.get(name);
  if (section !== undefined) return section;
  const { size } = config.profiles;
  const near = nearestOf(name, config.profiles.keys(), 3).map((known) => quoted(known));
  const nothing = size === 0 ? "sentinel init" : "sentinel list";
  throw new SentinelError(
    "PROFILE_UNKNOWN",
    `Cannot find profile ${quoted(name)}${saidBy === undefined ? "" : `, named by ${saidBy}`}: ` +
      (size === 0
        ? "found no profiles at all"
        : `found ${size} profile${size === 1 ? "" : "s"}, none of that name`),
    { hint: near.length > 0 ? `did you mean ${near.join(" or ")}?` : nothing },
  );
}
