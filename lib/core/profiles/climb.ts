// profiles: from a profile down its sources, role by role, to the leaf.
import { SentinelError } from "../errors/mod.ts";
import { quoted, shellWord } from "../text/printable.ts";
import { keysLeaf, leafOf, sourceLeaf } from "./leaf.ts";
import { type Role, roleOf } from "./role.ts";
import { conflict, placeOf, sectionOf } from "./section.ts";
import type { AwsConfig, Leaf, ProfileSection } from "./types.ts";

/** Most roles on the way to a leaf: all of them stand in one entry of the journal. */
const MAX_HOPS = 5;

/** One role on the way, with its section. */
export interface Step {
  section: ProfileSection;
  role: Role;
}

/** The roles in the order in which they are assumed, and what assumes the first. */
export interface Climb {
  steps: Step[];
  leaf: Leaf;
  /** Where the leaf was named, for `config show --origin`. */
  leafOrigin: string;
}

/** Where a walk ends: reading the leaf is put off, since `--aws-profile` may replace it. */
interface End {
  /** Roles from the asked-for one down to the leaf's. */
  down: Step[];
  /** The section whose role a token assumes: it is the leaf itself, no AssumeRole of ours. */
  token: Step | null;
  leaf: () => Leaf;
  origin: string;
}

/**
 * Climbs from a profile to its leaf.
 *
 * @param replacement `--aws-profile`: takes the place of the leaf. When it has roles itself, they
 * are assumed first
 * @throws {SentinelError} `PROFILE_UNKNOWN`, `PROFILE_LOOP`, `PROFILE_CONFLICT`,
 * `LEAF_NOT_CALLER`, and what reading the sections throws
 */
export function climb(config: AwsConfig, name: string, replacement: string | null): Climb {
  const seen = new Set<string>();
  const target = walk(config, name, null, seen);
  if (replacement === null) {
    if (target.down.length === 0 && target.token !== null) throw notCaller(target.token);
    return finish(target);
  }
  const asked = target.down[0] ?? target.token;
  if (asked === null && replacement === name) return finish(target);
  if (asked === null) throw nothingToAssume(config, name, replacement);
  const keeps = target.down.length > 0 ? target.down : [asked];
  const base = walk(config, replacement, "--aws-profile", seen);
  return finish({ ...base, down: [...keeps, ...base.down] });
}

/** The leaf of a profile, whether it is one itself or has roles on top. */
export function climbToLeaf(config: AwsConfig, name: string, saidBy: string): Climb {
  return finish(walk(config, name, saidBy, new Set()));
}

function finish(end: End): Climb {
  const steps = end.down.toReversed();
  if (steps.length > MAX_HOPS) throw tooLong(steps);
  for (const { section, role } of steps.slice(1)) {
    if (role.mfaSerial !== null) throw lateMfa(section);
  }
  return { steps, leaf: end.leaf(), leafOrigin: end.origin };
}

function tooLong(steps: readonly Step[]): SentinelError {
  const asked = steps.at(-1)?.section.name ?? "";
  return new SentinelError(
    "PROFILE_CONFLICT",
    `Cannot resolve profile ${quoted(asked)}: found ${steps.length} roles on the way, want at ` +
      `most ${MAX_HOPS}`,
    { hint: "let a source nearer to the target have credentials of its own" },
  );
}

/** A device belongs to a user, and only the first call is signed by one: STS refuses it later on. */
function lateMfa(section: ProfileSection): SentinelError {
  const key = section.values.has("sentinel_mfa_serial") ? "sentinel_mfa_serial" : "mfa_serial";
  return conflict(
    section,
    key,
    "on a role that another role's session assumes: a code counts only where a user's own keys " +
      "sign, on the first role of a chain",
    "move it to the first role's profile",
  );
}

function walk(config: AwsConfig, from: string, saidBy: string | null, seen: Set<string>): End {
  const down: Step[] = [];
  let name = from;
  let origin = saidBy ?? "--profile";
  for (;;) {
    const section = sectionOf(
      config,
      name,
      saidBy === null && down.length === 0 ? undefined : origin,
    );
    const role = roleOf(section);
    if (role === null) return { down, token: null, leaf: () => leafOf(config, section), origin };
    if (seen.has(name)) throw loop(name, [...seen]);
    seen.add(name);
    const step = { section, role };
    const { source } = role;
    if (source.kind === "web-identity") {
      return { down, token: step, leaf: () => source.leaf, origin: placeOf(role.arn) };
    }
    down.push(step);
    if (source.kind !== "profile") return { down, token: null, ...ownEnd(step, origin) };
    name = source.value.text;
    origin = placeOf(source.value);
  }
}

/** The leaf of a role that names no other profile. */
function ownEnd({ section, role }: Step, origin: string): Pick<End, "leaf" | "origin"> {
  const { source } = role;
  switch (source.kind) {
    case "own-keys":
      return { leaf: () => keysLeaf(section), origin: placeOf(source.value) };
    case "credential-source":
      return { leaf: () => sourceLeaf(source.value), origin: placeOf(source.value) };
    default:
      return { leaf: () => noSource(section, role), origin };
  }
}

function noSource(section: ProfileSection, role: Role): never {
  const [roleKey, sourceKey] = role.gated
    ? ["sentinel_role_arn", "sentinel_source_profile"]
    : ["role_arn", "source_profile"];
  throw conflict(
    section,
    roleKey,
    `without ${sourceKey}: nobody is named to assume it`,
    `add ${sourceKey}, or give --aws-profile`,
  );
}

/** Whoever replaced the leaf of a profile without a role would get that leaf's keys by its name. */
function nothingToAssume(config: AwsConfig, name: string, replacement: string): SentinelError {
  sectionOf(config, replacement, "--aws-profile");
  return new SentinelError(
    "PROFILE_CONFLICT",
    `Cannot resolve profile ${quoted(name)}: found --aws-profile ${quoted(replacement)} for a ` +
      "profile without a role, whose credentials it would replace",
    { hint: `sentinel credentials --profile ${shellWord(replacement)}` },
  );
}

function notCaller({ section }: Step): SentinelError {
  return new SentinelError(
    "LEAF_NOT_CALLER",
    `Cannot judge profile ${quoted(section.name)}: a web identity token assumes its role, and a ` +
      "token is no caller that STS can name beforehand",
    { hint: "make it the sentinel_source_profile of a profile with sentinel_role_arn" },
  );
}

function loop(name: string, seen: readonly string[]): SentinelError {
  const round = [...seen.slice(seen.indexOf(name)), name];
  const shown = round.length > 8 ? [...round.slice(0, 6), "…", name] : round;
  return new SentinelError(
    "PROFILE_LOOP",
    `Cannot resolve profile ${quoted(seen[0] ?? name)}: its sources go round in a circle ` +
      `(${shown.map((each) => quoted(each, 64)).join(" → ")})`,
    { hint: "let the last source be a profile with credentials of its own" },
  );
}
