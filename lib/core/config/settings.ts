// config: every setting that a person can say in more than one place, and which place wins.

/** Where a value came from, strongest first. */
export type Source = "pin" | "flag" | "environment" | "profile" | "config" | "default";

/** One setting: its names in each place. */
export interface SettingSpec {
  /** Its name, which is the flag's too where there is one: `aws-profile`. */
  flag: string;
  /** Environment variable, or `null` where there is none on purpose. */
  env: string | null;
  /** Key in `config.yaml`, or `null` where a file must not say it. */
  config: string | null;
  /** Key in the AWS profile's section, where it has one. */
  profileKey: string | null;
  /** One line for help and docs. */
  brief: string;
}

/** The settings, in the order in which `config show` prints them. */
export const SETTINGS = {
  profile: spec("profile", { config: null, brief: "target profile" }),
  policy: spec("policy", { brief: "policy source: file:PATH, a path, ssm:/name or a full ARN" }),
  awsProfile: spec("aws-profile", { brief: "base credentials (the leaf)" }),
  region: spec("region", { profileKey: "region", brief: "AWS region" }),
  reason: spec("reason", { config: null, brief: "why you need it; recorded" }),
  ticket: spec("ticket", { config: null, brief: "ticket id; recorded, a session tag where asked" }),
  duration: spec("duration", {
    profileKey: "sentinel_duration",
    brief: "session length: 15m to 12h",
  }),
  // Neither flag nor variable: whoever calls must not lengthen what the files keep short.
  lease: spec("lease", {
    env: null,
    profileKey: "sentinel_lease",
    brief: "when SDKs come back: calm (seldom) or live (at once)",
  }),
  store: spec("store", {
    brief: "requests and approvals: sqlite:PATH, dynamodb: or dynamodb:PREFIX",
  }),
  journal: spec("journal", { brief: "an additional journal sink: a path, or - for stderr" }),
  mfaCode: spec("mfa-code", { config: null, brief: "one-time code; - reads it from stdin" }),
  json: spec("json", { brief: "one JSON document, or JSON Lines for lists" }),
  noColor: spec("no-color", { brief: "no colours" }),
  quiet: spec("quiet", { brief: "no notes on stderr, errors only" }),
  debug: spec("debug", { brief: "say more on stderr when something fails" }),
} as const satisfies Record<string, SettingSpec>;

/** The name of a setting in code. */
export type SettingName = keyof typeof SETTINGS;

function spec(
  flag: string,
  more: { brief: string; env?: null; config?: null; profileKey?: string },
): SettingSpec {
  const word = flag.replaceAll("-", "_");
  return {
    flag,
    env: more.env === null ? null : `SENTINEL_${word.toUpperCase()}`,
    config: more.config === null ? null : word,
    profileKey: more.profileKey ?? null,
    brief: more.brief,
  };
}

/** A value with where it came from. */
export interface Setting {
  value: string | null;
  source: Source;
  /** The flag, variable, file and line, … in words. */
  origin: string;
}

/** What each place says of each setting. */
export interface Places {
  pins: ReadonlyMap<SettingName, string>;
  flags: ReadonlyMap<SettingName, string>;
  env: (name: string) => string | undefined;
  profile: ReadonlyMap<string, { text: string; origin: string }>;
  config: ReadonlyMap<string, { text: string; origin: string }>;
}

/**
 * The value that wins: pins, flag, environment, the AWS profile's `sentinel_*` key, `config.yaml`.
 * An empty environment variable counts as unset.
 */
export function settle(name: SettingName, places: Places): Setting {
  const { flag, env, config, profileKey } = SETTINGS[name];
  const pin = places.pins.get(name);
  if (pin !== undefined) return { value: pin, source: "pin", origin: "the pins file" };
  const given = places.flags.get(name);
  if (given !== undefined) return { value: given, source: "flag", origin: `--${flag}` };
  const fromEnv = env === null ? undefined : places.env(env);
  if (fromEnv) return { value: fromEnv, source: "environment", origin: env ?? "" };
  const inProfile = profileKey === null ? undefined : places.profile.get(profileKey);
  if (inProfile !== undefined) {
    return { value: inProfile.text, source: "profile", origin: inProfile.origin };
  }
  const inConfig = config === null ? undefined : places.config.get(config);
  if (inConfig !== undefined) {
    return { value: inConfig.text, source: "config", origin: inConfig.origin };
  }
  return { value: null, source: "default", origin: "default" };
}
