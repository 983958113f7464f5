// commands: what init must know, from flags and from questions on the terminal.
import { SentinelError } from "../lib/core/errors/mod.ts";
import type { AwsConfig, ProfileSection } from "../lib/core/profiles/mod.ts";
import type { Answers, Callers, Source } from "../lib/core/setup/mod.ts";
import { printable } from "../lib/core/text/printable.ts";

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

  async get(
    said: string | undefined,
    flag: string,
    question: string,
    fallback: string | null = null,
  ): Promise<string> {
    if (said !== undefined) return said;
    if (this.#ask !== null) return await this.#ask(question, fallback);
    this.#missing.push(flag);
    return "";
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
  const profile = await collect.get(flags.profile, "--profile", "Name of the gated profile", "dev");
  const roleArn = await collect.get(flags.role, "--role", "ARN of the role that it is for");
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
    fallback,
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
  if (source.kind === "sso") {
    return { kind: "permission-set", account: source.account, name: source.permissionSet };
  }
  const section = config.profiles.get(source.name);
  const said = (key: string) => section?.values.get(key)?.text;
  const account = flags.account ?? said("sso_account_id");
  const name = flags.permissionSet ?? said("sso_role_name");
  if (name !== undefined && flags.user === undefined) {
    const id = await collect.get(account, "--account", "Account of the entry permission set");
    return { kind: "permission-set", account: id, name };
  }
  const users = flags.user ?? (await collect.get(
    collect.asks || source.name === "" ? undefined : source.name,
    "--user",
    "IAM users who may take the role (names or ARNs, with spaces between)",
    source.name,
  )).split(/[\s,]+/).filter((user) => user !== "");
  return { kind: "iam-users", users: users.map((user) => userArn(user, roleArn)) };
}

/** A bare name is a user of the role's own account. */
function userArn(user: string, roleArn: string): string {
  if (user.startsWith("arn:")) return user;
  const [, partition = "aws", , , account = ""] = roleArn.split(":");
  return `arn:${partition}:iam::${account}:user/${user}`;
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
