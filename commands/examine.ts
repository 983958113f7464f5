// commands: the facts that doctor's checks look at, gathered without changing or starting anything.
import type {
  CallerFact,
  Facts,
  MachineFacts,
  ProfileFact,
  Trouble,
} from "../lib/core/doctor/types.ts";
import { asSentinelError } from "../lib/core/errors/mod.ts";
import { listProfiles, type Target } from "../lib/core/profiles/mod.ts";
import type { Caller } from "../lib/core/sessions/types.ts";
import { inOneLine } from "../lib/core/text/printable.ts";
import type { Session } from "./context.ts";

/** What is looked at. */
export interface Wanted {
  /** One profile; `null` = every gated one. */
  only: string | null;
  /** Ask nobody over the network. */
  offline: boolean;
}

/** Variables whose values are places, not secrets: what is said of them depends on the value. */
const PLACES = /^(AWS_ENDPOINT_URL(_[A-Z0-9_]+)?|SENTINEL_RESOLVING)$/;
const PEOPLE = ["USER", "LOGNAME", "USERNAME", "SUDO_USER"];

/** Gathers everything. Throws for nothing that it finds. */
export async function factsFor(session: Session, wanted: Wanted): Promise<Facts> {
  const { base, work } = session;
  const machine = await session.machine();
  const environment = base.environment();
  const config = await reading(() => work.config());
  const pins = await reading(() => work.pins());
  const names = await profilesOf(session, wanted.only);
  const profiles: ProfileFact[] = [];
  for (const name of names.found) profiles.push(await profileFact(session, name, wanted.offline));
  return {
    ...machine,
    ...wanted,
    home: base.env("HOME") ?? base.env("USERPROFILE") ?? null,
    people: peopleOf(environment),
    secrets: secretsOf(machine, environment),
    shell: await shellFact(session),
    config: config.reading,
    pins: { ...pins.reading, path: base.pinsPath },
    issuer: await work.issuer().then((issuer) => issuer !== null, () => false),
    profiles,
    awsTrouble: names.trouble,
    environment: new Map(
      Object.entries(environment).map(([name, value]) => [name, PLACES.test(name) ? value : ""]),
    ),
  };
}

async function reading<T>(read: () => Promise<T | null>): Promise<{ reading: Facts["config"] }> {
  try {
    return { reading: { state: await read() === null ? "absent" : "read" } };
  } catch (error) {
    return { reading: { state: "failed", why: troubleOf(error) } };
  }
}

function troubleOf(thrown: unknown): Trouble {
  const { code, message, hint } = asSentinelError(thrown);
  return { code, message: inOneLine(message), hint };
}

async function profilesOf(
  { work }: Session,
  only: string | null,
): Promise<{ found: string[]; trouble: Trouble | null }> {
  try {
    const gated = listProfiles(await work.awsConfig()).filter((profile) => profile.gated);
    return { found: only === null ? gated.map(({ name }) => name) : [only], trouble: null };
  } catch (error) {
    return { found: [], trouble: troubleOf(error) };
  }
}

function peopleOf(environment: Readonly<Record<string, string>>): string[] {
  const named = PEOPLE.map((name) => environment[name] ?? "");
  const home = (environment["HOME"] ?? environment["USERPROFILE"] ?? "").split(/[\\/]/).at(-1) ??
    "";
  return [...named, home].filter((name) => name !== "");
}

/** Every secret that is at hand: whatever quotes one must not show it. */
function secretsOf(machine: MachineFacts, environment: Readonly<Record<string, string>>): string[] {
  const keys = /^(aws_secret_access_key|aws_session_token|sentinel_external_id|external_id)$/;
  const inFiles = machine.aws.flatMap(({ sections }) =>
    (sections ?? []).flatMap(({ values }) =>
      [...values].filter(([key]) => keys.test(key)).map(([, value]) => value.text)
    )
  );
  const inEnvironment = Object.entries(environment)
    .filter(([name]) => /SECRET|TOKEN|PASSWORD|_KEY$|MFA_CODE/i.test(name))
    .map(([, value]) => value);
  return [...inFiles, ...inEnvironment];
}

/** What `shell init --check` says of the shell that SHELL names. */
async function shellFact(session: Session): Promise<Facts["shell"]> {
  const { SHELLS } = await import("../shell/mod.ts");
  const word = (session.base.env("SHELL") ?? "").split("/").at(-1);
  const shell = SHELLS.find((known) => known === word);
  const nothing = { shell: shell ?? null, rc: null, findings: [], note: null, trouble: null };
  if (shell === undefined) return nothing;
  try {
    const { look } = await import("./shell/look.ts");
    const { rc, findings, notes } = await look(session, shell, {});
    return { ...nothing, rc, findings, note: notes.length > 0 ? notes.join("; ") : null };
  } catch (error) {
    return { ...nothing, trouble: troubleOf(error) };
  }
}

async function profileFact(
  session: Session,
  name: string,
  offline: boolean,
): Promise<ProfileFact> {
  const nothing: ProfileFact = {
    name,
    role: null,
    broken: null,
    pinned: await session.work.isPinned(name).catch(() => false),
    policy: { state: "not read", why: "the profile is broken" },
    caller: { state: "not asked", why: "the profile is broken" },
    clockAhead: null,
    seal: null,
  };
  let target: Target;
  try {
    target = await session.work.target(name);
  } catch (error) {
    return { ...nothing, broken: troubleOf(error) };
  }
  const { caller, asked } = await callerOf(session, target, offline);
  return {
    ...nothing,
    role: target.roleArn,
    caller: asked,
    clockAhead: caller === null ? null : aheadOf(session, caller),
    seal: caller === null ? null : await session.cacheSeal(target).catch(() => null),
    policy: await policyOf(session, target, caller),
  };
}

async function callerOf(
  session: Session,
  target: Target,
  offline: boolean,
): Promise<{ caller: Caller | null; asked: CallerFact }> {
  const notAsked = (why: "offline" | "a program gives them") => ({
    caller: null,
    asked: { state: "not asked", why } as const,
  });
  if (offline) return notAsked("offline");
  // What a credential_process does is its own: nobody who asks what is wrong wants it started.
  if (target.leaf.kind === "process") return notAsked("a program gives them");
  try {
    const caller = await session.identify(target);
    const { arn, account, name, kind } = caller.principal;
    return { caller, asked: { state: "asked", arn, account, name, kind, user: caller.user } };
  } catch (error) {
    return { caller: null, asked: { state: "failed", why: troubleOf(error) } };
  }
}

function aheadOf({ base }: Session, { stsDate }: Caller): number | null {
  return stsDate === null ? null : (base.now().getTime() - stsDate.getTime()) / 1000;
}

async function policyOf(
  session: Session,
  target: Target,
  caller: Caller | null,
): Promise<ProfileFact["policy"]> {
  try {
    const source = await session.work.policySource(target.name);
    if (source?.kind === "ssm" && caller === null) {
      return { state: "not read", why: "it lies in SSM, and there is nobody to ask as" };
    }
    const policy = await session.policy(target.name, target, caller);
    const { source: text, signature } = policy;
    return {
      state: "read",
      source: text,
      signature,
      answer: await answerOf(session, target, caller),
    };
  } catch (error) {
    return { state: "failed", why: troubleOf(error) };
  }
}

async function answerOf(
  session: Session,
  { name }: Target,
  caller: Caller | null,
): Promise<{ outcome: string; rule: string | null } | null> {
  if (caller === null) return null;
  const { decideFor } = await import("./decide.ts");
  const { decision } = await decideFor(session, name, "credential_process");
  return { outcome: decision.outcome, rule: decision.rule };
}
