// hostile: parsers of files: policies, settings, AWS config, worlds.
import { strict as assert } from "node:assert";
import { readConfig, readPins } from "../../../lib/core/config/read.ts";
import { hasCode, SentinelError } from "../../../lib/core/errors/mod.ts";
import { compilePolicy, parsePolicy, PolicyInvalidError } from "../../../lib/core/policy/mod.ts";
import {
  type AwsConfig,
  listProfiles,
  parseAwsConfig,
  type ProfileSection,
  resolveTarget,
} from "../../../lib/core/profiles/mod.ts";
import { parseWorld } from "../../../lib/edges/sandbox/mod.ts";
import defaultWorld from "../../../lib/edges/sandbox/default_world.yaml" with { type: "text" };
import { hostileText, TROUBLE } from "./hostile_text.ts";
import type { AnyTarget, Target } from "./law.ts";

const ROLE = "arn:aws:iam::111122223333:role/Dev";

const YAML = [
  ..."- |: |? |, |[ |] |{ |} |&a |*a |!!str |!x |%YAML 1.2\n|---\n|...\n|<<: |# |> |>-\n|\n|\n  |\n    |~|yes"
    .split("|"),
  "|\n",
  "|-\n",
];
const POLICY_WORDS = [
  ...YAML,
  ...'version|"1"|rules|name|effect|allow|deny|require_approval|conditions|profiles|users|mode'
    .split(
      "|",
    ),
  ...'time|days|monday|hours|start|end|timezone|"08:00"|Europe/Berlin|device|reason|unstamped|"*"'
    .split("|"),
];
const POLICY = 'version: "1"\nrules:\n  - name: dev\n    effect: allow\n    conditions:\n' +
  "      profiles: [dev]\n      users: [mara]\n      time:\n        days: [monday]\n" +
  '        hours: { start: "08:00", end: "18:00" }\n        timezone: Europe/Berlin\n' +
  "    reason: yes, you may\n  - { name: no, effect: deny, conditions: {} }\n";

/** Long inputs that have been trouble for YAML readers. */
const YAML_PIECES = [
  ..."- |? |: |[|{|,|[]|{}|&a |*a |!a |\n|# x\n|'|\"|\\|a: b\n|- a\n|  |\t|---\n|%A\n|a|| x\n"
    .split("|"),
  "|\n a\n",
  "k: {a: [b]}\n",
];

function yamlTarget(
  name: string,
  words: readonly string[],
  samples: readonly string[],
  parse: (text: string) => unknown,
  mayThrow: (error: unknown) => boolean,
): Target<string, unknown> {
  return {
    name,
    inputs: hostileText(words, samples),
    parse,
    mayThrow,
    check: (value, text) => assert.deepEqual(parse(text), value, "it reads the same twice"),
  };
}

const policyRead = yamlTarget("policy", POLICY_WORDS, [POLICY], (text) => {
  const read = parsePolicy(text, "p.yaml");
  compilePolicy([read]);
  return read;
}, (error) => error instanceof PolicyInvalidError || hasCode(error, "POLICY_INVALID"));

/** One reader reads all of these: it is held to the law of time once. */
const policy: Target<string, unknown> = {
  ...policyRead,
  long: { pieces: YAML_PIECES.filter((piece) => piece !== ""), of: (text) => text },
};

const guardrail = yamlTarget(
  "guardrail",
  POLICY_WORDS,
  [POLICY.replace("effect: allow", "effect: deny")],
  (text) => parsePolicy(text, { file: "guardrails.yaml", kind: "guardrail" }),
  (error) => error instanceof PolicyInvalidError,
);

const config = yamlTarget(
  "config.yaml",
  [
    ...YAML,
    ..."region|policy|duration|issuer|iam_users|identity_center|accounts|journal|15m".split("|"),
  ],
  ['issuer: { iam_users: "111122223333" }\nduration: 1h\npolicy: p.yaml\nregion: eu-central-1\n'],
  (text) => readConfig(text, "config.yaml"),
  (error) => hasCode(error, "CONFIG_INVALID"),
);

const pins = yamlTarget(
  "pins.yaml",
  [...YAML, ...'version|"1"|profiles|role|policy|journal|issuer|"*"|dev'.split("|"), ROLE],
  [`version: "1"\nprofiles:\n  dev: { role: "${ROLE}", policy: file:/p.yaml }\n  "*": { journal: /j }\n`],
  (text) => readPins(text, "pins.yaml"),
  (error) => hasCode(error, "PINS_INVALID"),
);

const world = yamlTarget(
  "world file",
  [
    ...YAML,
    ..."account|region|users|roles|trust|policies|profiles|gated|role|scps|files|keys".split("|"),
  ],
  [defaultWorld],
  (text) => parseWorld(text, "world.yaml"),
  (error) => hasCode(error, "WORLD_INVALID"),
);

const INI_WORDS = [
  ..."[profile |[default]|[sso-session |[services |[DEFAULT]|]|\"|'| = |=|:|\n|\n  |#|;|dev|x|y"
    .split("|"),
  ..."sentinel_role_arn|sentinel_source_profile|role_arn|source_profile|credential_process".split(
    "|",
  ),
  ..."aws_access_key_id|aws_secret_access_key|region|endpoint_url|sso_session|duration_seconds"
    .split("|"),
  ..."sentinel_duration|web_identity_token_file|credential_source|Environment|mfa_serial|services"
    .split("|"),
  ROLE,
];
const INI = `[default]\nregion = eu-central-1\n[profile dev]\nsentinel_role_arn = ${ROLE}\n` +
  'sentinel_source_profile = base ; comment\nsentinel_duration = 1h\n[profile "base x"]\n' +
  "aws_access_key_id = AKIAEXAMPLEEXAMPLE00\naws_secret_access_key = abc#def\ns3 =\n  a = b\n" +
  "[profile base]\ncredential_process = /bin/x --y 'z'\n[profile a]\nrole_arn = " + ROLE +
  "\nsource_profile = base\n[profile sso]\nsso_session = s\nsso_account_id = 111122223333\n" +
  "sso_role_name = R\n[sso-session s]\nsso_region = eu-central-1\nsso_start_url = https://x/\n";

function sectionText(kind: string, { name, values }: ProfileSection): string {
  const header = name === "default" && kind === "profile" ? "default" : `${kind} "${name}"`;
  const lines = [...values].map(([key, { text, nested }]) =>
    [`${key} = ${text}`, ...[...nested ?? []].map(([k, v]) => `  ${k} = ${v}`)].join("\n")
  );
  return [`[${header}]`, ...lines, ""].join("\n");
}

function printIni({ profiles, ssoSessions, services }: AwsConfig): string {
  return [
    ...[...profiles.values()].map((section) => sectionText("profile", section)),
    ...[...ssoSessions.values()].map((section) => sectionText("sso-session", section)),
    ...[...services.values()].map((section) => sectionText("services", section)),
  ].join("");
}

/** Everything but where it was said. */
function meaning({ profiles, ssoSessions, services }: AwsConfig): unknown {
  return [profiles, ssoSessions, services].map((map) =>
    [...map].map(([name, { values }]) => [
      name,
      [...values].map(([key, { text, nested }]) => [key, text, [...nested ?? []]]),
    ])
  );
}

const awsConfig: Target<string, AwsConfig> = {
  name: "AWS config",
  inputs: hostileText(INI_WORDS, [INI]),
  parse: (text) => parseAwsConfig({ config: { file: "config", text } }),
  mayThrow: (error) => hasCode(error, "AWS_CONFIG_INVALID"),
  check: (value) => {
    const again = parseAwsConfig({ config: { file: "config", text: printIni(value) } });
    assert.deepEqual(meaning(again), meaning(value));
  },
  long: {
    pieces: [
      "[",
      "]",
      "[profile x]\n",
      "=",
      "x = y\n",
      " ",
      "\n",
      "#",
      "; ",
      "\t",
      '"',
      "[profile ",
      "a",
    ],
    of: (text) => text,
  },
};

const resolver: Target<string, unknown> = {
  name: "profile resolver",
  inputs: hostileText(INI_WORDS, [INI]),
  parse: (text) => {
    const read = parseAwsConfig({ config: { file: "config", text } });
    listProfiles(read);
    const env = (name: string) => name === "AWS_REGION" ? "eu-central-1" : undefined;
    const errors: SentinelError[] = [];
    for (const name of [...read.profiles.keys(), ...TROUBLE]) {
      try {
        resolveTarget(read, name, { env });
      } catch (error) {
        if (!(error instanceof SentinelError)) throw error;
        errors.push(error);
      }
    }
    return errors;
  },
  mayThrow: (error) => hasCode(error, "AWS_CONFIG_INVALID"),
};

const credentialsFile: Target<string, AwsConfig> = {
  ...awsConfig,
  name: "AWS credentials file",
  parse: (text) =>
    parseAwsConfig({
      config: { file: "config", text: INI },
      credentials: { file: "credentials", text },
    }),
  inputs: hostileText(INI_WORDS, ["[base]\naws_access_key_id = x\n[default]\nregion = y\n"]),
  check: (value) => assert.ok(value.profiles.has("dev")),
};

/** Parsers of files. */
export const TEXT_TARGETS: readonly AnyTarget[] = [
  policy,
  guardrail,
  config,
  pins,
  world,
  awsConfig,
  credentialsFile,
  resolver,
];
