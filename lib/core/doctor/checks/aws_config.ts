// doctor: the traps of AWS's config files, each seen in its own section.
import { nearestOf } from "../../text/nearest.ts";
import { SENTINEL_KEYS, WAYS_ROUND } from "../../profiles/mod.ts";
import { line, say } from "../line.ts";
import { type Placed, processOf, profileSections } from "../sections.ts";
import type { Facts, Line } from "../types.ts";

const KNOWN = Object.keys(SENTINEL_KEYS);

/** Keys that give SDKs credentials without asking us, beside a role of ours. */
const BESIDE = [...WAYS_ROUND, "aws_access_key_id"];

/** Everything in the files that leads past Sentinel, or to an error. */
export function checkAwsConfig(facts: Facts): Line[] {
  const all = profileSections(facts.aws);
  const mine = facts.only === null ? all : all.filter(({ name }) => name === facts.only);
  return [
    ...readable(facts),
    ...duplicates(all),
    ...mine.flatMap((each) => [
      ...unknownKeys(each),
      ...gated(each),
      ...ungated(each),
      ...endpoint(each),
    ]),
    ...roundabouts(all, facts.only),
    ...defaultProfile(all),
    ...count(facts, all),
  ];
}

function readable({ aws }: Facts): Line[] {
  return aws.map(({ path, trouble, sections }) => {
    if (trouble !== null) {
      return line("aws-config/readable", "problem", say`${trouble.message}`, {
        fix: say`correct that line of ${path}: SDKs may read the file in another way`,
      });
    }
    return sections === null
      ? line("aws-config/readable", "note", say`no file ${path}`)
      : line("aws-config/readable", "ok", say`${path} can be read`);
  });
}

function duplicates(all: readonly Placed[]): Line[] {
  const first = new Map<string, Placed>();
  return all.flatMap((each) => {
    const key = `${each.file.which} ${each.name}`;
    const before = first.get(key);
    if (before === undefined) {
      first.set(key, each);
      return [];
    }
    return [line(
      "aws-config/duplicate-section",
      "problem",
      say`${each.place}: profile ${each.name} again (first at ${before.place}): botocore refuses the file, others merge the sections`,
      { profile: each.name, fix: say`merge the two sections` },
    )];
  });
}

function unknownKeys({ name, section, place }: Placed): Line[] {
  return [...section.values].flatMap(([key, value]) => {
    if (!key.startsWith("sentinel_") || KNOWN.includes(key)) return [];
    const [near] = nearestOf(key, KNOWN, 1);
    return [line("aws-config/unknown-key", "problem", say`${place}: unknown key ${key}`, {
      profile: name,
      fix: near === undefined
        ? say`remove line ${value.line}; known are ${KNOWN.join(", ")}`
        : say`write ${near} on line ${value.line}`,
    })];
  });
}

function gated({ name, section, place }: Placed): Line[] {
  if (!section.values.has("sentinel_role_arn")) return [];
  const about = { profile: name };
  const lines = BESIDE.filter((key) => section.values.has(key)).map((key) =>
    line(
      "aws-config/way-round",
      "problem",
      say`${place}: ${key} beside sentinel_role_arn: SDKs would use it and never ask Sentinel`,
      {
        ...about,
        fix: say`move ${key} to a profile of its own, and name that by sentinel_source_profile`,
      },
    )
  );
  return [...lines, ...process({ name, section, place })];
}

function process({ name, section, place }: Pick<Placed, "name" | "section" | "place">): Line[] {
  const found = processOf(section.values.get("credential_process")?.text);
  const want = say`credential_process = sentinel credentials --profile ${shellName(name)}`;
  const about = { profile: name, fix: want };
  switch (found.kind) {
    case "none":
      return [line(
        "aws-config/no-process",
        "warning",
        say`${place}: gated profile ${name} has no credential_process: SDKs find no credentials in it`,
        about,
      )];
    case "not sentinel":
      return [line(
        "aws-config/foreign-process",
        "problem",
        say`${place}: the credential_process of gated profile ${name} is another program's: SDKs go round Sentinel`,
        about,
      )];
    case "unread":
      return [line(
        "aws-config/process-unread",
        "note",
        say`${place}: the credential_process of ${name} does not call sentinel credentials directly`,
        about,
      )];
    case "sentinel":
      if (found.profile === name) return [];
      return [line(
        "aws-config/process-profile",
        "problem",
        found.profile === null
          ? say`${place}: the credential_process of ${name} names no profile`
          : say`${place}: the credential_process of ${name} asks for ${found.profile}`,
        about,
      )];
  }
}

function shellName(name: string): string {
  return /^[\w@%+=:,./-]+$/.test(name) ? name : `"${name}"`;
}

function ungated({ name, section, place, file }: Placed): Line[] {
  const { values } = section;
  if (values.has("sentinel_role_arn")) return [];
  const lines: Line[] = [];
  const found = processOf(values.get("credential_process")?.text);
  if (values.has("role_arn") && values.has("credential_process")) {
    lines.push(line(
      "aws-config/role-arn-and-process",
      "problem",
      say`${place}: profile ${name} has role_arn and credential_process: some SDKs take the one, some the other`,
      {
        profile: name,
        fix: say`rename role_arn to sentinel_role_arn, source_profile to sentinel_source_profile`,
      },
    ));
  } else if (found.kind === "sentinel") {
    lines.push(line(
      "aws-config/self-reference",
      "problem",
      say`${place}: profile ${name} runs sentinel, but names no role: its credentials would come from itself`,
      { profile: name, fix: say`add sentinel_role_arn and sentinel_source_profile` },
    ));
  }
  const key = values.get("aws_access_key_id");
  if (key !== undefined && key.text.startsWith("AKIA")) {
    lines.push(line(
      "aws-config/long-term-keys",
      "note",
      say`${file.path}:${key.line}: a long-term key in plain text, ${key.text}`,
      {
        profile: name,
        fix:
          say`aws sso login where you can; else rotate it, and let it do nothing but assume roles`,
      },
    ));
  }
  return lines;
}

/** An endpoint of one's own, in a file: every tool that uses the profile is led there. */
function endpoint({ name, section, place }: Pick<Placed, "name" | "section" | "place">): Line[] {
  const value = section.values.get("endpoint_url");
  if (value === undefined) return [];
  const [state, what] = isLoopback(value.text)
    ? ["note", "to this machine"] as const
    : ["warning", "elsewhere"] as const;
  return [line("aws-config/endpoint", state, say`${place}: endpoint_url leads ${name} ${what}`, {
    profile: name,
    fix: state === "note"
      ? null
      : say`take endpoint_url out, or pin the profile: pinned ones ignore it`,
  })];
}

/** True for an URL of this machine. */
export function isLoopback(url: string): boolean {
  return URL.canParse(url) &&
    /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
}

/** A plain profile for a role that a gated one guards: every SDK takes it without asking. */
function roundabouts(all: readonly Placed[], only: string | null): Line[] {
  const guarded = new Map<string, string>();
  for (const { name, section } of all) {
    const role = section.values.get("sentinel_role_arn")?.text;
    if (role !== undefined) guarded.set(role, name);
  }
  return all.flatMap(({ name, section, place }) => {
    const role = section.values.get("role_arn")?.text;
    const gate = role === undefined ? undefined : guarded.get(role);
    if (gate === undefined || (only !== null && only !== name && only !== gate)) return [];
    return [line(
      "aws-config/plain-beside-gated",
      "warning",
      say`${place}: plain profile ${name} is for the role that ${gate} guards; only the role's trust policy holds it off`,
      { profile: gate, fix: say`remove ${name}, or make it gated` },
    )];
  });
}

function defaultProfile(all: readonly Placed[]): Line[] {
  const sections = all.filter(({ name }) => name === "default");
  const giving = sections.find(({ section: { values } }) =>
    ["aws_access_key_id", "role_arn", "credential_process", "sso_account_id"].some((key) =>
      values.has(key)
    ) &&
    !values.has("sentinel_role_arn")
  );
  if (giving === undefined) return [];
  return [line(
    "aws-config/default-profile",
    "note",
    say`${giving.place}: [default] has credentials: whatever names no profile uses them, and policy is not asked`,
    { fix: say`rename it, so that only what names it gets it` },
  )];
}

function count(facts: Facts, all: readonly Placed[]): Line[] {
  const names = new Set(
    all.filter(({ section }) => section.values.has("sentinel_role_arn")).map(({ name }) => name),
  );
  if (facts.awsTrouble !== null && facts.aws.every(({ trouble }) => trouble === null)) {
    return [line("aws-config/whole", "problem", say`${facts.awsTrouble.message}`, {
      fix: facts.awsTrouble.hint === null ? say`correct that line` : say`${facts.awsTrouble.hint}`,
    })];
  }
  if (names.size > 0) {
    return [line("aws-config/gated", "ok", say`${names.size} gated: ${[...names].join(", ")}`)];
  }
  return [line("aws-config/gated", "note", say`no gated profile yet`, { fix: say`sentinel init` })];
}
