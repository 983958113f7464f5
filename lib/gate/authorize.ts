// gate: the decision. Which role, who, which policy, decide: in this order, and anything that throws denies.
import { SentinelError } from "../core/errors/mod.ts";
import type { RecordedFact } from "../core/journal/types.ts";
import type { Alternative, Decision } from "../core/policy/types.ts";
import type { Target } from "../core/profiles/types.ts";
import type { Caller } from "../core/sessions/types.ts";
import { quoted, shellWord } from "../core/text/printable.ts";
import { checkClock } from "./clock.ts";
import type {
  ApprovalAnswer,
  Approved,
  Ask,
  Authorization,
  AuthorizePorts,
  Judged,
  LoadedPolicy,
  PinnedProfile,
} from "./ports.ts";

/** What has become known on the way, so that a failure can be recorded with it. */
export interface Trail {
  ask?: Ask;
  pins?: PinnedProfile;
  target?: Target;
  caller?: Caller;
  authorization?: Authorization;
}

/**
 * Finds out what is asked for and by whom, and decides. Yields no credentials. Each fact is put on
 * `trail` as soon as it is known.
 */
export async function authorize(
  ask: Ask,
  ports: AuthorizePorts,
  trail: Trail,
): Promise<Authorization> {
  const pins = trail.pins = await ports.pinsFor(ask.profile);
  const target = trail.target = await ports.resolve(ask.profile);
  await checkPins(target, pins, ports);
  const caller = trail.caller = await ports.identify(target);
  checkUnstamped(target, caller);
  const policies: Ruled[] = [];
  for (const { profile, role } of stationsOf(target)) {
    policies.push({ profile, role, policy: await ports.policyFor(profile, target, caller) });
  }
  const { judged, approvals, at } = await judgeAll(policies, { ask, caller, ports });
  const last = judged.pop();
  if (last === undefined) throw new TypeError("a target is judged");
  const facts = [
    ...factsOf(ask, target, caller, pins, at),
    ...approvalFacts(approvals),
    ...surroundingsOf(ports),
  ];
  const authorization: Authorization = Object.freeze({
    ask,
    target,
    caller,
    pins,
    approvals,
    judged: [...judged, last] as const,
    at,
    facts,
  });
  trail.authorization = authorization;
  checkClock(authorization);
  return authorization;
}

/** A profile that is judged, with what rules it. */
type Ruled = Station & { policy: LoadedPolicy };

/** Whom and what everything is judged for. */
interface Occasion {
  ask: Ask;
  caller: Caller;
  ports: AuthorizePorts;
}

/** All profiles at one instant, read when nothing is waited for any more. */
interface Verdicts {
  judged: Judged[];
  approvals: ReadonlyMap<string, ApprovalAnswer>;
  at: Date;
}

// Whoever is allowed or refused without an approval needs none: the store is asked only where one
// could help, and then all is judged anew.
async function judgeAll(policies: readonly Ruled[], occasion: Occasion): Promise<Verdicts> {
  const approvals = new Map<string, ApprovalAnswer>();
  const first = judgeNow(policies, occasion, approvals);
  for (const [index, { decision }] of first.judged.entries()) {
    const ruled = policies[index];
    if (ruled === undefined || !wantsApproval(decision)) continue;
    const { profile, role } = ruled;
    const { caller, ports } = occasion;
    approvals.set(profile, await ports.approval({ profile, role, caller }));
  }
  return approvals.size === 0 ? first : judgeNow(policies, occasion, approvals);
}

function judgeNow(
  policies: readonly Ruled[],
  { ask, caller, ports }: Occasion,
  approvals: ReadonlyMap<string, ApprovalAnswer>,
): Verdicts {
  const at = ports.now();
  const { principal, user } = caller;
  const { device, sessionTable } = ports;
  const common = { principal, user, mode: ask.mode, at, sessionTable, device };
  const judged = policies.map(({ profile, role, policy }): Judged => {
    const approved = approvals.get(profile)?.approved ?? null;
    const approval = approved === null ? null : { id: approved.id };
    const request = { ...common, profile, role, approval };
    return { profile, policy, request, decision: policy.decide(request) };
  });
  return { judged, approvals, at };
}

function wantsApproval({ outcome, alternatives }: Decision): boolean {
  return outcome === "pending" &&
    alternatives.some(({ obligations }) =>
      obligations.some(({ obligation, state }) =>
        obligation.kind === "approval" && state === "open"
      )
    );
}

/** The approvals that the decision rests on, in the order of the way; none twice. */
export function approvalsOf({ judged, approvals }: Authorization): readonly Approved[] {
  const used = judged.flatMap(({ profile }) => approvals.get(profile)?.approved ?? []);
  return used.filter(({ id }, index) => used.findIndex((one) => one.id === id) === index);
}

function approvalFacts(approvals: ReadonlyMap<string, ApprovalAnswer>): RecordedFact[] {
  return [...approvals].flatMap(([profile, { approved }]) =>
    approved === null
      ? []
      : [{ name: "approval", value: `${profile}: ${approved.id}`, vouchedBy: approved.vouchedBy }]
  );
}

/** The target's own verdict. */
export function targetOf(authorization: Authorization): Judged {
  return authorization.judged[authorization.judged.length - 1] as Judged;
}

/**
 * The alternatives that grant, one for each profile that was judged, or an error that says why one
 * doesn't. Exhaustive over outcomes: what is not exactly an `allow` with everything met is refused.
 */
export function requireAllow(
  authorization: Authorization,
): readonly [...Alternative[], Alternative] {
  const { caller, approvals } = authorization;
  const chosen = authorization.judged.map((judged) =>
    allowed(judged, caller, approvals.get(judged.profile)?.waiting ?? [])
  );
  const last = chosen.pop();
  if (last === undefined) throw new TypeError("a target is judged");
  return [...chosen, last];
}

function allowed(
  { profile, decision }: Judged,
  { user }: Caller,
  waiting: readonly string[],
): Alternative {
  const best = decision.alternatives[0];
  if (decision.outcome === "allow" && best !== undefined && isMet(best)) return best;
  const who = `${quoted(profile)} to ${quoted(user)}`;
  const hint = `sentinel policy explain ${shellWord(profile)}`;
  if (decision.outcome === "pending") {
    const [first] = waiting;
    const still = first === undefined ? "" : `; request ${first} waits for a decision`;
    throw new SentinelError(
      "OBLIGATION_OPEN",
      `Cannot grant ${who} yet: ${openText(decision)}${still}`,
      { hint: nextStep(profile, decision, first) ?? hint },
    );
  }
  throw new SentinelError("POLICY_DENIED", `Cannot grant ${who}: ${deniedText(decision)}`, {
    hint,
  });
}

/** What would close the obligation, where an approval alone does. */
function nextStep(profile: string, decision: Decision, waiting: string | undefined): string | null {
  if (waiting !== undefined) return `sentinel request show ${waiting}`;
  const alone = decision.alternatives.some(({ obligations }) =>
    obligations.every(({ obligation, state }) => state === "met" || obligation.kind === "approval")
  );
  return alone && wantsApproval(decision)
    ? `sentinel request --profile ${shellWord(profile)} --reason TEXT`
    : null;
}

function isMet(alternative: Alternative): boolean {
  return alternative.state === "met" && alternative.obligations.every((o) => o.state === "met");
}

/** All that one alternative wants, and what another would want instead. */
function openText(decision: Decision): string {
  const ways = decision.alternatives.map((alternative) =>
    alternative.obligations.filter((o) => o.state === "open")
      .map((o) => `${o.why} (rule ${quoted(alternative.ruleName)})`).join(", and ")
  );
  const told = [...new Set(ways)].filter((way) => way !== "");
  return told.length > 0 ? told.join("; or ") : "an obligation is open";
}

function deniedText({ rule, reason }: Decision): string {
  if (rule === null) return "no rule matches";
  return reason.includes(`"${rule}"`) ? reason : `${quoted(reason, 500)} says rule ${quoted(rule)}`;
}

/** A profile that is judged, and the role that it would take. */
interface Station {
  profile: string;
  role: string | null;
}

/** What has to be allowed: each gated profile whose role is taken on the way, then the target. */
function stationsOf(target: Target): Station[] {
  const before = target.chain.slice(0, -1).filter((hop) => hop.gated);
  return [
    ...before.map((hop) => ({ profile: hop.profile, role: hop.roleArn })),
    { profile: target.name, role: target.roleArn },
  ];
}

async function checkPins(
  target: Target,
  pins: PinnedProfile,
  ports: AuthorizePorts,
): Promise<void> {
  checkPinnedRole(target.name, target.roleArn, pins.role);
  for (const hop of target.chain) {
    const named = pins.roles.get(hop.roleArn) ?? [];
    // A pin of a role binds whoever takes it: another profile's name is no way round it.
    if (named.length > 0 && !named.includes(hop.profile)) {
      throw conflict(
        `Cannot take role ${quoted(hop.roleArn)} by profile ${
          quoted(hop.profile)
        }: the pins file ` +
          `keeps it for ${named.map((name) => quoted(name)).join(", ")}`,
      );
    }
    if (hop.profile === target.name || !hop.gated) continue;
    checkPinnedRole(hop.profile, hop.roleArn, (await ports.pinsFor(hop.profile)).role);
  }
}

function checkPinnedRole(profile: string, role: string | null, pinned: string | null): void {
  if (pinned === null || pinned === role) return;
  throw conflict(
    `Cannot use profile ${quoted(profile)}: its role is ${
      quoted(role ?? "none")
    }, the pins file wants ${quoted(pinned)}`,
  );
}

function conflict(message: string): SentinelError {
  return new SentinelError("PIN_CONFLICT", message, { hint: "sentinel config show --origin" });
}

// A session that was granted carries a stamp: AWS would refuse another one, or worse, keep the old.
function checkUnstamped(target: Target, caller: Caller): void {
  if (caller.grantOf === null || target.roleArn === null) return;
  throw new SentinelError(
    "ALREADY_STAMPED",
    `Cannot stamp profile ${quoted(target.name)}: its credentials come from the grant for ${
      quoted(caller.grantOf)
    }, and carry that one's source identity`,
    { hint: "use base credentials that come from no earlier grant: --aws-profile NAME" },
  );
}

// Whoever sets a proxy, a certificate store or a library to load can stand between: not judged, but
// on record.
function surroundingsOf({ surroundings }: AuthorizePorts): RecordedFact[] {
  if (surroundings.length === 0) return [];
  return [{ name: "surroundings", value: surroundings.join(" "), vouchedBy: "the environment" }];
}

function factsOf(
  ask: Ask,
  target: Target,
  caller: Caller,
  pins: PinnedProfile,
  at: Date,
): RecordedFact[] {
  const sts = target.stsEndpoint === null ? "STS" : `who answers at ${target.stsEndpoint}`;
  const who = caller.stsDate === null ? `${sts}, within the last hour` : sts;
  const role = pins.role === null ? "the AWS config file" : "the pins file";
  return [
    { name: "principal", value: caller.principal.arn, vouchedBy: who },
    { name: "user", value: caller.user, vouchedBy: who },
    { name: "profile", value: ask.profile, vouchedBy: "the user's own word" },
    { name: "role", value: target.roleArn, vouchedBy: role },
    { name: "mode", value: ask.mode, vouchedBy: "this program" },
    { name: "time", value: at.toISOString(), vouchedBy: "this machine's clock" },
  ];
}
