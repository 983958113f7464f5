// commands: what init must know, from flags and from questions on the terminal.
import { SentinelError } from "../lib/core/errors/mod.ts";
import type { AwsConfig, ProfileSection } from "../lib/core/profiles/mod.ts";
import type { Answers, Callers, Source } from "../lib/core/setup/mod.ts";
import { printable, quoted, shellWord } from "../lib/core/text/printable.ts";

/** The flags that answer. */
export interface SetupFlags {
  readonly profile?: string;
  readonly role?: string;
  readonly source?: string;
  readonly region?: string;
  readonly team?: boolean;
  readonly user?: readonly string[];
  readonly permissionSet?: string;
  readonly account?: string;
  readonly ssoStartUrl?: string;
  readonly ssoRegion?: string;
  readonly ssoSession?: string;
}

/** Asks on the terminal, with an answer to fall back on; `null` = there is nobody to ask. */
export type AskPerson = ((question: string, fallback: string | null) => Promise<string>) | null;

/** Who and what else can answer. */
export interface Surroundings {
  ask: AskPerson;
  /** `AWS_PROFILE`; `null` = unset. */
  awsProfile: string | null;
}

const ENTRY = "SentinelEntry";

/** How often a wrong answer is asked for again. */
const TRIES = 3;

/** What is wrong with an answer, and what would be right; `null` = nothing. */
type Check = (answer: string) => { found: string; hint: string } | null;

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/;
const USER = /^(?:arn:aws[a-z-]*:iam::\d{12}:user\/.+|[^:/]+)$/;

/** Collects what was not said. Every flag that is missing is named at once. */
class Collector {
  readonly #ask: AskPerson;
  readonly #missing: string[] = [];

  constructor(ask: AskPerson) {
    this.#ask = ask;
  }

  /** True when there is somebody to ask. */
  get asks(): boolean {
    return this.#ask !== null;
  }

  /** @throws SentinelError `USAGE` for a wrong answer of a flag, and for the last of a person's */
  async get(
    said: string | undefined,
    flag: string,
    question: string,
    { fallback = null, check = () => null }: { fallback?: string | null; check?: Check } = {},
  ): Promise<string> {
    if (said === undefined && this.#ask === null) {
      this.#missing.push(flag);
      return "";
    }
    let answer = said ?? await this.#ask?.(question, fallback) ?? "";
    let wrong = check(answer);
    for (let tries = 1; wrong !== null && said === undefined && tries < TRIES; tries++) {
      answer = await this.#ask?.(`Found ${wrong.found}. ${question}`, fallback) ?? "";
      wrong = check(answer);
    }
    if (wrong === null) return answer;
    const { found, hint } = wrong;
    throw new SentinelError("USAGE", `Cannot set up a profile: found ${found}`, { hint });
  }

  require(): void {
    if (this.#missing.length === 0) return;
    throw new SentinelError(
      "USAGE",
      `Cannot set up a profile: want ${
        this.#missing.join(", ")
      }, and there is no terminal to ask on`,
      {
        hint:
          "sentinel init --profile dev --role arn:aws:iam::111122223333:role/SentinelProtected-Dev " +
          "--source mara --user mara --yes",
      },
    );
  }
}

/**
 * All answers.
 * @throws SentinelError `USAGE` when something is missing and there is nobody to ask
 */
export async function answersFrom(
  flags: SetupFlags,
  config: AwsConfig,
  { ask, awsProfile }: Surroundings,
): Promise<Answers> {
  const collect = new Collector(ask);
  const profile = await collect.get(flags.profile, "--profile", "Name of the gated profile", {
    fallback: "dev",
  });
  const roleArn = await collect.get(flags.role, "--role", "ARN of the role that it is for", {
    check: roleArnOnly,
  });
  const source = await sourceOf(flags, config, collect, awsProfile);
  const callers = await callersOf(flags, config, source, roleArn, collect);
  collect.require();
  const region = flags.region ?? regionOf(config, source.name) ??
    (ask === null ? null : await ask("Region (empty: none)", ""));
  return {
    profile,
    roleArn,
    source,
    region: region === "" ? null : region,
    crew: flags.team ? "team" : "solo",
    callers,
  };
}

async function sourceOf(
  flags: SetupFlags,
  config: AwsConfig,
  collect: Collector,
  awsProfile: string | null,
): Promise<Source> {
  const wantsSso = flags.ssoStartUrl !== undefined;
  const bases = [...config.profiles.values()].filter((section) => !hasRole(section));
  const chosen = bases.find(({ name }) => name === awsProfile)?.name;
  const fallback = chosen ?? bases[0]?.name ?? "sso";
  const said = flags.source ?? (wantsSso ? "entry" : collect.asks ? undefined : chosen);
  const name = await collect.get(
    said,
    "--source",
    "Profile that has the base credentials (or sso, for Identity Center)",
    { fallback, check: wantsSso ? () => null : (name) => knownBase(name, config) },
  );
  if (name !== "sso" && !wantsSso) return { kind: "profile", name };
  const session = flags.ssoSession ?? "sentinel";
  const startUrl = await collect.get(
    flags.ssoStartUrl,
    "--sso-start-url",
    "Start URL of Identity Center",
  );
  const region = await collect.get(flags.ssoRegion, "--sso-region", "Region of Identity Center");
  const account = await collect.get(
    flags.account,
    "--account",
    "Account of the entry permission set",
  );
  const permissionSet = flags.permissionSet ?? ENTRY;
  return {
    kind: "sso",
    name: name === "sso" ? "entry" : name,
    session,
    startUrl,
    region,
    account,
    permissionSet,
  };
}

async function callersOf(
  flags: SetupFlags,
  config: AwsConfig,
  source: Source,
  roleArn: string,
  collect: Collector,
): Promise<Callers> {
  refuseBoth(flags);
  const set = (account: string, name: string): Callers => ({
    kind: "permission-set",
    account,
    name,
    partition: partitionOf(roleArn),
  });
  if (source.kind === "sso") return set(source.account, source.permissionSet);
  const section = config.profiles.get(source.name);
  const said = (key: string) => section?.values.get(key)?.text;
  const account = flags.account ?? said("sso_account_id");
  const name = flags.permissionSet ?? said("sso_role_name");
  if (name !== undefined && flags.user === undefined) {
    const id = await collect.get(account, "--account", "Account of the entry permission set");
    return set(id, name);
  }
  const users = wordsOf(
    await collect.get(
      flags.user?.join(" ") ?? (collect.asks || source.name === "" ? undefined : source.name),
      "--user",
      "IAM users who may take the role (names or ARNs, with spaces between)",
      { fallback: source.name, check: (answer) => usersOnly(wordsOf(answer)) },
    ),
  );
  return { kind: "iam-users", users: users.map((user) => userArn(user, roleArn)) };
}

/** One of both would go unheard: a trust policy for others than were named. */
function refuseBoth({ user, permissionSet, ssoStartUrl }: SetupFlags): void {
  if (user === undefined || (permissionSet ?? ssoStartUrl) === undefined) return;
  throw new SentinelError(
    "USAGE",
    "Cannot set up a profile: found IAM users and a permission set, want one kind of callers",
    { hint: "leave out --user, or what begins with --sso and --permission-set" },
  );
}

function wordsOf(answer: string): string[] {
  return answer.split(/[\s,]+/).filter((user) => user !== "");
}

function roleArnOnly(answer: string): ReturnType<Check> {
  if (ROLE_ARN.test(answer)) return null;
  return {
    found: `${quoted(answer)}, want the ARN of an IAM role`,
    hint: "--role arn:aws:iam::111122223333:role/SentinelProtected-Dev",
  };
}

function knownBase(name: string, { profiles }: AwsConfig): ReturnType<Check> {
  if (name === "sso" || profiles.has(name)) return null;
  return {
    found: `no profile ${quoted(name)} in the AWS config, want one that has base credentials`,
    hint: `aws configure --profile ${shellWord(name)}`,
  };
}

function usersOnly(users: readonly string[]): ReturnType<Check> {
  const wrong = users.find((user) => !USER.test(user));
  if (wrong === undefined && users.length > 0) return null;
  return {
    found: `${quoted(wrong ?? "")}, want names or ARNs of IAM users`,
    hint: "--user mara, or --user arn:aws:iam::111122223333:user/mara",
  };
}

/** A bare name is a user of the role's own account. */
function userArn(user: string, roleArn: string): string {
  if (user.startsWith("arn:")) return user;
  return `arn:${partitionOf(roleArn)}:iam::${roleArn.split(":")[4] ?? ""}:user/${user}`;
}

function partitionOf(roleArn: string): string {
  return roleArn.split(":")[1] ?? "aws";
}

function regionOf(config: AwsConfig, profile: string): string | null {
  return config.profiles.get(profile)?.values.get("region")?.text ?? null;
}

function hasRole(section: ProfileSection): boolean {
  return section.values.has("role_arn") || section.values.has("sentinel_role_arn");
}

/** A question with its fallback, as it stands on the terminal. */
export function questionText(question: string, fallback: string | null): string {
  return fallback ? `${question} [${printable(fallback)}]: ` : `${question}: `;
}
