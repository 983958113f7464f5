// commands: what is in use here, and which rights the caller has: what list, check, detect and the screen share.
import { asSentinelError, SentinelError } from "../../lib/core/errors/mod.ts";
import {
  asksByProfile,
  type CheckedRight,
  checkRights,
  detect,
  type Detection,
  type Feature,
  featuresOf,
  type PolicySources,
  principalsOf,
  type ProfileUse,
  type Question,
  questionsFor,
  type Scope,
  scopeOf,
  type Selection,
  type Surroundings,
} from "../../lib/core/permissions/mod.ts";
import { listProfiles, sectionOf, ssoSettings, type Target } from "../../lib/core/profiles/mod.ts";
import type { Caller } from "../../lib/core/sessions/types.ts";
import { quoted } from "../../lib/core/text/printable.ts";
import type { Session } from "../context.ts";
import { type HereFlags, scopePartsOf } from "./flags.ts";
import { shellsHere, storesHere, unstampedHere } from "./used_here.ts";

/** The base credentials that look, as the resolver knows them. */
type Source = Awaited<ReturnType<Session["work"]["leafOnly"]>> | Target;

/** Everything that was found out about this place. */
export interface Here {
  /** `null` = there are no base credentials, or they are nobody's. */
  caller: Caller | null;
  /** Why there is no caller. */
  error: SentinelError | null;
  source: Source | null;
  /** With account, partition and region of the caller where flags say no others. */
  scope: Scope;
  surroundings: Surroundings;
  detection: Detection;
}

/** The region that is asked where nobody says one, as the AWS edges have it. */
const REGION = "us-east-1";

/**
 * Finds out who looks, and which features are in use. STS is asked who is calling, and Parameter
 * Store whether policies that lie there are sealed. What fails becomes a warning.
 * @throws {SentinelError} `USAGE` for scope flags of another form
 */
export async function lookHere(session: Session, flags: HereFlags): Promise<Here> {
  const parts = scopePartsOf(flags);
  scopeOf(parts);
  const name = (await session.work.setting("profile")).value;
  const broken: string[] = [];
  let source: Source | null = null;
  let caller: Caller | null = null;
  let error: SentinelError | null = null;
  try {
    source = name === null ? await session.work.leafOnly() : await session.work.target(name);
    caller = await session.identify(source);
  } catch (thrown) {
    error = asSentinelError(thrown);
    broken.push(`base credentials: ${error.message}`);
  }
  const known = caller === null ? {} : {
    partition: caller.principal.partition,
    account: caller.principal.account,
    region: source?.region ?? REGION,
  };
  const scope = scopeOf({ ...known, ...parts });
  const profiles = await profilesHere(session, name, source, scope, broken);
  const sealed = await sealedHere(session, profiles, source, caller, broken);
  const surroundings = {
    profiles,
    shells: await shellsHere(session, { ...scope, region: source?.region ?? REGION }, broken),
    stores: await storesHere(session, { ...scope, region: REGION }, profiles, broken),
    unstamped: await unstampedHere(session, broken),
    broken,
    sealed,
  };
  return { caller, error, source, scope, surroundings, detection: detect(surroundings, scope) };
}

async function profilesHere(
  session: Session,
  chosen: string | null,
  source: Source | null,
  scope: Scope,
  broken: string[],
): Promise<ProfileUse[]> {
  const config = await session.work.awsConfig();
  const names = listProfiles(config)
    .filter((profile) => profile.gated || profile.name === chosen)
    .map((profile) => profile.name);
  const used: ProfileUse[] = [];
  for (const name of names) {
    try {
      used.push(await profileUse(session, name, source, scope));
    } catch (thrown) {
      const { message } = asSentinelError(thrown);
      broken.push(`profile ${quoted(name)}: ${message}`);
    }
  }
  return used;
}

async function profileUse(
  session: Session,
  name: string,
  source: Source | null,
  scope: Scope,
): Promise<ProfileUse> {
  const target = await session.work.target(name);
  const policy = await session.work.policySource(name);
  const { origin } = await session.work.setting("policy", name);
  const { partition, account } = scope;
  return {
    name,
    chain: target.chain.map(({ roleArn }) => roleArn),
    tags: target.tags,
    leaf: target.leaf.kind,
    own: source !== null && JSON.stringify(target.leaf) === JSON.stringify(source.leaf),
    policy: policy?.kind !== "ssm" ? null : policy.arn ??
      `arn:${partition}:ssm:${target.region ?? REGION}:${account}:parameter/${
        policy.name.replace(/^\//, "")
      }`,
    policyOrigin: policy?.kind === "ssm" ? origin : null,
  };
}

/** Which policies are sealed; `null` = some can't be told. */
async function sealedHere(
  session: Session,
  profiles: readonly ProfileUse[],
  source: Source | null,
  caller: Caller | null,
  broken: string[],
): Promise<string[] | null> {
  const own = profiles.filter((profile) => profile.own);
  const parameters = new Set(own.flatMap(({ policy }) => policy === null ? [] : [policy]));
  if (caller === null || source === null) return parameters.size === 0 ? [] : null;
  const sealed: string[] = [];
  let whole = true;
  for (const arn of parameters) {
    try {
      if (await session.isSealed(arn, source, caller)) sealed.push(arn);
    } catch (thrown) {
      whole = false;
      broken.push(`policy_load: ${asSentinelError(thrown).message}`);
    }
  }
  return whole || sealed.length > 0 ? sealed : null;
}

/** A check that is about to run. */
export interface CheckHere {
  here: Here;
  caller: Caller;
  /** Whose policies are simulated. */
  sources: PolicySources;
  features: readonly Feature[];
  /** Features that nothing here uses, and that therefore aren't looked at. */
  unused: readonly string[];
  /** Profiles of other base credentials, where a feature asks by profile: the caller's rights say
   * nothing of them. */
  elsewhere: readonly string[];
  questions: readonly Question[];
  /** Each answer as it comes. One pass. */
  results: AsyncGenerator<CheckedRight, void, void>;
}

/** What is looked at. */
export interface CheckAsked {
  selection: Selection;
  /** Only what is in use, within the selection. */
  used: boolean;
}

/**
 * Prepares a check. Only IAM's GetRole is asked before the first answer is taken.
 * @throws {SentinelError} what identifying the caller throws, `USAGE`
 */
export async function checkHere(
  session: Session,
  flags: HereFlags,
  asked: CheckAsked,
): Promise<CheckHere> {
  featuresOf(asked.selection);
  return await checkFrom(session, await lookHere(session, flags), asked);
}

/** The same, where one has looked already. */
export async function checkFrom(
  session: Session,
  here: Here,
  { selection, used }: CheckAsked,
): Promise<CheckHere> {
  const selected = featuresOf(selection);
  const { caller, source, scope, surroundings, detection } = here;
  if (caller === null || source === null) {
    throw here.error ?? new SentinelError("NO_CREDENTIALS", "Cannot tell who is calling");
  }
  const found = new Set(detection.found.map(({ feature }) => feature));
  const features = selected.filter(({ id }) => !used || found.has(id));
  const profile = "name" in source ? source.name : source.profile;
  const simulation = await session.simulation(profile, caller);
  const sources = await principalsOf(
    caller.principal,
    simulation,
    await ssoRegion(session, source),
  );
  const { principal, userSegment } = caller;
  const arn = sources.kind === "known" ? sources.sources[0]?.arn ?? principal.arn : principal.arn;
  const questions = questionsFor(
    features,
    {
      arn,
      kind: principal.kind === "user" ? "user" : "role",
      name: principal.role ?? principal.name,
      userSegment,
      session: caller.session,
      region: source.region ?? REGION,
      now: session.base.now(),
    },
    {
      ...surroundings,
      profiles: surroundings.profiles.filter(({ own }) => own),
      stores: surroundings.stores.filter(({ own }) => own),
    },
    scope,
  );
  return {
    here,
    caller,
    sources,
    features,
    unused: selected.filter((feature) => !features.includes(feature)).map(({ id }) => id),
    elsewhere: features.some(asksByProfile)
      ? surroundings.profiles.filter(({ own }) => !own).map(({ name }) => name)
      : [],
    questions,
    results: checkRights(questions, sources, { simulation }),
  };
}

/** Region of the Identity Center instance that the base credentials come from. */
async function ssoRegion(session: Session, { leaf }: Source): Promise<string | null> {
  if (leaf.kind !== "sso") return null;
  const config = await session.work.awsConfig();
  return ssoSettings(config, sectionOf(config, leaf.profile)).region;
}
