// setup: what is to be written for a gated profile, beside what is there. Pure; nothing is written here.
import { readConfig } from "../config/read.ts";
import { SentinelError } from "../errors/mod.ts";
import { type AwsConfig, hasOwnFile, parseAwsConfig, resolveTarget } from "../profiles/mod.ts";
import type { IniFile } from "../profiles/ini.ts";
import { printable, quoted } from "../text/printable.ts";
import { appended, type NewSection, sectionText } from "./ini_append.ts";
import { starterConfig, starterRule } from "./starter.ts";
import type { Answers, Change, Plan, Present, Standing } from "./types.ts";

/** Everything that the AWS config must say. */
interface Wanted extends NewSection {
  kind: "profile" | "sso-session";
  name: string;
}

/**
 * Plans a set-up. What is there is never changed: a section that says the same counts as done, one
 * that says something else is refused.
 *
 * @param policy text of the starter policy
 * @throws {SentinelError} `PROFILE_NAME_INVALID`, `PROFILE_CONFLICT` (a section of that name says
 * something else), and what reading the AWS config and resolving the new profile in it throws
 */
export function planSetup(answers: Answers, standing: Standing, policy: string): Plan {
  if (!hasOwnFile(answers.profile) || answers.profile.startsWith("-")) {
    throw badName(answers.profile);
  }
  const wanted = wantedSections(answers);
  wanted.forEach(refuseValues);
  const now = configOf(standing.awsConfig, standing.awsCredentials);
  const kept: string[] = [];
  const missing = wanted.filter((section) => {
    const there = compare(now, section);
    if (there) kept.push(`[${section.header}] is in ${standing.awsConfig.path} as it should be`);
    return !there;
  });
  const changes: Change[] = [];
  const left: string[] = [];
  const notes = { kept, left };
  const settings = starterConfig(answers);
  changes.push(...created(standing.configYaml, settings, notes, settingsNote(settings)));
  changes.push(...policyChange(answers, standing, policy, notes));
  // Last, when it is written too: a gated profile is there only when something can decide about it.
  if (missing.length > 0) changes.push(append(standing.awsConfig, missing));
  check(answers, wanted, standing, changes);
  return { changes, kept, left };
}

function wantedSections({ profile, roleArn, source, region }: Answers): Wanted[] {
  const regions: [string, string][] = region === null ? [] : [["region", region]];
  const gated: Wanted = {
    kind: "profile",
    name: profile,
    header: `profile ${profile}`,
    keys: [
      ...regions,
      ["credential_process", `sentinel credentials --profile ${profile}`],
      ["sentinel_role_arn", roleArn],
      ["sentinel_source_profile", source.name],
    ],
  };
  if (source.kind === "profile") return [gated];
  return [{
    kind: "sso-session",
    name: source.session,
    header: `sso-session ${source.session}`,
    keys: [
      ["sso_start_url", source.startUrl],
      ["sso_region", source.region],
      ["sso_registration_scopes", "sso:account:access"],
    ],
  }, {
    kind: "profile",
    name: source.name,
    header: `profile ${source.name}`,
    keys: [
      ...regions,
      ["sso_session", source.session],
      ["sso_account_id", source.account],
      ["sso_role_name", source.permissionSet],
    ],
  }, gated];
}

/** True when the section is there and says the same. @throws when it says something else */
function compare(now: AwsConfig, wanted: Wanted): boolean {
  const there = (wanted.kind === "profile" ? now.profiles : now.ssoSessions).get(wanted.name);
  if (there === undefined) return false;
  const said = new Map([...there.values].map(([key, { text }]) => [key, text]));
  const differs = wanted.keys.find(([key, value]) => said.get(key) !== value);
  const ways = ["role_arn", "source_profile", "aws_access_key_id"];
  const more = ways.find((key) => said.has(key));
  if (differs === undefined && more === undefined) return true;
  const [place] = there.values.values();
  const at = place === undefined ? "" : ` (${place.file}:${place.line})`;
  throw new SentinelError(
    "PROFILE_CONFLICT",
    `Cannot set up [${wanted.header}]: found a section of that name that says something else about ${
      differs?.[0] ?? more
    }${at}, want none, or one that says:\n${sectionText(wanted).trimEnd()}`,
    { hint: "choose another name with --profile, or edit that section by hand" },
  );
}

function append(present: Present, sections: readonly NewSection[]): Change {
  const { after, added } = appended(present.bytes, sections);
  const kind = present.bytes === null ? "create" : "append";
  return { path: present.path, kind, before: present.bytes, after, added };
}

function created(
  present: Present,
  text: string,
  notes: { kept: string[]; left: string[] },
  note: string,
): Change[] {
  const after = new TextEncoder().encode(text);
  if (present.bytes === null) {
    return [{ path: present.path, kind: "create", before: null, after, added: text }];
  }
  notes.kept.push(`${present.path} is there and stays as it is`);
  const said = new TextDecoder().decode(present.bytes);
  if (said !== text && note !== "" && !said.includes(note)) {
    notes.left.push(`see that ${present.path} says: ${note}`);
  }
  return [];
}

function settingsNote(settings: string): string {
  return settings.split("\n").find((line) => line.startsWith("issuer:")) ?? "";
}

/** A policy decides already where there is one: another beside it would take its place. */
function policyChange(
  answers: Answers,
  { configYaml, policyYaml, ownPolicy }: Standing,
  policy: string,
  notes: { kept: string[]; left: string[] },
): Change[] {
  const { profile } = answers;
  const source = policySaid(configYaml);
  if (source !== null) {
    notes.kept.push(`${source} decides about ${profile}, as ${configYaml.path} says`);
    notes.left.push(`see that a rule of ${source} is for ${profile}, such as this one:`);
    notes.left.push(`  ${starterRule(answers)}`);
    return [];
  }
  if (ownPolicy.bytes !== null) {
    notes.kept.push(`${ownPolicy.path} decides about ${profile} and stays as it is`);
    return [];
  }
  const changes = created(policyYaml, policy, notes, "");
  const said = policyYaml.bytes === null ? null : new TextDecoder().decode(policyYaml.bytes);
  if (said !== null && said !== policy) {
    notes.left.push(`see that a rule of ${policyYaml.path} is for ${profile}, such as this one:`);
    notes.left.push(`  ${starterRule(answers)}`);
  }
  return changes;
}

/** The source that config.yaml names: with it `policy.yaml` is not read. */
function policySaid({ path, bytes }: Present): string | null {
  try {
    return bytes === null
      ? null
      : readConfig(new TextDecoder().decode(bytes), path).values.policy ?? null;
  } catch {
    // What is wrong with it is told by whoever reads it to work by it.
    return null;
  }
}

/** A value with a line break would be more than one, and one with a comment mark less. */
function refuseValues({ header, keys }: Wanted): void {
  const name = /^[\w.@+-]+$/;
  const bad = keys.find(([, value]) => !isOneValue(value));
  if (bad === undefined && name.test(header.replace(/^[a-z-]+ /, ""))) return;
  throw new SentinelError(
    "AWS_CONFIG_INVALID",
    `Cannot set up ${quoted(`[${header}]`)}: found ${
      bad === undefined ? "a name" : `a value of ${bad[0]}`
    } that an AWS config would not give back`,
    { hint: "sentinel init --help" },
  );
}

function isOneValue(value: string): boolean {
  return value !== "" && value.trim() === value && printable(value, Infinity) === value &&
    !/(^|\s)[#;]/.test(value);
}

/** Reads what would be written as every later call does. */
function check(
  { profile }: Answers,
  wanted: readonly Wanted[],
  standing: Standing,
  changes: readonly Change[],
): void {
  const change = changes.find(({ path }) => path === standing.awsConfig.path);
  const bytes = change?.after ?? standing.awsConfig.bytes;
  const config = configOf({ path: standing.awsConfig.path, bytes }, standing.awsCredentials);
  for (const section of wanted) compare(config, section);
  resolveTarget(config, profile, { env: () => undefined });
}

function configOf(config: Present, credentials: Present): AwsConfig {
  const file = (present: Present): IniFile | null =>
    present.bytes === null
      ? null
      : { file: present.path, text: new TextDecoder().decode(present.bytes) };
  const [first, second] = [file(config), file(credentials)];
  return parseAwsConfig({
    ...(first !== null && { config: first }),
    ...(second !== null && { credentials: second }),
  });
}

function badName(name: string): SentinelError {
  return new SentinelError(
    "PROFILE_NAME_INVALID",
    `Cannot set up profile ${
      quoted(name)
    }: want letters, digits and ._@+-, a letter or digit first`,
    { hint: "--profile dev" },
  );
}
